package dev.musher.ops.sim;

import dev.musher.crdt.change.Actor;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Setup;
import dev.musher.protocol.json.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Members that show half of the others another history than the rest: each runs twice, from one
 * disk and with one key, and each of the two speaks with one half. Told of it by an honest node it
 * goes on in a fresh epoch, as the product does, until it is made double again. Not thread safe.
 */
final class Equivocators implements Adverse {

    /** Times that one of them is made double. */
    private static final int TIMES = 8;

    /** The second half of an equivocator has its number and this. */
    private static final int HIDDEN = 100;

    /** Commands for each of the two, afterwards. */
    private static final int COMMANDS = 6;

    /** One time in so many. */
    private static final int SETTLED = 4;

    private static final int WITHIN_MS = 1_500;

    private record Pair(SimNode shown, SimNode hidden) {}

    private final World world;
    private final RandomGenerator random;
    private final Workload workload;
    private final List<Pair> pairs = new ArrayList<>();
    private boolean over;

    Equivocators(World world, RandomGenerator random, Workload workload) {
        this.world = world;
        this.random = random;
        this.workload = workload;
    }

    @Override
    public void begin(List<SimNode> others, int many) {
        for (SimNode shown : others.subList(0, many)) {
            begin(shown, shown.second(HIDDEN + shown.index()));
        }
    }

    @Override
    public int events() {
        return TIMES;
    }

    private void begin(SimNode shown, SimNode hidden) {
        Pair pair = new Pair(shown, hidden);
        pairs.add(pair);
        world.equivocator(shown, hidden);
        world.network().keepApart(shown, hidden);
        for (SimNode other : world.nodes()) {
            if (other != shown) {
                world.network().keepApart(random.nextBoolean() ? shown : hidden, other);
            }
        }
    }

    /** One of them is made double. */
    @Override
    public void one() {
        Pair pair = pairs.get(random.nextInt(pairs.size()));
        SimNode shown = pair.shown();
        if (over || !shown.up() || shown.busy() || !shown.joined()) {
            return;
        }
        settle(world.nodes().getFirst());
        SimNode hidden = pair.hidden();
        if (hidden.up()) {
            hidden.crash();
        }
        hidden.putBack(shown.disk().copy(shown.disk().id()), false);
        hidden.open(Setup.joining("hidden", "stamp-" + shown.index(), null));
        for (int i = 0; i < COMMANDS; i++) {
            world.agenda().in(random.nextInt(WITHIN_MS), () -> work(shown));
            world.agenda().in(random.nextInt(WITHIN_MS), () -> work(hidden));
        }
    }

    /** Now and then an owner settles what is forked by then. */
    private void settle(SimNode owner) {
        if (random.nextInt(SETTLED) == 0) {
            Command command = new Command.SettleForks(null);
            owner.receive(
                    new Input.Submit(
                            owner.nextTicket(), new Actor.User("owner"), List.of(command), null));
        }
    }

    private void work(SimNode node) {
        Published published = node.published();
        if (node.up() && published != null && published.ready()) {
            node.receive(workload.next(node, published));
        }
    }

    /** The hidden ones end. */
    @Override
    public void calm() {
        over = true;
        pairs.forEach(pair -> {
            if (pair.hidden().up()) {
                pair.hidden().crash();
            }
        });
    }
}
