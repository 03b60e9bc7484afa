package dev.musher.protocol.sync;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a node can be dialled: {@code wss://HOST:PORT} over TLS, {@code HOST:PORT} without, which
 * is for the same machine alone. The host is a name (RFC 1123), an IPv4 address or an IPv6 address
 * in brackets. Addresses come from strangers, so what is not exactly that is none: it is never
 * kept, told on or given to a socket. Immutable.
 *
 * @param host without brackets
 * @param port 1 to 65,535
 * @param secure whether it is dialled over TLS
 */
public record PeerAddress(String host, int port, boolean secure) {
    /** What an address over TLS begins with. */
    public static final String SECURE = "wss://";

    /** Characters of an address at most, as in the frame that tells of it. */
    public static final int CHARS_MAX = Frames.ADDRESS_BYTES;

    private static final Pattern NAME =
            Pattern.compile(
                    "([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
                        + "(?:\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*):([0-9]{1,5})");

    private static final Pattern V6 =
            Pattern.compile("\\[([0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9]{1,15})?)]:([0-9]{1,5})");

    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.[0-9]{1,3}){3}");

    private static final int PORT_MAX = 65_535;

    /** Refuses a port that is none. */
    public PeerAddress {
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
        }
    }

    /** An address without TLS. */
    public PeerAddress(String host, int port) {
        this(host, port, false);
    }

    /** Reads {@link #toString}; null where a text is not that. */
    public static @Nullable PeerAddress parse(String text) {
        if (text.length() > CHARS_MAX) {
            return null;
        }
        boolean secure = text.startsWith(SECURE);
        String bare = secure ? text.substring(SECURE.length()) : text;
        Matcher name = NAME.matcher(bare);
        if (name.matches()) {
            return of(name.group(1), name.group(name.groupCount()), secure);
        }
        Matcher v6 = V6.matcher(bare);
        return v6.matches() && v6.group(1).chars().filter(c -> c == ':').count() >= 2
                ? of(v6.group(1), v6.group(2), secure)
                : null;
    }

    /**
     * Reads what a person wrote: with or without a scheme ({@code wss}, {@code https}, {@code ws},
     * {@code http}) and a slash at the end. Without one, the loopback is dialled plainly and
     * everything else over TLS; null where it is no address, or a plain one of another machine.
     */
    public static @Nullable PeerAddress given(String text) {
        int at = text.indexOf("://");
        String bare = text.substring(at < 0 ? 0 : at + 3);
        bare = bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare;
        PeerAddress plain = bare.startsWith(SECURE) ? null : parse(bare);
        if (plain == null || at == 0) {
            return null;
        }
        return switch (at < 0 ? "" : text.substring(0, at)) {
            case "" -> new PeerAddress(plain.host(), plain.port(), !plain.loopback());
            case "wss", "https" -> new PeerAddress(plain.host(), plain.port(), true);
            case "ws", "http" -> plain.loopback() ? plain : null;
            default -> null;
        };
    }

    private static @Nullable PeerAddress of(String host, String digits, boolean secure) {
        int port = Integer.parseInt(digits);
        return port < 1 || port > PORT_MAX ? null : new PeerAddress(host, port, secure);
    }

    /**
     * Whether the host is, by its spelling alone, this very machine: nobody is asked what a name
     * stands for, as the answer could come from anywhere.
     */
    public boolean loopback() {
        return host.equalsIgnoreCase("localhost")
                || host.equals("::1")
                || LOOPBACK_V4.matcher(host).matches();
    }

    /** As it is written, told and kept. */
    @Override
    public String toString() {
        return (secure ? SECURE : "")
                + (host.indexOf(':') < 0 ? host : "[" + host + "]")
                + ":"
                + port;
    }
}
