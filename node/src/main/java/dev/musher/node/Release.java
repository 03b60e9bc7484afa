package dev.musher.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What this program is: release and the commit it was built from. Immutable.
 *
 * @param version as in the pom, for example {@code 0.1.0}
 * @param commit the short git hash, with {@code -dirty} after uncommitted changes; {@code unknown}
 *     where the build was started by hand
 */
public record Release(String version, String commit) {

    /**
     * Reads what the build wrote into the jar.
     *
     * @throws IllegalStateException where the resource is missing, which is a broken build
     */
    public static Release current() {
        Properties properties = new Properties();
        try (InputStream in = Release.class.getResourceAsStream("release.properties")) {
            if (in == null) {
                throw new IllegalStateException("release.properties is not in the jar of node");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("release.properties cannot be read", e);
        }
        return new Release(
                properties.getProperty("version", "unknown"),
                properties.getProperty("commit", "unknown"));
    }

    /** For example {@code 0.1.0 (1a4408f)}. */
    @Override
    public String toString() {
        return version + " (" + commit + ")";
    }
}
