package dev.musher.crdt.change;

import java.util.List;

/**
 * 1 to 64 ops (or none, in a join of many heads) by one device, stored, sent and shown together.
 * Immutable; two are equal when their ids are.
 *
 * <p>The signature stands beside the change, not in it.
 */
public final class Change {

    private final ChangeId id;
    private final Header header;
    private final Actor actor;
    private final List<Op> ops;
    private final byte[] bytes;
    private final int tail;

    /**
     * The parts of a change, trusted to belong together. Use {@link ChangeCodec} for bytes from
     * outside and {@link ChangeCodec#write} for new ones; this constructor is for them, and for
     * tests of the fold that bring ids of their own.
     */
    public Change(ChangeId id, Header header, Actor actor, List<Op> ops, byte[] bytes) {
        this(id, header, actor, ops, bytes, -1);
    }

    /**
     * The same of an {@link Outline}.
     *
     * @param outline bytes of it behind the header; -1 where the body stands there
     */
    Change(ChangeId id, Header header, Actor actor, List<Op> ops, byte[] bytes, int outline) {
        this.tail = outline;
        this.id = id;
        this.header = header;
        this.actor = actor;
        this.ops = List.copyOf(ops);
        this.bytes = bytes;
    }

    /** SHA-256 of the header bytes. */
    public ChangeId id() {
        return id;
    }

    /** The header. */
    public Header header() {
        return header;
    }

    /** Who acted. */
    public Actor actor() {
        return actor;
    }

    /** The ops in order. */
    public List<Op> ops() {
        return ops;
    }

    /** The op that {@code index} names: a ref to it is {@code new Ref(id(), index)}. */
    public Op op(int index) {
        return ops.get(index);
    }

    /** Whether one of its ops says who may do what: then it is a membership change. */
    public boolean holdsAccess() {
        for (int i = 0; i < ops.size(); i++) {
            if (ops.get(i).isAccess()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Header bytes followed by body bytes, as received; of an outline, by those of the outline. Do
     * not write into it.
     */
    public byte[] bytes() {
        return bytes;
    }

    /** How many of {@link #bytes} are the header. */
    public int headerBytes() {
        return bytes.length - (tail < 0 ? header.bodyBytes() : tail);
    }

    /** Whether texts of its body were dropped; see {@link Outline}. */
    public boolean isOutline() {
        return tail >= 0;
    }

    /** The author. */
    public DeviceId device() {
        return header.device();
    }

    /** Whether this is a change of the project: one that names it, or its genesis itself. */
    public boolean isOf(ChangeId project) {
        ChangeId named = header.project();
        return named.equals(project) || (named.equals(ChangeId.ZERO) && id.equals(project));
    }

    /** The logical time. */
    public long lamport() {
        return header.lamport();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Change c && id.equals(c.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "change " + id.shortText() + " seq " + header.seq() + " " + ops;
    }
}
