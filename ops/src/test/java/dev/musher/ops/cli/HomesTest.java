package dev.musher.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which home a command is about. */
final class HomesTest {

    @TempDir Path folder;

    private final Common common = new Common();

    @Test
    void outsideOfARepositoryItSaysWhatToDo() {
        Failure refused = assertThrows(Failure.class, () -> Homes.find(common, Map.of(), folder));
        assertEquals(Failure.USAGE, refused.exitCode());
        assertTrue(String.valueOf(refused.getMessage()).contains("git init"));
        assertTrue(String.valueOf(refused.getMessage()).contains("--home DIR"));
    }

    @Test
    void theOptionWinsOverTheEnvironmentAndThatOverTheRepository() throws IOException {
        Files.createDirectories(folder.resolve("repo/.git"));
        Path inside = Files.createDirectories(folder.resolve("repo/a/b"));
        Map<String, String> data = Map.of("XDG_DATA_HOME", folder.resolve("data").toString());
        Homes byRepository = Homes.find(common, data, inside);
        assertEquals(folder.resolve("repo"), byRepository.repo());
        assertTrue(
                byRepository.home().toString().matches(".*/data/musher/repo-[0-9a-f]{8}"),
                byRepository.toString());
        Map<String, String> told = Map.of("MUSHER_HOME", folder.resolve("told").toString());
        assertEquals(folder.resolve("told"), Homes.find(common, told, inside).home());
        common.home = folder.resolve("option");
        assertEquals(folder.resolve("option"), Homes.find(common, told, inside).home());
    }

    @Test
    void worktreesOfARepositoryShareItsHome() throws IOException {
        Path git = Files.createDirectories(folder.resolve("repo/.git/worktrees/w"));
        Path tree = Files.createDirectories(folder.resolve("w"));
        Files.writeString(tree.resolve(".git"), "gitdir: " + git + "\n");
        assertEquals(Optional.of(folder.resolve("repo")), Repository.of(tree));
        Path module = Files.createDirectories(folder.resolve("repo/sub"));
        Files.writeString(module.resolve(".git"), "gitdir: ../.git/modules/sub\n");
        assertEquals(Optional.of(module), Repository.of(module));
    }
}
