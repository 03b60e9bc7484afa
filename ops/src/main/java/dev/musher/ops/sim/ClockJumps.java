package dev.musher.ops.sim;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Signer;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Machines whose clocks jump while they work, and a member that dates its changes years ahead, or
 * claims to be at the end of time. Not thread safe.
 */
final class ClockJumps implements Adverse {

    /** What happens to clocks in a schedule. */
    private static final int EVENTS = 30;

    private static final long MINUTE_MS = 60_000L;
    private static final long[] JUMPS_MS = {
        -60 * MINUTE_MS, 24 * 60 * MINUTE_MS, -10 * MINUTE_MS, 10 * MINUTE_MS
    };
    private static final long YEAR_MS = 365L * 24 * 60 * MINUTE_MS;

    private final World world;
    private final RandomGenerator random;
    private final ForeignView view;
    private final ForeignOps ops;
    private final ForeignAuthor ahead;

    ClockJumps(World world, RandomGenerator random, Signer key) {
        this.world = world;
        this.random = random;
        this.view = new ForeignView(world);
        this.ops = new ForeignOps(view.project(), random);
        this.ahead = new ForeignAuthor(key, Role.MEMBER, random.nextLong());
    }

    @Override
    public List<ForeignAuthor> authors() {
        return List.of(ahead);
    }

    @Override
    public int events() {
        return EVENTS;
    }

    /** One thing happens to some clock. */
    @Override
    public void one() {
        SimNode node = world.nodes().get(random.nextInt(world.nodes().size()));
        if (random.nextInt(3) > 0) {
            node.jump(JUMPS_MS[random.nextInt(JUMPS_MS.length)]);
        } else if (node.up() && !node.busy() && view.read(node)) {
            if (random.nextInt(3) == 0) {
                atTheEnd(node);
            } else {
                dated(node);
            }
        }
    }

    /** Admitted, since no clock decides: shown as ahead, and nothing else comes of it. */
    private void dated(SimNode node) {
        long wallMs = random.nextBoolean() ? Long.MAX_VALUE : world.agenda().nowMs() + YEAR_MS;
        Header header = view.project().next(ahead.device(), ahead.epoch(), wallMs).header();
        Signed signed = ahead.write(header, person(), List.of(ops.any()));
        if (view.take(signed)) {
            ForeignView.give(node, List.of(signed));
        }
    }

    /** No node may take it: what comes after would have no number. */
    private void atTheEnd(SimNode node) {
        Header h = ahead.next(view.project(), world.agenda().nowMs()).header();
        boolean lamport = random.nextBoolean();
        Header last =
                new Header(
                        h.version(),
                        h.project(),
                        h.device(),
                        h.epoch(),
                        lamport ? h.seq() : Integer.MAX_VALUE,
                        h.prev(),
                        h.deps(),
                        lamport ? Limits.NUMBER - random.nextInt(2) : h.lamport(),
                        h.wallMs(),
                        h.members(),
                        h.bodyBytes(),
                        h.bodyHash());
        Op op = ops.any();
        if (h.prev() != null || lamport) {
            Signed signed = ahead.write(last, person(), List.of(op));
            if (view.admits(signed)) {
                throw new Violation("D7", "the rules admit " + signed.change());
            }
            ForeignView.give(node, List.of(signed));
        }
    }

    private static Actor person() {
        return new Actor.User("ahead");
    }
}
