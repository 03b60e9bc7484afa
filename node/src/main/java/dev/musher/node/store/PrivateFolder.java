package dev.musher.node.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A folder that its owner alone can enter: 0700 where the file system knows modes. What is in it
 * needs no modes of its own then, as the files of RocksDB, which hold open invites. Stateless.
 */
public final class PrivateFolder {

    private static final System.Logger LOG = System.getLogger(PrivateFolder.class.getName());

    private static final Set<PosixFilePermission> OWNER =
            PosixFilePermissions.fromString("rwx------");

    private PrivateFolder() {}

    /**
     * Makes a folder, and those above it that are missing, with the usual modes; closes it to
     * others where it was there. One of another owner stays as it is, which the log says.
     *
     * @throws IOException where it cannot be made
     */
    public static void make(Path folder) throws IOException {
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(folder);
            return;
        }
        Path above = folder.toAbsolutePath().getParent();
        if (above != null) {
            Files.createDirectories(above);
        }
        try {
            // Never open to others, not even for the moment before a chmod.
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER));
        } catch (FileAlreadyExistsException e) {
            Files.createDirectories(folder);
            close(folder);
        }
    }

    private static void close(Path folder) throws IOException {
        if (OWNER.containsAll(Files.getPosixFilePermissions(folder))) {
            return;
        }
        try {
            Files.setPosixFilePermissions(folder, OWNER);
        } catch (FileSystemException e) {
            // A volume mounted by somebody else: it can be used, and who mounted it has its keys.
            LOG.log(
                    System.Logger.Level.WARNING,
                    folder + " can be entered by others and cannot be closed to them",
                    e);
        }
    }
}
