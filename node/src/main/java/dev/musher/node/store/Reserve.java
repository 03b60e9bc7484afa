package dev.musher.node.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Decides whether there is room for a write, and keeps a file to free when there is none.
 *
 * <p>A write that meets a full disk inside RocksDB may block for ever, or leave its outcome
 * unknown. So room is asked for before. When it is lacking the reserve is freed: not for new
 * writes, but so that RocksDB can finish moving what it has. Writes are taken again when there is
 * room for the reserve as well, so that the store does not flutter at the edge. Thread safe.
 */
final class Reserve {
    private static final String NAME = "RESERVE";
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path file;
    private final long reserveBytes;
    private final long marginBytes;
    private final FreeSpace space;
    private boolean full;

    /** What the write needed that was refused last. */
    private long refusedBytes;

    Reserve(Path dir, long reserveBytes, long marginBytes, FreeSpace space) {
        this.file = dir.resolve(NAME);
        this.reserveBytes = reserveBytes;
        this.marginBytes = marginBytes;
        this.space = space;
    }

    /** Whether a file is a reserve. */
    static boolean isReserve(Path file) {
        return file.endsWith(NAME);
    }

    /** Before opening: frees the reserve if recovery would not have room. */
    synchronized void beforeOpen() throws IOException {
        if (space.usableBytes() < marginBytes) {
            Files.deleteIfExists(file);
            full = true;
        }
    }

    /** After opening: makes the reserve if there is room for it. */
    synchronized void afterOpen() throws IOException {
        if (!full) {
            restore();
        }
    }

    /** Whether writes are refused. */
    synchronized boolean full() {
        return full;
    }

    /** Whether a write would be tried: not full, or full until just now. */
    synchronized boolean writable() {
        try {
            return !full || roomAgain(refusedBytes);
        } catch (IOException e) {
            // A disk that does not even tell its room is not one to write to.
            return false;
        }
    }

    /** Whether the reserve is in place, or none is wanted. */
    synchronized boolean held() {
        return reserveBytes == 0 || Files.exists(file);
    }

    /** Whether a write of so many bytes has room; if not, frees the reserve. */
    synchronized boolean admits(long neededBytes) throws IOException {
        if (!full && space.usableBytes() < marginBytes + neededBytes) {
            full = true;
            Files.deleteIfExists(file);
        }
        refusedBytes = full ? neededBytes : 0;
        return !full;
    }

    /** Whether there would be room again for writes of so many bytes and for the reserve. */
    synchronized boolean roomAgain(long neededBytes) throws IOException {
        return space.usableBytes() >= marginBytes + neededBytes + reserveBytes;
    }

    /** Takes writes again, and makes the reserve anew. */
    synchronized void resume() throws IOException {
        full = false;
        restore();
    }

    private void restore() throws IOException {
        if (reserveBytes == 0
                || (Files.exists(file) && Files.size(file) == reserveBytes)
                || space.usableBytes() < reserveBytes + marginBytes) {
            return;
        }
        // Noise, since a file system that compresses would give nothing back for zeros.
        SplittableRandom noise = new SplittableRandom(reserveBytes);
        byte[] chunk = new byte[CHUNK_BYTES];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = reserveBytes; left > 0; left -= CHUNK_BYTES) {
                noise.nextBytes(chunk);
                out.write(chunk, 0, (int) Math.min(left, CHUNK_BYTES));
            }
        } catch (IOException e) {
            // Another took the room meanwhile. The store works without; its health tells.
            Files.deleteIfExists(file);
        }
    }
}
