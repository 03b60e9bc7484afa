package dev.musher.ops.sim;

import dev.musher.crdt.change.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The hash of all that happened, in order: equal for two runs exactly when they did the same. */
final class Trace {

    private final MessageDigest digest = Sha256.digest();
    private final ByteBuffer numbers = ByteBuffer.allocate(20);
    private long events;

    /** Something happened at a node; {@code detail} is what told it apart. */
    void event(long nowMs, int node, String kind, byte[] detail) {
        events++;
        numbers.clear();
        numbers.putLong(nowMs).putInt(node).putInt(kind.hashCode()).putInt(detail.length);
        digest.update(numbers.array());
        digest.update(detail);
    }

    void event(long nowMs, int node, String kind, String detail) {
        event(nowMs, node, kind, detail.getBytes(StandardCharsets.UTF_8));
    }

    long events() {
        return events;
    }

    /** 64 hexadecimal digits; ends the trace. */
    String hash() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
