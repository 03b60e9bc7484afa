package dev.musher.node;

import dev.musher.node.store.Backup;
import dev.musher.node.store.PrivateFolder;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreException;
import dev.musher.node.store.StoreOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Backups of a home: the store, and beside it the device's key and the settings. Whoever has a
 * backup can act as the device: keep it as safe as the home.
 */
public final class HomeBackup {

    private static final String KEY = "device.key";

    /**
     * What a home is beside its store. The token is made anew: a copy of it would be one too many.
     * The next key first: a rotation takes it away when it is the key, so that whoever reads in
     * this order misses neither.
     */
    private static final List<String> FILES = List.of("device.key.next", KEY, "config.toml");

    /** A rotation is over in a moment, and people start few. */
    private static final int TRIES = 3;

    private HomeBackup() {}

    /**
     * Writes a backup to a new folder and verifies it.
     *
     * @param store of the home, open: a running node can be backed up
     * @throws HomeException where the folder is not empty, or the disk refuses; there is no backup
     *     then
     */
    public static void create(Path home, RocksStore store, Path target) {
        create(home, store, target, () -> {});
    }

    /**
     * The same. Keys are read before the store is and compared after: a store from before a
     * rotation with the key from after it would be of a device that is no member, and the key that
     * is one would be gone.
     *
     * @param stored called when the store is in the backup and the keys are not
     */
    static void create(Path home, RocksStore store, Path target, Runnable stored) {
        try {
            if (isWithin(target, home.resolve("store"))) {
                throw new HomeException(
                        "no backup was made in "
                                + target
                                + ": that is inside the home's own store, which a repair or the"
                                + " loss of the disk takes too: name a folder elsewhere");
            }
            for (int i = 0; i < TRIES; i++) {
                if (isCreated(home, store, target, stored)) {
                    return;
                }
            }
        } catch (IOException | StoreException e) {
            throw new HomeException("no backup was made in " + target + ": " + e.getMessage(), e);
        }
        throw new HomeException(
                "no backup was made in "
                        + target
                        + ": the device's key changed meanwhile, again"
                        + " and again");
    }

    private static boolean isCreated(Path home, RocksStore store, Path target, Runnable stored)
            throws IOException {
        Map<String, String> before = read(home);
        try {
            Backup.create(
                    store,
                    target,
                    StoreOptions.defaults(),
                    backup -> {
                        stored.run();
                        if (!read(home).equals(before)) {
                            throw new KeyChangedException();
                        }
                        write(before, backup);
                    });
            return true;
        } catch (KeyChangedException e) {
            return false;
        }
    }

    /** The key is another one than when the backup was begun. */
    private static final class KeyChangedException extends IOException {
        private static final long serialVersionUID = 1L;
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

    /** Whether a folder, there or not, is another one or beneath it, links followed. */
    private static boolean isWithin(Path folder, Path other) throws IOException {
        Path there = folder.toAbsolutePath().normalize();
        Path rest = there.getFileSystem().getPath("");
        while (there.getParent() != null && Files.notExists(there)) {
            rest = there.getFileName().resolve(rest);
            there = there.getParent();
        }
        return there.toRealPath().resolve(rest).normalize().startsWith(other.toRealPath());
    }

    /** Whether a home has a key that is not the backup's: a killed restore leaves the backup's. */
    private static boolean isOfAnother(Path backup, Path home) throws IOException {
        return Files.exists(home.resolve(KEY))
                && Files.mismatch(backup.resolve(KEY), home.resolve(KEY)) >= 0;
    }

    private static void copy(Path from, Path to) throws IOException {
        write(read(from), to);
    }

    /** What is there of the files, by name; each byte a letter. */
    private static Map<String, String> read(Path from) throws IOException {
        Map<String, String> out = new LinkedHashMap<>();
        for (String file : FILES) {
            try {
                out.put(file, Files.readString(from.resolve(file), StandardCharsets.ISO_8859_1));
            } catch (NoSuchFileException e) {
                // It need not be there, and a rotation may have taken it away just now.
                continue;
            }
        }
        return out;
    }

    private static void write(Map<String, String> files, Path to) throws IOException {
        for (Map.Entry<String, String> each : files.entrySet()) {
            AtomicFile.writeSecret(
                    to.resolve(each.getKey()),
                    each.getValue().getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
