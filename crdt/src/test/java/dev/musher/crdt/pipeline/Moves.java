package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes changes of one move each, with ids in the order in which they were asked for. */
final class Moves {

    static final ItemKey ITEM = new ItemKey(1, 1);
    static final Actor USER = new Actor.User("ada");
    static final Actor AGENT = new Actor.Agent("coder", null);
    static final Actor SYSTEM = new Actor.SystemActor("node");

    private int next;

    /** An id that no other call gave. */
    static ChangeId id(int number) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) (number * 31);
        for (int i = 0; i < 4; i++) {
            bytes[28 + i] = (byte) (number >>> (24 - 8 * i));
        }
        return ChangeId.of(bytes);
    }

    static DeviceId device(int number) {
        byte[] bytes = new byte[32];
        bytes[31] = (byte) number;
        return DeviceId.of(bytes);
    }

    Written created(long lamport) {
        return Written.created(lamport, new Ref(id(++next), 0));
    }

    @Nullable Written move(Actor actor, long lamport, Event event, @Nullable Written... bases) {
        return move(actor, lamport, op(event, Map.of(), "", bases), bases);
    }

    @Nullable Written move(Actor actor, long lamport, Op.Move op, @Nullable Written... bases) {
        Change change = change(id(++next), actor, lamport, lamport * 1000, op);
        return Transitions.written(change, 0, op, new ArrayList<>(Arrays.asList(bases)));
    }

    static Op.Move op(
            Event event, Map<String, String> details, String reason, @Nullable Written... bases) {
        List<Ref> refs = new ArrayList<>();
        for (Written w : bases) {
            refs.add(w == null ? new Ref(id(999_999), 0) : w.ref());
        }
        SortedMap<String, String> sorted = new TreeMap<>(details);
        return new Op.Move(ITEM, event, refs, reason, sorted);
    }

    static Change change(ChangeId id, Actor actor, long lamport, long wallMs, Op... ops) {
        Header header =
                new Header(
                        Header.VERSION,
                        id(0),
                        device(1),
                        1,
                        2,
                        id(0),
                        List.of(),
                        lamport,
                        wallMs,
                        id(0),
                        0,
                        id(0));
        return new Change(id, header, actor, List.of(ops), new byte[0]);
    }
}
