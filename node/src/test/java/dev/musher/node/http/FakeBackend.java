package dev.musher.node.http;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Logged;
import dev.musher.crdt.pipeline.Transitions;
import dev.musher.crdt.pipeline.Written;
import dev.musher.node.replica.Arrival;
import dev.musher.node.replica.Counters;
import dev.musher.node.replica.EventPage;
import dev.musher.node.replica.HistoryEntry;
import dev.musher.node.replica.KeyMap;
import dev.musher.node.replica.NodeHealth;
import dev.musher.node.replica.NumberIndex;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Queries;
import dev.musher.node.replica.Resolved;
import dev.musher.node.replica.VoidOp;
import dev.musher.node.store.ModelStore;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Names;
import dev.musher.protocol.json.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A project of one device in memory: enough of a node to test the interface around it. */
final class FakeBackend implements Backend {

    /** Holds past boards back until it is opened; open to begin with. */
    volatile CountDownLatch pastHeld = new CountDownLatch(0);

    /** Closed, every read of the store ends as if the node were stopping. */
    final ModelStore readable = new ModelStore(new byte[8], ModelStore.Sync.ON_COMMIT);

    static final String STORE = "00112233445566778899aabbccddeeff";
    static final DeviceId DEVICE = DeviceId.of(new byte[32]);

    private int eventsRead;
    private final List<Change> changes = new ArrayList<>();
    private final Map<ItemKey, List<Logged>> logs = new TreeMap<>();
    private final Map<String, List<Outcome>> done = new HashMap<>();
    private final Counters counters = new Counters();
    private final List<Runnable> listeners = new ArrayList<>();
    private long nextNumber = 1;

    /** What {@link #published} says is not yet what the changes make of it. */
    private volatile long settling;

    private volatile Published published = state(KeyMap.empty(), NumberIndex.empty());
    volatile int submits;

    @Override
    public Build build() {
        return new Build("test", "none");
    }

    @Override
    public Published published() {
        return published;
    }

    @Override
    public synchronized void onPublish(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public synchronized void forget(Runnable listener) {
        listeners.remove(listener);
    }

    synchronized int listeners() {
        return listeners.size();
    }

    @Override
    public Names names(Published state) {
        return new Names() {
            @Override
            public String reference(ItemKey key) {
                Item item = state.items().get(key);
                return item == null ? key.shortId() : Queries.display(state, item);
            }

            @Override
            public String title(ItemKey key) {
                Item item = state.items().get(key);
                return item == null ? "" : item.name();
            }

            @Override
            public String device(DeviceId device) {
                return "laptop";
            }
        };
    }

    @Override
    public synchronized Meant meant(Published state, String reference, boolean deletedToo) {
        return switch (Queries.resolve(state, reference, deletedToo)) {
            case Resolved.Found found -> new Meant.Found(found.item());
            case Resolved.Not not -> new Meant.Not(not.refusal());
        };
    }

    @Override
    public synchronized CompletionStage<List<Outcome>> submit(
            Actor actor, List<Command> commands, @Nullable String idempotencyKey) {
        submits++;
        List<Outcome> before = idempotencyKey == null ? null : done.get(idempotencyKey);
        if (before != null) {
            return CompletableFuture.completedFuture(before);
        }
        List<Outcome> out = new ArrayList<>();
        for (Command command : commands) {
            out.add(run(actor, command));
        }
        if (idempotencyKey != null) {
            done.put(idempotencyKey, out);
        }
        List.copyOf(listeners).forEach(Runnable::run);
        return CompletableFuture.completedFuture(out);
    }

    /** The next item gets this number, whoever has it already. */
    synchronized void nextNumber(long number) {
        nextNumber = number;
    }

    /** An item as histories have it that are older than the origin. */
    synchronized void createWithoutOrigin(String name) {
        SortedMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, new Value.Text(name));
        fields.put(Field.TYPE, new Value.Text("bug"));
        Op op = new Op.NewItem(nextNumber++, null, fields, new TreeMap<>());
        Change change = append(new Actor.User("ann"), op);
        log(change, ItemKey.of(change.id(), 0), op, Written.created(change, 0));
    }

    private Outcome run(Actor actor, Command command) {
        if (command instanceof Command.Create create) {
            SortedMap<SetName, List<Value>> sets = new TreeMap<>();
            create.sets()
                    .forEach((set, texts) ->
                            sets.put(
                                    set,
                                    texts.stream().map(t -> (Value) new Value.Text(t)).toList()));
            Op op = new Op.NewItem(nextNumber++, create.originAt(0), create.fields(), sets);
            Change change = append(actor, op);
            return log(change, ItemKey.of(change.id(), 0), op, Written.created(change, 0));
        }
        if (!(command instanceof Command.OnItem on)) {
            return Outcome.Refused.of(Code.UNAVAILABLE, "only items here");
        }
        switch (meant(published, on.ref(), false)) {
            case Meant.Not not -> {
                return not.refused();
            }
            case Meant.Found found -> {
                return change(actor, found.item(), on);
            }
        }
    }

    private Outcome change(Actor actor, Item item, Command.OnItem command) {
        return switch (command) {
            case Command.Act act -> {
                Op.Move op =
                        new Op.Move(
                                item.key(),
                                act.event(),
                                item.moveRefs(),
                                act.reason(),
                                act.details());
                if (Transitions.step(item.moves().getFirst().stage(), op, 1) == null) {
                    String stage = item.moves().getFirst().stage().name().word();
                    yield Outcome.Refused.of(
                                    Code.ILLEGAL_TRANSITION,
                                    act.event().word() + " is not possible from " + stage)
                            .with("stage", stage)
                            .with("event", act.event().word());
                }
                Change change = append(actor, op);
                yield log(
                        change,
                        item.key(),
                        op,
                        Transitions.written(change, 0, op, new ArrayList<>(item.moves())));
            }
            case Command.Edit edit -> {
                Field field = edit.fields().firstKey();
                Op op =
                        new Op.SetField(
                                item.key(),
                                field,
                                edit.fields().get(field),
                                edit.seen() == null ? item.fieldRefs(field) : List.of());
                yield log(append(actor, op), item.key(), op, null);
            }
            case Command.Note note -> {
                Op op = new Op.AddNote(item.key(), note.text());
                yield log(append(actor, op), item.key(), op, null);
            }
            case Command.Delete delete -> {
                Op op = new Op.SetField(item.key(), Field.DELETED, new Value.Flag(true), List.of());
                yield log(append(actor, op), item.key(), op, null);
            }
            default -> Outcome.Refused.of(Code.NOT_ALLOWED, "not in the fake");
        };
    }

    private Change append(Actor actor, Op op) {
        int seq = changes.size() + 1;
        ChangeId prev = changes.isEmpty() ? null : changes.getLast().id();
        Header draft =
                new Header(
                        1,
                        ChangeId.ZERO,
                        DEVICE,
                        7,
                        seq,
                        prev,
                        List.of(),
                        seq,
                        1_700_000_000_000L + seq,
                        ChangeId.ZERO,
                        0,
                        ChangeId.ZERO);
        Change change = ChangeCodec.write(draft, actor, List.of(op));
        changes.add(change);
        return change;
    }

    private Outcome log(Change change, ItemKey key, Op op, @Nullable Written written) {
        List<Logged> log = logs.computeIfAbsent(key, k -> new ArrayList<>());
        log.add(
                new Logged(
                        new Ref(change.id(), 0),
                        change.lamport(),
                        change.header().wallMs(),
                        change.actor(),
                        DEVICE,
                        op,
                        written,
                        true,
                        false));
        Item item = Item.fold(key, log);
        published =
                state(
                        published.items().with(key, item),
                        published.numbers().with(item.number(), key));
        return new Outcome.Done(
                key, item.number(), Queries.display(published, item), change.id(), item.version());
    }

    /** From now on so much is said to be left of late verdicts. */
    void settling(long left) {
        settling = left;
        published = state(published.items(), published.numbers());
    }

    private Published state(KeyMap<Item> items, NumberIndex numbers) {
        long last = changes.size();
        return new Published(
                ChangeId.ZERO,
                "fake",
                DEVICE,
                Role.OWNER,
                items,
                numbers,
                "00".repeat(32),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                new NodeHealth(NodeHealth.State.READY, List.of()),
                last,
                0,
                settling,
                last,
                STORE + "-" + last,
                0);
    }

    @Override
    public CompletionStage<Told> invite(Role role, String label, Long expiresMs) {
        return CompletableFuture.completedFuture(new Told.Done("musher://x/" + role.word()));
    }

    @Override
    public CompletionStage<Told> addPeer(String address) {
        return CompletableFuture.completedFuture(new Told.Done(address));
    }

    @Override
    public CompletionStage<Told> removePeer(String address) {
        return CompletableFuture.completedFuture(
                new Told.Not(Outcome.Refused.of(Code.CONFLICT, "no such peer")));
    }

    @Override
    public CompletionStage<Told> checkpoint(Actor actor) {
        return CompletableFuture.completedFuture(new Told.Done("{\"checkpoints\":1}"));
    }

    @Override
    public CompletionStage<Told> checkpoints(long idleMs) {
        return CompletableFuture.completedFuture(
                new Told.Done("{\"checkpoints\":[],\"idle_ms\":" + idleMs + "}"));
    }

    @Override
    public CompletionStage<Told> compact(boolean dryRun, long idleMs, long keepMs, int from) {
        return CompletableFuture.completedFuture(
                new Told.Done(
                        "{\"dropped\":0,\"dry_run\":%s,\"keep_ms\":%d,\"from\":%d}"
                                .formatted(dryRun, keepMs, from)));
    }

    @Override
    public long shrink() {
        return 4_096;
    }

    @Override
    public CompletionStage<Told> offline(boolean offline) {
        return CompletableFuture.completedFuture(new Told.Done(""));
    }

    @Override
    public CompletionStage<Told> draft(DeviceId author, Actor actor, Command.OnMembers command) {
        return CompletableFuture.completedFuture(
                new Told.Not(Outcome.Refused.of(Code.NOT_ALLOWED, "no key of this project")));
    }

    @Override
    public CompletionStage<Told> signed(Signed change) {
        return CompletableFuture.completedFuture(new Told.Done(""));
    }

    @Override
    public CompletionStage<Told> rotate() {
        return CompletableFuture.completedFuture(new Told.Done(""));
    }

    @Override
    public synchronized List<Signed> exported(long after, int max) {
        int from = (int) Math.min(after, changes.size());
        int to = (int) Math.min((long) from + max, changes.size());
        return changes.subList(from, to).stream().map(c -> new Signed(c, null)).toList();
    }

    @Override
    public Told backup(Path folder) {
        return new Told.Not(Outcome.Refused.of(Code.CONFLICT, "there is nothing to back up"));
    }

    @Override
    public Counters counters() {
        return counters;
    }

    /** How often events were asked for. */
    synchronized int eventsRead() {
        return eventsRead;
    }

    @Override
    public synchronized EventPage events(String cursor, int max) {
        eventsRead++;
        int dash = cursor.indexOf('-');
        if (dash < 0 || !cursor.substring(0, dash).equals(STORE)) {
            return new EventPage.Resync(published.cursor());
        }
        int from = Integer.parseInt(cursor.substring(dash + 1));
        if (from > changes.size()) {
            return new EventPage.Resync(published.cursor());
        }
        List<Arrival> out = new ArrayList<>();
        for (int at = from; at < changes.size() && out.size() < max; at++) {
            out.add(new Arrival(at + 1, changes.get(at)));
        }
        return new EventPage.Events(out, STORE + "-" + (from + out.size()));
    }

    @Override
    public synchronized @Nullable Change change(ChangeId id) {
        return changes.stream().filter(c -> c.id().equals(id)).findFirst().orElse(null);
    }

    @Override
    public synchronized List<HistoryEntry> history(ItemKey key) {
        return logs.getOrDefault(key, List.of()).stream()
                .map(l -> new HistoryEntry(change(l.ref().change()), 0, l.written()))
                .toList();
    }

    @Override
    public Collection<Item> past(long wallMs) {
        readable.get(Table.META, new byte[1]);
        try {
            pastHeld.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return List.of();
    }

    @Override
    public CompletionStage<List<VoidOp>> voided() {
        return CompletableFuture.completedFuture(List.of());
    }
}
