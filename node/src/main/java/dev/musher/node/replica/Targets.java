package dev.musher.node.replica;

import dev.musher.crdt.change.DeviceId;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Reader;
import dev.musher.node.store.Table;
import dev.musher.protocol.sync.Fingerprint;
import dev.musher.protocol.sync.PeerAddress;
import dev.musher.protocol.sync.Topology;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where to dial and when: the addresses people gave and those that peers told, with a back-off
 * each. Kept on disk: the former, and of the latter where a member answered. In a small mesh all
 * are dialled, in a large one a random few ({@link Topology}). Core thread only.
 */
final class Targets {

    /** Addresses kept. */
    static final int ADDRESSES_MAX = 256;

    /** Failures in a row after which an address that only a peer told of is forgotten. */
    private static final int FAILURES_MAX = 12;

    /** The row of an address that nobody named but a member answered at. */
    private static final byte[] LEARNED = {1};

    private final SortedMap<String, Target> targets = new TreeMap<>();
    private final RandomGenerator random;
    private List<String> own = List.of();
    private @Nullable Fingerprint certificate;

    /**
     * @param configured each {@link PeerAddress}
     * @throws IllegalArgumentException where one is none
     */
    Targets(Reader store, List<String> configured, RandomGenerator random) {
        this.random = random;
        store.scan(
                Table.INDEX,
                IndexKeys.firstPeer(),
                IndexKeys.afterPeers(),
                (key, row) -> {
                    String address = new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
                    if (!valid(address)) {
                        // Kept by a version that looked less closely: nobody answers there.
                        return true;
                    }
                    Target target = new Target(address, row.length == 0);
                    target.kept = true;
                    target.stored = true;
                    targets.put(address, target);
                    return true;
                });
        for (String address : configured) {
            if (!valid(address)) {
                throw new IllegalArgumentException("`" + address + "` is not HOST:PORT");
            }
            targets.putIfAbsent(address, new Target(address, true));
        }
    }

    /** This node's own addresses, which are never dialled, and what it shows there. */
    void own(List<String> addresses, @Nullable Fingerprint shown) {
        own = List.copyOf(addresses);
        certificate = shown;
        own.forEach(targets::remove);
    }

    /** At these addresses, for as long as nobody answered there, only this certificate may. */
    void pin(List<String> addresses, Fingerprint expected) {
        for (String address : addresses) {
            Target target = targets.get(address);
            if (target != null) {
                target.certificate = expected;
            }
        }
    }

    /**
     * Dials an address from now on, remembered on disk; false where it is none, at the bound, or
     * known over TLS and now said without.
     */
    boolean configure(String address, Batch batch) {
        if (!valid(address) || downgrades(address) || targets.size() >= ADDRESSES_MAX) {
            return false;
        }
        Target target = new Target(address, true);
        target.stored = true;
        targets.put(address, target);
        batch.put(Table.INDEX, IndexKeys.peer(address), new byte[0]);
        return true;
    }

    /**
     * A member answered at an address that was dialled: it is remembered on disk, so that nodes
     * find each other again after all have stopped, and replaces what peers told of that member
     * before.
     */
    void answered(Target target, DeviceId device, Batch batch) {
        for (Target other : all()) {
            if (other != target
                    && !other.configured
                    && !other.busy
                    && device.equals(other.device)) {
                targets.remove(other.address);
                batch.delete(Table.INDEX, IndexKeys.peer(other.address));
            }
        }
        target.device = device;
        target.fault = "";
        target.certificate = null;
        // Those of an invite are configured for this run only: they are remembered like the others.
        if (!target.stored) {
            batch.put(Table.INDEX, IndexKeys.peer(target.address), LEARNED);
            target.stored = true;
        }
        target.kept = true;
    }

    /** Dials an address no longer; false where it was none of the configured ones. */
    boolean remove(String address, Batch batch) {
        Target target = targets.remove(address);
        batch.delete(Table.INDEX, IndexKeys.peer(address));
        return target != null;
    }

    /**
     * A member told of addresses.
     *
     * @param overTls whether it did so over TLS: then it may be another machine, whose loopback is
     *     not this one's
     */
    void learn(List<String> told, boolean overTls) {
        for (String address : told) {
            PeerAddress at = PeerAddress.parse(address);
            if (at != null
                    && !own.contains(address)
                    && (at.secure() || !overTls && !downgrades(address))
                    && targets.size() < ADDRESSES_MAX) {
                targets.putIfAbsent(address, new Target(address, false));
            }
        }
    }

    /** Whether this is, without TLS, what is known with it: nobody talks it back to plain. */
    private boolean downgrades(String address) {
        return targets.containsKey(PeerAddress.SECURE + address);
    }

    @Nullable Target get(String address) {
        return targets.get(address);
    }

    /** All, by address. */
    List<Target> all() {
        return List.copyOf(targets.values());
    }

    /** Addresses at which a member answered. */
    List<String> reached() {
        return targets.values().stream()
                .filter(target -> target.device != null)
                .map(target -> target.address)
                .toList();
    }

    /** This node's own addresses; none while it takes no sockets. */
    List<String> own() {
        return own;
    }

    /** What this node shows at its addresses; null without TLS. */
    @Nullable Fingerprint certificate() {
        return certificate;
    }

    /** A link to an address stood for a while: the next dial comes after the first step. */
    void stood(String address) {
        Target target = targets.get(address);
        if (target != null) {
            target.backoff.succeeded();
        }
    }

    /** A dial or a link to an address came to an end. */
    void failed(String address, @Nullable String fault, long nowMs) {
        Target target = targets.get(address);
        if (target == null) {
            return;
        }
        target.busy = false;
        target.fault = fault == null ? target.fault : fault;
        // A penalty that was set when the session ended is longer.
        target.dueMs = Math.max(target.dueMs, nowMs + target.backoff.nextMs(random));
        if (!target.kept && target.backoff.failures() > FAILURES_MAX) {
            targets.remove(address);
        }
    }

    /** Dials at once whatever waits. */
    void hurry(long nowMs) {
        targets.values().forEach(target -> target.dueMs = Math.min(target.dueMs, nowMs));
    }

    /** Forgets an address: this node itself answers there. */
    void forget(String address) {
        targets.remove(address);
    }

    /** Whether there is an address that is not tried just now, of nobody who is linked. */
    boolean anyDue(SortedSet<DeviceId> linked, long nowMs) {
        for (Target t : targets.values()) {
            if (!t.busy && nowMs >= t.dueMs && (t.device == null || !linked.contains(t.device))) {
                return true;
            }
        }
        return false;
    }

    /** Addresses to dial now. */
    List<Target> due(SortedSet<DeviceId> linked, SortedSet<DeviceId> dialled, long nowMs) {
        SortedSet<DeviceId> known = new TreeSet<>(DeviceId::compareTo);
        known.addAll(linked);
        for (Target target : targets.values()) {
            if (target.device != null) {
                known.add(target.device);
            }
        }
        List<DeviceId> wanted = Topology.dial(known, linked, dialled, random);
        boolean enough = !Topology.fullMesh(known.size()) && dialled.size() >= Topology.LINKS;
        List<Target> out = new ArrayList<>();
        for (Target target : targets.values()) {
            boolean strange = target.device == null && !enough;
            if (!target.busy
                    && nowMs >= target.dueMs
                    && (strange || target.device != null && wanted.contains(target.device))) {
                out.add(target);
            }
        }
        return out;
    }

    private static boolean valid(String address) {
        return PeerAddress.parse(address) != null;
    }
}
