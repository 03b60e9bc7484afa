package dev.musher.node.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells how much may still be written where a store lives. */
@FunctionalInterface
interface FreeSpace {
    /** Bytes this process may still write. */
    long usableBytes() throws IOException;

    /** The free space of the file system that holds a folder. */
    static FreeSpace of(Path dir) throws IOException {
        FileStore store = Files.getFileStore(dir);
        return store::getUsableSpace;
    }
}
