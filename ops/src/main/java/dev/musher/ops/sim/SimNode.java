package dev.musher.ops.sim;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.node.replica.Effect;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Queries;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.Setup;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Loss;
import dev.musher.node.store.ModelStore;
import dev.musher.node.store.StoreFailedException;
import dev.musher.node.store.StoreFullException;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.crypto.Verifier;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.OpenedFrame;
import dev.musher.protocol.sync.SyncLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One node of the simulated mesh: the production {@link Replica} on a disk that can lose what was
 * not synced. Performs the replica's effects, as the driver does in a process. Not thread safe.
 */
final class SimNode {

    private static final int TICK_MS = 50;

    /** What the store of a disk with a damaged tail says. */
    private static final Loss LOST = new Loss(1);

    private static final int REOPEN_TICKS = 8;

    private final World world;
    private final int index;
    private final SplittableRandom random;
    private ModelStore disk;
    private final SyncedIds ids = new SyncedIds();
    private final OnceByKey once = new OnceByKey();

    /** Its keys, the first one first; which of them it has the disk says. */
    private final List<Signer> keys = new ArrayList<>();

    private DeviceId device;
    private final Verifier verifier;
    private long skewMs;
    private final SortedSet<ChangeId> acknowledged = new TreeSet<>();

    private @Nullable Setup setup;
    private @Nullable Replica replica;
    private @Nullable Published published;
    private @Nullable Queries queries;
    private boolean busy;
    private boolean tailLost;
    private int generation;
    private long ticket = 1;
    private long latestMs;

    SimNode(
            World world,
            int index,
            SplittableRandom random,
            Signer signer,
            Verifier verifier,
            long skewMs) {
        this.world = world;
        this.index = index;
        this.random = random;
        this.keys.add(signer);
        this.device = DeviceId.of(signer.publicKey());
        this.verifier = verifier;
        this.skewMs = skewMs;
        byte[] id = new byte[8];
        random.nextBytes(id);
        disk = new ModelStore(id, ModelStore.Sync.BY_HAND);
    }

    /** Another node with the same key, which has no disk yet: see {@link #putBack}. */
    SimNode second(int number) {
        return new SimNode(world, number, random.split(), signer(), verifier, skewMs);
    }

    int index() {
        return index;
    }

    String address() {
        return "node-" + index + ":1";
    }

    boolean up() {
        return replica != null;
    }

    /**
     * Rises with each stop, so that what was meant for the node before it does not reach this one.
     */
    int generation() {
        return generation;
    }

    ModelStore disk() {
        return disk;
    }

    /** Its key. */
    DeviceId device() {
        return device;
    }

    /** Whether this is its key, or was. */
    boolean owned(DeviceId key) {
        return keys.stream().anyMatch(each -> DeviceId.of(each.publicKey()).equals(key));
    }

    /** What it signs with, as a process reads it from the home when it starts. */
    Signer signer() {
        DeviceId last = Replica.rotatedTo(disk);
        return keys.stream()
                .filter(each -> DeviceId.of(each.publicKey()).equals(last))
                .findFirst()
                .orElse(keys.getFirst());
    }

    /** Goes on with another key; {@code then} is done when that is on disk. */
    void rotate(Signer next, Runnable then) {
        keys.add(next);
        long asked = nextTicket();
        world.whenAnswered(
                this,
                asked,
                answer -> {
                    if (answer.code().isEmpty()) {
                        then.run();
                    }
                });
        receive(new Input.Rotate(asked, next));
    }

    /** Whether it shows the history of the project it joined. */
    boolean joined() {
        return published != null && published.ready() && published.role() != null;
    }

    /** Digest of the heads of what is live here; null while it is down. */
    @Nullable ChangeId liveHeads() {
        return replica == null ? null : replica.liveHeads();
    }

    /** What readers ask; null while it shows nothing. */
    @Nullable Queries queries() {
        return queries;
    }

    /** Whether a change is on the disk for sure. */
    boolean holds(ChangeId change) {
        return ids.holds(change);
    }

    /** How many changes are on the disk for sure. */
    int held() {
        return ids.size();
    }

    /** What this node shows; null before it has shown anything since it started. */
    @Nullable Published published() {
        return published;
    }

    /** Changes that came from peers since it started, those it had among them. */
    long received() {
        return replica == null
                ? 0
                : replica.counters().counters().entrySet().stream()
                        .filter(c ->
                                c.getKey().equals("changes_applied{from=\"peer\"}")
                                        || c.getKey().equals("changes_duplicate"))
                        .mapToLong(c -> c.getValue())
                        .sum();
    }

    /** Changes that callers of this node were told are done. */
    SortedSet<ChangeId> acknowledged() {
        return acknowledged;
    }

    /** Whether a batch is on its way to the disk. */
    boolean busy() {
        return busy;
    }

    /** Starts the node for the first time. */
    void open(Setup first) {
        setup = first;
        start();
    }

    /** Starts the node on what its disk holds. */
    private void start() {
        device = DeviceId.of(signer().publicKey());
        Replica starting = replica(tailLost ? LOST : disk.health().loss());
        replica = starting;
        queries = starting.queries(disk, disk.id());
        perform(starting.start(wallMs(), nowMs()));
        receive(new Input.Listening(address()));
        int now = generation;
        world.agenda().in(TICK_MS, () -> tick(now));
    }

    private Replica replica(@Nullable Loss loss) {
        if (setup == null) {
            throw new IllegalStateException("node " + index + " was never opened");
        }
        Setup present = withLimits(setup).withLoss(loss);
        return Replica.open(present, disk, disk.id(), signer(), verifier, random.split(), wallMs());
    }

    private Setup withLimits(Setup of) {
        SyncLimits limits = of.sync();
        return new Setup(
                of.label(),
                of.stamp(),
                of.loss(),
                of.founding(),
                of.join(),
                of.peers(),
                of.rules(),
                new SyncLimits(
                        limits.windowBytes(),
                        world.options().pushChanges(),
                        limits.announceMs(),
                        limits.pullMs(),
                        limits.stallMs(),
                        limits.handshakeMs()),
                world.options().foldAtOnce());
    }

    /**
     * What a second replica on the same disk shows.
     *
     * @param first before it wrote anything by itself: one whose chain is forked goes on in a fresh
     *     epoch, and says so by a change
     * @param settled once it has had time for its digest
     */
    record Reopened(Published first, Published settled) {}

    /** Opens a second replica on the same disk, of which nothing comes to that disk. */
    Reopened reopened() {
        Replica second = replica(null);
        Published first = null;
        Published shown = null;
        List<Effect> effects = second.start(wallMs(), nowMs());
        for (int i = 1; i <= REOPEN_TICKS && (shown == null || shown.digest().isEmpty()); i++) {
            Input next = new Input.Tick();
            for (Effect effect : effects) {
                shown = effect instanceof Effect.Publish publish ? publish.published() : shown;
                first = first == null ? shown : first;
                // It is told so, but nothing of it may come to the disk of the first one.
                next = effect instanceof Effect.Commit c ? new Input.Committed(c.batch()) : next;
            }
            effects = second.receive(next, wallMs(), nowMs() + i * 1_000L);
        }
        if (first == null || shown == null) {
            throw new Violation("A10", "node " + index + " shows nothing when it starts again");
        }
        return new Reopened(first, shown);
    }

    /** Stops it at once; what was not synced may be lost. */
    void crash() {
        replica = null;
        published = null;
        queries = null;
        busy = false;
        generation++;
        world.network().gone(this);
        disk.crash(random);
        disk.reopen();
        ids.reread(disk);
        ChangeId lost = ids.lacking(acknowledged);
        if (lost != null) {
            throw new Violation(
                    "I6",
                    "node " + index + " lost " + lost + " in a crash after it acknowledged it");
        }
    }

    /**
     * Puts another disk into the node, which is down: an older one of its own.
     *
     * @param lostTail whether the store will say that its newest rows are gone; until a batch comes
     *     to disk, as the real one does
     */
    void putBack(ModelStore older, boolean lostTail) {
        disk = older;
        tailLost = lostTail;
        ids.reread(older);
        acknowledged.removeIf(change -> !ids.holds(change));
        once.forget();
    }

    long nextTicket() {
        return ticket++;
    }

    /** What an opener beside this node makes of a frame. */
    @Nullable OpenedFrame open(byte[] frame) {
        return replica == null ? null : replica.opener(verifier).open(frame);
    }

    void receive(Input input) {
        if (replica == null) {
            return;
        }
        world.trace()
                .event(
                        world.agenda().nowMs(),
                        index,
                        input.getClass().getSimpleName(),
                        detail(input));
        if (input instanceof Input.Submit submit) {
            once.asked(submit);
        }
        perform(replica.receive(input, wallMs(), nowMs()));
    }

    private void tick(int of) {
        if (of == generation && replica != null) {
            receive(new Input.Tick());
            world.agenda().in(TICK_MS, () -> tick(of));
        }
    }

    private void perform(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Commit e -> commit(e.batch(), e.rows());
                case Effect.Send e -> world.network().send(this, e.link(), e.bytes());
                case Effect.Close e -> world.network().close(e.link(), e.why());
                case Effect.Dial e -> world.dial(this, e.address());
                case Effect.Reply e -> reply(e);
                case Effect.Answer e -> world.answered(this, e);
                case Effect.VoidList e -> {} // asked for by readers, of whom there are none here
                case Effect.Trusted e -> {} // lifts bounds of a real socket
                case Effect.Publish e -> {
                    published = e.published();
                    if (queries != null) {
                        queries.accept(e);
                    }
                    world.published(this, e.arrivals());
                }
                case Effect.Alarm e -> world.alarm(this, e.code() + " " + e.text());
                case Effect.Stop e -> stop(e.why());
            }
        }
    }

    /** A failed write is unknown, not absent: the node starts again from its disk. */
    private void stop(String why) {
        world.trace().event(world.agenda().nowMs(), index, "stop", why);
        int now = generation;
        world.agenda()
                .in(
                        1,
                        () -> {
                            if (generation == now) {
                                crash();
                                world.agenda().in(200, this::restart);
                            }
                        });
    }

    void restart() {
        if (!up() && setup != null) {
            start();
        }
    }

    private void commit(long batch, Batch rows) {
        if (busy) {
            throw new Violation(
                    "one commit at a time",
                    "node " + index + " gave batch " + batch + " too early");
        }
        busy = true;
        int now = generation;
        world.agenda().in(random.nextInt(world.options().diskMs()), () -> write(now, batch, rows));
    }

    /** The batch reaches the page cache; a crash from here until it is synced may take it. */
    private void write(int of, long batch, Batch rows) {
        if (of != generation || replica == null) {
            return;
        }
        try {
            disk.commit(rows);
            ids.written(rows);
            world.agenda().in(random.nextInt(world.options().diskMs()), () -> synced(of, batch));
        } catch (StoreFullException e) {
            answer(new Input.CommitFailed(batch, true, "the disk is full"));
        } catch (StoreFailedException e) {
            answer(new Input.CommitFailed(batch, false, "the write failed"));
        }
    }

    private void synced(int of, long batch) {
        if (of == generation && replica != null) {
            disk.sync();
            ids.sync();
            tailLost = false;
            // Also where the caller was told that nobody knows, as the disk was full.
            device = DeviceId.of(signer().publicKey());
            answer(new Input.Committed(batch));
        }
    }

    private void answer(Input input) {
        busy = false;
        receive(input);
    }

    private void reply(Effect.Reply reply) {
        once.replied(index, reply.ticket(), reply.outcomes());
        for (Outcome outcome : reply.outcomes()) {
            if (outcome instanceof Outcome.Done done) {
                acknowledged.add(done.change());
                world.acknowledged(this, done.change());
            }
        }
    }

    /** Its clock is set to another time. */
    void jump(long byMs) {
        skewMs += byMs;
    }

    /** The latest that its clock has ever shown while it did something, ms since 1970. */
    long latestMs() {
        return latestMs;
    }

    private long wallMs() {
        long wallMs = Math.max(0, world.agenda().nowMs() + skewMs);
        latestMs = Math.max(latestMs, wallMs);
        return wallMs;
    }

    private long nowMs() {
        return world.agenda().nowMs();
    }

    private static byte[] detail(Input input) {
        return switch (input) {
            case Input.Frame f -> f.bytes();
            case Input.Committed c -> new byte[] {(byte) c.batch()};
            case Input.Submit s -> s.commands().toString().getBytes(StandardCharsets.UTF_8);
            default -> new byte[0];
        };
    }
}
