package dev.musher.ops.sim;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Queries;
import dev.musher.node.replica.Replica;
import dev.musher.protocol.json.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An owner that writes checkpoints, and nodes that drop replaced texts on its word, while items are
 * written, closed, deleted and taken up again, and while nodes crash in the middle of it; besides
 * them, now and then, a member that sends outlines nobody vouched for. Whoever comes then starts
 * from outlines. Texts may go where they were replaced in closed items and nowhere else, and the
 * state is that of the whole history. Not thread safe.
 */
final class Compactions implements Adverse {

    private static final int EVENTS = 160;
    private static final int ALL = 100_000;

    /** After this nobody who only waits for others is waited for, ms. */
    private static final long IDLE_MS = 30L * 24 * 60 * 60 * 1_000;

    /** Texts written, and steps that drop them, while one node is away. */
    private static final int MEANWHILE = 60;

    private final World world;
    private final RandomGenerator random;
    private final boolean mayLie;

    /** Changes with texts, as their authors wrote them. */
    private final SortedMap<ChangeId, Change> texts = new TreeMap<>();

    private long dropped;

    /**
     * @param mayLie whether a member may be against the others
     */
    Compactions(World world, RandomGenerator random, boolean mayLie) {
        this.world = world;
        this.random = random;
        this.mayLie = mayLie;
    }

    /** Texts that were dropped and looked at. */
    long dropped() {
        return dropped;
    }

    @Override
    public void begin(List<SimNode> others, int many) {
        if (mayLie && random.nextBoolean()) {
            SimNode liar = others.getFirst();
            world.dishonest(liar);
            world.network().through(new FalseOutlines(liar, random)::alter);
        }
    }

    @Override
    public int events() {
        return EVENTS;
    }

    @Override
    public void one() {
        SimNode node = world.nodes().get(random.nextInt(world.nodes().size()));
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> write(node);
            case 3, 4 -> end(node);
            case 5 -> checkpoint();
            default -> {
                compact(node, random.nextInt(3) == 0 ? IDLE_MS : 0);
                if (world.options().crashes() && random.nextInt(3) == 0) {
                    int within = 1 + 2 * world.options().diskMs();
                    world.agenda().in(random.nextInt(within), () -> crash(node));
                }
            }
        }
    }

    /** The same in a mesh of which one node is away. */
    void oneWithout(SimNode away, int step) {
        List<SimNode> here = world.nodes().stream().filter(n -> n != away).toList();
        SimNode node = here.get(random.nextInt(here.size()));
        if (step < MEANWHILE / 3) {
            write(node);
        } else if (step < MEANWHILE / 2) {
            end(node);
        } else if (step % 10 == 0) {
            checkpoint();
        } else {
            compact(node, IDLE_MS);
        }
    }

    /** How many of those steps there are. */
    static int meanwhile() {
        return MEANWHILE;
    }

    private void crash(SimNode node) {
        if (node.up()) {
            node.crash();
            world.agenda().in(random.nextInt(1_000), node::restart);
        }
    }

    /** A new item with a text, or another text for an old one. */
    private void write(SimNode node) {
        SortedMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.BODY, new Value.Text("text " + random.nextLong() + " of many words"));
        Item item = any(node, false);
        if (item == null || random.nextInt(5) == 0) {
            fields.put(Field.NAME, new Value.Text("to be closed"));
            fields.put(Field.TYPE, new Value.Text("story"));
            Origin origin = new Origin(Origin.Kind.TEST, "compaction", 1);
            submit(node, new Command.Create(origin, fields, new TreeMap<>()));
        } else {
            submit(node, new Command.Edit(item.key().text(), fields, new TreeMap<>(), null));
        }
    }

    /** An item comes to its end, or back from there. */
    private void end(SimNode node) {
        boolean back = random.nextInt(4) == 0;
        Item item = any(node, back);
        if (item == null) {
            return;
        }
        String ref = item.key().text();
        if (back) {
            submit(
                    node,
                    item.deleted()
                            ? new Command.Restore(ref)
                            : new Command.Act(ref, Event.REOPEN, "", new TreeMap<>(), null));
        } else {
            submit(
                    node,
                    random.nextBoolean()
                            ? new Command.Delete(ref, null)
                            : new Command.Act(ref, Event.ABANDON, "enough", new TreeMap<>(), null));
        }
    }

    private void submit(SimNode node, Command command) {
        if (isReady(node)) {
            node.receive(
                    new Input.Submit(
                            node.nextTicket(), new Actor.User("writer"), List.of(command), null));
        }
    }

    private @Nullable Item any(SimNode node, boolean closed) {
        Published shown = node.published();
        List<Item> items = new ArrayList<>();
        if (shown != null) {
            shown.items()
                    .forEach((key, item) -> {
                        if (isClosed(item) == closed) {
                            items.add(item);
                        }
                    });
        }
        return items.isEmpty() ? null : items.get(random.nextInt(items.size()));
    }

    /** As an owner's node does it. */
    private void checkpoint() {
        SimNode founder = world.nodes().getFirst();
        Queries queries = founder.queries();
        if (isReady(founder) && queries != null) {
            founder.receive(
                    new Input.Checkpoint(
                            founder.nextTicket(), new Actor.User("owner"), queries.replaced()));
        }
    }

    /** Drops texts at a node, and looks at each that is gone then. */
    private void compact(SimNode node, long idleMs) {
        Published shown = node.published();
        if (!isReady(node) || node.busy() || shown == null) {
            return;
        }
        SortedMap<ChangeId, Change> before = new TreeMap<>();
        for (Change change : held(node)) {
            if (!change.isOutline() && change.ops().stream().anyMatch(Outline::holdsText)) {
                before.put(change.id(), change);
            }
        }
        if (world.isHonest(node)) {
            texts.putAll(before);
        }
        long ticket = node.nextTicket();
        world.whenAnswered(
                node,
                ticket,
                answer -> {
                    for (Change now : held(node)) {
                        Change text = before.get(now.id());
                        if (text != null && now.isOutline()) {
                            dropped++;
                            gone(node, text, shown);
                        }
                    }
                });
        node.receive(new Input.Compact(ticket, false, idleMs, 0, 0));
    }

    /** A text may go where it was replaced and its item is closed. */
    private static void gone(SimNode node, Change change, Published shown) {
        for (int i = 0; i < change.ops().size(); i++) {
            Op op = change.op(i);
            if (!Outline.holdsText(op)) {
                continue;
            }
            ItemKey key = op instanceof Op.OnItem on ? on.item() : ItemKey.of(change.id(), i);
            Item item = shown.items().get(key);
            if (item == null
                    || !isClosed(item)
                    || item.body().refs().contains(new Ref(change.id(), i))) {
                throw new Violation(
                        "A6",
                        "node " + node.index() + " dropped a text of " + change + " from " + item);
            }
        }
    }

    /** What stands for a text is what an owner vouched for; what is shown can be read. */
    @Override
    public void atEnd() {
        SimNode founder = world.nodes().getFirst();
        for (SimNode node : world.honest()) {
            for (Change change : held(node)) {
                if (!change.isOutline()) {
                    texts.put(change.id(), change);
                }
            }
        }
        for (SimNode node : world.honest()) {
            List<Change> held = held(node);
            SortedMap<ChangeId, ChangeId> vouched = new TreeMap<>();
            for (Change change : held) {
                if (change.device().equals(founder.device())) {
                    change.ops()
                            .forEach(op -> {
                                if (op instanceof Op.Checkpoint checkpoint) {
                                    checkpoint
                                            .outlines()
                                            .forEach(v -> vouched.put(v.change(), v.outline()));
                                }
                            });
                }
            }
            SortedMap<ChangeId, Change> outlines = new TreeMap<>();
            for (Change change : held) {
                if (change.isOutline()) {
                    outlines.put(change.id(), change);
                    expectVouched(node, change, vouched.get(change.id()));
                }
            }
            expectTexts(node, outlines);
        }
    }

    private void expectVouched(SimNode node, Change outline, @Nullable ChangeId vouched) {
        ChangeId hash = Outline.hash(outline);
        Change text = texts.get(outline.id());
        if (hash == null
                || !hash.equals(vouched)
                || text != null && !hash.equals(Outline.hash(text))) {
            throw new Violation(
                    "A6",
                    "node " + node.index() + " holds an outline nobody vouched for: " + outline);
        }
    }

    private static void expectTexts(SimNode node, SortedMap<ChangeId, Change> outlines) {
        Published shown = node.published();
        if (shown != null) {
            shown.items()
                    .forEach((key, item) -> {
                        for (Ref ref : item.body().refs()) {
                            Change outline = outlines.get(ref.change());
                            // A write beside it may be the one whose text went.
                            if (outline != null && Outline.holdsText(outline.op(ref.index()))) {
                                throw new Violation(
                                        "A6",
                                        "node " + node.index() + " lost what it shows of " + item);
                            }
                        }
                    });
        }
    }

    private static List<Change> held(SimNode node) {
        return Replica.exported(node.disk(), 0, ALL).stream().map(s -> s.change()).toList();
    }

    private static boolean isClosed(Item item) {
        return item.deleted() || (item.stage() != null && item.stage().name().terminal());
    }

    private static boolean isReady(SimNode node) {
        return node.joined() && node.up();
    }
}
