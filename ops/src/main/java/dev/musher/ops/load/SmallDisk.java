package dev.musher.ops.load;

import dev.musher.ops.cli.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file system of a few MiB in memory, to be filled (Linux, root). Not thread safe. */
final class SmallDisk implements AutoCloseable {

    private final Path mount;
    private final Path ballast;

    private SmallDisk(Path mount) {
        this.mount = mount;
        this.ballast = mount.resolve("ballast");
    }

    /** Mounts one at a new folder; null where that is not allowed. */
    static @Nullable SmallDisk mount(Path folder, int mib)
            throws IOException, InterruptedException {
        Files.createDirectory(folder);
        int code =
                exec("mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "tmpfs", folder.toString());
        return code == 0 ? new SmallDisk(folder) : null;
    }

    /** Where it is. */
    Path folder() {
        return mount;
    }

    /** Leaves no byte to anybody. */
    void fill() throws IOException {
        byte[] chunk = new byte[64 << 10];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(chunk);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw full;
            }
        }
    }

    /** Gives back what {@link #fill} took. */
    void free() throws IOException {
        Files.deleteIfExists(ballast);
    }

    @Override
    public void close() throws IOException {
        try {
            if (exec("umount", "-l", mount.toString()) != 0) {
                throw new Failure(Failure.FAILED, mount + " is still mounted");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int exec(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }
}
