package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Ref;

/**
 * Orders the heads of a stage: the greatest wins. A later life first, then what kind of word it
 * was, then a person's before another's, then lamport, id and index, which make the order total.
 *
 * @param life how often it was reopened or restored on the way here, 0..
 * @param rank {@link #OTHER} .. {@link #LANDED}
 * @param person whether a person moved it
 */
public record StageKey(
        long life, int rank, boolean person, long lamport, ChangeId change, int index)
        implements Comparable<StageKey> {

    /** Moved by an agent or the system, or new. */
    public static final int OTHER = 0;

    /** Moved by a person. */
    public static final int PERSON = 1;

    /** Held by a person: freeze, block, review hold. */
    public static final int HELD = 2;

    /** Closed by a person: abandon, supersede, reject, done. */
    public static final int CLOSED = 3;

    /** A landed fact. */
    public static final int LANDED = 4;

    /** The op that wrote it. */
    public Ref ref() {
        return new Ref(change, index);
    }

    @Override
    public int compareTo(StageKey o) {
        int r = Long.compare(life, o.life);
        r = r != 0 ? r : Integer.compare(rank, o.rank);
        r = r != 0 ? r : Boolean.compare(person, o.person);
        r = r != 0 ? r : Long.compare(lamport, o.lamport);
        r = r != 0 ? r : change.compareTo(o.change);
        return r != 0 ? r : Integer.compare(index, o.index);
    }
}
