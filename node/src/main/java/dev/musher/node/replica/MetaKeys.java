package dev.musher.node.replica;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keys of the table META. */
final class MetaKeys {

    /** Id of the project: 32 bytes. */
    static final byte[] PROJECT = key("project");

    /** Epoch of this device's present chain: 8 bytes. */
    static final byte[] EPOCH = key("epoch");

    /** Where this store last ran: text of the home's stamp and the store's id. */
    static final byte[] STAMP = key("stamp");

    /** The invite that is being redeemed: its text. */
    static final byte[] JOIN = key("join");

    /** Changes by which this device was added, as a run. */
    static final byte[] INTRODUCTION = key("introduction");

    /** The key that this device goes on with since it was rotated last: 32 bytes. */
    static final byte[] ROTATED = key("rotated");

    /** What late verdicts left to be folded again; see {@link Rows#unsettled}. */
    static final byte[] SETTLING = key("settling");

    /** How far that is folded: key of the last item, or nothing. There while it is settling. */
    static final byte[] SETTLED = key("settled");

    /** Written to see whether the disk has room again. */
    static final byte[] PROBE = key("probe");

    private MetaKeys() {}

    /** A number as a value: 8 bytes. */
    static byte[] number(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    private static byte[] key(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
