package dev.musher.node.replica;

import dev.musher.crdt.History;
import dev.musher.crdt.LogRecord;
import dev.musher.crdt.LogVisitor;
import dev.musher.crdt.Patch;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Written;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The history with what is not on disk yet: the batch being gathered and the one in flight stand in
 * memory, the rest in the store, the latest changes in a bounded memory as well. Core thread only.
 */
final class StoredHistory implements History {

    /** Decoded changes kept: the newest are asked for by every peer and every fold. */
    private static final int RECENT = 8_192;

    private final DurableHistory durable;
    private final IdIndex ids;
    private Pending building = new Pending();
    private Pending flying = new Pending();
    private final Map<Place, Signed> recent =
            new LinkedHashMap<>(RECENT * 2, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Place, Signed> eldest) {
                    return size() > RECENT;
                }
            };

    /** What one batch holds. Looked up by key only, never walked. */
    private static final class Pending {
        final Map<Place, Signed> changes = new HashMap<>();
        final Map<ItemKey, List<LogRecord>> log = new HashMap<>();
        final Map<Ref, LogRecord> stages = new HashMap<>();

        @Nullable Written written(ItemKey item, Ref ref) {
            LogRecord found = stages.get(ref);
            return found != null && found.item().equals(item) ? found.written() : null;
        }
    }

    StoredHistory(DurableHistory durable, IdIndex ids) {
        this.durable = durable;
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

    /** The change at a place with its signature, if that is kept. */
    Signed signed(Place place) {
        Signed found = inMemory(place);
        if (found == null) {
            found = durable.signed(place);
            recent.put(place, found);
        }
        return found;
    }

    /** The change at a place, if it needs no read. */
    @Nullable Signed inMemory(Place place) {
        Signed found = building.changes.get(place);
        found = found == null ? flying.changes.get(place) : found;
        return found == null ? recent.get(place) : found;
    }

    @Override
    public void itemLog(ItemKey item, LogVisitor visitor) {
        // The batch in flight may be on disk before this thread hears of it: each op is told once.
        durable.itemLog(
                item,
                (place, index, written) -> {
                    if (!flying.changes.containsKey(place)) {
                        visitor.op(place, index, written);
                    }
                });
        pending(flying, item, visitor);
        pending(building, item, visitor);
    }

    @Override
    public @Nullable Written written(ItemKey item, long lamport, Place place, Ref ref) {
        Written found = building.written(item, ref);
        found = found == null ? flying.written(item, ref) : found;
        return found == null ? durable.written(item, lamport, place, ref) : found;
    }

    /** A patch was made; {@code signed} is its change. */
    void add(Patch patch, Signed signed) {
        ids.put(patch.change().id(), patch.place());
        building.changes.put(patch.place(), signed);
        for (LogRecord record : patch.log()) {
            building.log.computeIfAbsent(record.item(), k -> new ArrayList<>(2)).add(record);
            if (record.written() != null) {
                building.stages.put(record.written().ref(), record);
            }
        }
    }

    /** The change at a place has got its signature. */
    void sign(Place place, Signed signed) {
        building.changes.put(place, signed);
    }

    /** The change at a place of an earlier batch needs its own proof no more. */
    void unsign(Place place, Signed bare) {
        flying.changes.computeIfPresent(place, (k, old) -> bare);
        recent.remove(place);
    }

    /** An outline takes the place of a change that is on disk. */
    void outlined(Place place) {
        recent.remove(place);
    }

    /** The batch being gathered leaves. */
    void closed() {
        flying = building;
        building = new Pending();
    }

    /** The batch in flight is on disk. */
    void committed(List<Place> places) {
        for (Place place : places) {
            Signed signed = flying.changes.get(place);
            if (signed != null) {
                recent.put(place, signed);
            }
        }
        flying = new Pending();
    }

    private static void pending(Pending from, ItemKey item, LogVisitor visitor) {
        for (LogRecord record : from.log.getOrDefault(item, List.of())) {
            visitor.op(record.place(), record.index(), record.written());
        }
    }
}
