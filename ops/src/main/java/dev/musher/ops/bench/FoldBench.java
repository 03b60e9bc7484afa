package dev.musher.ops.bench;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Sha256;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Logged;
import dev.musher.crdt.pipeline.Stage;
import dev.musher.crdt.pipeline.StageKey;
import dev.musher.crdt.pipeline.Written;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * One item that a member gone bad writes to without end, each write beside all before it: what it
 * costs to fold its log, to take one write more, and to say what is in conflict.
 */
final class FoldBench implements Bench {

    private static final int WRITES = 40_000;
    private static final int ROUNDS = 3;

    private static final ItemKey KEY = ItemKey.of(id(0), 0);
    private static final DeviceId DEVICE = DeviceId.of(id(-1).bytes());
    private static final Actor ACTOR = new Actor.User("mallory");

    @Override
    public void run(Path folder, double scale, Consumer<Figure> out) {
        int writes = Math.max(100, (int) (WRITES * scale));
        for (Map.Entry<String, IntFunction<Op>> kind : kinds().entrySet()) {
            out.accept(measure(kind.getKey(), kind.getValue(), writes));
        }
    }

    private static Map<String, IntFunction<Op>> kinds() {
        Map<String, IntFunction<Op>> out = new LinkedHashMap<>();
        out.put(
                "values of a field",
                i -> new Op.SetField(KEY, Field.NAME, new Value.Text("value " + i), List.of()));
        out.put(
                "moves",
                i -> new Op.Move(KEY, Event.TRIAGE, List.of(ref(1)), "r" + i, new TreeMap<>()));
        out.put(
                "reasons to block",
                i ->
                        new Op.Move(
                                KEY, Event.BLOCK, List.of(ref(1)), "reason " + i, new TreeMap<>()));
        out.put("notes", i -> new Op.AddNote(KEY, "note " + i));
        out.put(
                "edits of one note",
                i ->
                        i == 2
                                ? new Op.AddNote(KEY, "note")
                                : new Op.EditNote(KEY, ref(2), "text " + i, List.of()));
        out.put(
                "labels",
                i -> new Op.AddElement(KEY, SetName.LABELS, new Value.Text("label " + i)));
        out.put(
                "adds of one label",
                i -> new Op.AddElement(KEY, SetName.LABELS, new Value.Text("label")));
        out.put("todos checked", i -> new Op.CheckTodo(KEY, "todo " + i, true, List.of()));
        out.put("claims", i -> new Op.Tentative(KEY, 1, null, 1_000));
        out.put(
                "retries of moves",
                i ->
                        i % 2 == 0
                                ? new Op.Move(
                                        KEY, Event.TRIAGE, List.of(ref(1)), "", new TreeMap<>())
                                : new Op.Count(KEY, CounterName.RETRIES, 1, ref(i - 1)));
        return out;
    }

    private static Figure measure(String name, IntFunction<Op> op, int writes) {
        List<Logged> log = new ArrayList<>(writes + 1);
        Op.NewItem made = new Op.NewItem(1, null, new TreeMap<>(), new TreeMap<>());
        log.add(logged(1, made));
        for (int i = 2; i <= writes + 1; i++) {
            log.add(logged(i, op.apply(i)));
        }
        Logged more = logged(writes + 2, op.apply(writes + 2 + writes % 2));
        double fold = Double.MAX_VALUE;
        double write = Double.MAX_VALUE;
        double told = Double.MAX_VALUE;
        int row = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long beganNs = System.nanoTime();
            Item item = Objects.requireNonNull(Item.fold(KEY, log));
            fold = Math.min(fold, ms(beganNs));
            beganNs = System.nanoTime();
            Item after = item.apply(more);
            row = after.stored().length;
            after.hash();
            write = Math.min(write, ms(beganNs));
            beganNs = System.nanoTime();
            after.conflicts();
            told = Math.min(told, ms(beganNs));
        }
        return Figure.plain(
                String.format(Locale.ROOT, "an item of %,d %s", writes, name),
                String.format(
                        Locale.ROOT,
                        "fold %.1f ms, one write more %.2f ms, conflicts %.2f ms",
                        fold,
                        write,
                        told),
                String.format(Locale.ROOT, "row of %,d bytes; best of %d", row, ROUNDS));
    }

    private static double ms(long beganNs) {
        return (System.nanoTime() - beganNs) / 1e6;
    }

    private static Logged logged(int n, Op op) {
        Written written =
                switch (op) {
                    case Op.Move move when move.event() == Event.BLOCK ->
                            written(n, new Stage.Blocked(move.reason(), new Stage.Backlog()));
                    case Op.Move move -> written(n, new Stage.Backlog());
                    default -> null;
                };
        return new Logged(ref(n), n, n, ACTOR, DEVICE, op, written, true, false);
    }

    private static Written written(int n, Stage stage) {
        return new Written(new StageKey(0, StageKey.OTHER, false, n, id(n), 0), stage);
    }

    private static Ref ref(int n) {
        return new Ref(id(n), 0);
    }

    private static ChangeId id(int n) {
        return ChangeId.of(Sha256.of(ByteBuffer.allocate(4).putInt(n).array()));
    }
}
