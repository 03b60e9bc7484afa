package dev.musher.node.replica;

import dev.musher.crdt.Project;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Reader;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.crypto.Verifier;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.Invite;
import dev.musher.protocol.sync.Refusal;
import dev.musher.protocol.sync.SessionEvent;
import dev.musher.protocol.sync.SyncHub;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
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

    /** Void ops listed at most. */
    private static final int VOID_MAX = 10_000;

    private final Setup setup;
    private final Reader store;
    private final RandomGenerator random;
    private final Batches batches = new Batches();
    private final Counters counters = new Counters();
    private final Ledger ledger;
    private final LocalChain chain;
    private final LocalWriter writer;
    private final Inbox inbox;
    private final Idempotency idempotency;
    private final Invites invites;
    private final DurableView view;
    private final Peers peers;
    private final Publisher publisher;

    private List<Effect> effects = new ArrayList<>();
    private List<Signed> introduction = List.of();
    private @Nullable Invite joining;
    private Ledger.Closing flying;
    private Ledger.Closing shown;
    private NodeHealth.State state;
    private String trouble = "";
    private boolean peersChanged;
    private long nextRetryMs;
    private long nextRefreshMs;
    private long wallMs;
    private long nowMs;

    private Replica(
            Setup setup,
            Reader store,
            byte[] storeId,
            Signer signer,
            Verifier verifier,
            RandomGenerator random,
            long wallMs) {
        this.setup = setup;
        this.store = store;
        this.random = random;
        this.wallMs = wallMs;
        this.ledger = Ledger.load(store, setup.rules(), batches);
        this.shown = ledger.present();
        this.flying = shown;
        DeviceId device = DeviceId.of(signer.publicKey());
        boolean fresh = isFreshEpochDue(device, storeId);
        long epoch = fresh ? random.nextLong() : storedEpoch();
        this.chain = new LocalChain(signer, epoch, ownSeq(device, epoch));
        this.writer = new LocalWriter(ledger, chain, counters, ownWallMs(device));
        this.inbox = new Inbox(ledger, chain, counters);
        this.idempotency = new Idempotency(store);
        this.invites = new Invites(store);
        if (!ledger.damaged().isEmpty()) {
            counters.add("rows_damaged", ledger.damaged().size());
            effects.add(
                    new Effect.Alarm(
                            "rows_damaged",
                            "rows of items could not be read and were made again from their logs: "
                                    + ledger.damaged().stream().map(ItemKey::shortId).toList()));
            batches.rows().put(Table.META, MetaKeys.PROBE, longBytes(wallMs));
        }
        if (fresh) {
            batches.rows().put(Table.META, MetaKeys.EPOCH, longBytes(epoch));
            batches.rows().put(Table.META, MetaKeys.STAMP, stamp(storeId));
        }
        ChangeId project = foundOrJoin(wallMs);
        this.view = new DurableView(project, ledger, store);
        this.peers =
                new Peers(
                        new SyncHub(view, signer, verifier, setup.sync()),
                        new Targets(store, addresses(), random),
                        random,
                        counters,
                        this::report);
        this.publisher = new Publisher(ledger, view, peers, device, storeId);
        this.state = joining == null ? NodeHealth.State.READY : NodeHealth.State.JOINING;
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

    /** Whether a batch is on its way, or something waits for one. */
    public boolean busy() {
        return batches.inFlight() || !batches.rows().isEmpty();
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

    /** Whether a store belongs to this very project. */
    public static boolean belongs(Reader store, ChangeId project) {
        return Arrays.equals(store.get(Table.META, MetaKeys.PROJECT), project.bytes());
    }

    /** The project: known from the start, also to a newcomer. */
    public ChangeId project() {
        return view.project();
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

    private List<Effect> during(long wall, long now, Runnable work) {
        wallMs = wall;
        nowMs = Math.max(nowMs, now);
        work.run();
        if (batches.canClose() && state != NodeHealth.State.FAILED) {
            close();
        }
        List<Effect> out = effects;
        effects = new ArrayList<>();
        return out;
    }

    private void take(Input input) {
        if (state == NodeHealth.State.FAILED && !(input instanceof Input.Submit)) {
            return;
        }
        switch (input) {
            case Input.Connected in -> connected(in);
            case Input.Frame in -> peers.frame(in, nowMs, effects);
            case Input.Sent in -> peers.sent(in.link(), nowMs, effects);
            case Input.Closed in -> {
                peers.closed(in, nowMs);
                peersChanged = true;
            }
            case Input.DialFailed in -> {
                peers.dialFailed(in, nowMs);
                peersChanged = true;
            }
            case Input.Submit in -> submit(in);
            case Input.MakeInvite in -> makeInvite(in);
            case Input.AddPeer in -> addPeer(in);
            case Input.RemovePeer in -> removePeer(in);
            case Input.Restore in -> {
                // No link has this number: what waits for a dependency waits for nobody's sake.
                Inbox.Taken taken = inbox.take(-1, in.changes(), wallMs, nowMs);
                whenDurable(
                        new Due.Perform(new Effect.Answer(in.ticket(), "", taken.firstRefusal())));
            }
            case Input.Offline in -> {
                peers.offline(in.offline(), nowMs, effects);
                peersChanged = true;
                effects.add(new Effect.Answer(in.ticket(), "", ""));
            }
            case Input.Committed in -> committed(in);
            case Input.CommitFailed in -> commitFailed(in);
            case Input.Listening in -> peers.targets().own(in.address());
            case Input.ListVoid in -> effects.add(new Effect.VoidList(in.ticket(), voidOps()));
            case Input.Tick in -> tick();
            case Input.Stop in -> peers.stop(nowMs, effects);
        }
    }

    // ---- batches -------------------------------------------------------------------------------

    private void close() {
        chain.close(ledger);
        flying = ledger.close();
        idempotency.closed();
        counters.add("batches", 1);
        counters.set("batch_changes", flying.arrivals().size());
        Effect.Commit commit = batches.close();
        counters.add("batch_bytes", commit.rows().bytes());
        effects.add(commit);
    }

    private void committed(Input.Committed in) {
        List<Due> due = batches.committed(in.batch());
        ledger.history().committed(flying.places());
        view.committed(flying);
        shown = flying;
        if (state == NodeHealth.State.FULL) {
            state = joining == null ? NodeHealth.State.READY : NodeHealth.State.JOINING;
            trouble = "";
        }
        joined();
        show();
        due.forEach(this::perform);
        peers.committed(flying.heads().keySet(), nowMs, effects);
    }

    private void commitFailed(Input.CommitFailed in) {
        batches.expect(in.batch());
        trouble = in.why();
        for (Due due : batches.takeWaiting()) {
            if (due instanceof Due.Perform perform) {
                effects.add(unknown(perform.effect(), in));
            }
        }
        if (in.full()) {
            state = NodeHealth.State.FULL;
            nextRetryMs = nowMs + FULL_RETRY_MS;
            effects.add(new Effect.Alarm("disk_full", in.why()));
            peers.stop(nowMs, effects);
        } else {
            state = NodeHealth.State.FAILED;
            effects.add(new Effect.Alarm("write_failed", in.why()));
            effects.add(new Effect.Stop("a write failed, its outcome is unknown: " + in.why()));
        }
        show();
    }

    /** What a waiting caller is told when its batch may or may not come to disk. */
    private static Effect unknown(Effect effect, Input.CommitFailed in) {
        String text =
                "whether it is written is unknown ("
                        + in.why()
                        + "): ask again with the same idempotency key";
        return switch (effect) {
            case Effect.Reply reply ->
                    new Effect.Reply(
                            reply.ticket(),
                            reply.outcomes().stream()
                                    .map(o -> o instanceof Outcome.Done ? unknown(text) : o)
                                    .toList());
            case Effect.Answer answer ->
                    new Effect.Answer(answer.ticket(), Code.OUTCOME_UNKNOWN.word(), text);
            case Effect.Commit other -> other;
            case Effect.Send other -> other;
            case Effect.Close other -> other;
            case Effect.Trusted other -> other;
            case Effect.Dial other -> other;
            case Effect.Publish other -> other;
            case Effect.VoidList other -> other;
            case Effect.Alarm other -> other;
            case Effect.Stop other -> other;
        };
    }

    private static Outcome unknown(String text) {
        return Outcome.Refused.of(Code.OUTCOME_UNKNOWN, text);
    }

    private void whenDurable(Due due) {
        if (batches.isDurable(due)) {
            perform(due);
        }
    }

    private void perform(Due due) {
        switch (due) {
            case Due.Perform perform -> effects.add(perform.effect());
            case Due.Applied applied ->
                    peers.applied(applied.link(), applied.frame(), nowMs, effects);
            case Due.Welcome welcome ->
                    peers.welcome(welcome.link(), welcome.introduction(), nowMs, effects);
        }
    }

    private void show() {
        boolean calm = !batches.inFlight() && batches.rows().isEmpty();
        if (view.digest() == null && calm && ledger.project().id() != null) {
            view.know(ledger.project().digest().value());
        }
        publish();
    }

    private void publish() {
        peersChanged = false;
        nextRefreshMs = nowMs + REFRESH_MS;
        List<String> problems = trouble.isEmpty() ? List.of() : List.of(trouble);
        Published published = publisher.publish(shown, new NodeHealth(state, problems), wallMs);
        effects.add(new Effect.Publish(published, shown.arrivals()));
        // Each arrival is told once.
        shown = shown.told();
    }

    // ---- local callers -------------------------------------------------------------------------

    private void submit(Input.Submit in) {
        Outcome.Refused notNow = notNow();
        if (notNow != null) {
            effects.add(
                    new Effect.Reply(
                            in.ticket(),
                            in.commands().stream().map(c -> (Outcome) notNow).toList()));
            return;
        }
        String key = in.idempotencyKey();
        if (key != null) {
            switch (idempotency.find(key, in.commands())) {
                case null -> {}
                case Idempotency.Found.Before before -> {
                    reply(in, before.outcomes());
                    return;
                }
                case Idempotency.Found.Reused reused -> {
                    Outcome refused =
                            Outcome.Refused.of(
                                    Code.KEY_REUSED,
                                    "the idempotency key was used for other commands");
                    reply(in, in.commands().stream().map(c -> refused).toList());
                    return;
                }
            }
        }
        List<Outcome> outcomes = writer.write(in.actor(), in.commands(), wallMs);
        if (key != null && outcomes.stream().anyMatch(Outcome.Done.class::isInstance)) {
            idempotency.keep(key, in.commands(), outcomes, batches.rows());
        }
        counters.add("commands", in.commands().size());
        reply(in, outcomes);
    }

    private void reply(Input.Submit in, List<Outcome> outcomes) {
        whenDurable(new Due.Perform(new Effect.Reply(in.ticket(), outcomes)));
    }

    private Outcome.@Nullable Refused notNow() {
        return switch (state) {
            case READY -> null;
            case JOINING ->
                    Outcome.Refused.of(
                            Code.UNAVAILABLE,
                            "the node is joining the project and does not have its history yet");
            case SETTLING -> Outcome.Refused.of(Code.UNAVAILABLE, "the node re-folds its history");
            case FULL ->
                    Outcome.Refused.of(
                            Code.DISK_FULL, "the disk is full: free some space, it goes on then");
            case FAILED -> Outcome.Refused.of(Code.UNAVAILABLE, "the node is about to end");
        };
    }

    private void makeInvite(Input.MakeInvite in) {
        Outcome.Refused notNow = notNow();
        String own = peers.targets().own();
        Role mine =
                ledger.project().id() == null
                        ? null
                        : ledger.project().membership().role(chain.device());
        if (notNow != null) {
            effects.add(new Effect.Answer(in.ticket(), notNow.code().word(), notNow.text()));
        } else if (mine == null
                || mine.compareTo(Role.MEMBER) < 0
                || mine.compareTo(in.role()) < 0
                || in.role() == Role.OWNER && mine != Role.OWNER) {
            effects.add(
                    new Effect.Answer(
                            in.ticket(),
                            Code.NOT_ALLOWED.word(),
                            "this device is "
                                    + (mine == null ? "no member" : mine.word())
                                    + ": it cannot invite a device as "
                                    + in.role().word()));
        } else if (own.isEmpty()) {
            effects.add(
                    new Effect.Answer(
                            in.ticket(),
                            Code.UNAVAILABLE.word(),
                            "this node takes no peer sockets yet"));
        } else {
            byte[] secret = invites.make(in.role(), in.label(), wallMs, random, batches.rows());
            if (secret == null) {
                effects.add(
                        new Effect.Answer(
                                in.ticket(),
                                Code.CONFLICT.word(),
                                Invites.OPEN_MAX + " invites are open, the most there may be"));
                return;
            }
            Invite invite = new Invite(view.project(), chain.device(), secret, List.of(own));
            whenDurable(new Due.Perform(new Effect.Answer(in.ticket(), "", invite.text())));
        }
    }

    private void addPeer(Input.AddPeer in) {
        boolean added = peers.targets().configure(in.address(), batches.rows());
        peersChanged = true;
        whenDurable(
                new Due.Perform(
                        added
                                ? new Effect.Answer(in.ticket(), "", in.address())
                                : new Effect.Answer(
                                        in.ticket(),
                                        Code.INVALID.word(),
                                        "`"
                                                + in.address()
                                                + "` is not HOST:PORT, or there are "
                                                + Targets.ADDRESSES_MAX
                                                + " addresses already")));
    }

    private void removePeer(Input.RemovePeer in) {
        boolean removed = peers.targets().remove(in.address(), batches.rows());
        for (Link link : peers.links()) {
            if (link.outgoing && link.address.equals(in.address())) {
                peers.end(link, Refusal.GOING, "the address was removed", nowMs, effects);
            }
        }
        peersChanged = true;
        whenDurable(
                new Due.Perform(
                        removed
                                ? new Effect.Answer(in.ticket(), "", in.address())
                                : new Effect.Answer(
                                        in.ticket(),
                                        Code.UNKNOWN_REFERENCE.word(),
                                        "`" + in.address() + "` is not among the peers")));
    }

    private List<VoidOp> voidOps() {
        List<VoidOp> out = new ArrayList<>();
        Project project = ledger.project();
        for (Item item : project.items()) {
            if (item.hasVoid() && out.size() < VOID_MAX) {
                ledger.history()
                        .itemLog(
                                item.key(),
                                (place, index, written) -> addVoid(item, place, index, out));
            }
        }
        return out;
    }

    private void addVoid(Item item, Place place, int index, List<VoidOp> out) {
        Verdict verdict = ledger.project().verdicts(place).get(index);
        if (verdict != Verdict.COUNTS) {
            Change change = ledger.history().change(place);
            out.add(
                    new VoidOp(
                            item.key(),
                            new Ref(change.id(), index),
                            change.device(),
                            change.actor(),
                            change.header().wallMs(),
                            change.op(index),
                            verdict));
        }
    }

    // ---- peers ---------------------------------------------------------------------------------

    private void connected(Input.Connected in) {
        if (state == NodeHealth.State.FULL) {
            effects.add(new Effect.Close(in.link(), "the disk is full"));
            return;
        }
        peersChanged = true;
        peers.connected(in, introduction, joining, setup.label(), nowMs, effects);
    }

    private void report(Link link, SessionEvent event) {
        switch (event) {
            case SessionEvent.Established established -> {
                peersChanged = true;
                effects.add(new Effect.Trusted(link.number));
                view.showed(established.device(), established.level(), batches.rows());
                peers.established(
                        link, established.device(), chain.device(), batches.rows(), nowMs, effects);
            }
            case SessionEvent.Received received -> received(link, received);
            case SessionEvent.Addresses addresses -> peers.targets().learn(addresses.addresses());
            case SessionEvent.InSync inSync -> {
                peersChanged |= !link.inSync;
                link.inSync = true;
                link.inSyncAtMs = wallMs;
            }
            case SessionEvent.StatesDiffer differ -> {
                counters.add("states_differ", 1);
                effects.add(
                        new Effect.Alarm(
                                "states_differ",
                                "the same changes gave another state at "
                                        + name(link)
                                        + ": looking for the items"));
            }
            case SessionEvent.Differences differences -> audit(link, differences);
            case SessionEvent.RedeemAsked asked -> redeem(link, asked);
            case SessionEvent.Welcomed welcomed -> {
                introduction = welcomed.introduction();
                CborWriter out = new CborWriter();
                SignedCodec.writeRun(out, introduction);
                batches.rows().put(Table.META, MetaKeys.INTRODUCTION, out.toBytes());
            }
            case SessionEvent.Ended ended -> peersChanged = true;
        }
    }

    private void received(Link link, SessionEvent.Received received) {
        Inbox.Taken taken = inbox.take(link.number, received.changes(), wallMs, nowMs);
        if (taken.ownLaterHead()) {
            chain.beginEpoch(random, ledger, batches.rows());
            counters.add("fresh_epochs", 1);
            effects.add(
                    new Effect.Alarm(
                            "twin",
                            name(link)
                                    + " holds changes of this device that are not here: its home"
                                    + " was copied or put back, or another machine runs with its"
                                    + " key. This node goes on in a fresh epoch; end the other"
                                    + " one"));
        }
        whenDurable(new Due.Applied(link.number, received.frame()));
        if (taken.refused() > 0) {
            peers.refused(link, taken.refused(), taken.firstRefusal(), nowMs, effects);
        }
    }

    private void audit(Link link, SessionEvent.Differences differences) {
        List<String> mended = new ArrayList<>();
        for (ItemKey key : differences.items()) {
            if (ledger.repair(key)) {
                mended.add(key.shortId());
            }
        }
        // The row goes to disk with the batch even where no change does.
        batches.rows().put(Table.META, MetaKeys.PROBE, longBytes(wallMs));
        effects.add(
                new Effect.Alarm(
                        "items_differ",
                        differences.items().size()
                                + " items differ from "
                                + name(link)
                                + ": "
                                + differences.items().stream().map(ItemKey::shortId).toList()
                                + "; folded again from their logs here, changed by that: "
                                + mended));
    }

    private void redeem(Link link, SessionEvent.RedeemAsked asked) {
        DeviceId device = asked.redemption().device();
        Invites.Open invite = invites.find(asked.redemption(), wallMs);
        if (invite == null) {
            counters.add("invites_refused", 1);
            peers.end(
                    link,
                    Refusal.INVITE,
                    "the invite is unknown, used, or older than 24 hours",
                    nowMs,
                    effects);
            return;
        }
        String label =
                asked.redemption().label().isBlank() ? invite.label() : asked.redemption().label();
        Signed add = addOf(device);
        if (add == null) {
            Op op =
                    new Op.AddMember(
                            device, invite.role(), label.isBlank() ? "device" : label, null);
            Outcome.Refused refused =
                    writer.writeOps(new Actor.SystemActor(setup.label()), List.of(op), wallMs);
            if (refused != null) {
                peers.end(link, Refusal.INVITE, refused.text(), nowMs, effects);
                return;
            }
            invites.redeem(asked.redemption(), batches.rows());
            add = addOf(device);
        }
        List<Signed> shows = new ArrayList<>(introduction);
        if (add != null) {
            shows.add(add);
        }
        whenDurable(new Due.Welcome(link.number, shows));
    }

    /** The change that made a device a member, or null. */
    private @Nullable Signed addOf(DeviceId device) {
        Membership.Member member = ledger.project().membership().member(device);
        Ref added = member == null ? null : member.addedBy();
        Place place = added == null ? null : ledger.history().find(added.change());
        return place == null ? null : ledger.history().signed(place);
    }

    private static String name(Link link) {
        DeviceId device = link.device;
        return device == null ? link.address : "device " + device.shortText();
    }

    // ---- time and start ------------------------------------------------------------------------

    private void tick() {
        if (state == NodeHealth.State.FULL) {
            if (nowMs >= nextRetryMs) {
                nextRetryMs = nowMs + FULL_RETRY_MS;
                effects.add(batches.again());
            }
            return;
        }
        inbox.tick(nowMs);
        peers.tick(nowMs, effects);
        if (peersChanged || nowMs >= nextRefreshMs || view.digest() == null) {
            counters.set("items_open", ledger.open());
            show();
        }
    }

    /** Whether this device has become a member of the project it joins. */
    private void joined() {
        if (state == NodeHealth.State.JOINING
                && ledger.project().id() != null
                && ledger.project().membership().role(chain.device()) != null) {
            state = NodeHealth.State.READY;
            joining = null;
            batches.rows().delete(Table.META, MetaKeys.JOIN);
        }
    }

    private ChangeId foundOrJoin(long wall) {
        byte[] known = store.get(Table.META, MetaKeys.PROJECT);
        byte[] run = store.get(Table.META, MetaKeys.INTRODUCTION);
        if (run != null) {
            introduction = SignedCodec.readRun(new CborReader(run));
        }
        if (known != null) {
            byte[] pending = store.get(Table.META, MetaKeys.JOIN);
            joining =
                    pending == null
                            ? null
                            : Invite.parse(new String(pending, StandardCharsets.UTF_8));
            return ChangeId.of(known);
        }
        Setup.Founding founding = setup.founding();
        if (setup.join() != null) {
            joining = setup.join();
            batches.rows()
                    .put(
                            Table.META,
                            MetaKeys.JOIN,
                            joining.text().getBytes(StandardCharsets.UTF_8));
            batches.rows().put(Table.META, MetaKeys.PROJECT, joining.project().bytes());
            return joining.project();
        }
        if (founding == null) {
            throw new IllegalStateException("an empty store, and no project to found or to join");
        }
        Op genesis =
                new Op.Genesis(
                        founding.name(),
                        chain.device(),
                        founding.recovery(),
                        random.nextLong() & Long.MAX_VALUE);
        Outcome.Refused refused =
                writer.writeOps(new Actor.SystemActor(setup.label()), List.of(genesis), wall);
        ChangeId id = ledger.project().id();
        if (refused != null || id == null) {
            throw new IllegalStateException("the project cannot be founded: " + refused);
        }
        batches.rows().put(Table.META, MetaKeys.PROJECT, id.bytes());
        return id;
    }

    /** The addresses to dial: those of the setup, and those of an invite that is being redeemed. */
    private List<String> addresses() {
        List<String> out = new ArrayList<>(setup.peers());
        if (joining != null) {
            out.addAll(joining.addresses());
        }
        return out;
    }

    private boolean isFreshEpochDue(DeviceId device, byte[] storeId) {
        byte[] epoch = store.get(Table.META, MetaKeys.EPOCH);
        byte[] before = store.get(Table.META, MetaKeys.STAMP);
        return epoch == null
                || setup.tailDropped()
                || !Arrays.equals(before, stamp(storeId))
                || ledger.project().dag().branchesOf(new Chain(device, storedEpoch())).size() > 1;
    }

    private long storedEpoch() {
        byte[] epoch = store.get(Table.META, MetaKeys.EPOCH);
        if (epoch == null) {
            throw new IllegalStateException("the store lacks the epoch of its device");
        }
        return ByteBuffer.wrap(epoch).getLong();
    }

    private int ownSeq(DeviceId device, long epoch) {
        List<Integer> own = ledger.project().dag().branchesOf(new Chain(device, epoch));
        return own.isEmpty() ? 0 : ledger.project().dag().head(own.getFirst()).seq();
    }

    /** The latest clock in this device's changes, in whatever epoch. */
    private long ownWallMs(DeviceId device) {
        Dag dag = ledger.project().dag();
        long last = 0;
        for (int branch = 0; branch < dag.branches(); branch++) {
            if (dag.chain(branch).device().equals(device)) {
                last = Math.max(last, dag.wallMs(dag.head(branch)));
            }
        }
        return last;
    }

    private byte[] stamp(byte[] storeId) {
        return (setup.stamp() + ":" + HexFormat.of().formatHex(storeId))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] longBytes(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }
}
