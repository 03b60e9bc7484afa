package dev.musher.crdt.type;

import dev.musher.crdt.change.Ref;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A set in which an add wins over a concurrent remove (observed-remove set: Shapiro et al., 2011).
 * Each add leaves a tag; a remove names the tags it saw; an element is in the set while it has a
 * tag.
 *
 * <p>The law: {@code tags = adds - everything that some remove names}, a difference of two unions
 * over the set of ops: order, grouping and repetition cannot change it. Removes are not kept: a tag
 * arrives before the remove that names it, and each op once.
 *
 * <p>Immutable; may be shared between threads.
 *
 * @param <E> an element with {@code equals}
 */
public final class AddWinsSet<E> {

    /**
     * A live add.
     *
     * @param position among the elements that its op added, 0 where it added one
     */
    public record Tag(Ref ref, long lamport, int position) implements Comparable<Tag> {

        @Override
        public int compareTo(Tag o) {
            int r = Long.compare(lamport, o.lamport);
            r = r != 0 ? r : ref.compareTo(o.ref);
            return r != 0 ? r : Integer.compare(position, o.position);
        }
    }

    /**
     * An element that is in the set.
     *
     * @param tags its live adds, at least one, ascending
     */
    public record Entry<E>(E element, List<Tag> tags) {

        /** Copies the list. */
        public Entry {
            tags = List.copyOf(tags);
        }

        /** The oldest live add: it gives the element its place. */
        public Tag first() {
            return tags.getFirst();
        }

        /** What a remove names. */
        public List<Ref> refs() {
            return tags.stream().map(Tag::ref).toList();
        }
    }

    private static final AddWinsSet<?> EMPTY = new AddWinsSet<>(List.of());

    private final List<Entry<E>> entries;

    private AddWinsSet(List<Entry<E>> entries) {
        this.entries = entries;
    }

    /** The empty set. */
    @SuppressWarnings("unchecked") // it holds no element
    public static <E> AddWinsSet<E> empty() {
        return (AddWinsSet<E>) EMPTY;
    }

    /** Entries as they were stored; {@link IllegalArgumentException} if they are not in order. */
    public static <E> AddWinsSet<E> of(List<Entry<E>> entries) {
        for (int i = 0; i < entries.size(); i++) {
            Entry<E> e = entries.get(i);
            boolean sorted = i == 0 || entries.get(i - 1).first().compareTo(e.first()) < 0;
            for (int k = 1; k < e.tags().size(); k++) {
                sorted &= e.tags().get(k - 1).compareTo(e.tags().get(k)) < 0;
            }
            if (!sorted) {
                throw new IllegalArgumentException("entries of a set are not sorted");
            }
        }
        return entries.isEmpty() ? empty() : new AddWinsSet<>(List.copyOf(entries));
    }

    /** The set after an add; the same if this op has added the element already. */
    public AddWinsSet<E> add(E element, Ref ref, long lamport, int position) {
        Tag tag = new Tag(ref, lamport, position);
        Entry<E> before = find(element);
        if (before == null) {
            return with(element, List.of(tag));
        }
        List<Tag> tags = new ArrayList<>(before.tags());
        if (tags.stream().anyMatch(t -> t.ref().equals(ref))) {
            return this;
        }
        tags.add(tag);
        tags.sort(null);
        return with(element, tags);
    }

    /** The set after a remove of the adds that it names; others of the element survive. */
    public AddWinsSet<E> remove(E element, Collection<Ref> adds) {
        Entry<E> before = find(element);
        if (before == null || before.tags().stream().noneMatch(t -> adds.contains(t.ref()))) {
            return this;
        }
        List<Tag> tags = before.tags().stream().filter(t -> !adds.contains(t.ref())).toList();
        return with(element, tags);
    }

    /** A set in the making, for folding a long log: each add and remove costs the same. */
    public static final class Builder<E> {

        private final Map<E, Map<Ref, Tag>> elements = new LinkedHashMap<>();

        /** The empty set. */
        public Builder() {}

        /** As {@link AddWinsSet#add}; each after all that are older by (lamport, ref, position). */
        public void add(E element, Ref ref, long lamport, int position) {
            elements.computeIfAbsent(element, e -> new LinkedHashMap<>())
                    .putIfAbsent(ref, new Tag(ref, lamport, position));
        }

        /** As {@link AddWinsSet#remove}. */
        public void remove(E element, Collection<Ref> adds) {
            Map<Ref, Tag> tags = elements.get(element);
            if (tags != null) {
                adds.forEach(tags::remove);
                if (tags.isEmpty()) {
                    elements.remove(element);
                }
            }
        }

        /** The set. */
        public AddWinsSet<E> build() {
            List<Entry<E>> out = new ArrayList<>(elements.size());
            elements.forEach((e, tags) -> out.add(new Entry<>(e, List.copyOf(tags.values()))));
            out.sort(Comparator.comparing(Entry::first));
            return of(out);
        }
    }

    /** The elements with their adds, by (lamport, ref, position) of the oldest live add. */
    public List<Entry<E>> entries() {
        return entries;
    }

    /** The elements in the order of {@link #entries}. */
    public List<E> elements() {
        return entries.stream().map(Entry::element).toList();
    }

    /** The entry of {@code element}, or null if it is not in the set. */
    public @Nullable Entry<E> find(E element) {
        for (Entry<E> e : entries) {
            if (e.element().equals(element)) {
                return e;
            }
        }
        return null;
    }

    /** Whether no element is in it. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    private AddWinsSet<E> with(E element, List<Tag> tags) {
        List<Entry<E>> out = new ArrayList<>(entries.size() + 1);
        for (Entry<E> e : entries) {
            if (!e.element().equals(element)) {
                out.add(e);
            }
        }
        if (!tags.isEmpty()) {
            out.add(new Entry<>(element, tags));
            out.sort(Comparator.comparing(Entry::first));
        }
        return out.isEmpty() ? empty() : new AddWinsSet<>(List.copyOf(out));
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof AddWinsSet<?> s && entries.equals(s.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
