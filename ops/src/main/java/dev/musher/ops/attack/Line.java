package dev.musher.ops.attack;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.protocol.codec.FrameReader;
import dev.musher.protocol.codec.FrameWriter;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A member's link to a node, past the handshake. Not thread safe. */
final class Line implements Closeable {

    private static final int STATUS = 8;
    private static final int VECTOR = 9;
    private static final int WANT = 10;
    private static final int RUNS = 11;
    private static final int ACK = 12;
    private static final int ASK = 16;
    private static final int LATER_KIND = 200;
    private static final int CLOSING_MS = 10_000;

    /** Steps of a vector. */
    static final int OPEN = 0;

    static final int NEWS = 4;

    private final RawSocket socket;
    private final Thread drain;
    private long number;
    private volatile double endedMs = -1;
    private volatile long credit = 8 << 20;
    private volatile long heard;

    private Line(RawSocket socket, boolean reads) {
        this.socket = socket;
        this.drain = Thread.ofVirtual().unstarted(this::drain);
        if (reads) {
            drain.start();
        }
    }

    /**
     * Dials as a member, as often as it takes to be heard; null where it is not let in.
     *
     * @param reads whether what the node says is read and forgotten, or never read
     */
    static @org.jspecify.annotations.Nullable Line dial(Scene scene, Device device, boolean reads)
            throws IOException {
        return of(scene.heard(device, 1), reads);
    }

    /** Dials as a member, once: null where it is not let in, or closed at the door. */
    static @org.jspecify.annotations.Nullable Line rush(Scene scene, Device device)
            throws IOException {
        return of(device.shake(scene.node(), 1), true);
    }

    private static @org.jspecify.annotations.Nullable Line of(Device.Shaken shaken, boolean reads)
            throws IOException {
        if (!shaken.isLetIn()) {
            shaken.socket().close();
            return null;
        }
        return new Line(shaken.socket(), reads);
    }

    /** Changes, as the next frame of them; its bytes. */
    int runs(List<Signed> changes) throws IOException {
        byte[] frame = frame(++number, changes);
        socket.message(frame);
        return frame.length;
    }

    /** A frame of changes; a megabyte is made once and sent often. */
    static byte[] frame(long number, List<Signed> changes) {
        FrameWriter out = new FrameWriter(RUNS, 2);
        out.body().integer(number);
        SignedCodec.writeRun(out.body(), changes);
        return out.toBytes();
    }

    /** Heads of chains that may not exist: 24 random bytes each. */
    void vector(int step, int flags, byte[] names) throws IOException {
        FrameWriter out = new FrameWriter(VECTOR, 4);
        out.body().integer(step).integer(flags);
        haves(out.body(), names);
        socket.message(out.toBytes());
    }

    /** Asks for chains. */
    void want(byte[] names) throws IOException {
        FrameWriter out = new FrameWriter(WANT, 2);
        haves(out.body(), names);
        socket.message(out.toBytes());
    }

    private static void haves(CborWriter out, byte[] names) {
        int count = names.length / 24;
        out.bytes(names).array(count);
        for (int i = 0; i < count; i++) {
            out.integer(1 + (ByteBuffer.wrap(names).getInt(24 * i) & 0xffff));
        }
    }

    /** A comparison that never agrees, and is to be answered. */
    void status(byte[] digest) throws IOException {
        FrameWriter out = new FrameWriter(STATUS, 4);
        out.body().bytes(digest).nothing().integer(1).flag(true);
        socket.message(out.toBytes());
    }

    /** Acknowledges a frame again. */
    void ack(long of, long credit) throws IOException {
        FrameWriter out = new FrameWriter(ACK, 2);
        out.body().integer(of).integer(credit);
        socket.message(out.toBytes());
    }

    /** Asks for so many nodes of the trie. */
    void ask(int paths) throws IOException {
        FrameWriter out = new FrameWriter(ASK, 1);
        out.body().array(paths);
        for (int i = 0; i < paths; i++) {
            out.body().bytes(new byte[] {(byte) (i % 16)});
        }
        socket.message(out.toBytes());
    }

    /** A frame that only a later version knows. */
    void later(int bytes) throws IOException {
        FrameWriter out = new FrameWriter(LATER_KIND, 1);
        out.body().bytes(new byte[bytes]);
        socket.message(out.toBytes());
    }

    /** Whether the node has ended it; only where this reads. */
    boolean ended() {
        return endedMs >= 0;
    }

    /** When the node closed it, ms from the connect; negative where it does not within the time. */
    double msUntilClosed(int withinMs) {
        if (!drain.isAlive() && endedMs < 0) {
            return socket.msUntilClosed(withinMs);
        }
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs);
        while (endedMs < 0 && System.nanoTime() < endNs) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return endedMs;
    }

    /** Since the connect, ms. */
    double ageMs() {
        return socket.ageMs();
    }

    RawSocket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Bytes of changes that may be sent by now; only where this reads. */
    long credit() {
        return credit;
    }

    /** Bytes of frames that were sent to the node, its handshake among them. */
    long said() {
        return socket.said();
    }

    /** Bytes of frames that the node sent; only where this reads. */
    long heard() {
        return heard;
    }

    private void drain() {
        for (byte[] frame = socket.receive(Integer.MAX_VALUE);
                frame != null;
                frame = socket.receive(Integer.MAX_VALUE)) {
            heard += frame.length; // by this thread alone
            if (Device.kind(frame) == ACK) {
                CborReader in = new FrameReader(frame).body();
                in.integer("number", 0, Long.MAX_VALUE);
                credit = in.integer("credit", 0, Long.MAX_VALUE);
            }
        }
        // The node's last frame, or its end.
        double closed = socket.msUntilClosed(CLOSING_MS);
        endedMs = closed < 0 ? socket.ageMs() : closed;
    }
}
