package dev.musher.protocol.sync;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Malformed;
import dev.musher.protocol.codec.FrameLimits;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state kept about one peer, over one socket. The owner gives every frame to {@link #receive},
 * tells it of commits by {@link #committed}, calls {@link #tick} now and then, and after any of
 * these, whenever the socket can take a frame, asks {@link #next} until it gives null.
 *
 * <p>Here is who may say what when; what is said is in {@link Handshake}, {@link Exchange}, {@link
 * Sender}, {@link Receiver} and {@link Audit}. A session ends once, by its peer's fault, by the
 * peer's word or by its owner's, and then takes nothing, and gives its last frame, after the proof
 * it may still owe.
 *
 * <p>Belongs to the thread that owns the project.
 */
public final class PeerSession {
    /** An audit is begun no sooner than this after the last, ms. */
    private static final long AUDIT_PAUSE_MS = 60_000;

    /** What a link costs whoever dialled it: signatures, and heads of all chains. */
    private static final int LINK_POINTS = 50;

    /** Bytes of a frame of an unknown kind that cost one point. */
    private static final int IGNORED_BYTES_A_POINT = 4 * 1024;

    /** Where the session stands. */
    private enum Phase {
        /** Neither side has proved itself, or only the other has. */
        HANDSHAKE,
        /** A newcomer waits to be added. */
        REDEEMING,
        /** Both have. */
        OPEN,
        /** The last frame is to be given. */
        ENDING,
        /** Nothing more. */
        OVER
    }

    private final SyncHub hub;
    private final PeerSetup setup;
    private final Handshake handshake;
    private final PeerVector known;
    private final Sender sender;
    private final Receiver receiver;
    private final Offers offers;
    private final Exchange exchange;
    private final Puller puller;
    private Budget budget;
    private final long startedMs;

    private Phase phase = Phase.HANDSHAKE;
    private @Nullable DeviceId peer;
    private int newcomerLevel;
    private boolean helloDue = true;
    private boolean proofDue;
    private boolean proofSent;
    private boolean welcomed;
    private List<Signed> welcome = List.of();
    private boolean welcomeDue;
    private List<String> addresses;
    private boolean addressesDue;
    private final Deque<Frame> declinedDue = new ArrayDeque<>();
    private int declinedTold;
    private boolean statusDue;
    private boolean statusAsks;
    private long probedMs = Long.MAX_VALUE;
    private @Nullable Audit audit;
    private long auditedMs = Long.MIN_VALUE;
    private Frame.@Nullable TrieAsk trieAsked;
    private Frame.@Nullable Differences differencesDue;
    private Frame.@Nullable End last;
    private long nowMs;
    private long bytesIn;
    private long bytesOut;

    /**
     * @param hub shared by the sessions of this node
     * @param nowMs monotonic time in ms, of the same clock in all calls
     */
    public PeerSession(SyncHub hub, PeerSetup setup, long nowMs) {
        this.hub = hub;
        this.setup = setup;
        this.addresses = setup.addresses();
        this.startedMs = nowMs;
        this.nowMs = nowMs;
        handshake = new Handshake(hub, setup);
        known = new PeerVector(hub.view());
        sender = new Sender(hub.view(), known);
        receiver = new Receiver(hub);
        offers = new Offers(hub);
        puller = new Puller(nowMs);
        exchange = new Exchange(hub, known, sender, offers, puller);
        budget = new Budget(nowMs);
    }

    /** Takes one frame. Never throws for what is in it: a bad one ends the session. */
    public List<SessionEvent> receive(byte[] frame, long nowMs) {
        return receive(frame, null, nowMs);
    }

    /**
     * As {@link #receive(byte[], long)}, of a frame that was opened ahead.
     *
     * @param opened what a {@link FrameOpener} made of the very same bytes; null where it made
     *     nothing, or nobody asked one. It saves work and changes nothing else
     */
    public List<SessionEvent> receive(byte[] frame, @Nullable OpenedFrame opened, long nowMs) {
        this.nowMs = nowMs;
        List<SessionEvent> events = new ArrayList<>(2);
        if (isOver()) {
            return events;
        }
        bytesIn += frame.length;
        boolean open = phase == Phase.OPEN;
        if (!open && bytesIn > Frames.HANDSHAKE_BYTES) {
            fail(Refusal.HANDSHAKE_BOUND, bytesIn + " bytes before the handshake was done", events);
            return events;
        }
        try {
            if (open && opened != null) {
                take(opened.runs(), frame, opened, events);
            } else {
                int most = open ? FrameLimits.FRAME_BYTES : Frames.HANDSHAKE_BYTES;
                take(FrameCodec.read(frame, most), frame, null, events);
            }
        } catch (Malformed e) {
            fail(Refusal.MALFORMED, String.valueOf(e.getMessage()), events);
        }
        return events;
    }

    /** Ends what took too long. To be called at least once a second. */
    public List<SessionEvent> tick(long nowMs) {
        this.nowMs = nowMs;
        List<SessionEvent> events = new ArrayList<>(1);
        SyncLimits limits = hub.limits();
        switch (phase) {
            case HANDSHAKE, REDEEMING -> {
                if (nowMs - startedMs >= limits.handshakeMs()) {
                    fail(
                            Refusal.HANDSHAKE_BOUND,
                            "the handshake was not done within " + limits.handshakeMs() + " ms",
                            events);
                }
            }
            case OPEN -> {
                exchange.tick(nowMs);
                long waiting =
                        Math.min(
                                Math.min(sender.waitingSinceMs(), probedMs),
                                Math.min(exchange.waitingSinceMs(), auditWaitingSinceMs()));
                if (sender.isTooNew()) {
                    fail(
                            Refusal.VERSION,
                            "texts were dropped here and outlines stand for them, which protocol"
                                    + " level 1 has no word for: update the other node",
                            events);
                } else if (waiting != Long.MAX_VALUE && nowMs - waiting >= limits.stallMs()) {
                    fail(Refusal.SLOW, "no answer for " + limits.stallMs() + " ms", events);
                }
            }
            case ENDING, OVER -> {}
        }
        return events;
    }

    /**
     * The next frame to send now, or null when there is nothing to say or the peer's credit is used
     * up. Asked for only when the socket can take it, so nothing queues.
     */
    public byte @Nullable [] next(long nowMs) {
        this.nowMs = nowMs;
        byte[] frame =
                switch (phase) {
                    case HANDSHAKE, REDEEMING -> nextOfHandshake();
                    case OPEN -> nextOpen();
                    case ENDING -> nextLast();
                    case OVER -> null;
                };
        if (frame != null) {
            bytesOut += frame.length;
        }
        return frame;
    }

    /** The durable head of a branch moved, or the branch is new. Tell every session. */
    public void committed(int branch) {
        if (!isOver()) {
            exchange.committed(branch, nowMs);
        }
    }

    /**
     * Every change of {@link SessionEvent.Received} with this number is durable, parked for a
     * missing dependency, or refused: the peer gets its acknowledgement and credit. After parking
     * some, {@link #probe} finds what they wait for.
     */
    public void applied(long frame) {
        receiver.applied(frame);
    }

    /** Compares with this peer now (P0): every 10 s with one random peer. */
    public void probe() {
        if (phase == Phase.OPEN) {
            statusDue = true;
            statusAsks = true;
        }
    }

    /**
     * Frames of changes of this peer wait at the caller, who will answer them later: to be called
     * each second while they do, so that they are not asked of others meanwhile.
     */
    public void holds(long nowMs) {
        exchange.holds(nowMs);
    }

    /**
     * Changes of this peer were verified to no use: refused, here already, or dropped while they
     * waited for a dependency. It is charged for them as for questions, and the session ends when
     * that is more than an honest peer ever makes.
     *
     * @param points one for each signature that was checked and each 64 changes
     * @return what happened, as by {@link #receive}
     */
    public List<SessionEvent> wasted(long points, long nowMs) {
        this.nowMs = nowMs;
        List<SessionEvent> events = new ArrayList<>(1);
        if (phase == Phase.OPEN && !budget.take(points, nowMs)) {
            budget.owe(points, nowMs);
            fail(Refusal.FLOOD, "sends changes that nobody can use", events);
        }
        return events;
    }

    /**
     * Tells the peer that a change it sent is not admitted here. It cannot know otherwise, and all
     * that it writes on top of it waits here in vain. The first few of a session are told.
     *
     * @param text why, for people
     */
    public void declined(ChangeId change, String text) {
        if (phase == Phase.OPEN && declinedTold < Frames.DECLINED_TOLD) {
            declinedTold++;
            declinedDue.addLast(new Frame.Declined(change, cut(text)));
        }
    }

    /**
     * Tells the peer of addresses, as {@link PeerSetup#addresses} does at the handshake. Each time
     * costs the peer's budget 100 points: not more often than once in some seconds.
     */
    public void tell(List<String> known) {
        if (phase == Phase.OPEN) {
            addresses = List.copyOf(known);
            addressesDue = true;
        }
    }

    /**
     * Answers {@link SessionEvent.RedeemAsked}: the device was added, durably.
     *
     * @param introduction changes that show it, see {@link PeerSetup#introduction}
     * @return what happened, as by {@link #receive}
     */
    public List<SessionEvent> welcome(List<Signed> introduction) {
        List<SessionEvent> events = new ArrayList<>(1);
        DeviceId newcomer = peer;
        if (phase == Phase.REDEEMING && newcomer != null) {
            welcome = PeerSetup.shown(introduction);
            welcomeDue = true;
            establish(newcomer, newcomerLevel, events);
        }
        return events;
    }

    /**
     * Ends the session for a reason of this node; {@link #next} gives what is left to say. Before
     * the handshake is done the other end is told nothing, except {@link Refusal#INVITE}: so that
     * is for those who proved that they hold the invite.
     */
    public List<SessionEvent> end(Refusal refusal, String text) {
        List<SessionEvent> events = new ArrayList<>(1);
        if (!isOver()) {
            fail(refusal, text, events);
        }
        return events;
    }

    /** Who is at the other end, once it has proved it. */
    public @Nullable DeviceId peer() {
        return phase == Phase.HANDSHAKE ? null : peer;
    }

    /** Whether both sides have proved who they are and the session is not over. */
    public boolean established() {
        return phase == Phase.OPEN;
    }

    /** Whether the session is over. */
    public boolean ended() {
        return isOver();
    }

    /** How far it has come. */
    public Progress progress() {
        return new Progress(
                receiver.fresh(),
                receiver.duplicates(),
                offers.missing(),
                sender.changesSent(),
                bytesIn,
                bytesOut,
                exchange.legs());
    }

    private boolean isOver() {
        return phase == Phase.ENDING || phase == Phase.OVER;
    }

    private byte @Nullable [] nextOfHandshake() {
        if (helloDue) {
            helloDue = false;
            return handshake.hello();
        }
        if (proofDue) {
            proofDue = false;
            proofSent = true;
            return handshake.proof();
        }
        return null;
    }

    private byte @Nullable [] nextOpen() {
        byte[] shake = nextOfHandshake();
        if (shake != null) {
            return shake;
        }
        Frame frame = nextFrame();
        if (frame != null) {
            return FrameCodec.write(frame);
        }
        byte[] runs = sender.next(nowMs);
        if (runs != null) {
            exchange.moved();
        }
        return runs;
    }

    /** What is small goes first, so that no answer waits behind a megabyte of changes. */
    private @Nullable Frame nextFrame() {
        if (welcomeDue) {
            welcomeDue = false;
            return new Frame.Welcome(welcome);
        }
        if (addressesDue) {
            addressesDue = false;
            return new Frame.Addresses(addresses);
        }
        Frame declined = declinedDue.pollFirst();
        if (declined != null) {
            return declined;
        }
        Frame.Ack ack = receiver.ack();
        if (ack != null) {
            return ack;
        }
        if (statusDue) {
            statusDue = false;
            if (statusAsks) {
                probedMs = nowMs;
            }
            boolean asks = statusAsks;
            statusAsks = false;
            return new Frame.Probe(hub.view().status(), asks);
        }
        Frame exchanged = exchange.nextVector(nowMs);
        if (exchanged == null) {
            exchanged = exchange.nextWant(nowMs);
        }
        if (exchanged == null) {
            exchanged = nextOfAudit();
        }
        return exchanged == null ? exchange.nextNews(nowMs) : exchanged;
    }

    private @Nullable Frame nextOfAudit() {
        Frame.TrieAsk question = trieAsked;
        if (question != null) {
            trieAsked = null;
            List<@Nullable TrieNode> nodes = new ArrayList<>();
            question.paths().forEach(path -> nodes.add(hub.view().trie(path.bytes())));
            return new Frame.TrieTell(nodes);
        }
        Frame found = differencesDue;
        if (found != null) {
            differencesDue = null;
            return found;
        }
        return audit == null ? null : audit.ask(nowMs);
    }

    private byte @Nullable [] nextLast() {
        Frame.End end = last;
        if (end != null && proofDue) {
            // Who was let in learns whom it reached before it hears that this is the end: a dialler
            // that does not know would come again and again.
            proofDue = false;
            return handshake.proof();
        }
        phase = Phase.OVER;
        return end == null ? null : FrameCodec.write(end);
    }

    private void take(
            Frame frame, byte[] bytes, @Nullable OpenedFrame opened, List<SessionEvent> events) {
        if (phase != Phase.OPEN) {
            takeBefore(frame, bytes, events);
        } else if (!budget.take(cost(frame, bytes.length), nowMs)) {
            fail(Refusal.FLOOD, "asks more than a peer has use for", events);
        } else {
            takeOpen(frame, bytes.length, opened, events);
        }
    }

    private static long cost(Frame frame, int bytes) {
        return switch (frame) {
            case Frame.Runs f -> 0;
            case Frame.Ack f -> 0;
            case Frame.Vouch f -> 2L + f.changes().size();
            case Frame.Vector f ->
                    (f.step() == Frame.Step.NEWS ? 1 : 20)
                            + (f.haves().size() + f.samples().size()) / 50;
            case Frame.Want f -> 1 + f.haves().size() / 25;
            case Frame.TrieAsk f -> 1 + f.paths().size() / 10;
            case Frame.Probe f -> 5;
            case Frame.Ignored f -> 5 + bytes / IGNORED_BYTES_A_POINT;
            case Frame.Hello f -> 20;
            case Frame.Proof f -> 20;
            case Frame.Welcome f -> 20;
            case Frame.Addresses f -> 100;
            case Frame.Declined f -> 100;
            case Frame.Differences f -> 1_500;
            case Frame.TrieTell f -> 0;
            case Frame.End f -> 0;
        };
    }

    private void takeBefore(Frame frame, byte[] bytes, List<SessionEvent> events) {
        switch (frame) {
            case Frame.Hello hello -> {
                Handshake.Verdict.No no = handshake.greet(hello, bytes);
                if (no != null) {
                    fail(no.refusal(), no.text(), events);
                } else {
                    proofDue = setup.outgoing();
                }
            }
            case Frame.Proof proof -> {
                if (phase != Phase.HANDSHAKE || (setup.outgoing() && !proofSent)) {
                    throw new Malformed("a proof that may not come now");
                }
                judge(handshake.judge(proof), events);
            }
            case Frame.End end -> endedByPeer(end, events);
            case Frame.Ignored ignored -> {}
            case Frame.Welcome f -> tooEarly(f);
            case Frame.Addresses f -> tooEarly(f);
            case Frame.Declined f -> tooEarly(f);
            case Frame.Probe f -> tooEarly(f);
            case Frame.Vector f -> tooEarly(f);
            case Frame.Want f -> tooEarly(f);
            case Frame.Runs f -> tooEarly(f);
            case Frame.Ack f -> tooEarly(f);
            case Frame.Vouch f -> tooEarly(f);
            case Frame.TrieAsk f -> tooEarly(f);
            case Frame.TrieTell f -> tooEarly(f);
            case Frame.Differences f -> tooEarly(f);
        }
    }

    private static void tooEarly(Frame frame) {
        throw new Malformed(frame.getClass().getSimpleName() + " before the handshake is done");
    }

    private void judge(Handshake.Verdict verdict, List<SessionEvent> events) {
        switch (verdict) {
            case Handshake.Verdict.Member member ->
                    establish(member.device(), member.level(), events);
            case Handshake.Verdict.Newcomer newcomer -> {
                phase = Phase.REDEEMING;
                peer = newcomer.redemption().device();
                newcomerLevel = newcomer.level();
                events.add(new SessionEvent.RedeemAsked(newcomer.redemption()));
            }
            case Handshake.Verdict.No no -> fail(no.refusal(), no.text(), events);
        }
    }

    private void establish(DeviceId device, int level, List<SessionEvent> events) {
        phase = Phase.OPEN;
        peer = device;
        int spoken = Math.min(level, Frames.LEVEL);
        sender.level(spoken);
        receiver.level(spoken);
        budget = hub.budget(device, nowMs);
        addressesDue = !addresses.isEmpty();
        if (!setup.outgoing()) {
            // The side that dialled knows the other last, so this is the first that can ask.
            proofDue = true;
            statusDue = true;
            statusAsks = true;
        }
        events.add(new SessionEvent.Established(device, level));
        if (!setup.outgoing() && !budget.take(LINK_POINTS, nowMs)) {
            fail(Refusal.FLOOD, "comes again and again", events);
        }
    }

    private void takeOpen(
            Frame frame, int bytes, @Nullable OpenedFrame opened, List<SessionEvent> events) {
        switch (frame) {
            case Frame.Welcome f -> {
                if (setup.invite() == null || welcomed) {
                    throw new Malformed("a welcome that nobody asked for");
                }
                welcomed = true;
                events.add(new SessionEvent.Welcomed(f.introduction()));
            }
            case Frame.Addresses f -> events.add(new SessionEvent.Addresses(f.addresses()));
            case Frame.Declined f -> events.add(new SessionEvent.Declined(f.change(), f.text()));
            case Frame.End f -> endedByPeer(f, events);
            case Frame.Probe f -> compare(f, events);
            case Frame.Vector f -> {
                probedMs = Long.MAX_VALUE;
                exchange.take(f, nowMs);
            }
            case Frame.Vouch f -> receiver.vouched(f);
            case Frame.Want f -> exchange.take(f);
            case Frame.Runs f -> takeRuns(f, bytes, opened, events);
            case Frame.Ack f -> {
                if (!sender.acknowledged(f) && !budget.take(1, nowMs)) {
                    fail(Refusal.FLOOD, "acknowledges what it did before", events);
                }
            }
            case Frame.TrieAsk f -> {
                if (trieAsked != null) {
                    throw new Malformed("a second question before the answer to the first");
                }
                trieAsked = f;
            }
            case Frame.TrieTell f -> takeTold(f, events);
            case Frame.Differences f ->
                    events.add(new SessionEvent.Differences(f.items(), f.complete()));
            case Frame.Ignored f -> {}
            case Frame.Hello f -> throw new Malformed("a second hello");
            case Frame.Proof f -> throw new Malformed("a second proof");
        }
    }

    private void compare(Frame.Probe probe, List<SessionEvent> events) {
        probedMs = Long.MAX_VALUE;
        Status ours = hub.view().status();
        Status theirs = probe.status();
        if (!ours.sameHeads(theirs)) {
            exchange.want();
            return;
        }
        exchange.same();
        statusDue |= probe.asks();
        if (ours.contradicts(theirs)) {
            events.add(new SessionEvent.StatesDiffer(ours, theirs));
            beginAudit();
        } else if (ours.state() != null && ours.state().equals(theirs.state())) {
            events.add(new SessionEvent.InSync(ours.heads()));
        }
    }

    private long auditWaitingSinceMs() {
        Audit walk = audit;
        return walk == null ? Long.MAX_VALUE : walk.waitingSinceMs();
    }

    private void beginAudit() {
        boolean rested = auditedMs == Long.MIN_VALUE || nowMs - auditedMs >= AUDIT_PAUSE_MS;
        if (setup.outgoing() && audit == null && rested) {
            auditedMs = nowMs;
            audit = new Audit(hub.view());
        }
    }

    private void takeTold(Frame.TrieTell told, List<SessionEvent> events) {
        Audit walk = audit;
        if (walk == null || !walk.isWaiting()) {
            throw new Malformed("an answer to no question");
        }
        walk.tell(told);
        if (walk.isDone()) {
            audit = null;
            if (hub.view().status().state() == null) {
                // Since it was begun verdicts came that are not yet in all rows.
                return;
            }
            Frame.Differences found = walk.found();
            differencesDue = found;
            events.add(new SessionEvent.Differences(found.items(), found.complete()));
        }
    }

    private void takeRuns(
            Frame.Runs runs, int bytes, @Nullable OpenedFrame opened, List<SessionEvent> events) {
        long duplicates = receiver.duplicatePoints();
        Receiver.Taken taken = receiver.take(runs, bytes, opened);
        // Where each chain ends in the frame: so much the peer has.
        Map<ChainKey, Have> ends = new TreeMap<>();
        if (taken.refusal() == null) {
            for (Signed signed : runs.changes()) {
                Have have = have(signed.change());
                ends.merge(have.chain(), have, (a, b) -> a.seq() >= b.seq() ? a : b);
            }
        }
        if (!taken.fresh().isEmpty()) {
            boolean asked =
                    ends.values().stream()
                            .allMatch(end -> hub.find(end) >= 0 || exchange.isAsked(end));
            events.add(new SessionEvent.Received(runs.number(), taken.fresh(), asked));
        } else {
            receiver.applied(runs.number());
        }
        Refusal refusal = taken.refusal();
        if (refusal != null) {
            fail(refusal, taken.text(), events);
            return;
        }
        for (Have have : ends.values()) {
            exchange.arrived(have, hub.find(have) < 0, nowMs);
        }
        if (!budget.take(receiver.duplicatePoints() - duplicates, nowMs)) {
            fail(Refusal.FLOOD, "sends again what was sent before", events);
        }
    }

    private static Have have(Change change) {
        long seq = change.header().seq();
        if (seq > Integer.MAX_VALUE) {
            throw new Malformed("seq " + seq + " is beyond what a chain can hold");
        }
        ChainKey chain = new ChainKey(change.device().prefix(), change.header().epoch());
        return new Have(chain, (int) seq, change.id().prefix(), change.id());
    }

    private void endedByPeer(Frame.End end, List<SessionEvent> events) {
        over();
        phase = Phase.OVER;
        // A newcomer acts on the one, a device that was away on the other; the rest is for people.
        Refusal told =
                end.code() == Refusal.INVITE.code()
                        ? Refusal.INVITE
                        : end.code() == Refusal.REVOKED.code() ? Refusal.SHUT_OUT : Refusal.BY_PEER;
        events.add(new SessionEvent.Ended(told, end.text()));
    }

    private void fail(Refusal refusal, String text, List<SessionEvent> events) {
        // Both are told to those only who proved that they know the project.
        if (phase == Phase.OPEN || refusal == Refusal.INVITE || refusal == Refusal.REVOKED) {
            last = new Frame.End(refusal.code(), cut(text));
        }
        over();
        phase = Phase.ENDING;
        events.add(new SessionEvent.Ended(refusal, text));
    }

    private void over() {
        hub.pulls().leave(puller);
        audit = null;
    }

    /** Short enough for the frame, whatever letters it has. */
    private static String cut(String text) {
        int most = Frames.TEXT_BYTES / 4;
        if (text.length() <= most) {
            return text;
        }
        int at = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, at);
    }
}
