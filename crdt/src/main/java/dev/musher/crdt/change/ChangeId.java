package dev.musher.crdt.change;

import java.util.HexFormat;

/**
 * SHA-256 of a change's header bytes. The genesis' id names the project. Also used for the other
 * SHA-256 values a header carries (body, members). Immutable.
 */
public final class ChangeId extends Bytes32 {

    /** 32 zero bytes: the project field of a genesis, which cannot contain its own hash. */
    public static final ChangeId ZERO = new ChangeId(new byte[LENGTH], 0);

    private ChangeId(byte[] bytes, int offset) {
        super(bytes, offset);
    }

    /** The id of exactly 32 bytes; {@link IllegalArgumentException} otherwise. */
    public static ChangeId of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a change id has 32 bytes, not " + bytes.length);
        }
        return new ChangeId(bytes, 0);
    }

    /** The id in {@code bytes[offset .. offset + 32)}. */
    public static ChangeId at(byte[] bytes, int offset) {
        return new ChangeId(bytes, offset);
    }

    /** The id written as 64 hexadecimal digits; {@link IllegalArgumentException} otherwise. */
    public static ChangeId parse(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** SHA-256 of {@code bytes[from .. to)}. */
    public static ChangeId hash(byte[] bytes, int from, int to) {
        return new ChangeId(Sha256.of(bytes, from, to), 0);
    }
}
