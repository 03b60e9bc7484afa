package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Bytes32;
import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.type.AddWinsSet;
import dev.musher.crdt.type.Head;
import dev.musher.crdt.type.NoteList;
import dev.musher.crdt.type.Register;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The changes that a row refers to, ascending by (lamport, id). Confined to one call. */
final class RowTable {

    private record Entry(long lamport, ChangeId id) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry o) {
            int r = Long.compare(lamport, o.lamport);
            return r != 0 ? r : id.compareTo(o.id);
        }
    }

    private static final int INDEXES = Limits.OPS;

    private final List<Entry> entries;
    private final BitSet used = new BitSet();

    private RowTable(List<Entry> entries) {
        this.entries = entries;
    }

    static RowTable of(Item item) {
        List<Entry> all = new ArrayList<>();
        Birth birth = item.birth();
        if (birth != null) {
            all.add(new Entry(birth.lamport(), birth.ref().change()));
        }
        for (Written w : item.moves()) {
            all.add(new Entry(w.key().lamport(), w.key().change()));
        }
        for (Field field : Field.values()) {
            register(all, item.register(field));
        }
        register(all, item.body());
        for (SetName set : SetName.values()) {
            for (AddWinsSet.Entry<?> e : item.set(set).entries()) {
                e.tags().forEach(t -> all.add(new Entry(t.lamport(), t.ref().change())));
            }
        }
        item.checks().values().forEach(r -> register(all, r));
        for (NoteList.Note n : item.notes().notes()) {
            all.add(new Entry(n.lamport(), n.ref().change()));
            register(all, n.edits());
        }
        item.claims().forEach(c -> all.add(new Entry(c.lamport(), c.ref().change())));
        all.sort(null);
        List<Entry> distinct = new ArrayList<>();
        for (Entry e : all) {
            if (distinct.isEmpty() || distinct.getLast().compareTo(e) != 0) {
                distinct.add(e);
            }
        }
        return new RowTable(distinct);
    }

    private static void register(List<Entry> all, Register<?> register) {
        for (Head<?> h : register.heads()) {
            all.add(new Entry(h.lamport(), h.ref().change()));
        }
    }

    void write(CborWriter out) {
        byte[] ids = new byte[entries.size() * Bytes32.LENGTH];
        for (int i = 0; i < entries.size(); i++) {
            entries.get(i).id().put(ids, i * Bytes32.LENGTH);
        }
        out.bytes(ids).array(entries.size());
        long before = 0;
        for (Entry e : entries) {
            out.integer(e.lamport() - before);
            before = e.lamport();
        }
    }

    static RowTable read(CborReader in) {
        byte[] ids = in.bytes("changes of a row", 0, Integer.MAX_VALUE);
        int count = in.array("lamports of a row", 0, Integer.MAX_VALUE);
        if (ids.length % Bytes32.LENGTH != 0 || ids.length / Bytes32.LENGTH != count) {
            throw new Malformed("row: as many changes as lamports");
        }
        List<Entry> entries = new ArrayList<>(count);
        long lamport = 0;
        for (int i = 0; i < count; i++) {
            lamport += in.integer("lamport", 0, Limits.NUMBER);
            Entry e = new Entry(lamport, ChangeId.at(ids, i * Bytes32.LENGTH));
            if (i > 0 && entries.get(i - 1).compareTo(e) >= 0) {
                throw new Malformed("row: changes not sorted");
            }
            entries.add(e);
        }
        return new RowTable(entries);
    }

    /** The code of a ref; it must be in the table. */
    long code(long lamport, Ref ref) {
        int low = 0;
        int high = entries.size() - 1;
        Entry wanted = new Entry(lamport, ref.change());
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).compareTo(wanted) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return (long) low * INDEXES + ref.index();
    }

    /** Reads a code and marks its change as used. */
    int read(CborReader in, String what) {
        int code = (int) in.integer(what, 0, (long) entries.size() * INDEXES - 1);
        used.set(code / INDEXES);
        return code;
    }

    Ref ref(int code) {
        return new Ref(entries.get(code / INDEXES).id(), code % INDEXES);
    }

    long lamport(int code) {
        return entries.get(code / INDEXES).lamport();
    }

    void expectAllUsed() {
        if (used.cardinality() != entries.size()) {
            throw new Malformed("row: a change that nothing refers to");
        }
    }
}
