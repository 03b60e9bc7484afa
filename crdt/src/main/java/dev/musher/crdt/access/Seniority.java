package dev.musher.crdt.access;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Ref;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a key stands among the members; the most senior comes first. A key is placed by the add
 * that invited it, and by those that put it in the place of another: a key that replaces another
 * has all of that one's seniority and follows it directly, before whoever was junior to it.
 *
 * @param depth adds from the genesis, those that replaced a key not counted
 * @param add the add that invited the first key of this place; of the keys in the genesis, none
 *     that is in the history
 * @param replacing the adds that each replaced the key before, oldest first
 */
record Seniority(int depth, Add add, List<Add> replacing) implements Comparable<Seniority> {

    private static final Comparator<Seniority> BY_PLACE =
            Comparator.comparingInt(Seniority::depth).thenComparing(Seniority::add);

    /** An add of a key, and the lamport of its change. */
    record Add(long lamport, Ref ref) implements Comparable<Add> {

        private static final Comparator<Add> ORDER =
                Comparator.comparingLong(Add::lamport).thenComparing(Add::ref);

        @Override
        public int compareTo(Add o) {
            return ORDER.compare(this, o);
        }
    }

    /** Copies the list. */
    Seniority {
        replacing = List.copyOf(replacing);
    }

    /** Of a key in the genesis: the recovery key has place 0, the founder 1. */
    static Seniority founding(int place) {
        return new Seniority(0, new Add(place, new Ref(ChangeId.ZERO, 0)), List.of());
    }

    /** Of a key that the key standing here adds. */
    Seniority below(Add by) {
        return new Seniority(depth + 1, by, List.of());
    }

    /** Of a key that the key standing here adds in its own place. */
    Seniority replaced(Add by) {
        List<Add> out = new ArrayList<>(replacing);
        out.add(by);
        return new Seniority(depth, add, out);
    }

    /** The op that made the key a member; null for the two of the genesis. */
    @Nullable Ref addedBy() {
        return replacing.isEmpty() ? depth == 0 ? null : add.ref() : replacing.getLast().ref();
    }

    /** A key comes before those that replace it, and they before its other replacements. */
    @Override
    public int compareTo(Seniority o) {
        int r = BY_PLACE.compare(this, o);
        for (int i = 0; r == 0 && i < replacing.size() && i < o.replacing.size(); i++) {
            r = replacing.get(i).compareTo(o.replacing.get(i));
        }
        return r != 0 ? r : Integer.compare(replacing.size(), o.replacing.size());
    }
}
