package dev.musher.node.verify;

import dev.musher.crdt.BranchRecord;
import dev.musher.crdt.History;
import dev.musher.crdt.LogRecord;
import dev.musher.crdt.LogVisitor;
import dev.musher.crdt.Patch;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Written;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The history that a fresh fold makes: all in memory, since what is on disk is what is doubted.
 * Changes are kept as their bytes, about 500 bytes each with what finds them, and decoded again
 * where an item is folded anew; the latest are kept decoded. Not thread safe.
 */
final class Folded implements History {

    private static final int RECENT = 8_192;

    private final Map<ChangeId, Place> places = new HashMap<>();
    private final List<Stretch> branches = new ArrayList<>();
    private final List<BranchRecord> opened = new ArrayList<>();
    private final Map<ItemKey, List<LogRecord>> logs = new HashMap<>();
    private final Map<Ref, LogRecord> stages = new HashMap<>();
    private Collection<Item> items = List.of();
    private final Map<Place, Change> recent =
            new LinkedHashMap<>(RECENT * 2, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Place, Change> eldest) {
                    return size() > RECENT;
                }
            };

    private record Stretch(int first, List<Kept> changes) {}

    private record Kept(byte[] bytes, boolean outline) {}

    /** Takes in what a change added. */
    void add(Patch patch) {
        Place place = patch.place();
        BranchRecord branch = patch.newBranch();
        if (branch != null) {
            opened.add(branch);
            branches.add(new Stretch(place.seq(), new ArrayList<>()));
        }
        Change change = patch.change();
        branches.get(place.branch()).changes().add(new Kept(change.bytes(), change.isOutline()));
        places.put(patch.change().id(), place);
        recent.put(place, patch.change());
        for (LogRecord each : patch.log()) {
            logs.computeIfAbsent(each.item(), k -> new ArrayList<>(4)).add(each);
            if (each.written() != null) {
                stages.put(each.written().ref(), each);
            }
        }
    }

    /** All is taken in; these are the items now. */
    void finish(Collection<Item> now) {
        items = now;
    }

    /** The branches that were opened, in order. */
    List<BranchRecord> branches() {
        return opened;
    }

    /** The items at the end, by key. */
    Collection<Item> items() {
        return items;
    }

    /** The logs by item. */
    SortedMap<ItemKey, List<LogRecord>> logs() {
        return new TreeMap<>(logs);
    }

    @Override
    public @Nullable Place find(ChangeId id) {
        return places.get(id);
    }

    @Override
    public Change change(Place place) {
        Change found = recent.get(place);
        if (found == null) {
            Stretch stretch = branches.get(place.branch());
            Kept kept = stretch.changes().get(place.seq() - stretch.first());
            found = kept.outline() ? Outline.read(kept.bytes()) : ChangeCodec.read(kept.bytes());
            recent.put(place, found);
        }
        return found;
    }

    @Override
    public void itemLog(ItemKey item, LogVisitor visitor) {
        for (LogRecord each : logs.getOrDefault(item, List.of())) {
            visitor.op(each.place(), each.index(), each.written());
        }
    }

    @Override
    public @Nullable Written written(ItemKey item, long lamport, Place place, Ref ref) {
        LogRecord found = stages.get(ref);
        return found != null && found.item().equals(item) ? found.written() : null;
    }
}
