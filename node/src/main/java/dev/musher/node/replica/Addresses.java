package dev.musher.node.replica;

import dev.musher.protocol.sync.PeerAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * What peers are told of where others can be reached: at the handshake, and again while a link
 * stands, as whoever came first would otherwise never hear of who came later, and hang on one link.
 *
 * <p>Told are this node's own address, those at which a member answered here, and what a linked
 * peer says of itself; never what somebody said of others, so an address that leads nowhere goes no
 * further than the links of who made it up. A link is told each of them once, few at a time and no
 * more often than {@value #PAUSE_MS} ms, which is a fifth of what its {@code Budget} takes; once
 * more when whoever is reached there comes back, as it may have been forgotten meanwhile. Core
 * thread only.
 */
final class Addresses {

    /** Told in one frame. */
    static final int TOLD_MAX = 16;

    /** Between two frames to one link, ms. */
    static final long PAUSE_MS = 5_000;

    private final Targets targets;
    private final RandomGenerator random;

    Addresses(Targets targets, RandomGenerator random) {
        this.targets = targets;
        this.random = random;
    }

    /**
     * What a new link is told at its handshake; empty where nothing is known.
     *
     * @param overTls whether TLS is around the link: its other end may be another machine, to which
     *     the loopback of this one is nothing
     */
    List<String> first(boolean overTls, Collection<Link> links) {
        return pick(own(overTls), known(overTls, links));
    }

    /** A peer told of addresses, its own first, or an empty text where it takes no sockets. */
    void heard(Link link, List<String> told, Collection<Link> links) {
        String own = told.isEmpty() ? "" : told.getFirst();
        if (reaches(own, link.overTls) && !own.equals(link.announced)) {
            link.announced = own;
            for (Link other : links) {
                if (other != link) {
                    other.told.remove(own);
                }
            }
        }
        targets.learn(told, link.overTls);
    }

    /** Tells a link what it was not told of yet, if it is time. */
    void tell(Link link, Collection<Link> links, long nowMs) {
        if (nowMs < link.tellMs || !link.session.established()) {
            return;
        }
        link.tellMs = nowMs + PAUSE_MS;
        SortedSet<String> fresh = known(link.overTls, links);
        List<String> own = own(link.overTls);
        boolean ownIsNew = !link.told.containsAll(own);
        fresh.removeAll(link.told);
        fresh.remove(link.announced);
        if (ownIsNew || !fresh.isEmpty()) {
            List<String> told = pick(own, fresh);
            link.told.addAll(told);
            link.session.tell(told);
        }
    }

    /** Those of others that are told. */
    private SortedSet<String> known(boolean overTls, Collection<Link> links) {
        SortedSet<String> known = new TreeSet<>(targets.reached());
        for (Link link : links) {
            if (!link.closing && !link.announced.isEmpty()) {
                known.add(link.announced);
            }
        }
        targets.own().forEach(known::remove);
        known.removeIf(address -> !reaches(address, overTls));
        return known;
    }

    private List<String> own(boolean overTls) {
        return targets.own().stream().filter(address -> reaches(address, overTls)).toList();
    }

    /** Whether who is told over such a link could come to the address. */
    private static boolean reaches(String address, boolean overTls) {
        PeerAddress at = PeerAddress.parse(address);
        return at != null && (at.secure() || !overTls);
    }

    /** Its own first, then some at random: where there are many, not all shall dial the same. */
    private List<String> pick(List<String> own, SortedSet<String> of) {
        List<String> others = new ArrayList<>(of);
        Collections.shuffle(others, random);
        List<String> out = new ArrayList<>();
        if (own.isEmpty() && !others.isEmpty()) {
            out.add("");
        }
        out.addAll(own);
        out.addAll(others.subList(0, Math.min(others.size(), TOLD_MAX - out.size())));
        return out;
    }
}
