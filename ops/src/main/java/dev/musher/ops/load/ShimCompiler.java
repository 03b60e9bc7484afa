package dev.musher.ops.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles a library that stands before the C library of a process. Stateless. */
final class ShimCompiler {

    private ShimCompiler() {}

    /**
     * Compiles {@code faults/NAME.c} of this build to {@code NAME.so}; null where there is no gcc,
     * or it cannot.
     */
    static @Nullable Path build(Path folder, String name) throws IOException, InterruptedException {
        String from = "/faults/" + name + ".c";
        Path source = folder.resolve(name + ".c");
        try (InputStream in = ShimCompiler.class.getResourceAsStream(from)) {
            if (in == null) {
                throw new IllegalStateException("this build lacks " + from);
            }
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Path library = folder.resolve(name + ".so");
        Process gcc;
        try {
            gcc =
                    new ProcessBuilder(
                                    List.of(
                                            "gcc",
                                            "-O1",
                                            "-shared",
                                            "-fPIC",
                                            "-pthread",
                                            "-o",
                                            library.toString(),
                                            source.toString(),
                                            "-ldl"))
                            .inheritIO()
                            .start();
        } catch (IOException e) {
            return null;
        }
        return gcc.waitFor() == 0 ? library : null;
    }
}
