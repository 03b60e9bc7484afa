package dev.musher.node;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Role;
import dev.musher.node.link.PeerSockets;
import dev.musher.node.replica.Counters;
import dev.musher.node.replica.Effect;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Queries;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.VoidOp;
import dev.musher.node.store.GroupCommit;
import dev.musher.node.store.StoreException;
import dev.musher.node.store.StoreFullException;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Ed25519Verifier;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.Fingerprint;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs a replica: one core thread gives it inputs and performs its effects. The disk has the thread
 * of {@link GroupCommit}, sockets have event loops; neither ever waits for the core, nor the core
 * for them. What waits is bounded: submissions by count (then callers are told that the node is
 * busy), frames by what {@link PeerSockets} reads.
 *
 * <p>Thread safe.
 */
public final class Driver implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Driver.class.getName());

    /** Submissions and the like that wait for the core. */
    private static final int WAITING_MAX = 10_000;

    /** Submissions taken at once, before it is asked again whether the replica is saturated. */
    private static final int TAKEN_MAX = 256;

    /** Time between ticks, ms. */
    private static final long TICK_MS = 50;

    private static final long STOP_MS = 3_000;

    private final Replica replica;
    private final Queries queries;
    private final GroupCommit commits;
    private final PeerSockets sockets;
    private final Consumer<String> onStop;
    private final Thread core;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Answers of disk and sockets: always taken, few at a time. */
    private final Deque<Input> answers = new ArrayDeque<>();

    /** What brings new work: waits while the replica is saturated. */
    private final Deque<Input> work = new ArrayDeque<>();

    private boolean stopping;

    private final AtomicLong tickets = new AtomicLong();
    private final Map<Long, Submitted> replies = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<Told>> tolds = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<List<VoidOp>>> voids = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /**
     * The answer to what is neither read nor written.
     *
     * @param code empty when it was done, else the stable word of a {@link Code}
     * @param text what was asked for, or what was wrong
     */
    public record Told(String code, String text) {}

    /** Outcomes that are waited for, as many as commands. */
    private static final class Submitted extends CompletableFuture<List<Outcome>> {
        private final int commands;

        Submitted(int commands) {
            this.commands = commands;
        }
    }

    /**
     * A driver that does not run yet.
     *
     * @param queries of the replica
     * @param commits the writer of the replica's store; stays the caller's to close, after this
     * @param onStop told, on the core thread, that the replica cannot go on, and why
     */
    public Driver(
            Replica replica,
            Queries queries,
            GroupCommit commits,
            Vertx vertx,
            Consumer<String> onStop) {
        this.replica = replica;
        this.queries = queries;
        this.commits = commits;
        this.onStop = onStop;
        this.sockets = new PeerSockets(vertx, replica.opener(new Ed25519Verifier()), this::take);
        this.core = Thread.ofPlatform().name("core").unstarted(this::run);
        Counters counters = replica.counters();
        counters.watch("core_waiting", this::waiting);
        counters.watch("callers_waiting", replies::size);
        counters.watch("peer_sockets_open", sockets::size);
        counters.watch("store_batches_waiting", () -> commits.counters().waiting());
        counters.watch("store_bytes_waiting", () -> commits.counters().waitingBytes());
    }

    /** Begins; {@link #published} has a state when this returns. */
    public void start() {
        // On this thread, before the core has it: nothing else knows the replica yet.
        perform(replica.start(System.currentTimeMillis(), monotonicMs()));
        core.start();
    }

    /** Takes peer sockets. */
    public PeerSockets sockets() {
        return sockets;
    }

    /** Reads. */
    public Queries queries() {
        return queries;
    }

    /** What is on disk. */
    public Published published() {
        return queries.now();
    }

    /** Counts since the start. */
    public Counters counters() {
        return replica.counters();
    }

    /** Calls {@code listener} after each change of {@link #published}; it must return at once. */
    public void onPublish(Runnable listener) {
        listeners.add(listener);
    }

    /** Does not call {@code listener} any more. */
    public void forget(Runnable listener) {
        listeners.remove(listener);
    }

    /** Says where this node takes peer sockets, and what it shows there; null without TLS. */
    public void listening(List<String> addresses, @Nullable Fingerprint certificate) {
        take(new Input.Listening(addresses, certificate));
    }

    /**
     * Hands commands in, to be written in their order. Does not block. The outcomes come once what
     * was done is on disk, as many as commands, on the core thread: go elsewhere with long work.
     *
     * @param idempotencyKey the same key again is given the first outcomes; null for none
     */
    public CompletionStage<List<Outcome>> submit(
            Actor actor, List<Command> commands, @Nullable String idempotencyKey) {
        Submitted future = new Submitted(commands.size());
        boolean taken =
                ask(
                        replies,
                        future,
                        ticket -> new Input.Submit(ticket, actor, commands, idempotencyKey));
        if (!taken) {
            Outcome busy = Outcome.Refused.of(refusal(), text());
            future.complete(commands.stream().map(c -> busy).toList());
        }
        return future;
    }

    /** Makes an invite; what is told is the link. */
    public CompletionStage<Told> invite(Role role, String label, @Nullable Long expiresMs) {
        return told(ticket -> new Input.MakeInvite(ticket, role, label, expiresMs));
    }

    /** Keeps dialling an address from now on. */
    public CompletionStage<Told> addPeer(String address) {
        return told(ticket -> new Input.AddPeer(ticket, address));
    }

    /** Stops dialling an address. */
    public CompletionStage<Told> removePeer(String address) {
        return told(ticket -> new Input.RemovePeer(ticket, address));
    }

    /** Takes all links to peers down and makes none, or lets them be made again. */
    public CompletionStage<Told> offline(boolean offline) {
        return told(ticket -> new Input.Offline(ticket, offline));
    }

    /**
     * Makes a change for a key that is not this node's; what is told is its bytes, in hexadecimal
     * digits. Nothing is written.
     */
    public CompletionStage<Told> draft(DeviceId author, Actor actor, Command.OnMembers command) {
        return told(ticket -> new Input.Draft(ticket, author, actor, command));
    }

    /** Takes one change whose signature was found good; what is told is why it is refused. */
    public CompletionStage<Told> signed(Signed change) {
        return told(ticket -> new Input.Restore(ticket, List.of(change)));
    }

    /** Goes on with another key; what is told is what is left to do. */
    CompletionStage<Told> rotate(Signer next) {
        return told(ticket -> new Input.Rotate(ticket, next));
    }

    /** Lists ops that do not count. */
    public CompletionStage<List<VoidOp>> voided() {
        CompletableFuture<List<VoidOp>> future = new CompletableFuture<>();
        if (!ask(voids, future, Input.ListVoid::new)) {
            future.completeExceptionally(new IllegalStateException(text()));
        }
        return future;
    }

    /** Asks anything that is answered by {@link Effect.Answer}. */
    CompletionStage<Told> told(LongFunction<Input> input) {
        CompletableFuture<Told> future = new CompletableFuture<>();
        if (!ask(tolds, future, input)) {
            future.complete(new Told(refusal().word(), text()));
        }
        return future;
    }

    /** Tells peers, writes what waits, ends the core thread. Callers still waiting hear that. */
    @Override
    public void close() {
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        try {
            core.join(STOP_MS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        sockets.stop();
        failWaiting();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private <F> boolean ask(Map<Long, F> waiting, F future, LongFunction<Input> input) {
        long ticket = tickets.incrementAndGet();
        waiting.put(ticket, future);
        lock.lock();
        try {
            if (!stopping && work.size() < WAITING_MAX) {
                work.addLast(input.apply(ticket));
                changed.signal();
                return true;
            }
        } finally {
            lock.unlock();
        }
        waiting.remove(ticket);
        return false;
    }

    private Code refusal() {
        return isStopping() ? Code.UNAVAILABLE : Code.BUSY;
    }

    private String text() {
        return isStopping()
                ? "the node is stopping"
                : WAITING_MAX + " requests wait already: try again in a moment";
    }

    private long waiting() {
        lock.lock();
        try {
            return (long) work.size() + answers.size();
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    private void take(Input input) {
        lock.lock();
        try {
            if (input instanceof Input.Frame) {
                work.addLast(input);
            } else {
                answers.addLast(input);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    // ---- the core thread -----------------------------------------------------------------------

    private void run() {
        boolean orderly = false;
        try {
            loop();
            orderly = true;
        } catch (RuntimeException | Error e) {
            // Else it would be told on stderr alone, where a daemon's is not kept.
            LOG.log(System.Logger.Level.ERROR, "the core thread ended by a defect", e);
            throw e;
        } finally {
            lock.lock();
            try {
                stopping = true;
            } finally {
                lock.unlock();
            }
            failWaiting();
            if (!orderly) {
                onStop.accept("the core thread ended by a defect; the log has it");
            }
        }
    }

    private void loop() {
        long nextTick = monotonicMs() + TICK_MS;
        long endBy = Long.MAX_VALUE;
        List<Input> batch = new ArrayList<>();
        while (true) {
            boolean stop = await(nextTick, batch);
            batch.forEach(this::give);
            batch.clear();
            long now = monotonicMs();
            if (now >= nextTick) {
                nextTick = now + TICK_MS;
                give(new Input.Tick());
            }
            if (stop && endBy == Long.MAX_VALUE) {
                endBy = now + STOP_MS - TICK_MS;
                give(new Input.Stop());
            } else if (stop && (!replica.busy() || now >= endBy)) {
                return;
            }
        }
    }

    /** Waits for inputs until the next tick; answers whether the driver shall stop. */
    private boolean await(long nextTick, List<Input> into) {
        lock.lock();
        try {
            while (answers.isEmpty() && (work.isEmpty() || replica.saturated()) && !stopping) {
                long left = nextTick - monotonicMs();
                if (left <= 0) {
                    break;
                }
                try {
                    changed.awaitNanos(TimeUnit.MILLISECONDS.toNanos(left));
                } catch (InterruptedException e) {
                    // Nobody interrupts this thread to stop it; go on.
                    LOG.log(System.Logger.Level.DEBUG, "the core thread was interrupted");
                }
            }
            into.addAll(answers);
            answers.clear();
            // One frame at a time, so that answers of the disk are never far behind.
            boolean frame = false;
            for (int i = 0; i < TAKEN_MAX && !work.isEmpty() && !frame; i++) {
                if (replica.saturated()) {
                    break;
                }
                Input next = work.removeFirst();
                frame = next instanceof Input.Frame;
                into.add(next);
            }
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    private void give(Input input) {
        perform(replica.receive(input, System.currentTimeMillis(), monotonicMs()));
        if (input instanceof Input.Frame frame) {
            sockets.taken(frame.link());
        }
    }

    private void perform(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Commit commit -> commit(commit);
                case Effect.Send send -> sockets.send(send.link(), send.bytes());
                case Effect.Close close -> sockets.close(close.link(), close.why());
                case Effect.Trusted trusted -> sockets.trusted(trusted.link());
                case Effect.Dial dial -> sockets.dial(dial.address(), dial.certificate());
                case Effect.Reply reply -> complete(replies, reply.ticket(), reply.outcomes());
                case Effect.Answer answer ->
                        complete(tolds, answer.ticket(), new Told(answer.code(), answer.text()));
                case Effect.VoidList list -> complete(voids, list.ticket(), list.ops());
                case Effect.Publish publish -> {
                    queries.accept(publish);
                    listeners.forEach(Runnable::run);
                }
                case Effect.Alarm alarm ->
                        LOG.log(
                                System.Logger.Level.WARNING,
                                "{0}: {1}",
                                alarm.code(),
                                alarm.text());
                case Effect.Stop stop -> onStop.accept(stop.why());
            }
        }
    }

    private static <T> void complete(
            Map<Long, ? extends CompletableFuture<T>> waiting, long ticket, T result) {
        CompletableFuture<T> future = waiting.remove(ticket);
        if (future != null) {
            future.complete(result);
        }
    }

    private void commit(Effect.Commit commit) {
        // A batch after a full disk is tried although the one before failed.
        commits.resume();
        try {
            commits.submit(
                    commit.rows(),
                    new GroupCommit.Completion() {
                        @Override
                        public void committed() {
                            take(new Input.Committed(commit.batch()));
                        }

                        @Override
                        public void failed(StoreException cause) {
                            take(failure(commit, cause));
                        }
                    });
        } catch (StoreException e) {
            take(failure(commit, e));
        }
    }

    private static Input failure(Effect.Commit commit, StoreException cause) {
        return new Input.CommitFailed(
                commit.batch(),
                cause instanceof StoreFullException,
                String.valueOf(cause.getMessage()));
    }

    private void failWaiting() {
        Outcome unknown =
                Outcome.Refused.of(
                        Code.OUTCOME_UNKNOWN,
                        "the node ended before it answered: ask again with the same idempotency"
                                + " key");
        replies.forEach(
                (ticket, future) -> future.complete(Collections.nCopies(future.commands, unknown)));
        tolds.forEach((ticket, future) ->
                future.complete(new Told(Code.UNAVAILABLE.word(), "the node ended")));
        voids.forEach((ticket, future) ->
                future.completeExceptionally(new IllegalStateException("the node ended")));
    }

    private static long monotonicMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
