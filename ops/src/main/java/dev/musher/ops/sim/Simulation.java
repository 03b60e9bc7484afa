package dev.musher.ops.sim;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Role;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Setup;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.crypto.Ed25519Verifier;
import dev.musher.protocol.crypto.KeyedHashSigner;
import dev.musher.protocol.crypto.KeyedHashVerifier;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.crypto.Verifier;
import dev.musher.protocol.json.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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

    /** Invites made for each node that joins later, of which the first that is answered is used. */
    private static final int INVITES = 2;

    /** What people do to nodes, and what a foreign client writes, where there are such. */
    private static final int OPERATIONS = 25;

    private static final int FOREIGN = 60;

    /** After this, nothing that was broken before is still to be noticed. */
    private static final int AFTERMATH_MS = 4_000;

    /** How long it may take until a node that goes offline is alone, and how long it stays so. */
    private static final int APART_MS = 10_000;

    private static final int ALONE_MS = 1_500;

    private static final int CALM_AGAIN_MS = 10_000;

    /** Moments at which a node is compared with the fold of its disk. */
    private static final int LOOKS = 3;

    /** What a node does alone that is away for long: row A7. */
    private static final int HERMIT_OPS = 5_000;

    private static final int HERMIT_BATCH = 50;
    private static final long HERMIT_MS = 90L * 24 * 60 * 60 * 1_000;
    private static final int CATCH_UP_MS = 60_000;
    private static final int MEANWHILE_MS = 500;

    /** Steps of a schedule, for each node: far more than any needs, so a livelock ends. */
    private static final long STEPS_A_NODE = 1_000_000;

    /** Comparisons on one link until all agree, where some sign two branches: row D4. */
    private static final int ROUNDS = 3;

    /** After the last fault, all nodes agree within this: row A2. */
    private static final int SETTLE_MS = 30_000;

    private final SimOptions options;
    private final World world;
    private final RandomGenerator random;
    private final Workload workload;
    private final Faults faults;
    private final Operators operators;
    private final Prompt prompt;
    private final List<SimNode> first = new ArrayList<>();
    private final List<SimNode> later = new ArrayList<>();
    private final @Nullable ForeignClient foreign;
    private final @Nullable Adverse adverse;
    private final Signer recovery;
    private final ForksAreKnown forks = new ForksAreKnown();
    private final byte[] secret = new byte[32];
    private int given;
    private int looked;
    private long steps;

    private Simulation(long seed, SimOptions options) {
        this.options = options;
        SplittableRandom root = new SplittableRandom(seed);
        random = root.split();
        random.nextBytes(secret);
        recovery = signer(random);
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
                                forks,
                                new TimeGoesOn(),
                                new ViewIsFold(),
                                new Readers(),
                                new RestartIsSame()));
        workload = new Workload(root.split());
        faults = new Faults(world, root.split());
        operators = new Operators(world, root.split());
        prompt = new Prompt(world, root.split());
        foreign = foreign(root.split());
        for (int i = 0; i < options.nodes(); i++) {
            first.add(node(i, root));
        }
        for (int i = 0; i < options.latecomers(); i++) {
            later.add(node(options.nodes() + i, root));
        }
        adverse = adverse(root.split());
    }

    private SimNode node(int index, SplittableRandom root) {
        return new SimNode(world, index, root.split(), signer(root.split()), verifier(), skew());
    }

    private @Nullable ForeignClient foreign(SplittableRandom own) {
        return switch (options.foreign()) {
            case NONE -> null;
            case CLIENT -> new ForeignClient(world, false, own, () -> signer(own));
            case HOSTILE -> new ForeignClient(world, true, own, () -> signer(own));
        };
    }

    private @Nullable Adverse adverse(SplittableRandom own) {
        return switch (options.adversity().kind()) {
            case NONE -> null;
            case HERMIT -> new Compactions(world, own, false);
            case COMPACTION -> new Compactions(world, own, true);
            case EQUIVOCATORS -> new Equivocators(world, own, workload);
            case LIARS -> new Liars(world, own);
            case REVOCATIONS ->
                    new Revocations(
                            world,
                            own,
                            new ForeignAuthor(recovery, Role.OWNER, own.nextLong()),
                            () -> signer(own));
            case ROTATIONS -> new Rotations(world, own, () -> signer(own));
            case CLOCKS -> new ClockJumps(world, own, signer(own));
            case NEWER -> new Newer(world, own, () -> signer(own));
        };
    }

    /** Runs the schedule of a seed with the options the seed draws. */
    public static SimReport run(long seed) {
        return run(seed, SimOptions.draw(new SplittableRandom(seed)));
    }

    /**
     * Runs the schedule of a seed with adversity of a kind instead of what the seed draws.
     *
     * @param adversity name of an {@link Adversity.Kind}, or empty for what the seed draws
     */
    public static SimReport run(long seed, String adversity) {
        SimOptions drawn = SimOptions.draw(new SplittableRandom(seed));
        return run(
                seed,
                adversity.isEmpty() ? drawn : drawn.against(Adversity.Kind.valueOf(adversity)));
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
        if (adverse != null) {
            adverse.begin(first.subList(1, first.size()), options.adversity().many());
        }
        world.newcomers().busy();
        plan();
        long busyUntil = world.agenda().nowMs() + BUSY_MS;
        while (step(busyUntil)) {
            // one event at a time; invariants are told of each
        }
        calm();
        long settleUntil = busyUntil + SETTLE_MS;
        while (!world.converged() && step(settleUntil)) {
            // until all agree, or the time for it is over
        }
        if (adverse != null) {
            adverse.settled();
            while (!world.converged() && step(settleUntil)) {
                // those who are honest again as well
            }
        }
        long settledMs = Math.max(0, world.agenda().nowMs() - busyUntil);
        int rounds = world.network().rounds();
        if (options.adversity().many(Adversity.Kind.EQUIVOCATORS) > 0 && rounds > ROUNDS) {
            throw new Violation("D4", rounds + " rounds until all agreed");
        }
        if (world.converged() && !options.adversity().isHostile()) {
            prompt(settleUntil);
        }
        if (options.adversity().kind() == Adversity.Kind.HERMIT && world.converged()) {
            retire();
        }
        world.atEnd();
        if (adverse != null) {
            if (adverse.closeMs() > 0) {
                close(busyUntil + CALM_AGAIN_MS, settleUntil, adverse.closeMs());
            }
            adverse.atEnd();
        }
        return report(settledMs, rounds);
    }

    /** Goes on until all know the last that was told them, and what must end by that has ended. */
    private void close(long toldMs, long settleUntil, long closeMs) {
        while (step(toldMs)) {
            // what calm brings the second time may revoke somebody as well
        }
        while (!world.converged() && step(settleUntil)) {
            // until all have heard of it
        }
        long closed = world.agenda().nowMs() + closeMs;
        while (step(closed)) {
            // until what must be over then is over
        }
    }

    /** What shall happen while it is busy. */
    private void plan() {
        for (int i = 0; i < options.changes(); i++) {
            world.agenda().in(random.nextInt(BUSY_MS), this::work);
        }
        for (int i = 0; i < options.faults(); i++) {
            world.agenda().in(random.nextInt(BUSY_MS), faults::one);
        }
        for (int i = 0; i < LOOKS; i++) {
            SimNode node = world.nodes().get(random.nextInt(options.nodes()));
            world.agenda().in(random.nextInt(BUSY_MS), () -> looked += world.look(node) ? 1 : 0);
        }
        for (SimNode newcomer : later) {
            for (int i = 0; i < INVITES; i++) {
                world.agenda().in(random.nextInt(BUSY_MS), () -> invite(newcomer));
            }
        }
        for (int i = 0; options.operators() && i < OPERATIONS; i++) {
            world.agenda().in(random.nextInt(BUSY_MS), this::operate);
        }
        for (int i = 0; adverse != null && i < adverse.events(); i++) {
            world.agenda().in(random.nextInt(BUSY_MS), adverse::one);
        }
        for (int i = 0; foreign != null && i < FOREIGN; i++) {
            world.agenda().in(random.nextInt(BUSY_MS), foreign::one);
        }
    }

    /** Nothing breaks any more, and nobody is kept apart. */
    private void calm() {
        world.network().calm();
        faults.stop();
        if (options.operators()) {
            operators.calm();
        }
        if (adverse != null) {
            adverse.calm();
            world.agenda().in(CALM_AGAIN_MS, adverse::calm);
        }
        if (foreign != null) {
            // Twice: what lacks its past is not kept over a restart, which a failed disk asks for.
            foreign.calm();
            world.agenda().in(CALM_AGAIN_MS, foreign::calm);
        }
    }

    private void prompt(long settleUntil) {
        long quiet = world.agenda().nowMs() + AFTERMATH_MS;
        while (step(quiet)) {
            // links that were to break before all was calm break now
        }
        long until = Math.max(settleUntil, quiet);
        while (!prompt.linked() && step(until)) {
            // until they hold the links they want
        }
        if (!prompt.linked()) {
            throw prompt.apart();
        }
        for (int i = 0; i < Prompt.CHANGES; i++) {
            prompt.write();
            arrive(prompt.withinMs());
        }
        SimNode traveller = prompt.traveller();
        if (traveller != null) {
            travel(traveller);
        }
        long end = world.agenda().nowMs() + SETTLE_MS;
        while (!world.converged() && step(end)) {
            // the digests follow
        }
    }

    private void travel(SimNode node) {
        node.receive(new Input.Offline(node.nextTicket(), true));
        long apart = world.agenda().nowMs() + APART_MS;
        while (!Prompt.alone(node) && step(apart)) {
            // until its links are gone
        }
        if (!Prompt.alone(node)) {
            throw new Violation("offline", "node " + node.index() + " is not: " + node.published());
        }
        prompt.write(node);
        long written = world.agenda().nowMs() + ALONE_MS;
        while (step(written)) {
            // the others go on
        }
        node.receive(new Input.Offline(node.nextTicket(), false));
        arrive(prompt.backWithinMs());
    }

    /** A node works alone for 90 days, while the others go on, and comes back. */
    private void retire() {
        SimNode hermit = first.getLast();
        hermit.receive(new Input.Offline(hermit.nextTicket(), true));
        long apart = world.agenda().nowMs() + APART_MS;
        while (!Prompt.alone(hermit) && step(apart)) {
            // until its links are gone
        }
        int before = hermit.acknowledged().size();
        for (int i = 0; i < HERMIT_OPS / HERMIT_BATCH; i++) {
            Published shown = hermit.published();
            if (shown != null && mayWrite(shown)) {
                hermit.receive(workload.many(hermit, shown, HERMIT_BATCH));
            }
            if (i % 10 == 0) {
                world.agenda().in(1 + random.nextInt(500), this::work);
            }
            long next = world.agenda().nowMs() + 50;
            while (step(next)) {
                // each batch comes to disk
            }
        }
        if (hermit.acknowledged().size() == before) {
            return; // it may not write
        }
        world.agenda().sleep(HERMIT_MS);
        if (adverse instanceof Compactions compactions) {
            for (int i = 0; i < Compactions.meanwhile(); i++) {
                compactions.oneWithout(hermit, i);
                long next = world.agenda().nowMs() + MEANWHILE_MS;
                while (step(next)) {
                    // each step comes to all that are here
                }
            }
        }
        hermit.receive(new Input.Offline(hermit.nextTicket(), false));
        long late = world.agenda().nowMs() + CATCH_UP_MS;
        while ((!world.converged() || !isEverywhere(hermit)) && step(late)) {
            // until all have all of it
        }
        if (!isEverywhere(hermit)) {
            throw new Violation("A7", "after " + CATCH_UP_MS + " ms work of 90 days is missing");
        }
    }

    private boolean isEverywhere(SimNode hermit) {
        return world.nodes().stream()
                .allMatch(n -> hermit.acknowledged().stream().allMatch(n::holds));
    }

    private static boolean mayWrite(Published shown) {
        return shown.role() != null && shown.role().compareTo(Role.MEMBER) >= 0;
    }

    private void arrive(long withinMs) {
        long late = world.agenda().nowMs() + withinMs;
        while (!prompt.everywhere() && step(late)) {
            // until it is everywhere, or too late
        }
        if (!prompt.everywhere()) {
            throw prompt.late(withinMs);
        }
    }

    private boolean step(long until) {
        if (++steps > STEPS_A_NODE * options.nodes()) {
            throw new Violation("A2", "no end after " + steps + " steps");
        }
        return world.agenda().step(until);
    }

    private void join() {
        long until = world.agenda().nowMs() + JOIN_MS;
        SimNode founder = first.getFirst();
        world.add(founder);
        founder.open(
                Setup.founding(
                        "node-0", "stamp-0", "simulated", DeviceId.of(recovery.publicKey())));
        for (SimNode node : first.subList(1, first.size())) {
            world.newcomers().invite(founder, node, Role.MEMBER);
            while (!world.nodes().contains(node) && step(until)) {
                // the invite is given out when it is on disk
            }
        }
        List<ForeignAuthor> authors = new ArrayList<>();
        if (foreign != null) {
            authors.addAll(foreign.authors());
        }
        if (adverse != null) {
            authors.addAll(adverse.authors());
        }
        for (ForeignAuthor author : authors) {
            Command add = new Command.AddMember(author.device(), author.role(), "other");
            founder.receive(
                    new Input.Submit(
                            founder.nextTicket(), new Actor.User("founder"), List.of(add), null));
        }
        while (!(world.nodes().size() == first.size() && world.converged()) && step(until)) {
            // everybody joins before anything breaks
        }
        if (!world.converged()) {
            world.atEnd();
        }
    }

    private void invite(SimNode newcomer) {
        SimNode host = anyNode();
        // Who knows nobody but a liar cannot come to know the truth.
        if (ready(host) && world.isHonest(host) && !world.nodes().contains(newcomer)) {
            Role[] roles = Role.values();
            world.newcomers().invite(host, newcomer, roles[random.nextInt(roles.length)]);
        }
    }

    private void operate() {
        SimNode node = anyNode();
        Published published = node.published();
        if (ready(node) && published != null) {
            operators.one(node, published);
        }
    }

    private SimNode anyNode() {
        return world.nodes().get(random.nextInt(world.nodes().size()));
    }

    private void work() {
        SimNode node = anyNode();
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

    private SimReport report(long settledMs, int rounds) {
        Published shown = world.honest().get(0).published();
        if (shown == null) {
            throw new Violation("I3", "node 0 shows nothing");
        }
        int[] conflicts = new int[1];
        shown.items().forEach((key, item) -> conflicts[0] += item.conflicts().size());
        return new SimReport(
                world.nodes().size(),
                given,
                shown.changes(),
                faults.done(),
                conflicts[0],
                shown.itemsWithVoid(),
                world.network().frames(),
                world.network().bytes(),
                copies(shown.changes()),
                settledMs,
                rounds,
                looked,
                forks.forks(),
                shown.members().stream().filter(m -> m.cut() != null).count(),
                world.newcomers().slowestMs(),
                adverse instanceof Compactions compactions ? compactions.dropped() : 0,
                adverse instanceof Rotations rotations ? rotations.rotated() : 0,
                world.trace().events(),
                world.trace().hash());
    }

    /** Changes that came from peers, new or not, for each change and node that had to get it. */
    private double copies(long changes) {
        long received = 0;
        for (SimNode node : world.nodes()) {
            received += node.received();
        }
        return (double) received / (changes * (world.nodes().size() - 1));
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
