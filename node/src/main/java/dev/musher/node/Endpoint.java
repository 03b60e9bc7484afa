package dev.musher.node;

import dev.musher.node.tls.SelfSigned;
import dev.musher.node.tls.TlsException;
import dev.musher.node.tls.TlsIdentity;
import dev.musher.protocol.sync.Fingerprint;
import dev.musher.protocol.sync.PeerAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a daemon listens and what it shows there. The loopback is spoken to plainly: who reads it
 * owns the machine. Whatever others can reach speaks TLS, with a certificate that the home makes
 * for itself ({@code tls.pem}, key and certificate, 0600) or one that the user gave; nothing is
 * ever served there without.
 *
 * <p>Thread safe once it was opened.
 */
public final class Endpoint {

    /** How often {@link #renew} is to be called, ms. */
    public static final long RENEW_MS = 3_600_000;

    /** A certificate is made anew when it has less than this left. */
    static final Duration LEFT_LEAST = Duration.ofDays(30);

    /** Key and certificate that a home made for itself. */
    static final String FILE = "tls.pem";

    private static final int ADDRESSES_MAX = 4;

    private final String host;
    private final TlsSettings settings;
    private final List<String> hosts;
    private final boolean secure;
    private final boolean wildcard;
    private final LongSupplier clockMs;
    private volatile @Nullable TlsIdentity identity;

    private Endpoint(
            String host,
            TlsSettings settings,
            List<String> hosts,
            boolean secure,
            boolean wildcard,
            LongSupplier clockMs) {
        this.host = host;
        this.settings = settings;
        this.hosts = List.copyOf(hosts);
        this.secure = secure;
        this.wildcard = wildcard;
        this.clockMs = clockMs;
    }

    /**
     * Looks at what was told; nothing is made yet.
     *
     * @param http host to listen on, an IPv6 address in brackets or bare
     * @param clockMs ms since 1970 UTC
     * @throws ConfigException where that cannot be listened on, or a given certificate not be used
     */
    public static Endpoint of(String http, TlsSettings settings, LongSupplier clockMs) {
        String host = bare(http);
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new ConfigException("--http: there is no host `" + http + "`");
        }
        boolean secure = !address.isLoopbackAddress() || settings.certificate() != null;
        if (!secure && !settings.advertise().isEmpty()) {
            throw new ConfigException(
                    "`advertise` tells others where to come, and "
                            + http
                            + " is reached from this machine alone: listen on an address that"
                            + " others reach, as --http 0.0.0.0:PORT");
        }
        boolean wildcard = address.isAnyLocalAddress();
        List<String> hosts =
                wildcard ? ofThisMachine(address instanceof Inet4Address) : List.of(host);
        Endpoint out = new Endpoint(host, settings, hosts, secure, wildcard, clockMs);
        if (settings.certificate() != null) {
            out.identity = out.given();
        }
        return out;
    }

    /**
     * Reads the certificate of a home, or makes it; nothing to do without TLS.
     *
     * @throws HomeException where the disk refuses
     */
    public void open(Path home) {
        if (secure && settings.certificate() == null) {
            identity = own(home.resolve(FILE));
        }
    }

    /**
     * Looks at the certificate again: one that ends soon is made anew, one that the user replaced
     * is read. May read and write the disk.
     *
     * @return the one to show from now on, or null where it is the same
     */
    public @Nullable TlsIdentity renew(Path home) {
        TlsIdentity before = identity;
        if (before == null) {
            return null;
        }
        TlsIdentity now = settings.certificate() == null ? own(home.resolve(FILE)) : given();
        identity = now;
        return now.fingerprint().equals(before.fingerprint()) ? null : now;
    }

    /** What it shows; null without TLS. */
    public @Nullable TlsIdentity identity() {
        return identity;
    }

    /** The fingerprint of what it shows; null without TLS. */
    public @Nullable Fingerprint fingerprint() {
        TlsIdentity shown = identity;
        return shown == null ? null : shown.fingerprint();
    }

    /** The address to listen on, without brackets. */
    public String host() {
        return host;
    }

    /** Names that requests may be addressed to, besides those of the loopback, as in Host. */
    public List<String> names() {
        Set<String> out = new LinkedHashSet<>();
        for (String each : reachedAs()) {
            out.add(each.indexOf(':') < 0 ? each : "[" + each + "]");
        }
        return List.copyOf(out);
    }

    /** Where commands of this machine find it. */
    public URI uri(int port) {
        String at = !wildcard ? host : host.indexOf(':') < 0 ? "127.0.0.1" : "::1";
        return URI.create((secure ? "https://" : "http://") + new PeerAddress(at, port));
    }

    /** Where peers find it, the best first. */
    public List<String> addresses(int port) {
        List<String> out = new ArrayList<>();
        for (String entry : settings.advertise()) {
            out.add(Objects.requireNonNull(TlsSettings.at(entry, port)).toString());
        }
        if (out.isEmpty()) {
            hosts.forEach(each -> out.add(new PeerAddress(each, port, secure).toString()));
        }
        return out;
    }

    private List<String> reachedAs() {
        List<String> out = new ArrayList<>();
        for (String entry : settings.advertise()) {
            out.add(Objects.requireNonNull(TlsSettings.at(entry, 1)).host());
        }
        out.addAll(hosts);
        return out;
    }

    private TlsIdentity own(Path file) {
        List<String> names = new ArrayList<>(reachedAs());
        if (wildcard) {
            names.addAll(List.of("localhost", "127.0.0.1"));
        }
        try {
            if (Files.exists(file)) {
                String pem = Files.readString(file, StandardCharsets.US_ASCII);
                TlsIdentity kept = TlsIdentity.read(pem, pem);
                long leftMs = kept.endsMs() - clockMs.getAsLong();
                if (leftMs > LEFT_LEAST.toMillis() && kept.names(names)) {
                    return kept;
                }
            }
            TlsIdentity made = SelfSigned.make(names, clockMs.getAsLong(), new SecureRandom());
            AtomicFile.writeSecret(file, made.pem().getBytes(StandardCharsets.US_ASCII));
            return made;
        } catch (IOException e) {
            throw new HomeException(file + " cannot be read or written: " + e, e);
        } catch (TlsException e) {
            throw new HomeException(
                    file + ": " + e.getMessage() + "; delete the file, and another is made", e);
        }
    }

    private TlsIdentity given() {
        Path certificate = Objects.requireNonNull(settings.certificate());
        Path key = Objects.requireNonNull(settings.key());
        try {
            return TlsIdentity.read(text(key), text(certificate));
        } catch (TlsException e) {
            throw new ConfigException(
                    "`tls-cert` " + certificate + ", `tls-key` " + key + ": " + e.getMessage());
        }
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > TlsIdentity.PEM_BYTES) {
                throw new TlsException(file + " is too large");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new TlsException(file + " cannot be read: " + e, e);
        }
    }

    private static String bare(String http) {
        return http.startsWith("[") && http.endsWith("]")
                ? http.substring(1, http.length() - 1)
                : http;
    }

    /** Addresses by which other machines may reach this one, IPv4 first. */
    private static List<String> ofThisMachine(boolean fourOnly) {
        List<InetAddress> found = new ArrayList<>();
        try {
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                if (each.isUp() && !each.isLoopback()) {
                    found.addAll(each.inetAddresses().toList());
                }
            }
        } catch (SocketException e) {
            throw new ConfigException("the addresses of this machine cannot be read: " + e);
        }
        return found.stream()
                .filter(a -> !a.isLinkLocalAddress() && !a.isLoopbackAddress())
                .filter(a -> !fourOnly || a instanceof Inet4Address)
                .sorted(Comparator.comparing(a -> a instanceof Inet6Address))
                .limit(ADDRESSES_MAX)
                .map(a -> a.getHostAddress().replaceFirst("%.*$", ""))
                .toList();
    }
}
