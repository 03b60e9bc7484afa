package dev.musher.node;

import dev.musher.protocol.sync.PeerAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a daemon was told about being reached from elsewhere. Immutable.
 *
 * @param certificate PEM file with a certificate of the user's own, and what it is signed by; null
 *     for one that is made
 * @param key PEM file with its key, PKCS #8; null exactly where {@code certificate} is
 * @param advertise {@code HOST} or {@code HOST:PORT} by which others reach it; none: by the address
 *     it listens on
 */
public record TlsSettings(@Nullable Path certificate, @Nullable Path key, List<String> advertise) {

    /** Names of these settings. */
    public static final List<String> NAMES = List.of("advertise", "tls-cert", "tls-key");

    /** Nothing was told. */
    public static final TlsSettings NONE = new TlsSettings(null, null, List.of());

    private static final int ADVERTISE_MAX = 8;

    /** Copies the list. */
    public TlsSettings {
        advertise = List.copyOf(advertise);
    }

    /**
     * Reads the settings.
     *
     * @param told by name; names that are not ours are passed over
     * @throws ConfigException where one cannot be used
     */
    public static TlsSettings of(Map<String, String> told) {
        String certificate = told.getOrDefault("tls-cert", "");
        String key = told.getOrDefault("tls-key", "");
        if (certificate.isBlank() != key.isBlank()) {
            throw new ConfigException(
                    "`tls-cert` and `tls-key` go together: give the PEM file of the certificate and"
                            + " the one of its key");
        }
        List<String> advertise = new ArrayList<>();
        for (String each : told.getOrDefault("advertise", "").split(",", -1)) {
            String one = each.strip();
            if (one.isEmpty()) {
                continue;
            }
            if (at(one, 1) == null || advertise.size() == ADVERTISE_MAX) {
                throw new ConfigException(
                        "`advertise` is HOST or HOST:PORT, at most "
                                + ADVERTISE_MAX
                                + " with commas between, and `"
                                + one
                                + "` is not");
            }
            advertise.add(one);
        }
        return new TlsSettings(path(certificate), path(key), advertise);
    }

    /** The address over TLS that an entry stands for, with this port where it names none. */
    static @Nullable PeerAddress at(String entry, int port) {
        PeerAddress whole = PeerAddress.parse(entry);
        PeerAddress found = whole == null ? PeerAddress.parse(entry + ":" + port) : whole;
        return found == null ? null : new PeerAddress(found.host(), found.port(), true);
    }

    private static @Nullable Path path(String text) {
        return text.isBlank() ? null : Path.of(text).toAbsolutePath().normalize();
    }
}
