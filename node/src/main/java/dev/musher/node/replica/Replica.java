package dev.musher.node.replica;

import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Place;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Loss;
import dev.musher.node.store.Reader;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.crypto.Verifier;
import dev.musher.protocol.sync.Fingerprint;
import dev.musher.protocol.sync.FrameOpener;
import dev.musher.protocol.sync.Invite;
import dev.musher.protocol.sync.SessionEvent;
import dev.musher.protocol.sync.SyncHub;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One node's part in a project, as a function from inputs to effects: it reads the store it was
 * opened over and does nothing else. {@link #receive} is the only way in; each call may return
 * effects, to be performed in their order.
 *
 * <p>Durable before visible: while one batch is on its way to the disk the next is gathered;
 * replies, sends of new changes and published states leave when their batch is committed. A commit
 * whose outcome is unknown ends the replica, since what it believes may not be what the next start
 * finds.
 *
 * <p>One thread. Time is given: {@code wallMs} since 1970 for people, {@code nowMs} monotonic for
 * everything that waits.
 */
public final class Replica {

    /** How often a full disk is tried again, ms. */
    private static final long FULL_RETRY_MS = 1_000;

    /** How often peers and clocks are published though nothing changed, ms. */
    private static final long REFRESH_MS = 1_000;

    private final Setup setup;
    private final Turn turn;
    private final Batches batches = new Batches();
    private final Counters counters = new Counters();
    private final Ledger ledger;
    private final LocalChain chain;
    private final Inbox inbox;
    private final Idempotency idempotency;
    private final Standing standing;
    private final DurableView view;
    private final Peers peers;
    private final Publisher publisher;
    private final Callers callers;
    private final PeerReports reports;

    private Ledger.Closing flying;
    private Ledger.Closing shown;
    private final Expiries expiries;
    private final boolean returned;
    private final Rotation rotation;
    private @Nullable Membership judged;
    private long nextRetryMs;
    private long nextRefreshMs;

    private Replica(
            Setup setup,
            Reader store,
            byte[] storeId,
            Signer signer,
            Verifier verifier,
            RandomGenerator random,
            long wallMs) {
        this.setup = setup;
        this.turn = new Turn(batches, wallMs);
        this.ledger = Ledger.load(store, setup.rules(), setup.foldAtOnce(), batches);
        this.shown = ledger.present();
        this.flying = shown;
        DeviceId device = DeviceId.of(signer.publicKey());
        Beginning beginning =
                new Beginning(setup, store, storeId, device, ledger, batches.rows(), random);
        this.chain = beginning.chain(signer);
        this.returned = beginning.returned();
        LocalWriter writer = new LocalWriter(ledger, chain, counters, beginning.ownWallMs());
        this.inbox = new Inbox(ledger, chain, counters);
        this.idempotency = new Idempotency(store);
        Invite joining = beginning.joining();
        Targets targets = new Targets(store, beginning.addresses(joining), random);
        Fingerprint pinned = joining == null ? null : joining.certificate();
        if (joining != null && pinned != null) {
            targets.pin(joining.addresses(), pinned);
        }
        this.standing = new Standing(joining, setup.loss());
        this.view =
                new DurableView(
                        beginning.project(joining, writer, wallMs), ledger, store, joining != null);
        this.peers =
                new Peers(
                        new SyncHub(view, signer, verifier, setup.sync()),
                        targets,
                        random,
                        counters,
                        this::report);
        Core core =
                new Core(
                        setup,
                        ledger,
                        chain,
                        writer,
                        batches,
                        turn,
                        standing,
                        view,
                        new Invites(store),
                        peers,
                        counters,
                        random);
        this.callers = new Callers(core, idempotency);
        this.expiries = new Expiries(core);
        this.reports = new PeerReports(core, inbox, beginning.introduction());
        this.publisher = new Publisher(ledger, view, peers, chain, storeId);
        this.rotation = new Rotation(core, reports);
        Effect damage = beginning.damage(wallMs);
        if (damage != null) {
            counters.add("rows_damaged", ledger.damaged().size());
            turn.add(damage);
        }
        Loss loss = setup.loss();
        counters.set("store_tail_dropped", loss == null ? 0 : 1);
        counters.set("store_acknowledged_rows_lost", loss == null ? 0 : loss.rows());
        if (loss != null) {
            turn.add(new Effect.Alarm(loss.code(), loss.text()));
        }
        view.committed(shown);
    }

    /**
     * Opens the replica over a store: founds or joins a project where the store is empty and {@code
     * setup} says so. Reads small rows only; its cost grows with the number of changes, about a
     * microsecond each.
     *
     * @param store of this replica alone; written by whoever performs {@link Effect.Commit}
     * @param storeId see {@code Store.id}
     * @param random cryptographic in a node, seeded in a simulation
     * @throws IllegalStateException where the store is empty and nothing is to be founded or
     *     joined, or the setup contradicts the store
     */
    public static Replica open(
            Setup setup,
            Reader store,
            byte[] storeId,
            Signer signer,
            Verifier verifier,
            RandomGenerator random,
            long wallMs) {
        return new Replica(setup, store, storeId.clone(), signer, verifier, random, wallMs);
    }

    /** The first effects: what was founded is committed, or what is on disk is published. */
    public List<Effect> start(long wallMs, long nowMs) {
        return during(
                wallMs,
                nowMs,
                () -> {
                    joined();
                    if (returned) {
                        reports.freshEpoch();
                    }
                    publish();
                });
    }

    /** Takes one input and gives what is to be done. Throws for defects only. */
    public List<Effect> receive(Input input, long wallMs, long nowMs) {
        return during(wallMs, nowMs, () -> take(input));
    }

    /**
     * Whether so much waits for the disk that frames and submissions should be held back until the
     * batch in flight is answered.
     */
    public boolean saturated() {
        return batches.saturated();
    }

    /**
     * Whether a batch is on its way, or something waits for one. Not after a failed write: no batch
     * comes to an end any more, and whoever waited for that would hold up the end of the process.
     */
    public boolean busy() {
        return standing.state() != NodeHealth.State.FAILED
                && (batches.inFlight() || !batches.rows().isEmpty());
    }

    /** Whether a store belongs to a project already, so that nothing is founded or joined in it. */
    public static boolean belongs(Reader store) {
        return store.get(Table.META, MetaKeys.PROJECT) != null;
    }

    /**
     * Changes after the first {@code after} that arrived in a store, at most {@code max}, in the
     * order of arrival, with the signatures kept. May be asked from any thread; reads the store.
     */
    public static List<Signed> exported(Reader store, long after, int max) {
        List<Signed> out = new ArrayList<>();
        store.scan(
                Table.ARRIVALS,
                Rows.arrivalKey(after + 1),
                Rows.arrivalKey(after + 1 + max),
                (key, row) -> {
                    Place place = Rows.place(row);
                    byte[] change =
                            store.get(Table.CHANGES, Rows.changeKey(place.branch(), place.seq()));
                    if (change == null) {
                        throw new IllegalStateException("no change at " + place);
                    }
                    out.add(Rows.signed(change));
                    return true;
                });
        return out;
    }

    /**
     * What makes an empty store belong to a project whose history is about to be restored to it.
     */
    public static Batch belonging(ChangeId project) {
        Batch batch = new Batch();
        batch.put(Table.META, MetaKeys.PROJECT, project.bytes());
        return batch;
    }

    /**
     * What a store holds that is not derived from its changes, for a store rebuilt from them:
     * settings of peers, invites, remembered keys, and how this device is introduced to peers that
     * do not know it.
     */
    public static Batch kept(Reader store) {
        Batch batch = new Batch();
        store.scan(
                Table.INDEX,
                new byte[0],
                null,
                (key, row) -> {
                    batch.put(Table.INDEX, key, row);
                    return true;
                });
        byte[] introduction = store.get(Table.META, MetaKeys.INTRODUCTION);
        if (introduction != null) {
            batch.put(Table.META, MetaKeys.INTRODUCTION, introduction);
        }
        return batch;
    }

    /** The key that a store's device was rotated to last; null where it never was. */
    public static @Nullable DeviceId rotatedTo(Reader store) {
        byte[] key = store.get(Table.META, MetaKeys.ROTATED);
        return key == null ? null : DeviceId.of(key);
    }

    /** The project a store belongs to; null where it belongs to none yet. */
    public static @Nullable ChangeId projectOf(Reader store) {
        byte[] project = store.get(Table.META, MetaKeys.PROJECT);
        return project == null ? null : ChangeId.of(project);
    }

    /** Whether a store belongs to this very project. */
    public static boolean belongs(Reader store, ChangeId project) {
        return Arrays.equals(store.get(Table.META, MetaKeys.PROJECT), project.bytes());
    }

    /** The project: known from the start, also to a newcomer. */
    public ChangeId project() {
        return view.project();
    }

    /**
     * Digest of the heads of what is live: equal where two nodes hold the same of all that they
     * must agree on, also of what shows in no item. What is compared first with each peer.
     */
    public ChangeId liveHeads() {
        return view.status().heads();
    }

    /**
     * Opens large frames ahead of {@link #receive}, on another thread if the caller likes: see
     * {@link Input.Frame}.
     *
     * @param verifier of the opener alone, unless it may be shared; the same kind as the replica's
     */
    public FrameOpener opener(Verifier verifier) {
        IdIndex ids = ledger.ids();
        return new FrameOpener(verifier, view.project(), id -> ids.find(id) != null);
    }

    /** What was counted; may be read from any thread. */
    public Counters counters() {
        return counters;
    }

    /**
     * Readers on other threads: give it each {@link Effect.Publish}.
     *
     * @param store the store this replica was opened over
     * @param storeId its id
     */
    public Queries queries(Reader store, byte[] storeId) {
        return new Queries(store, storeId, ledger.durable(), setup.rules());
    }

    private List<Effect> during(long wallMs, long nowMs, Runnable work) {
        turn.begin(wallMs, nowMs);
        int contradicting = ledger.contradicting().size();
        work.run();
        if (ledger.contradicting().size() > contradicting) {
            turn.add(
                    new Effect.Alarm(
                            "checkpoint_differs",
                            "a checkpoint says another state than there is here: compare `digest`"
                                    + " with its author's node; until the next start nothing is"
                                    + " dropped on its word ("
                                    + ledger.contradicting().last().hex()
                                    + ")"));
        }
        judged();
        turn.takeDue().forEach(this::perform);
        if (!batches.inFlight() && standing.state() != NodeHealth.State.FAILED) {
            ledger.settle();
            if (batches.canClose()) {
                close();
            }
        }
        return turn.takeEffects();
    }

    private void report(Link link, SessionEvent event) {
        reports.on(link, event);
    }

    private void take(Input input) {
        if (standing.state() == NodeHealth.State.FAILED && !(input instanceof Input.Submit)) {
            return;
        }
        switch (input) {
            case Input.Connected in -> connected(in);
            case Input.Frame in -> peers.frame(in, turn.nowMs(), turn.effects());
            case Input.Sent in -> peers.sent(in.link(), turn.nowMs(), turn.effects());
            case Input.Closed in -> {
                Waste wasted = inbox.closed(in.link());
                peers.closed(in, wasted, turn.nowMs(), turn.effects());
                turn.peersChanged = true;
            }
            case Input.DialFailed in -> {
                peers.dialFailed(in, turn.nowMs());
                turn.peersChanged = true;
            }
            case Input.Submit in -> callers.submit(in);
            case Input.MakeInvite in -> callers.makeInvite(in);
            case Input.AddPeer in -> callers.addPeer(in);
            case Input.RemovePeer in -> callers.removePeer(in);
            case Input.Offline in -> callers.offline(in);
            case Input.Draft in -> callers.draft(in);
            case Input.Rotate in -> rotation.rotate(in);
            case Input.Restore in -> {
                // No link has this number: what waits for a dependency waits for nobody's sake.
                Inbox.Taken taken = inbox.take(-1, in.changes(), turn.wallMs(), turn.nowMs());
                turn.whenDurable(new Effect.Answer(in.ticket(), "", taken.firstRefusal()));
            }
            case Input.Committed in -> committed(in);
            case Input.CommitFailed in -> commitFailed(in);
            case Input.Listening in -> peers.targets().own(in.addresses(), in.certificate());
            case Input.Checkpoint in -> callers.checkpoint(in);
            case Input.ListCheckpoints in ->
                    turn.add(
                            new Effect.Answer(
                                    in.ticket(), "", callers.compaction().list(in.idleMs())));
            case Input.Compact in -> callers.compact(in);
            case Input.ListVoid in ->
                    turn.add(new Effect.VoidList(in.ticket(), VoidOps.of(ledger)));
            case Input.Tick in -> tick();
            case Input.Stop in -> peers.stop(turn.nowMs(), turn.effects());
        }
    }

    private void close() {
        chain.close(ledger);
        flying = ledger.close();
        idempotency.closed();
        Effect.Commit commit = batches.close();
        counters.add("batches", 1);
        counters.add("batch_bytes", commit.rows().bytes());
        counters.set("batch_changes", flying.arrivals().size());
        turn.add(commit);
    }

    private void committed(Input.Committed in) {
        List<Due> due = batches.committed(in.batch());
        ledger.history().committed(flying.places());
        view.committed(flying);
        shown = flying;
        standing.recovered();
        joined();
        show();
        due.forEach(this::perform);
        peers.committed(flying.heads().keySet(), turn.nowMs(), turn.effects());
    }

    private void commitFailed(Input.CommitFailed in) {
        batches.expect(in.batch());
        for (Due due : batches.takeWaiting()) {
            if (due instanceof Due.Perform perform) {
                Effect told =
                        in.full()
                                ? UnknownOutcome.full(perform.effect())
                                : UnknownOutcome.of(perform.effect(), in.why());
                if (told != null) {
                    turn.add(told);
                }
            }
        }
        if (in.full()) {
            if (standing.state() != NodeHealth.State.FULL) {
                // Once, not at each retry: the log may be on the same disk.
                turn.add(new Effect.Alarm("disk_full", in.why()));
            }
            standing.full(in.why());
            nextRetryMs = turn.nowMs() + FULL_RETRY_MS;
            peers.stop(turn.nowMs(), turn.effects());
        } else {
            standing.failed(in.why());
            turn.add(new Effect.Alarm("write_failed", in.why()));
            turn.add(new Effect.Stop("a write failed, its outcome is unknown: " + in.why()));
        }
        publish();
    }

    private void perform(Due due) {
        switch (due) {
            case Due.Perform perform -> turn.add(perform.effect());
            case Due.Applied applied ->
                    peers.applied(applied.link(), applied.frame(), turn.nowMs(), turn.effects());
            case Due.Welcome welcome ->
                    peers.welcome(
                            welcome.link(), welcome.introduction(), turn.nowMs(), turn.effects());
        }
    }

    /** Publishes what is on disk, with its digest where nothing else is in memory. */
    private void show() {
        if (view.digest() == null
                && !busy()
                && !ledger.project().isSettling()
                && !ledger.project().needsUpdate()
                && ledger.project().id() != null) {
            view.know(ledger.project().digest().value());
        }
        publish();
    }

    private void publish() {
        turn.peersChanged = false;
        nextRefreshMs = turn.nowMs() + REFRESH_MS;
        Published published = publisher.publish(shown, standing.health(), turn.wallMs());
        turn.add(new Effect.Publish(published, shown.arrivals()));
        // Each arrival is told once.
        shown = shown.told();
    }

    private void connected(Input.Connected in) {
        if (standing.state() == NodeHealth.State.FULL) {
            peers.refuse(in, "the disk is full", turn.nowMs(), turn.effects());
            return;
        }
        turn.peersChanged = true;
        peers.connected(
                in,
                reports.introduction(),
                standing.joining(),
                setup.label(),
                turn.nowMs(),
                turn.effects());
    }

    private void tick() {
        if (standing.state() == NodeHealth.State.FULL) {
            if (turn.nowMs() >= nextRetryMs) {
                nextRetryMs = turn.nowMs() + FULL_RETRY_MS;
                turn.add(batches.again());
            }
            return;
        }
        reports.tick();
        inbox.tick(turn.nowMs())
                .forEach((number, waste) -> {
                    Link link = peers.link(number);
                    if (link != null) {
                        peers.wasted(link, waste, turn.nowMs(), turn.effects());
                    }
                });
        expiries.tick();
        peers.tick(turn.nowMs(), turn.effects());
        if (turn.peersChanged || turn.nowMs() >= nextRefreshMs || view.digest() == null) {
            counters.set("items_open", ledger.open());
            show();
        }
    }

    /** Whether this device may still write, asked anew where who may do what has changed. */
    private void judged() {
        Membership now = ledger.project().membership();
        if (now == judged) {
            return;
        }
        judged = now;
        standing.revoked(new People(now, ledger.history()).cut(chain.device()));
        standing.follows(ledger.project());
        turn.peersChanged = true;
    }

    /** Whether this device has become a member of the project it joins. */
    private void joined() {
        if (standing.state() == NodeHealth.State.JOINING
                && ledger.project().id() != null
                && ledger.project().membership().role(chain.device()) != null) {
            standing.joined();
            batches.rows().delete(Table.META, MetaKeys.JOIN);
        }
    }
}
