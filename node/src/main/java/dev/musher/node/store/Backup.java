package dev.musher.node.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Backups: a folder that holds a whole store, and what the caller adds beside it.
 *
 * <p>A backup of a running store is a checkpoint: it holds every batch acknowledged before the
 * call, and costs little, since table files are linked, not copied, where the file system allows.
 * Backup and restore both build the whole in a folder beside the target and move it into place at
 * the end: what has the target's name is complete, whenever the process dies. What a killed run
 * left is removed by the next. One run at a time for one target.
 *
 * <p>A restored store has a new id, since cursors of the old one may point past its end.
 */
public final class Backup {
    /** Name of the store's folder inside a backup. */
    public static final String STORE = "store";

    /** Marks a folder as ours to remove, and stands beside what is built there. */
    private static final String PARTIAL = "PARTIAL";

    private static final String CONTENT = "content";

    /** Takes part in a backup or restore, for what is not in the store (as the device key). */
    @FunctionalInterface
    public interface Step {
        /** Reads or writes files in the folder of the backup; a throw leaves no backup. */
        void at(Path backup) throws IOException;
    }

    private Backup() {}

    /**
     * Writes a backup to a new folder and verifies it.
     *
     * @param extra adds what is not in the store, before the backup gets its name
     * @throws TargetNotEmptyException if something is there
     * @throws StoreCorruptException if the checkpoint does not verify; there is no backup then
     */
    public static void create(RocksStore store, Path target, StoreOptions options, Step extra)
            throws IOException {
        requireEmpty(target);
        Path partial = begin(target);
        Path content = partial.resolve(CONTENT);
        PrivateFolder.make(content);
        store.checkpoint(content.resolve(STORE));
        PrivateFolder.make(content.resolve(STORE));
        extra.at(content);
        verify(content, options);
        finish(partial, content, target);
    }

    /**
     * Reads every byte of a backup's store and compares the checksums.
     *
     * @throws StoreException naming what does not hold
     */
    public static void verify(Path backup, StoreOptions options) {
        // Nothing here may be changed by looking, so no reserve is made.
        try (RocksStore store = RocksStore.open(backup.resolve(STORE), options.ofCopy())) {
            if (store.health().tailDropped()) {
                throw new StoreCorruptException(
                        "the log of the backup in " + backup + " is damaged", null);
            }
            store.verifyChecksums();
        }
    }

    /**
     * Restores the store of a backup to a folder that is empty or not there. The device must go on
     * in a fresh epoch: it may have written past this backup.
     *
     * @param extra reads what {@link #create} added, before the store gets its name
     * @throws TargetNotEmptyException if something is there
     * @throws StoreException if the backup does not open or does not verify; there is no store then
     */
    public static void restore(Path backup, Path target, StoreOptions options, Step extra)
            throws IOException {
        requireEmpty(target);
        Path partial = begin(target);
        Path content = Files.createDirectory(partial.resolve(CONTENT));
        copy(backup.resolve(STORE), content.resolve(STORE));
        verify(content, options);
        RocksStore.renew(content.resolve(STORE), options.ofCopy());
        extra.at(backup);
        // Only the store moves: the target is a store's folder, not a backup's.
        finish(partial, content.resolve(STORE), target);
    }

    /**
     * Puts a store that is closed into an empty folder, to be looked at there without a byte of it
     * being changed: table files, which are never written again, are linked where the file system
     * allows, the rest is copied.
     */
    public static void look(Path store, Path target) throws IOException {
        requireEmpty(target);
        PrivateFolder.make(target);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(store)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                boolean link = name.endsWith(".sst");
                if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)
                        && !Reserve.isReserve(entry)
                        && !(link && isLinked(entry, target.resolve(name)))) {
                    Files.copy(entry, target.resolve(name));
                }
            }
        }
    }

    private static boolean isLinked(Path file, Path link) {
        try {
            Files.createLink(link, file);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            // Another file system, or one without links: what cannot be read fails in the copy.
            return false;
        }
    }

    private static void requireEmpty(Path target) throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(target)) {
            throw new TargetNotEmptyException(target.toString());
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(target)) {
            if (entries.iterator().hasNext()) {
                throw new TargetNotEmptyException(target.toString());
            }
        }
    }

    /** Makes the folder to build in, removing what a killed run left there. */
    private static Path begin(Path target) throws IOException {
        Path absolute = target.toAbsolutePath().normalize();
        Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
        if (Files.exists(partial.resolve(PARTIAL))) {
            discard(partial);
        }
        // Killed before the mark had its name.
        Files.deleteIfExists(partial.resolve(PARTIAL + ".part"));
        requireEmpty(partial);
        PrivateFolder.make(partial);
        Durable.write(partial.resolve(PARTIAL), "an unfinished backup or restore\n");
        return partial;
    }

    /** Gives what was built its name, then removes the folder it was built in. */
    private static void finish(Path partial, Path built, Path target) throws IOException {
        Durable.syncTree(built);
        Files.move(
                built, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Durable.syncFolder(target.toAbsolutePath().getParent());
        discard(partial);
    }

    /** The mark goes last: without it nobody knows that the rest is ours to remove. */
    private static void discard(Path partial) throws IOException {
        Durable.deleteTree(partial.resolve(CONTENT));
        Durable.deleteTree(partial);
    }

    private static void copy(Path from, Path to) throws IOException {
        PrivateFolder.make(to);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    Files.copy(entry, to.resolve(entry.getFileName()));
                }
            }
        }
    }
}
