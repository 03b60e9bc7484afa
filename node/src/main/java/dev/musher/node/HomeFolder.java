package dev.musher.node;

import dev.musher.crdt.change.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a home is when nobody said: a folder per repository under the platform's data folder,
 * outside git, its name the repository's with letters of the hash of its path.
 */
public final class HomeFolder {

    private HomeFolder() {}

    /**
     * The folder.
     *
     * @param repo the repository, or null for a node without one
     * @param environment of the process; {@code XDG_DATA_HOME} and {@code HOME} are read
     */
    public static Path of(@Nullable Path repo, Map<String, String> environment) {
        Path base = dataFolder(environment).resolve("musher");
        if (repo == null) {
            return base.resolve("default");
        }
        Path whole = repo.toAbsolutePath().normalize();
        Path last = whole.getFileName();
        String name =
                (last == null ? "root" : last.toString())
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9._-]", "-");
        byte[] hash = Sha256.of(whole.toString().getBytes(StandardCharsets.UTF_8));
        return base.resolve(name + "-" + HexFormat.of().formatHex(hash, 0, 4));
    }

    private static Path dataFolder(Map<String, String> environment) {
        String xdg = environment.get("XDG_DATA_HOME");
        if (xdg != null && !xdg.isBlank()) {
            return Path.of(xdg);
        }
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", ".")));
        return System.getProperty("os.name", "").startsWith("Mac")
                ? home.resolve("Library").resolve("Application Support")
                : home.resolve(".local").resolve("share");
    }
}
