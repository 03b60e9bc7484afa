package dev.musher.crdt.change;

import org.jspecify.annotations.Nullable;

/**
 * Names one op: the change and the op's place in it, counted from 0.
 *
 * @param index 0..63
 */
public record Ref(ChangeId change, int index) implements Comparable<Ref> {

    @Override
    public int compareTo(Ref o) {
        int r = change.compareTo(o.change);
        return r != 0 ? r : Integer.compare(index, o.index);
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Ref r && index == r.index && change.equals(r.change);
    }

    @Override
    public int hashCode() {
        return 31 * change.hashCode() + index;
    }

    @Override
    public String toString() {
        return change.hex() + "." + index;
    }
}
