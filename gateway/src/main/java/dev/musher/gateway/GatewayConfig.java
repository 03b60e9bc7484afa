package dev.musher.gateway;

import dev.musher.node.ConfigException;
import dev.musher.node.HomeFolder;
import dev.musher.node.TlsSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a gateway was told. Flags win over the environment, that over defaults. Immutable.
 *
 * @param home folder of the gateway, absolute
 * @param httpHost where to listen; plainly on the loopback, else over TLS
 * @param httpPort 0: the port this home had last when it is free, else any
 * @param tls how it is reached from elsewhere
 * @param label what people call the gateway's device in each project
 * @param user who the home's token acts for
 */
public record GatewayConfig(
        Path home, String httpHost, int httpPort, TlsSettings tls, String label, String user) {

    private static final List<String> NAMES =
            List.of("advertise", "home", "http", "label", "tls-cert", "tls-key", "user");
    private static final int PORT_MAX = 65_535;

    /**
     * Brings the sources together: flags, then {@code MUSHER_GATEWAY_HOME} and its like.
     *
     * @param flags by name without dashes; only those that were given
     * @param environment of the process
     * @throws ConfigException where a value cannot be used
     */
    public static GatewayConfig resolve(
            Map<String, String> flags, Map<String, String> environment) {
        for (String flag : flags.keySet()) {
            if (!NAMES.contains(flag)) {
                throw new ConfigException("unknown setting `" + flag + "`; there are " + NAMES);
            }
        }
        String home = value("home", flags, environment, "");
        String http = value("http", flags, environment, "127.0.0.1:0");
        int colon = http.lastIndexOf(':');
        return new GatewayConfig(
                (home.isEmpty()
                                ? HomeFolder.of(null, environment).resolveSibling("gateway")
                                : Path.of(home))
                        .toAbsolutePath()
                        .normalize(),
                http.substring(0, Math.max(0, colon)),
                port(http, http.substring(colon + 1)),
                tls(flags, environment),
                value("label", flags, environment, "gateway"),
                value("user", flags, environment, environment.getOrDefault("USER", "user")));
    }

    private static TlsSettings tls(Map<String, String> flags, Map<String, String> environment) {
        Map<String, String> told = new TreeMap<>();
        for (String name : TlsSettings.NAMES) {
            told.put(name, value(name, flags, environment, ""));
        }
        return TlsSettings.of(told);
    }

    private static int port(String http, String digits) {
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : PORT_MAX + 1;
        if (port > PORT_MAX || http.lastIndexOf(':') < 1) {
            throw new ConfigException(
                    "`http` is `" + http + "`; it is HOST:PORT, for example 127.0.0.1:0");
        }
        return port;
    }

    private static String value(
            String name,
            Map<String, String> flags,
            Map<String, String> environment,
            String otherwise) {
        String given = flags.get(name);
        if (given == null) {
            given =
                    environment.get(
                            "MUSHER_GATEWAY_" + name.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
        return given == null || given.isBlank() ? otherwise : given;
    }
}
