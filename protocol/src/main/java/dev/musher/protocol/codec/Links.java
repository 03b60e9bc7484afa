package dev.musher.protocol.codec;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Malformed;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers that join a change to a signature further along its chain: those of the changes after
 * it, in order, the last of which is the one that is signed. They name each other by hash, so they
 * prove the author of the change as well as a signature of its own would; and they prove it also
 * where the changes they are of are refused, or never come. Without them such a change could be
 * sent to nobody, and neither could anything that builds on it.
 *
 * <p>Immutable.
 */
public final class Links {

    /** No header: the change is signed itself. */
    public static final Links NONE = new Links(new byte[0]);

    /** Headers at most: as far as a change may be from its signature. */
    public static final int MOST = ChainSigning.RUN_CHANGES - 1;

    /** Their bytes at most; a header is below 1 KiB. */
    public static final int BYTES = MOST * 1024;

    private final byte[] bytes;

    private Links(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The links over changes that follow each other.
     *
     * @param on from the last of them to what is signed; empty where that is signed itself
     */
    public static Links over(List<Change> rest, Links on) {
        if (rest.size() + on.count() > MOST) {
            throw new IllegalArgumentException(rest.size() + " links more, at most " + MOST);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(rest.size() * 256);
        for (Change change : rest) {
            out.write(change.bytes(), 0, change.headerBytes());
        }
        out.writeBytes(on.bytes);
        return new Links(out.toByteArray());
    }

    /**
     * Links from outside. What is in them is looked at by {@link #signedId} only.
     *
     * @param bytes at most {@link #BYTES}
     */
    public static Links of(byte[] bytes, int from, int to) {
        if (to - from > BYTES) {
            throw new Malformed(to - from + " bytes of links, at most " + BYTES);
        }
        return to == from ? NONE : new Links(Arrays.copyOfRange(bytes, from, to));
    }

    /** The headers, one behind the other. Do not write into them. */
    public byte[] bytes() {
        return bytes;
    }

    /** How many headers; more than {@link #MOST} where they are no headers. */
    public int count() {
        CborReader in = new CborReader(bytes);
        int count = 0;
        while (in.position() < bytes.length) {
            if (count++ == MOST || read(in) == null) {
                return MOST + 1;
            }
        }
        return count;
    }

    /** Whether there is no header. */
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /**
     * The id that has to be signed so that the author of {@code change} is proved: its own, or the
     * one that the headers lead to; null where they do not follow each other from the change on, or
     * are not headers.
     */
    public @Nullable ChangeId signedId(Change change) {
        Header before = change.header();
        ChangeId id = change.id();
        CborReader in = new CborReader(bytes);
        for (int i = 0; in.position() < bytes.length; i++) {
            int from = in.position();
            Header next = read(in);
            if (i == MOST
                    || next == null
                    || !id.equals(next.prev())
                    || !next.device().equals(before.device())
                    || next.epoch() != before.epoch()
                    || next.seq() != before.seq() + 1) {
                return null;
            }
            id = ChangeId.hash(bytes, from, in.position());
            before = next;
        }
        return id;
    }

    private static @Nullable Header read(CborReader in) {
        try {
            return ChangeCodec.readHeader(in);
        } catch (Malformed e) {
            // A link that is no header is a bad proof, like a bad signature.
            return null;
        }
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Links other && Arrays.equals(bytes, other.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
