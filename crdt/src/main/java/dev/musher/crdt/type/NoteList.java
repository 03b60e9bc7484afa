package dev.musher.crdt.type;

import dev.musher.crdt.change.Ref;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Notes in (lamport, ref) order. A note is a fact: never changed, never removed. An edit is a write
 * to a register that belongs to the note, so concurrent edits stand side by side as well.
 *
 * <p>The law: the list is the set of counted notes; each one's edits are a {@link Register}. An
 * edit of a note that is not in the list (void, or of another item) has no effect. Union and
 * register both commute, associate and repeat without effect.
 *
 * <p>Immutable; may be shared between threads.
 */
public final class NoteList {

    /**
     * A note.
     *
     * @param text what its author wrote, by hash
     * @param edits newer texts
     */
    public record Note(Ref ref, long lamport, Body text, Register<Body> edits) {

        /** The op that holds the text to show: the newest edit, else the note itself. */
        public Ref shown() {
            Head<Body> top = edits.top();
            return top == null ? ref : top.ref();
        }
    }

    private static final NoteList EMPTY = new NoteList(List.of());

    private final List<Note> notes;

    private NoteList(List<Note> notes) {
        this.notes = notes;
    }

    /** No notes. */
    public static NoteList empty() {
        return EMPTY;
    }

    /** Notes as they were stored; {@link IllegalArgumentException} if they are not in order. */
    public static NoteList of(List<Note> notes) {
        for (int i = 1; i < notes.size(); i++) {
            if (compare(notes.get(i - 1), notes.get(i)) >= 0) {
                throw new IllegalArgumentException("notes are not sorted");
            }
        }
        return notes.isEmpty() ? EMPTY : new NoteList(List.copyOf(notes));
    }

    /** The list with a note more; the same if it is there. */
    public NoteList add(Ref ref, long lamport, Body text) {
        Note note = new Note(ref, lamport, text, Register.empty());
        int at = notes.size();
        while (at > 0 && compare(notes.get(at - 1), note) > 0) {
            at--;
        }
        if (at > 0 && compare(notes.get(at - 1), note) == 0) {
            return this;
        }
        List<Note> out = new ArrayList<>(notes.size() + 1);
        out.addAll(notes);
        out.add(at, note);
        return new NoteList(List.copyOf(out));
    }

    /** The list after an edit of {@code note} that replaces the named edits of it. */
    public NoteList edit(Ref note, Ref ref, long lamport, Body text, Collection<Ref> replaces) {
        List<Note> out = new ArrayList<>(notes);
        for (int i = 0; i < out.size(); i++) {
            Note n = out.get(i);
            if (n.ref().equals(note)) {
                Register<Body> edits = n.edits().write(ref, lamport, text, replaces);
                out.set(i, new Note(n.ref(), n.lamport(), n.text(), edits));
                return new NoteList(List.copyOf(out));
            }
        }
        return this;
    }

    /** A list in the making, for folding a long log: each note and edit costs the same. */
    public static final class Builder {

        private final Map<Ref, Note> notes = new LinkedHashMap<>();
        private final Map<Ref, Register.Builder<Body>> edits = new HashMap<>();

        /** An empty list. */
        public Builder() {}

        /** Adds a note; each after all that are older by (lamport, ref). */
        public void add(Ref ref, long lamport, Body text) {
            notes.putIfAbsent(ref, new Note(ref, lamport, text, Register.empty()));
        }

        /** As {@link NoteList#edit}. */
        public void edit(Ref note, Ref ref, long lamport, Body text, Collection<Ref> replaces) {
            if (notes.containsKey(note)) {
                edits.computeIfAbsent(note, n -> new Register.Builder<>())
                        .write(ref, lamport, text, replaces);
            }
        }

        /** The list. */
        public NoteList build() {
            List<Note> out = new ArrayList<>(notes.size());
            for (Note n : notes.values()) {
                Register.Builder<Body> edited = edits.get(n.ref());
                out.add(
                        edited == null
                                ? n
                                : new Note(n.ref(), n.lamport(), n.text(), edited.build()));
            }
            return of(out);
        }
    }

    /** The notes, oldest first. */
    public List<Note> notes() {
        return notes;
    }

    /** The note that {@code ref} wrote, or null. */
    public @Nullable Note find(Ref ref) {
        for (Note n : notes) {
            if (n.ref().equals(ref)) {
                return n;
            }
        }
        return null;
    }

    private static int compare(Note a, Note b) {
        int r = Long.compare(a.lamport(), b.lamport());
        return r != 0 ? r : a.ref().compareTo(b.ref());
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof NoteList l && notes.equals(l.notes);
    }

    @Override
    public int hashCode() {
        return notes.hashCode();
    }

    @Override
    public String toString() {
        return notes.toString();
    }
}
