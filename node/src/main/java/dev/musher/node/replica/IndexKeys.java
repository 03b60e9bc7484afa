package dev.musher.node.replica;

import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keys of the table INDEX: a letter for the kind, then what is looked up. */
final class IndexKeys {

    private static final byte IDEMPOTENCY = 'k';
    private static final byte IDEMPOTENCY_ORDER = 'o';
    private static final byte INVITE = 'i';
    private static final byte PEER = 'p';
    private static final byte LEVEL = 'v';

    private IndexKeys() {}

    static byte[] idempotency(String key) {
        byte[] hash = Sha256.of(key.getBytes(StandardCharsets.UTF_8));
        return prefixed(IDEMPOTENCY, Arrays.copyOf(hash, 16));
    }

    static byte[] idempotencyOrder(long number) {
        return prefixed(IDEMPOTENCY_ORDER, ByteBuffer.allocate(8).putLong(number).array());
    }

    static byte[] afterIdempotencyOrder() {
        return new byte[] {IDEMPOTENCY_ORDER + 1};
    }

    static boolean isIdempotencyOrder(byte[] key) {
        return key.length == 9 && key[0] == IDEMPOTENCY_ORDER;
    }

    static long number(byte[] key) {
        return ByteBuffer.wrap(key, 1, 8).getLong();
    }

    static byte[] invite(long number) {
        return prefixed(INVITE, ByteBuffer.allocate(8).putLong(number).array());
    }

    static byte[] firstInvite() {
        return new byte[] {INVITE};
    }

    static byte[] afterInvites() {
        return new byte[] {INVITE + 1};
    }

    static byte[] peer(String address) {
        return prefixed(PEER, address.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] firstPeer() {
        return new byte[] {PEER};
    }

    static byte[] afterPeers() {
        return new byte[] {PEER + 1};
    }

    static byte[] level(DeviceId device) {
        return prefixed(LEVEL, device.bytes());
    }

    static byte[] firstLevel() {
        return new byte[] {LEVEL};
    }

    static byte[] afterLevels() {
        return new byte[] {LEVEL + 1};
    }

    private static byte[] prefixed(byte kind, byte[] rest) {
        byte[] key = new byte[1 + rest.length];
        key[0] = kind;
        System.arraycopy(rest, 0, key, 1, rest.length);
        return key;
    }
}
