package dev.musher.node;

import dev.musher.protocol.sync.PeerAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a node was told. Flags win over the environment ({@code MUSHER_*}), that over {@code
 * .musher/project.toml} in the repository, that over {@code config.toml} in the home, that over
 * defaults; {@link #settings} keeps where each value came from. Immutable.
 *
 * @param home folder of the node, absolute
 * @param httpHost where to listen; plainly on the loopback, else over TLS
 * @param httpPort 0: the port this home had last when it is free, else any
 * @param tls how it is reached from elsewhere
 * @param repo the repository this node serves, null for none
 * @param project name for a project that is founded here; null: the repository's or folder's name
 * @param label what people call this device
 * @param user who the home's token acts for
 * @param peers addresses to dial
 * @param join the link of the project to join with an empty home, or null
 * @param settings every value with its origin, by name
 */
public record NodeConfig(
        Path home,
        String httpHost,
        int httpPort,
        TlsSettings tls,
        @Nullable Path repo,
        @Nullable String project,
        String label,
        String user,
        List<String> peers,
        @Nullable String join,
        List<Setting> settings) {

    /** Names of all settings. */
    public static final List<String> NAMES =
            List.of(
                    "advertise",
                    "home",
                    "http",
                    "join",
                    "label",
                    "peers",
                    "project",
                    "repo",
                    "tls-cert",
                    "tls-key",
                    "user");

    /** Copies the lists. */
    public NodeConfig {
        peers = List.copyOf(peers);
        settings = List.copyOf(settings);
    }

    /** A node in {@code home} on a free port of the loopback: for tests and for the demo. */
    public static NodeConfig of(Path home) {
        return resolve(Map.of("home", home.toString(), "http", "127.0.0.1:0"), Map.of());
    }

    /**
     * Brings the sources together.
     *
     * @param flags by name without dashes; only those that were given
     * @param environment of the process
     * @throws ConfigException where a value cannot be used
     */
    public static NodeConfig resolve(Map<String, String> flags, Map<String, String> environment) {
        SortedMap<String, Setting> found = new TreeMap<>();
        flags.forEach((k, v) -> add(found, k, v, Setting.Origin.FLAG, "--" + k));
        for (String name : NAMES) {
            String variable = variable(name);
            String value = environment.get(variable);
            if (value != null && !value.isBlank()) {
                add(found, name, value, Setting.Origin.ENVIRONMENT, variable);
            }
        }
        if (found.containsKey("repo")) {
            Path file = path(found, "repo").resolve(".musher").resolve("project.toml");
            ConfigFile.read(file)
                    .forEach((k, v) -> add(found, k, v, Setting.Origin.PROJECT, file.toString()));
        }
        if (!found.containsKey("home")) {
            Path home =
                    HomeFolder.of(
                            found.containsKey("repo") ? path(found, "repo") : null, environment);
            add(found, "home", home.toString(), Setting.Origin.DEFAULT, "");
        }
        Path file = path(found, "home").resolve("config.toml");
        ConfigFile.read(file)
                .forEach((k, v) -> add(found, k, v, Setting.Origin.HOME, file.toString()));
        String user = environment.getOrDefault("USER", "user");
        add(found, "http", "127.0.0.1:0", Setting.Origin.DEFAULT, "");
        add(found, "user", user, Setting.Origin.DEFAULT, "");
        add(
                found,
                "label",
                environment.containsKey("HOSTNAME") ? environment.get("HOSTNAME") : user,
                Setting.Origin.DEFAULT,
                "");
        return build(found);
    }

    private static NodeConfig build(SortedMap<String, Setting> found) {
        Setting http = known(found, "http");
        int colon = http.value().lastIndexOf(':');
        if (colon < 1) {
            throw wrong(http, "is HOST:PORT, for example 127.0.0.1:0");
        }
        int port;
        try {
            port = Integer.parseInt(http.value().substring(colon + 1));
        } catch (NumberFormatException e) {
            throw wrong(http, "ends with a port, 0..65535");
        }
        if (port < 0 || port > 65_535) {
            throw wrong(http, "ends with a port, 0..65535");
        }
        List<String> peers = new ArrayList<>();
        if (found.containsKey("peers")) {
            for (String peer : known(found, "peers").value().split(",", -1)) {
                if (peer.isBlank()) {
                    continue;
                }
                PeerAddress given = PeerAddress.given(peer.strip());
                if (given == null) {
                    throw wrong(
                            known(found, "peers"),
                            "is wss://HOST:PORT,..., on this machine HOST:PORT, and `"
                                    + peer.strip()
                                    + "` is neither");
                }
                peers.add(given.toString());
            }
        }
        return new NodeConfig(
                path(found, "home"),
                http.value().substring(0, colon),
                port,
                tls(found),
                found.containsKey("repo") ? path(found, "repo") : null,
                found.containsKey("project") ? known(found, "project").value() : null,
                known(found, "label").value(),
                known(found, "user").value(),
                peers,
                found.containsKey("join") ? found.get("join").value() : null,
                List.copyOf(found.values()));
    }

    /** Name for a project founded here: as told, else of the repository, else of the home. */
    public String projectName() {
        if (project != null) {
            return project;
        }
        Path folder = (repo == null ? home : repo).getFileName();
        return folder == null ? "project" : folder.toString();
    }

    private static void add(
            SortedMap<String, Setting> found,
            String name,
            String value,
            Setting.Origin origin,
            String detail) {
        if (!NAMES.contains(name)) {
            throw new ConfigException(
                    "unknown setting `" + name + "` (" + detail + "); there are " + NAMES);
        }
        found.putIfAbsent(name, new Setting(name, value, origin, detail));
    }

    private static TlsSettings tls(SortedMap<String, Setting> found) {
        Map<String, String> told = new TreeMap<>();
        found.forEach((name, setting) -> told.put(name, setting.value()));
        return TlsSettings.of(told);
    }

    private static String variable(String name) {
        return "MUSHER_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static Setting known(SortedMap<String, Setting> found, String name) {
        return Objects.requireNonNull(found.get(name), name);
    }

    private static Path path(SortedMap<String, Setting> found, String name) {
        return Path.of(known(found, name).value()).toAbsolutePath().normalize();
    }

    private static ConfigException wrong(Setting setting, String rule) {
        return new ConfigException(
                "`"
                        + setting.name()
                        + "` is `"
                        + setting.value()
                        + "` ("
                        + setting.detail()
                        + "); it "
                        + rule);
    }
}
