package dev.musher.crdt.type;

import dev.musher.crdt.change.Ref;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A register that keeps every value not replaced (multi-value register: Shapiro, Preguiça, Baquero,
 * Zawirski, "A comprehensive study of CRDTs", 2011). A write names the writes it replaces; one of
 * the rest is shown, the others stand beside it as a conflict until a write names them all.
 *
 * <p>The law: {@code heads = writes - everything that some write names}. It is a difference of two
 * unions over the set of writes, so order, grouping and repetition of the writes cannot change it.
 * Writes that are void take part only as links: whoever folds adds to what a write names what the
 * void writes among them name.
 *
 * <p>Why writes name and do not carry a vector: what a person replaced is what was on the screen,
 * not everything that the machine had received by then.
 *
 * <p>Immutable; may be shared between threads.
 *
 * @param <V> a value with {@code equals}
 */
public final class Register<V> {

    private static final Register<?> EMPTY = new Register<>(null, List.of());

    /** The shown head. Most registers have no other, and a project has a million of them. */
    private final @Nullable Head<V> top;

    private final List<Head<V>> others;

    private Register(@Nullable Head<V> top, List<Head<V>> others) {
        this.top = top;
        this.others = others;
    }

    private static <V> Register<V> sorted(List<Head<V>> heads) {
        return new Register<>(heads.getFirst(), List.copyOf(heads.subList(1, heads.size())));
    }

    /** Never written. */
    @SuppressWarnings("unchecked") // it holds no value
    public static <V> Register<V> empty() {
        return (Register<V>) EMPTY;
    }

    /**
     * Heads as they were stored, newest first; {@link IllegalArgumentException} if they are not.
     */
    public static <V> Register<V> of(List<Head<V>> heads) {
        for (int i = 1; i < heads.size(); i++) {
            Head<V> next = heads.get(i);
            if (heads.get(i - 1).compareTo(next.lamport(), next.ref()) <= 0) {
                throw new IllegalArgumentException("heads of a register are not sorted");
            }
        }
        return heads.isEmpty() ? empty() : sorted(heads);
    }

    /**
     * The register after a write.
     *
     * @param replaces writes of this register; others among them have no effect
     */
    public Register<V> write(Ref ref, long lamport, V value, Collection<Ref> replaces) {
        Head<V> written = new Head<>(ref, lamport, value);
        if (top == null || others.isEmpty() && replaces.contains(top.ref())) {
            return new Register<>(written, List.of());
        }
        List<Head<V>> out = new ArrayList<>(others.size() + 2);
        boolean placed = false;
        for (Head<V> h : heads()) {
            int order = h.compareTo(lamport, ref);
            if (order == 0) {
                return this;
            }
            if (!placed && order < 0) {
                out.add(written);
                placed = true;
            }
            if (!replaces.contains(h.ref())) {
                out.add(h);
            }
        }
        if (!placed) {
            out.add(written);
        }
        return sorted(out);
    }

    /** A register in the making, for folding a long log: each write costs the same. */
    public static final class Builder<V> {

        private final Map<Ref, Head<V>> heads = new LinkedHashMap<>();

        /** A register that was never written. */
        public Builder() {}

        /** As {@link Register#write}; each after all that are older by (lamport, ref). */
        public void write(Ref ref, long lamport, V value, Collection<Ref> replaces) {
            replaces.forEach(heads::remove);
            heads.put(ref, new Head<>(ref, lamport, value));
        }

        /** The register. */
        public Register<V> build() {
            return of(new ArrayList<>(heads.values()).reversed());
        }
    }

    /** All writes not replaced, the shown one first, then by (lamport, ref) downwards. */
    public List<Head<V>> heads() {
        if (top == null || others.isEmpty()) {
            return top == null ? List.of() : List.of(top);
        }
        List<Head<V>> out = new ArrayList<>(others.size() + 1);
        out.add(top);
        out.addAll(others);
        return out;
    }

    /** Whether it was never written. */
    public boolean isEmpty() {
        return top == null;
    }

    /** The head that is shown, or null if never written. */
    public @Nullable Head<V> top() {
        return top;
    }

    /** The value that is shown, or null if never written. */
    public @Nullable V shown() {
        return top == null ? null : top.value();
    }

    /** One head a value, the newest of those that wrote it, in the order of {@link #heads}. */
    public List<Head<V>> distinct() {
        List<Head<V>> out = new ArrayList<>();
        // Anyone who writes may leave any number of heads.
        Set<V> seen = new HashSet<>();
        for (Head<V> h : heads()) {
            if (seen.add(h.value())) {
                out.add(h);
            }
        }
        return out;
    }

    /** What a write names that settles or replaces everything here. */
    public List<Ref> refs() {
        return heads().stream().map(Head::ref).toList();
    }

    /** Whether the heads hold more than one value. */
    public boolean conflict() {
        return !others.isEmpty() && distinct().size() > 1;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Register<?> r && heads().equals(r.heads());
    }

    @Override
    public int hashCode() {
        return heads().hashCode();
    }

    @Override
    public String toString() {
        return heads().toString();
    }
}
