package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes items step by step, as one device with a clock that counts. */
final class Items {

    private int changes = 1000;
    private long lamport;

    Item create(long number, Map<Field, Value> fields) {
        return create(number, fields, id(++changes));
    }

    Item create(long number, Map<Field, Value> fields, ChangeId id) {
        Ref ref = new Ref(id, 0);
        Op.NewItem op = new Op.NewItem(number, null, new TreeMap<>(fields), new TreeMap<>());
        Logged l =
                new Logged(
                        ref,
                        ++lamport,
                        lamport * 10,
                        Moves.USER,
                        Moves.device(1),
                        op,
                        Written.created(lamport, ref),
                        true,
                        false);
        Item item = Item.fold(ItemKey.of(ref), List.of(l));
        if (item == null) {
            throw new IllegalStateException("a creation that counts makes an item");
        }
        return item;
    }

    /** The item after an op written now. */
    Item on(Item item, Op op) {
        return on(item, op, ++lamport);
    }

    /** The item after an op written at some logical time, so that two can be at once. */
    Item on(Item item, Op op, long at) {
        lamport = Math.max(lamport, at);
        Ref ref = new Ref(id(++changes), 0);
        Written written = null;
        if (op instanceof Op.Move m) {
            List<Written> bases = new ArrayList<>();
            m.bases()
                    .forEach(b ->
                            item.moves().stream()
                                    .filter(w -> w.ref().equals(b))
                                    .forEach(bases::add));
            written =
                    Transitions.written(
                            Moves.change(ref.change(), Moves.USER, at, at * 10, m),
                            0,
                            m,
                            new ArrayList<>(bases));
        }
        Actor actor = Moves.USER;
        return item.apply(
                new Logged(ref, at, at * 10, actor, Moves.device(1), op, written, true, false));
    }

    Item move(Item item, Event event) {
        return on(item, new Op.Move(item.key(), event, item.moveRefs(), "", new TreeMap<>()));
    }

    Item set(Item item, Field field, Value value) {
        return on(item, new Op.SetField(item.key(), field, value, item.fieldRefs(field)));
    }

    long now() {
        return lamport;
    }

    private static ChangeId id(int number) {
        return Moves.id(number);
    }
}
