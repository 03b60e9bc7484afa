package dev.musher.node;

import dev.musher.node.store.Backup;
import dev.musher.node.store.PrivateFolder;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreException;
import dev.musher.node.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Backups of a home: the store, and beside it the device's key and the settings. Whoever has a
 * backup can act as the device: keep it as safe as the home.
 */
public final class HomeBackup {

    private static final String KEY = "device.key";

    /**
     * What a home is beside its store. The token is made anew: a copy of it would be one too many.
     */
    private static final List<String> FILES = List.of(KEY, "device.key.next", "config.toml");

    private HomeBackup() {}

    /**
     * Writes a backup to a new folder and verifies it.
     *
     * @param store of the home, open: a running node can be backed up
     * @throws HomeException where the folder is not empty, or the disk refuses; there is no backup
     *     then
     */
    public static void create(Path home, RocksStore store, Path target) {
        try {
            Backup.create(store, target, StoreOptions.defaults(), backup -> copy(home, backup));
        } catch (IOException | StoreException e) {
            throw new HomeException("no backup was made in " + target + ": " + e.getMessage(), e);
        }
    }

    /**
     * Makes a home of a backup. The device goes on in a fresh epoch there, since it may have
     * written past the backup.
     *
     * @param home a folder that is empty or not there, or where a restore of this backup was killed
     * @throws HomeException where it is not, or the backup does not hold; there is no home then
     */
    public static void restore(Path backup, Path home) {
        if (!Files.isRegularFile(backup.resolve(KEY))) {
            throw new HomeException(backup + " is no backup: it holds no device.key");
        }
        try {
            if (Home.hasStore(home) || isOfAnother(backup, home)) {
                throw new HomeException(
                        home + " is a home already: restore to another one, with --home DIR");
            }
            PrivateFolder.make(home);
            Backup.restore(
                    backup,
                    home.resolve("store"),
                    StoreOptions.defaults(),
                    from -> copy(from, home));
        } catch (IOException | StoreException e) {
            throw new HomeException(
                    "the backup " + backup + " could not be restored: " + e.getMessage(), e);
        }
    }

    /** Whether a home has a key that is not the backup's: a killed restore leaves the backup's. */
    private static boolean isOfAnother(Path backup, Path home) throws IOException {
        return Files.exists(home.resolve(KEY))
                && Files.mismatch(backup.resolve(KEY), home.resolve(KEY)) >= 0;
    }

    private static void copy(Path from, Path to) throws IOException {
        for (String file : FILES) {
            if (Files.exists(from.resolve(file))) {
                byte[] bytes = Files.readAllBytes(from.resolve(file));
                AtomicFile.writeSecret(to.resolve(file), bytes);
            }
        }
    }
}
