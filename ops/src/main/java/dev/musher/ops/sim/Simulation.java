package dev.musher.ops.sim;

import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Role;
import dev.musher.node.replica.Effect;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Setup;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.crypto.Ed25519Verifier;
import dev.musher.protocol.crypto.KeyedHashSigner;
import dev.musher.protocol.crypto.KeyedHashVerifier;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.crypto.Verifier;
import dev.musher.protocol.sync.Invite;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One schedule: a mesh is founded and joined, users work on it while things break, faults stop, and
 * then every node must come to the same state. The same seed and options give the same run, event
 * for event. Not thread safe; different schedules may run side by side.
 */
public final class Simulation {

    /** When the world begins: 2026-01-01, ms since 1970. */
    private static final long START_MS = 1_767_225_600_000L;

    private static final int JOIN_MS = 60_000;
    private static final int BUSY_MS = 30_000;

    /**
     * One command in so many is given to all nodes in the same millisecond, about the same item.
     */
    private static final int RUSH = 20;

    /** Moments at which a node is compared with the fold of its disk. */
    private static final int LOOKS = 3;

    /** Steps of a schedule, for each node: far more than any needs, so a livelock ends. */
    private static final long STEPS_A_NODE = 1_000_000;

    /** After the last fault, all nodes agree within this: row A2. */
    private static final int SETTLE_MS = 30_000;

    private final SimOptions options;
    private final World world;
    private final RandomGenerator random;
    private final Workload workload;
    private final Faults faults;
    private final byte[] secret = new byte[32];
    private int given;
    private long steps;

    private Simulation(long seed, SimOptions options) {
        this.options = options;
        SplittableRandom root = new SplittableRandom(seed);
        random = root.split();
        random.nextBytes(secret);
        Agenda agenda = new Agenda(START_MS);
        world =
                new World(
                        options,
                        agenda,
                        new SimNetwork(agenda, root.split(), options),
                        new Trace(),
                        List.of(
                                new Converged(),
                                new Acknowledged(),
                                new PositionsOnce(),
                                new ViewIsFold(),
                                new RestartIsSame()));
        workload = new Workload(root.split());
        faults = new Faults(world, root.split());
        for (int i = 0; i < options.nodes(); i++) {
            world.add(
                    new SimNode(world, i, root.split(), signer(root.split()), verifier(), skew()));
        }
    }

    /** Runs the schedule of a seed with the options the seed draws. */
    public static SimReport run(long seed) {
        return run(seed, SimOptions.draw(new SplittableRandom(seed)));
    }

    /**
     * Runs the schedule of a seed with given options.
     *
     * @throws Violation when an invariant does not hold; the seed replays it
     */
    public static SimReport run(long seed, SimOptions options) {
        return new Simulation(seed, options).run();
    }

    private SimReport run() {
        join();
        for (int i = 0; i < options.changes(); i++) {
            world.agenda().in(random.nextInt(BUSY_MS), this::work);
        }
        for (int i = 0; i < options.faults(); i++) {
            world.agenda().in(random.nextInt(BUSY_MS), faults::one);
        }
        for (int i = 0; i < LOOKS; i++) {
            SimNode node = world.nodes().get(random.nextInt(options.nodes()));
            world.agenda().in(random.nextInt(BUSY_MS), () -> world.look(node));
        }
        long busyUntil = world.agenda().nowMs() + BUSY_MS;
        while (step(busyUntil)) {
            // one event at a time; invariants are told of each
        }
        world.network().calm();
        faults.stop();
        long settleUntil = busyUntil + SETTLE_MS;
        while (!world.converged() && step(settleUntil)) {
            // until all agree, or the time for it is over
        }
        long settledMs = Math.max(0, world.agenda().nowMs() - busyUntil);
        world.atEnd();
        return report(settledMs);
    }

    private boolean step(long until) {
        if (++steps > STEPS_A_NODE * options.nodes()) {
            throw new Violation("A2", "no end after " + steps + " steps");
        }
        return world.agenda().step(until);
    }

    private void join() {
        long until = world.agenda().nowMs() + JOIN_MS;
        SimNode founder = world.nodes().get(0);
        DeviceId recovery = DeviceId.of(signer(random).publicKey());
        founder.open(Setup.founding("node-0", "stamp-0", "simulated", recovery));
        for (SimNode node : world.nodes()) {
            if (node == founder) {
                continue;
            }
            long ticket = founder.nextTicket();
            founder.receive(new Input.MakeInvite(ticket, Role.MEMBER, "node-" + node.index()));
            while (world.answer(founder, ticket) == null && step(until)) {
                // the invite is given out when it is on disk
            }
            Effect.Answer answer = world.answer(founder, ticket);
            if (answer == null || !answer.code().isEmpty()) {
                throw new Violation("join", "no invite: " + answer);
            }
            node.open(
                    Setup.joining(
                            "node-" + node.index(),
                            "stamp-" + node.index(),
                            Invite.parse(answer.text())));
        }
        while (!world.converged() && step(until)) {
            // everybody joins before anything breaks
        }
        if (!world.converged()) {
            world.atEnd();
        }
    }

    private void work() {
        SimNode node = world.nodes().get(random.nextInt(world.nodes().size()));
        Published published = node.published();
        if (!ready(node) || published == null) {
            return;
        }
        if (random.nextInt(RUSH) > 0 || published.items().size() == 0) {
            given++;
            node.receive(workload.next(node, published));
            return;
        }
        // Everybody at once on one thing.
        ItemKey key = workload.any(published);
        for (SimNode each : world.nodes()) {
            Published here = each.published();
            if (ready(each) && here != null && here.items().get(key) != null) {
                given++;
                each.receive(workload.on(each, here, key));
            }
        }
    }

    private static boolean ready(SimNode node) {
        Published published = node.published();
        return node.up() && published != null && published.ready();
    }

    private SimReport report(long settledMs) {
        Published shown = world.nodes().get(0).published();
        if (shown == null) {
            throw new Violation("I3", "node 0 shows nothing");
        }
        int[] conflicts = new int[1];
        shown.items().forEach((key, item) -> conflicts[0] += item.conflicts().size());
        return new SimReport(
                options.nodes(),
                given,
                shown.changes(),
                faults.done(),
                conflicts[0],
                shown.itemsWithVoid(),
                world.network().frames(),
                world.network().bytes(),
                copies(shown.changes()),
                settledMs,
                world.trace().events(),
                world.trace().hash());
    }

    /** Changes that came from peers, new or not, for each change and node that had to get it. */
    private double copies(long changes) {
        long received = 0;
        for (SimNode node : world.nodes()) {
            received += node.received();
        }
        return (double) received / (changes * (options.nodes() - 1));
    }

    private Signer signer(RandomGenerator from) {
        byte[] seed = new byte[32];
        from.nextBytes(seed);
        return options.realSigner() ? new Ed25519Signer(seed) : new KeyedHashSigner(secret, seed);
    }

    private Verifier verifier() {
        return options.realSigner() ? new Ed25519Verifier() : new KeyedHashVerifier(secret);
    }

    private long skew() {
        return options.skewMs() == 0 ? 0 : random.nextInt(-options.skewMs(), options.skewMs());
    }
}
