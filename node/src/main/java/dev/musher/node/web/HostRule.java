package dev.musher.node.web;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which Host and Origin headers are this server's own. A page that was made to resolve to the
 * loopback address (DNS rebinding) still sends its own name as Host, and is told 421. Immutable;
 * may be shared between threads.
 */
public final class HostRule {

    private final Set<String> names;

    /**
     * Loopback names, and these.
     *
     * @param more host names without a port, as a browser would send them
     */
    public HostRule(Iterable<String> more) {
        Set<String> all = new TreeSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
        more.forEach(name -> all.add(name.toLowerCase(Locale.ROOT)));
        names = Set.copyOf(all);
    }

    /** Whether the Host header (host, maybe with a port) names this server. */
    public boolean allows(@Nullable String host) {
        return host != null && names.contains(withoutPort(host.toLowerCase(Locale.ROOT)));
    }

    /**
     * Whether the Origin is the one of pages from this server: the scheme, then what the Host
     * header of the same request says, port included. A server without TLS may stand behind a
     * tunnel that has it.
     *
     * @param secure whether the request came over TLS: then no page without it is this server's
     */
    public static boolean own(String origin, @Nullable String host, boolean secure) {
        return host != null
                && (!secure && origin.equalsIgnoreCase("http://" + host)
                        || origin.equalsIgnoreCase("https://" + host));
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        boolean port = colon > host.lastIndexOf(']') && colon >= 0;
        return port ? host.substring(0, colon) : host;
    }
}
