package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Malformed;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What of whose chains goes which way (P1, pulls and announcements).
 *
 * <p>A whole exchange is three vectors: the heads of the one side (open), those of the other with
 * its changes behind it (answer), and the first side's changes (close): 1.5 round trips. Each side
 * computes what the other lacks from the other's heads, so the cost follows the number of chains,
 * not of changes. Where a head that is shown is not the one here at that seq, the chain forks: the
 * side that sees it adds samples of its own branch at distances 1, 2, 4, ... before, the other
 * names the last that it has too, and until then nothing of that chain is sent.
 *
 * <p>Little is pushed; much is left to be pulled, so that a node that comes back to many peers gets
 * it once ({@link PullRegistry}). After the exchange own changes are pushed as they become durable,
 * and heads of others' are announced, to be pulled by whoever lacks them.
 */
final class Exchange {
    /**
     * Of so many exchanges with unequal heads after each of them the last is wide: where something
     * is always on the move, nothing else tells that two ids share their prefix.
     */
    private static final int WIDE_EACH = 3;

    /** A further exchange is begun no sooner than this after the last, ms. */
    private static final long PAUSE_MS = 1_000;

    private final SyncHub hub;
    private final SyncView view;
    private final PeerVector known;
    private final Sender sender;
    private final Offers offers;
    private final Puller puller;

    private final ForkSearch forkSearch;
    private final VectorParts parts = new VectorParts();
    private final BitSet news = new BitSet();
    private long newsSinceMs = Long.MAX_VALUE;
    private long openedMs;
    private boolean openDue;
    private boolean opened;
    private boolean everOpened;
    private boolean holdPulls;
    private long heldSinceMs;
    private boolean pullDue;
    private boolean pushing;
    private boolean moved = true;
    private int unsettled;
    private long legs;

    Exchange(SyncHub hub, PeerVector known, Sender sender, Offers offers, Puller puller) {
        this.hub = hub;
        this.view = hub.view();
        this.known = known;
        this.sender = sender;
        this.offers = offers;
        this.puller = puller;
        this.forkSearch = new ForkSearch(hub, known);
    }

    /** Asks for an exchange, to be begun by this side. */
    void want() {
        openDue = true;
    }

    /** Both sides have the same heads now. */
    void same() {
        unsettled = 0;
        known.raiseAll();
        offers.clear();
        hub.pulls().exchanged(puller);
        sender.open();
    }

    /** A change came or went: the next exchange need not doubt the prefixes. */
    void moved() {
        moved = true;
    }

    /** The durable head of a branch moved. */
    void committed(int branch, long nowMs) {
        moved = true;
        ChainHead head = view.head(branch);
        ChainKey chain = ChainKey.of(head);
        if (offers.contains(chain)) {
            offers.settle(chain, known);
            if (offers.isEmpty()) {
                hub.pulls().exchanged(puller);
            } else {
                pullDue = true;
            }
        }
        if (!offers.contains(chain)) {
            hub.pulls().release(chain, puller);
        }
        if (head.device().equals(hub.self())
                && head.seq() - (long) known.seq(head) <= hub.limits().pushChanges()) {
            sender.push(branch);
        } else {
            news.set(branch);
            newsSinceMs = Math.min(newsSinceMs, nowMs);
        }
    }

    /** Changes of a chain came from this peer: it has them, and nobody else need be asked. */
    void arrived(Have last, boolean fresh, long nowMs) {
        moved = true;
        puller.progressed(nowMs);
        if (fresh) {
            offers.add(last);
            offers.asked(last.chain(), last.seq());
            hub.pulls().claim(last.chain(), puller, nowMs);
            hub.pulls().progressed(last.chain(), puller, nowMs);
        } else {
            int branch = hub.find(last);
            if (branch >= 0) {
                known.raise(branch, last.seq());
            }
        }
    }

    /** Whether what ends here was asked for, and not sent because it is new. */
    boolean isAsked(Have last) {
        return offers.isAsked(last);
    }

    /** What this peer sent is kept back here for a while: it is not to be asked of others. */
    void holds(long nowMs) {
        puller.progressed(nowMs);
    }

    /** Looks after pulls that brought nothing. */
    void tick(long nowMs) {
        if (nowMs - heldSinceMs >= hub.limits().pullMs()) {
            holdPulls = false;
        }
        pullDue |= !offers.isEmpty();
    }

    /** Takes a vector, or a part of one. */
    void take(Frame.Vector vector, long nowMs) {
        List<Have> haves = parts.gather(vector);
        if (haves == null) {
            return;
        }
        count(vector.step());
        switch (vector.step()) {
            case OPEN -> answer(vector, haves, nowMs);
            case ANSWER -> {
                if (!opened) {
                    throw new Malformed("an answer to no vector");
                }
                opened = false;
                close(vector, haves, nowMs);
            }
            case CLOSE -> {
                evaluate(haves, false);
                List<Have> matches = forkSearch.match(vector.samples());
                forksFound();
                if (!vector.samples().isEmpty()) {
                    parts.send(
                            vector(
                                    Frame.Step.MATCH,
                                    vector.wide(),
                                    false,
                                    false,
                                    matches,
                                    List.of()));
                }
                pulls(vector.pushing(), nowMs);
            }
            case MATCH -> {
                evaluate(haves, false);
                forksFound();
            }
            case NEWS -> {
                openDue |= !evaluate(haves, false).isEmpty();
                pullDue = true;
            }
        }
    }

    /** Takes a pull. */
    void take(Frame.Want want) {
        for (Have have : want.haves()) {
            if (have.seq() > 0) {
                openDue |= !evaluate(List.of(have), false).isEmpty();
                int branch = hub.find(have);
                if (branch >= 0) {
                    sender.showed(branch, have.seq());
                }
            } else {
                hub.branches(have.chain()).forEach(branch -> sender.showed(branch, 0));
            }
            hub.branches(have.chain()).forEach(sender::push);
        }
    }

    /** The next vector to send, or null. */
    Frame.@Nullable Vector nextVector(long nowMs) {
        Frame.Vector next = parts.next();
        if (next == null && nowMs >= openMs()) {
            open(nowMs);
            next = parts.next();
        }
        if (next != null && !next.more()) {
            count(next.step());
        }
        return next;
    }

    /** Vectors that went one way or the other, each after the one it answers. */
    long legs() {
        return legs;
    }

    private void count(Frame.Step step) {
        // News answers nothing and waits for nothing.
        legs += step == Frame.Step.NEWS ? 0 : 1;
    }

    /** The next pull, or null. */
    Frame.@Nullable Want nextWant(long nowMs) {
        if (!pullDue
                || holdPulls
                || offers.isEmpty()
                || hub.pulls().mayComeUnasked(puller, nowMs)) {
            return null;
        }
        List<Have> wanted = new ArrayList<>();
        for (ChainKey chain : offers.chains()) {
            if (wanted.size() == Frames.WANTS) {
                break;
            }
            boolean waiting =
                    offers.isAsked(chain) && !puller.isStale(nowMs, hub.limits().pullMs());
            if (!waiting && hub.pulls().claim(chain, puller, nowMs) && offers.mayTry(chain)) {
                wanted.add(offers.here(chain));
            }
        }
        pullDue = wanted.size() == Frames.WANTS;
        if (wanted.isEmpty()) {
            return null;
        }
        puller.progressed(nowMs);
        return new Frame.Want(wanted);
    }

    /** The next announcement, or null. */
    Frame.@Nullable Vector nextNews(long nowMs) {
        if (!sender.isOpen() || nowMs < newsMs()) {
            return null;
        }
        List<Have> heads = new ArrayList<>();
        for (int b = news.nextSetBit(0); b >= 0; b = news.nextSetBit(b + 1)) {
            if (heads.size() == Frames.WANTS) {
                break;
            }
            news.clear(b);
            ChainHead head = view.head(b);
            ChangeId id = head.id();
            if (id != null && sender.lacks(head)) {
                heads.add(Have.of(head, id, false));
            }
        }
        if (news.isEmpty()) {
            newsSinceMs = Long.MAX_VALUE;
        }
        return heads.isEmpty()
                ? null
                : vector(Frame.Step.NEWS, false, false, false, heads, List.of());
    }

    /** When an announcement is due; {@code Long.MAX_VALUE} for never. */
    long newsMs() {
        return newsSinceMs == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : newsSinceMs + hub.limits().announceMs();
    }

    /** When the exchange that is wanted may begin; {@code Long.MAX_VALUE} for not now. */
    long openMs() {
        if (!openDue || opened) {
            return Long.MAX_VALUE;
        }
        return everOpened ? openedMs + PAUSE_MS : Long.MIN_VALUE;
    }

    /** Since when this side's heads wait for an answer; {@code Long.MAX_VALUE} if they do not. */
    long waitingSinceMs() {
        return opened ? openedMs : Long.MAX_VALUE;
    }

    private void open(long nowMs) {
        openDue = false;
        opened = true;
        everOpened = true;
        openedMs = nowMs;
        // The last exchange moved nothing and yet the heads differ: two ids share their prefix.
        boolean wide = !moved || ++unsettled % WIDE_EACH == 0;
        moved = false;
        boolean pushMe = hub.pulls().exchange(puller, nowMs);
        parts.send(vector(Frame.Step.OPEN, wide, pushMe, false, heads(wide), List.of()));
    }

    private void answer(Frame.Vector open, List<Have> haves, long nowMs) {
        Set<ChainKey> forks = evaluate(haves, true);
        moved = false;
        boolean pushMe = hub.pulls().exchange(puller, nowMs);
        pushing = open.pushMe() && pushLacking();
        parts.send(
                vector(
                        Frame.Step.ANSWER,
                        open.wide(),
                        pushMe,
                        pushing,
                        heads(open.wide()),
                        forkSearch.samples(forks, haves, open.wide())));
        sender.open();
        // Whether the other side pushes, its last word will say.
        holdPulls = true;
        heldSinceMs = nowMs;
    }

    private void close(Frame.Vector answer, List<Have> haves, long nowMs) {
        Set<ChainKey> forks = evaluate(haves, true);
        List<Have> matches = forkSearch.match(answer.samples());
        pushing = answer.pushMe() && pushLacking();
        parts.send(
                vector(
                        Frame.Step.CLOSE,
                        answer.wide(),
                        false,
                        pushing,
                        matches,
                        forkSearch.samples(forks, haves, answer.wide())));
        sender.open();
        pulls(answer.pushing(), nowMs);
    }

    /** The peer's last word on who begins: claims what it pushes, or lets it be pulled. */
    private void pulls(boolean pushing, long nowMs) {
        holdPulls = false;
        hub.pulls().decided(puller);
        if (offers.isEmpty()) {
            hub.pulls().exchanged(puller);
        } else if (pushing) {
            for (ChainKey chain : offers.chains()) {
                if (hub.pulls().claim(chain, puller, nowMs)) {
                    offers.asked(chain, Integer.MAX_VALUE);
                }
            }
            puller.progressed(nowMs);
        } else {
            pullDue = true;
        }
    }

    /** The fork was found: what the other side lacks of it is known only now. */
    private void forksFound() {
        sender.unblock();
        pushing = pushing && pushLacking();
    }

    /** Sends what the other side lacks, without being asked, unless it is much; says which. */
    private boolean pushLacking() {
        long gap = 0;
        for (int branch = 0; branch < view.branches(); branch++) {
            ChainHead head = view.head(branch);
            gap += Math.max(0, head.seq() - (long) known.seq(head));
        }
        if (gap > hub.limits().pushChanges()) {
            return false;
        }
        for (int branch = 0; branch < view.branches(); branch++) {
            if (known.lacks(view.head(branch))) {
                sender.push(branch);
            }
        }
        return true;
    }

    /** The peer shows all it has: what else it was sent and has taken did not stay there. */
    private void lower(List<Have> haves) {
        SortedMap<Integer, Integer> shown = new TreeMap<>();
        for (Have have : haves) {
            int branch = hub.find(have);
            if (branch >= 0) {
                shown.merge(branch, have.seq(), Math::max);
            }
        }
        shown.forEach(sender::showed);
    }

    /**
     * Takes what the peer shows to have.
     *
     * @param whole whether it shows all its heads
     * @return the chains that fork
     */
    private Set<ChainKey> evaluate(List<Have> haves, boolean whole) {
        if (whole) {
            if (sender.isIdle()) {
                known.clear();
            } else {
                lower(haves);
            }
            offers.clear();
            hub.pulls().releaseAll(puller);
            sender.unblock();
        }
        Set<ChainKey> forks = new LinkedHashSet<>();
        for (Have have : haves) {
            int branch = hub.find(have);
            if (branch >= 0) {
                known.raise(branch, have.seq());
                continue;
            }
            List<Integer> branches = hub.branches(have.chain());
            boolean fork = branches.stream().anyMatch(b -> view.head(b).seq() >= have.seq());
            if (fork) {
                forks.add(have.chain());
            } else {
                branches.forEach(known::assume);
            }
            if (whole || !fork) {
                // Where a fork begins is found by an exchange, before it is worth a pull.
                offers.add(have);
            }
        }
        for (ChainKey chain : forks) {
            for (int branch : hub.branches(chain)) {
                known.refute(branch);
                if (whole) {
                    sender.block(branch);
                }
            }
        }
        return forks;
    }

    private List<Have> heads(boolean wide) {
        List<Have> heads = new ArrayList<>();
        for (int branch = 0;
                branch < view.branches() && heads.size() < Frames.HAVES_TOTAL;
                branch++) {
            ChainHead head = view.head(branch);
            ChangeId id = head.id();
            if (id != null) {
                heads.add(Have.of(head, id, wide));
            }
        }
        return heads;
    }

    private static Frame.Vector vector(
            Frame.Step step,
            boolean wide,
            boolean pushMe,
            boolean pushing,
            List<Have> haves,
            List<Have> samples) {
        return new Frame.Vector(step, false, wide, pushMe, pushing, haves, samples);
    }
}
