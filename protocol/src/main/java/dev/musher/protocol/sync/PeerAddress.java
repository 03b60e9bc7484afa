package dev.musher.protocol.sync;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a node can be dialled: {@code HOST:PORT}, the host a name (RFC 1123), an IPv4 address or an
 * IPv6 address in brackets. Addresses come from strangers, so what is not exactly that is none: it
 * is never kept, told on or given to a socket. Immutable.
 *
 * @param host without brackets
 * @param port 1 to 65,535
 */
public record PeerAddress(String host, int port) {
    /** Characters of an address at most, as in the frame that tells of it. */
    public static final int CHARS_MAX = Frames.ADDRESS_BYTES;

    private static final Pattern NAME =
            Pattern.compile(
                    "([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
                        + "(?:\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*):([0-9]{1,5})");

    private static final Pattern V6 =
            Pattern.compile("\\[([0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9]{1,15})?)]:([0-9]{1,5})");

    private static final int PORT_MAX = 65_535;

    /** Refuses a port that is none. */
    public PeerAddress {
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
        }
    }

    /** Reads {@code HOST:PORT}; null where a text is not that. */
    public static @Nullable PeerAddress parse(String text) {
        if (text.length() > CHARS_MAX) {
            return null;
        }
        Matcher name = NAME.matcher(text);
        if (name.matches()) {
            return of(name.group(1), name.group(name.groupCount()));
        }
        Matcher v6 = V6.matcher(text);
        return v6.matches() && v6.group(1).chars().filter(c -> c == ':').count() >= 2
                ? of(v6.group(1), v6.group(2))
                : null;
    }

    private static @Nullable PeerAddress of(String host, String digits) {
        int port = Integer.parseInt(digits);
        return port < 1 || port > PORT_MAX ? null : new PeerAddress(host, port);
    }

    /** As it is written, told and kept. */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
