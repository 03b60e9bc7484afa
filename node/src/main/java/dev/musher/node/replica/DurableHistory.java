package dev.musher.node.replica;

import dev.musher.crdt.History;
import dev.musher.crdt.LogRecord;
import dev.musher.crdt.LogVisitor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Written;
import dev.musher.node.store.Reader;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.sync.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The history as it is on disk. May be asked from any thread; each call reads the store. */
final class DurableHistory implements History {

    private final Reader store;
    private final IdIndex ids;

    DurableHistory(Reader store, IdIndex ids) {
        this.store = store;
        this.ids = ids;
    }

    @Override
    public @Nullable Place find(ChangeId id) {
        return ids.find(id);
    }

    @Override
    public Change change(Place place) {
        return signed(place).change();
    }

    /** The change at a place with the signature kept beside it. */
    Signed signed(Place place) {
        byte[] row = store.get(Table.CHANGES, Rows.changeKey(place.branch(), place.seq()));
        if (row == null) {
            throw new IllegalStateException("no change at " + place);
        }
        return Rows.signed(row);
    }

    /**
     * The changes at several places, in their order. Places that arrived together lie together in
     * their branches, so one scan of each branch reads them; one by one takes three times as long.
     */
    List<Change> changes(List<Place> places) {
        Map<Integer, SortedSet<Integer>> wanted = new TreeMap<>();
        for (Place place : places) {
            wanted.computeIfAbsent(place.branch(), k -> new TreeSet<>()).add(place.seq());
        }
        Map<Place, Change> found = new HashMap<>();
        wanted.forEach((branch, seqs) -> read(branch, seqs, found));
        List<Change> out = new ArrayList<>(places.size());
        for (Place place : places) {
            Change change = found.get(place);
            if (change == null) {
                throw new IllegalStateException("no change at " + place);
            }
            out.add(change);
        }
        return out;
    }

    private void read(int branch, SortedSet<Integer> seqs, Map<Place, Change> into) {
        store.scan(
                Table.CHANGES,
                Rows.changeKey(branch, seqs.first()),
                Rows.changeKey(branch, seqs.last() + 1),
                (key, row) -> {
                    int seq = Rows.seq(key);
                    if (seqs.contains(seq)) {
                        into.put(new Place(branch, seq), Rows.signed(row).change());
                    }
                    return true;
                });
    }

    @Override
    public void itemLog(ItemKey item, LogVisitor visitor) {
        record Entry(Place place, int index, byte[] written) {}
        List<Entry> entries = new ArrayList<>();
        store.scan(
                Table.ITEM_LOG,
                Rows.firstLogOf(item),
                Rows.afterLogOf(item),
                (key, row) -> {
                    entries.add(new Entry(Rows.logPlace(key), Rows.logIndex(key), row));
                    return true;
                });
        // Read after the scan: the visitor and this may read the store themselves.
        for (Entry entry : entries) {
            visitor.op(
                    entry.place(),
                    entry.index(),
                    written(entry.place(), entry.index(), entry.written()));
        }
    }

    @Override
    public @Nullable Written written(ItemKey item, long lamport, Place place, Ref ref) {
        byte[] row =
                store.get(
                        Table.ITEM_LOG,
                        Rows.logKey(new LogRecord(item, lamport, place, ref.index(), null)));
        return row == null || row.length == 0 ? null : Written.read(row, lamport, ref);
    }

    private @Nullable Written written(Place place, int index, byte[] row) {
        if (row.length == 0) {
            return null;
        }
        Change change = change(place);
        return Written.read(row, change.lamport(), new Ref(change.id(), index));
    }

    /**
     * The changes of a branch from {@code seq} on, up to and with the first that has a signature.
     */
    List<Stored> run(int branch, int seq) {
        List<Stored> out = new ArrayList<>();
        store.scan(
                Table.CHANGES,
                Rows.changeKey(branch, seq),
                Rows.branchKey(branch + 1),
                (key, row) -> {
                    Stored stored = Rows.stored(row);
                    out.add(stored);
                    return stored.signature() == null;
                });
        return out;
    }
}
