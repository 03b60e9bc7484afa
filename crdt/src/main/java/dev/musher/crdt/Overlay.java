package dev.musher.crdt;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Written;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The history with the change that is being applied on top, which the history need not show yet. No
 * op names one of its own change, so what an op wrote is never asked of that.
 */
final class Overlay implements History {

    private final History history;
    private @Nullable Change change;
    private @Nullable Place place;
    private List<LogRecord> log = List.of();

    Overlay(History history) {
        this.history = history;
    }

    void begin(Place place, Change change, List<LogRecord> log) {
        this.place = place;
        this.change = change;
        this.log = log;
    }

    void end() {
        place = null;
        change = null;
        log = List.of();
    }

    @Override
    public @Nullable Place find(ChangeId id) {
        return change != null && change.id().equals(id) ? place : history.find(id);
    }

    @Override
    public Change change(Place at) {
        return change != null && at.equals(place) ? change : history.change(at);
    }

    @Override
    public @Nullable Written written(ItemKey item, long lamport, Place at, Ref ref) {
        return history.written(item, lamport, at, ref);
    }

    @Override
    public void itemLog(ItemKey item, LogVisitor visitor) {
        history.itemLog(item, visitor);
        for (LogRecord r : log) {
            if (r.item().equals(item)) {
                visitor.op(r.place(), r.index(), r.written());
            }
        }
    }
}
