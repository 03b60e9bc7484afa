package dev.musher.node.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Remembers, outside the database, the number of the last write that was acknowledged.
 *
 * <p>A log or manifest that lost its end at a record's border opens without an error. The database
 * then stands before the number kept here, which opening compares. The number is written after the
 * sync of the write it stands for, and is not synced itself: after a crash of the process it is
 * exact, after a loss of power it may be older, but it is never ahead of what was acknowledged, so
 * it raises no false alarm.
 */
final class Witness implements AutoCloseable {
    private static final String NAME = "WITNESS";

    // Not a FileChannel: an interrupt of the writing thread would close it.
    private final RandomAccessFile file;
    private final byte[] record = new byte[16];

    private Witness(RandomAccessFile file) {
        this.file = file;
    }

    static Witness open(Path dir) throws IOException {
        return new Witness(new RandomAccessFile(dir.resolve(NAME).toFile(), "rw"));
    }

    /** The number kept in a folder; 0 if there is none or it is damaged. */
    static long read(Path dir) throws IOException {
        Path path = dir.resolve(NAME);
        if (!Files.exists(path)) {
            return 0;
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
        if (bytes.remaining() != 16) {
            return 0;
        }
        long number = bytes.getLong();
        return number == ~bytes.getLong() ? number : 0;
    }

    /** Keeps a number: everything up to it is acknowledged. */
    void keep(long number) throws IOException {
        ByteBuffer.wrap(record).putLong(number).putLong(~number);
        file.seek(0);
        file.write(record);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
