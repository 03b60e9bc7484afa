package dev.musher.crdt;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Written;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A history in memory, filled from patches: for folds of their own, simulators and tests. One
 * thread.
 */
public final class MemoryHistory implements History {

    private final Map<ChangeId, Place> places = new HashMap<>();
    private final Map<Place, Change> changes = new HashMap<>();
    private final Map<ItemKey, List<LogRecord>> logs = new HashMap<>();
    private final Map<Ref, LogRecord> stages = new HashMap<>();

    /** Takes in what a change added. */
    public void add(Patch patch) {
        places.put(patch.change().id(), patch.place());
        changes.put(patch.place(), patch.change());
        for (LogRecord r : patch.log()) {
            logs.computeIfAbsent(r.item(), k -> new ArrayList<>()).add(r);
            if (r.written() != null) {
                stages.put(r.written().ref(), r);
            }
        }
    }

    @Override
    public @Nullable Place find(ChangeId id) {
        return places.get(id);
    }

    @Override
    public Change change(Place place) {
        Change change = changes.get(place);
        if (change == null) {
            throw new IllegalStateException("no change at " + place);
        }
        return change;
    }

    @Override
    public @Nullable Written written(ItemKey item, long lamport, Place place, Ref ref) {
        LogRecord found = stages.get(ref);
        return found != null && found.item().equals(item) ? found.written() : null;
    }

    @Override
    public void itemLog(ItemKey item, LogVisitor visitor) {
        for (LogRecord r : logs.getOrDefault(item, List.of())) {
            visitor.op(r.place(), r.index(), r.written());
        }
    }
}
