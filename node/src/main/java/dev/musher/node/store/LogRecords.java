package dev.musher.node.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the records of logs and manifests before RocksDB does. One flipped bit makes of a record
 * one of a recycled log file, a kind that is never written here; RocksDB takes it for the remains
 * of an older file, and its opening was seen to go round it for ever, inside native code.
 *
 * <p>The layout is RocksDB's: blocks of 32 KiB; a record is a masked CRC-32C of what follows the
 * length (4 bytes), a length (2), a kind (1), and the data. Only records whose checksum does not
 * hold are looked at closer; what else is wrong with them RocksDB says itself. Stateless.
 */
final class LogRecords {

    private static final int BLOCK = 32 << 10;
    private static final int HEAD = 7;
    private static final int KIND_AT = 6;

    /** Kinds of recycled files: full, first, middle, last, and two of their own headers. */
    private static final Set<Integer> RECYCLED = Set.of(5, 6, 7, 8, 11, 131);

    /** A kind that is damage to RocksDB, which is all that is wanted of it in a copy. */
    private static final int FULL = 1;

    private LogRecords() {}

    /**
     * Refuses a store that RocksDB would not come to an end with.
     *
     * @throws StoreCorruptException naming file and byte
     */
    static void check(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dir, LogRecords::hasRecords)) {
            for (Path file : files) {
                int at = firstBad(bytes(file));
                if (at >= 0) {
                    throw new StoreCorruptException(
                            "the store in "
                                    + dir
                                    + " is damaged: "
                                    + file.getFileName()
                                    + ", byte "
                                    + (at + KIND_AT)
                                    + ": a record of a kind that is never written: `musher doctor"
                                    + " --repair`, or restore a backup",
                            null);
                }
            }
        }
    }

    /** Makes of such records plain damage, in a copy that is to be salvaged. */
    static void disarm(Path copy) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(copy, LogRecords::hasRecords)) {
            for (Path file : files) {
                for (int at = firstBad(bytes(file)); at >= 0; at = firstBad(bytes(file))) {
                    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                        open.seek(at + (long) KIND_AT);
                        open.write(FULL);
                    }
                }
            }
        }
    }

    private static boolean hasRecords(Path file) {
        @Nullable Path name = file.getFileName();
        return name != null
                && Files.isRegularFile(file)
                && (name.toString().endsWith(".log") || name.toString().startsWith("MANIFEST-"));
    }

    /** The file's bytes; it is bounded by the log's bound, some 10 MiB. */
    private static ByteBuffer bytes(Path file) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer out =
                    ByteBuffer.allocate(Math.toIntExact(in.size())).order(ByteOrder.LITTLE_ENDIAN);
            while (out.hasRemaining() && in.read(out) >= 0) {
                continue;
            }
            return out.flip();
        }
    }

    /** Where the first such record begins; -1 where there is none. */
    private static int firstBad(ByteBuffer file) {
        for (int block = 0; block < file.limit(); block += BLOCK) {
            int end = Math.min(block + BLOCK, file.limit());
            int at = block;
            while (at + HEAD <= end) {
                int length = Short.toUnsignedInt(file.getShort(at + 4));
                int kind = Byte.toUnsignedInt(file.get(at + KIND_AT));
                boolean whole = at + HEAD + length <= end;
                if (!whole || !isSound(file, at, length)) {
                    if (RECYCLED.contains(kind)) {
                        return at;
                    }
                    // RocksDB goes no further in this block either.
                    break;
                }
                at += HEAD + length;
            }
        }
        return -1;
    }

    private static boolean isSound(ByteBuffer file, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(file.array(), at + KIND_AT, 1 + length);
        int value = (int) crc.getValue();
        int masked = Integer.rotateRight(value, 15) + 0xa282ead8;
        return masked == file.getInt(at);
    }
}
