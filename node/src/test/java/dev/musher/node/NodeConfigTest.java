package dev.musher.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeConfigTest {

    @TempDir Path folder;

    private Path repo;
    private Path home;

    @BeforeEach
    void folders() throws IOException {
        repo = Files.createDirectories(folder.resolve("My Repo"));
        home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(repo.resolve(".musher"));
    }

    @Test
    void flagsWinOverEnvironmentOverProjectOverHomeOverDefaults() throws IOException {
        Files.writeString(
                home.resolve("config.toml"),
                """
                label = "home"
                user = "home"
                project = "home"
                peers = ["a:1", "b:2"]
                """);
        Files.writeString(
                repo.resolve(".musher").resolve("project.toml"),
                "label = \"repo\"\nuser = \"repo\"\nproject = \"repo\"\n");
        NodeConfig config =
                NodeConfig.resolve(
                        Map.of("home", home.toString(), "repo", repo.toString(), "label", "flag"),
                        Map.of("MUSHER_LABEL", "environment", "MUSHER_USER", "environment"));
        assertEquals("flag", config.label());
        assertEquals("environment", config.user());
        assertEquals("repo", config.project());
        assertEquals(List.of("wss://a:1", "wss://b:2"), config.peers());
        assertEquals("127.0.0.1", config.httpHost());
        assertEquals(0, config.httpPort());
        assertNull(config.join());
        assertEquals(Setting.Origin.FLAG, origin(config, "label"));
        assertEquals(Setting.Origin.ENVIRONMENT, origin(config, "user"));
        assertEquals(Setting.Origin.PROJECT, origin(config, "project"));
        assertEquals(Setting.Origin.HOME, origin(config, "peers"));
        assertEquals(Setting.Origin.DEFAULT, origin(config, "http"));
    }

    @Test
    void aProjectIsCalledAsToldElseAsItsRepositoryElseAsItsHome() {
        Map<String, String> none = Map.of();
        assertEquals(
                "told",
                NodeConfig.resolve(Map.of("home", home.toString(), "project", "told"), none)
                        .projectName());
        assertEquals(
                "My Repo",
                NodeConfig.resolve(Map.of("home", home.toString(), "repo", repo.toString()), none)
                        .projectName());
        assertEquals(
                "home", NodeConfig.resolve(Map.of("home", home.toString()), none).projectName());
    }

    @Test
    void whatCannotBeIsRefusedByNameAndPlace() throws IOException {
        refuses(Map.of("http", "nonsense"), "`http`");
        refuses(Map.of("http", "127.0.0.1:70000"), "0..65535");
        refuses(Map.of("http", "127.0.0.1:x"), "0..65535");
        refuses(Map.of("colour", "red"), "unknown setting `colour`");
        Files.writeString(home.resolve("config.toml"), "label = [broken");
        refuses(Map.of(), "is not TOML");
        Files.writeString(home.resolve("config.toml"), "[label]\nx = 1\n");
        refuses(Map.of(), "is a table");
    }

    @Test
    void anAddressThatNobodyCanDialIsNamed() {
        ConfigException refused =
                assertThrows(
                        ConfigException.class,
                        () ->
                                NodeConfig.resolve(
                                        Map.of("home", home.toString()),
                                        Map.of("MUSHER_PEERS", "a:1,127.0.0.1:99999")));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("127.0.0.1:99999"),
                refused.getMessage());
    }

    @Test
    void aHomeIsMadePerRepositoryOutsideOfIt() {
        Map<String, String> environment = Map.of("XDG_DATA_HOME", folder.toString());
        Path one = HomeFolder.of(repo, environment);
        Path other = HomeFolder.of(folder.resolve("elsewhere").resolve("My Repo"), environment);
        assertTrue(one.startsWith(folder.resolve("musher")));
        assertTrue(one.getFileName().toString().startsWith("my-repo-"));
        assertNotEquals(one, other);
        assertEquals(one, NodeConfig.resolve(Map.of("repo", repo.toString()), environment).home());
    }

    private void refuses(Map<String, String> flags, String named) {
        Map<String, String> all = new java.util.TreeMap<>(Map.of("home", home.toString()));
        all.putAll(flags);
        ConfigException refused =
                assertThrows(ConfigException.class, () -> NodeConfig.resolve(all, Map.of()));
        assertTrue(refused.getMessage().contains(named), refused.getMessage());
    }

    private static Setting.Origin origin(NodeConfig config, String name) {
        return config.settings().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow()
                .origin();
    }
}
