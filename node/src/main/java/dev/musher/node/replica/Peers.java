package dev.musher.node.replica;

import dev.musher.crdt.change.DeviceId;
import dev.musher.node.store.Batch;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.sync.Invite;
import dev.musher.protocol.sync.Nonce;
import dev.musher.protocol.sync.PeerSession;
import dev.musher.protocol.sync.PeerSetup;
import dev.musher.protocol.sync.Progress;
import dev.musher.protocol.sync.Refusal;
import dev.musher.protocol.sync.SessionEvent;
import dev.musher.protocol.sync.SyncHub;
import dev.musher.protocol.sync.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The links to peers: opens a session for each socket, gives it frames, sends what it has to say
 * while the socket takes it, keeps one link to a device, and compares with one peer every ten
 * seconds. What sessions report is handed to a {@link Listener}. Core thread only.
 */
final class Peers {

    /** A random peer is compared with this often, ms. */
    private static final long PROBE_MS = 10_000;

    /** A link that lasted so long sets the back-off of its address to the first step, ms. */
    private static final long STOOD_MS = 5_000;

    /** Sockets at one time. */
    private static final int LINKS_MAX = 256;

    /** Changes refused of one link before it is ended: an honest peer has none to send. */
    private static final int REFUSED_MAX = 20;

    /** From when a device is revoked until its link ends, so that it learns of it, ms. */
    private static final long REVOKED_MS = 2_000;

    /** How long a second link to a device is kept where the first has stood as long, ms. */
    private static final long EXTRA_MS = 2_000;

    private static final String BYTES_IN = Counters.labelled("peer_bytes", "way", "in");
    private static final String BYTES_OUT = Counters.labelled("peer_bytes", "way", "out");

    private static final String SECOND = "another link to this device stays";

    private static final String OFFLINE = "this node was taken offline";

    /** Takes what sessions report. */
    interface Listener {
        /** One report of a link. */
        void on(Link link, SessionEvent event);
    }

    private final SyncHub hub;
    private final Targets targets;
    private final Addresses addresses;
    private final RandomGenerator random;
    private final Counters counters;
    private final Listener listener;
    private final SortedMap<Long, Link> links = new TreeMap<>();

    private final Bans bans = new Bans(LocalWriter.DEVICES_MAX);

    private long nextProbeMs;
    private boolean offline;

    Peers(
            SyncHub hub,
            Targets targets,
            RandomGenerator random,
            Counters counters,
            Listener listener) {
        this.hub = hub;
        this.targets = targets;
        this.addresses = new Addresses(targets, random);
        this.random = random;
        this.counters = counters;
        this.listener = listener;
    }

    Targets targets() {
        return targets;
    }

    /** Links by number. */
    List<Link> links() {
        return List.copyOf(links.values());
    }

    @Nullable Link link(long number) {
        return links.get(number);
    }

    /**
     * A socket is open.
     *
     * @param introduction shows this device to those who do not know it
     * @param invite what to redeem, where this node joins; else null
     */
    void connected(
            Input.Connected in,
            List<Signed> introduction,
            @Nullable Invite invite,
            String label,
            long nowMs,
            List<Effect> out) {
        if (offline || links.size() >= LINKS_MAX) {
            refuse(in, offline ? OFFLINE : "too many peers", nowMs, out);
            return;
        }
        Nonce nonce = Nonce.of(in.nonce());
        PeerSetup setup = in.outgoing() ? PeerSetup.dialled(nonce) : PeerSetup.accepted(nonce);
        List<String> told = addresses.first(!in.channel().isEmpty(), links.values());
        setup = setup.over(in.channel()).introducedBy(introduction).telling(told);
        if (invite != null && in.outgoing()) {
            setup = setup.redeeming(invite, label);
        }
        Link link =
                new Link(
                        in.link(),
                        in.outgoing(),
                        in.address(),
                        !in.channel().isEmpty(),
                        new PeerSession(hub, setup, nowMs),
                        nowMs);
        link.told.addAll(told);
        links.put(in.link(), link);
        counters.add("peer_sockets", "side", in.outgoing() ? "dialled" : "accepted", 1);
        pump(link, nowMs, out);
    }

    /** A socket is open that this node does not want now; if it dialled, it does so again later. */
    void refuse(Input.Connected in, String why, long nowMs, List<Effect> out) {
        out.add(new Effect.Close(in.link(), why));
        if (in.outgoing()) {
            targets.failed(in.address(), "", nowMs);
        }
    }

    /** One frame came. */
    void frame(Input.Frame in, long nowMs, List<Effect> out) {
        Link link = links.get(in.link());
        if (link == null || link.closing) {
            return;
        }
        counters.add(BYTES_IN, in.bytes().length);
        hear(link, link.session.receive(in.bytes(), in.opened(), nowMs), nowMs, out);
        pump(link, nowMs, out);
    }

    /** One send has left. */
    void sent(long number, long nowMs, List<Effect> out) {
        Link link = links.get(number);
        if (link != null) {
            link.sent();
            pump(link, nowMs, out);
        }
    }

    /** A peer told of addresses, its own first. */
    void told(Link link, List<String> told) {
        addresses.heard(link, told, links.values());
    }

    /**
     * A socket is gone.
     *
     * @param wasted what waited for its sake
     */
    void closed(Input.Closed in, Waste wasted, long nowMs, List<Effect> out) {
        Link link = links.remove(in.link());
        if (link == null) {
            return;
        }
        boolean ended = link.closing;
        if (!ended) {
            link.session.end(Refusal.GOING, in.why());
            link.closing = true;
        }
        wasted(link, wasted, nowMs, out);
        if (link.outgoing) {
            // A peer that takes a link and drops it at once is dialled ever more rarely all the
            // same.
            if (link.device != null && nowMs - link.sinceMs >= STOOD_MS) {
                targets.stood(link.address);
            }
            targets.failed(link.address, ended ? null : in.why(), nowMs);
        }
    }

    /** A dial came to nothing. */
    void dialFailed(Input.DialFailed in, long nowMs) {
        targets.failed(in.address(), in.why(), nowMs);
    }

    /** Time has passed. */
    void tick(long nowMs, List<Effect> out) {
        for (Link link : links()) {
            DeviceId device = link.device;
            if (device != null && (hub.revoked(device) || isOut(link, device))) {
                revoked(link, nowMs, out);
            }
            if (nowMs - link.extraMs >= EXTRA_MS) {
                end(link, Refusal.GOING, SECOND, nowMs, out);
            }
            hear(link, link.session.tick(nowMs), nowMs, out);
            addresses.tell(link, links.values(), nowMs);
            pump(link, nowMs, out);
        }
        if (nowMs >= nextProbeMs) {
            nextProbeMs = nowMs + PROBE_MS;
            probeOne(nowMs, out);
        }
        if (offline) {
            return;
        }
        SortedSet<DeviceId> linked = linked(false);
        if (!targets.anyDue(linked, nowMs)) {
            return;
        }
        for (Target target : targets.due(linked, linked(true), nowMs)) {
            target.busy = true;
            counters.add("peer_dials", 1);
            out.add(new Effect.Dial(target.address, target.certificate));
        }
    }

    /**
     * Whether a device that was held a member is none: what added it came, and does not count.
     * Until it came nothing can be said, as of one that only an introduction shows.
     */
    private boolean isOut(Link link, DeviceId device) {
        boolean member = hub.member(device);
        boolean out = !member && (link.member || link.inSync);
        link.member |= member;
        return out;
    }

    /** The device has this long to hear of the cut, then its link ends. */
    private void revoked(Link link, long nowMs, List<Effect> out) {
        if (link.revokedMs == Long.MAX_VALUE) {
            link.revokedMs = nowMs;
        } else if (nowMs - link.revokedMs >= REVOKED_MS) {
            end(link, Refusal.REVOKED, "the device was revoked", nowMs, out);
        }
    }

    /** Branches moved on disk: every session may have news. */
    void committed(Iterable<Integer> branches, long nowMs, List<Effect> out) {
        for (Link link : links()) {
            for (int branch : branches) {
                link.session.committed(branch);
            }
            pump(link, nowMs, out);
        }
    }

    /** What a frame brought is on disk, parked or refused. */
    void applied(long number, long frame, long nowMs, List<Effect> out) {
        Link link = links.get(number);
        if (link != null) {
            link.session.applied(frame);
            pump(link, nowMs, out);
        }
    }

    /** A newcomer's add is on disk. */
    void welcome(long number, List<Signed> introduction, long nowMs, List<Effect> out) {
        Link link = links.get(number);
        if (link != null) {
            hear(link, link.session.welcome(introduction), nowMs, out);
            pump(link, nowMs, out);
        }
    }

    /** Changes of a link were refused. */
    void refused(Link link, int count, String why, long nowMs, List<Effect> out) {
        link.refused += count;
        if (link.refused > REFUSED_MAX) {
            end(link, Refusal.MALFORMED, "changes that are not admitted: " + why, nowMs, out);
        }
    }

    /** Changes of a link were proved to no use. */
    void wasted(Link link, Waste waste, long nowMs, List<Effect> out) {
        if (waste.points() == 0) {
            return;
        }
        counters.add("peer_points_wasted", waste.points());
        DeviceId device = link.device;
        if (!link.closing) {
            hear(link, link.session.wasted(waste.points(), nowMs), nowMs, out);
        } else if (device != null) {
            hub.owes(device, waste.points(), nowMs);
        }
    }

    /** Ends a link for a reason of this node. */
    void end(Link link, Refusal refusal, String text, long nowMs, List<Effect> out) {
        if (!link.closing) {
            hear(link, link.session.end(refusal, text), nowMs, out);
        }
    }

    /**
     * A device has proved who it is: of two links to it the one that the smaller key dialled stays.
     */
    void established(
            Link link, DeviceId device, DeviceId self, Batch batch, long nowMs, List<Effect> out) {
        if (bans.holds(device, nowMs)) {
            end(link, Refusal.GOING, "this node does not hear the device for now", nowMs, out);
            return;
        }
        link.device = device;
        Target target = targets.get(link.address);
        if (link.outgoing && target != null) {
            targets.answered(target, device, batch);
        }
        for (Link other : links()) {
            if (other != link && !other.closing && device.equals(other.device)) {
                boolean selfDials = self.compareTo(device) < 0;
                Link loser = link.outgoing == selfDials ? other : link;
                loser = other.outgoing == link.outgoing ? other : loser;
                if (loser == link && nowMs - other.sinceMs >= EXTRA_MS) {
                    // No two dials that crossed: a copy of the device's home, most likely. It is
                    // heard for a moment, or nobody would learn of it, nor of what is done there.
                    link.extraMs = nowMs;
                } else {
                    end(loser, Refusal.GOING, SECOND, nowMs, out);
                }
            }
        }
        if (!link.outgoing && links.size() > Topology.LINKS_TAKEN_MAX) {
            end(link, Refusal.GOING, "this node has links enough", nowMs, out);
        }
    }

    /**
     * Takes all links down and makes none, or dials again at once. Nothing else changes: the node
     * goes on working, as on a train.
     */
    void offline(boolean now, long nowMs, List<Effect> out) {
        offline = now;
        if (now) {
            for (Link link : links()) {
                end(link, Refusal.GOING, OFFLINE, nowMs, out);
            }
        } else {
            targets.hurry(nowMs);
        }
    }

    /** Another key: every link is made again with it. */
    void rotate(Signer next, long nowMs, List<Effect> out) {
        hub.rotate(next);
        for (Link link : links()) {
            end(link, Refusal.GOING, "this node has a new key", nowMs, out);
        }
        targets.hurry(nowMs);
    }

    /** Tells every peer that this node goes. */
    void stop(long nowMs, List<Effect> out) {
        for (Link link : links()) {
            end(link, Refusal.GOING, "the node is stopping", nowMs, out);
        }
    }

    /** How each link and each address stands. */
    List<PeerView> views() {
        List<PeerView> out = new ArrayList<>();
        SortedSet<String> seen = new TreeSet<>();
        for (Link link : links.values()) {
            PeerView.State state =
                    !link.session.established()
                            ? PeerView.State.CONNECTING
                            : link.inSync && link.session.progress().missing() == 0
                                    ? PeerView.State.IN_SYNC
                                    : PeerView.State.SYNCING;
            out.add(
                    new PeerView(
                            link.address,
                            link.device,
                            state,
                            link.outgoing,
                            link.inSyncAtMs,
                            progress(link.session.progress()),
                            link.session.progress()));
            if (link.outgoing) {
                seen.add(link.address);
            }
        }
        SortedSet<DeviceId> linked = linked(false);
        for (Target target : targets.all()) {
            boolean held = target.device != null && linked.contains(target.device);
            if (!held && !seen.contains(target.address)) {
                out.add(
                        new PeerView(
                                target.address,
                                target.device,
                                PeerView.State.WAITING,
                                true,
                                null,
                                target.fault,
                                Progress.NONE));
            }
        }
        return out;
    }

    private static String progress(Progress progress) {
        return progress.missing() == 0 ? "" : progress.missing() + " changes to come";
    }

    private void probeOne(long nowMs, List<Effect> out) {
        SortedSet<DeviceId> established = new TreeSet<>(DeviceId::compareTo);
        for (Link link : links.values()) {
            if (link.device != null && link.session.established()) {
                established.add(link.device);
            }
        }
        if (established.isEmpty()) {
            return;
        }
        DeviceId chosen = Topology.probe(established, random);
        for (Link link : links()) {
            if (chosen.equals(link.device) && link.session.established()) {
                link.session.probe();
                pump(link, nowMs, out);
            }
        }
    }

    /** Devices with a link; only those this node dialled, or all. */
    private SortedSet<DeviceId> linked(boolean dialledOnly) {
        SortedSet<DeviceId> out = new TreeSet<>(DeviceId::compareTo);
        for (Link link : links.values()) {
            if (link.device != null && !link.closing && (link.outgoing || !dialledOnly)) {
                out.add(link.device);
            }
        }
        return out;
    }

    private void hear(Link link, List<SessionEvent> events, long nowMs, List<Effect> out) {
        for (SessionEvent event : events) {
            listener.on(link, event);
            if (event instanceof SessionEvent.Ended ended && !link.closing) {
                flush(link, nowMs, out);
                link.closing = true;
                counters.add(
                        "peer_sessions_ended",
                        "reason",
                        ended.refusal().name().toLowerCase(java.util.Locale.ROOT),
                        1);
                out.add(new Effect.Close(link.number, ended.text()));
                ban(link, ended.refusal(), nowMs);
                if (link.outgoing) {
                    ended(link, ended, nowMs);
                }
            }
        }
    }

    private void ban(Link link, Refusal refusal, long nowMs) {
        DeviceId device = link.device;
        // Whom a cut names is not let in anyway, and a senior's cut may undo that at any time: then
        // it must be heard at once, as it may be the last that is told.
        if (device != null && refusal != Refusal.REVOKED && refusal.penaltyMs() > 0) {
            bans.add(device, nowMs + refusal.penaltyMs(), nowMs);
        }
    }

    private void ended(Link link, SessionEvent.Ended ended, long nowMs) {
        if (ended.refusal() == Refusal.SELF) {
            targets.forget(link.address);
            return;
        }
        Target target = targets.get(link.address);
        if (target != null) {
            target.fault = ended.refusal() == Refusal.GOING ? "" : ended.text();
            if (ended.refusal().penaltyMs() > 0) {
                target.dueMs = nowMs + ended.refusal().penaltyMs();
            }
        }
    }

    /** Sends what a session has to say while the socket takes it. */
    private void pump(Link link, long nowMs, List<Effect> out) {
        while (!link.closing && link.maySend()) {
            byte[] frame = link.session.next(nowMs);
            if (frame == null) {
                return;
            }
            send(link, frame, out);
        }
    }

    /** What an ended session still has to say, two frames at most, whatever waits before them. */
    private void flush(Link link, long nowMs, List<Effect> out) {
        for (byte[] frame = link.session.next(nowMs);
                frame != null;
                frame = link.session.next(nowMs)) {
            send(link, frame, out);
        }
    }

    private void send(Link link, byte[] frame, List<Effect> out) {
        link.sending();
        counters.add(BYTES_OUT, frame.length);
        out.add(new Effect.Send(link.number, frame));
    }
}
