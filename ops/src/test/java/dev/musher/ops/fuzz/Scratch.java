package dev.musher.ops.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders for the targets that read files: in memory where the machine has such a place. */
final class Scratch {

    private Scratch() {}

    /** The folder for files of a name, of this process; the caller's alone. */
    static Path folder(String name) throws IOException {
        Path memory = Path.of("/dev/shm");
        Path base =
                Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        Path folder = base.resolve("musher-fuzz-" + ProcessHandle.current().pid() + "-" + name);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            folder.toFile().deleteOnExit();
            folder.resolve(name).toFile().deleteOnExit();
        }
        return folder;
    }
}
