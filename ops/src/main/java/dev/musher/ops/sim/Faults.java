package dev.musher.ops.sim;

import dev.musher.node.store.ModelStore;
import java.util.random.RandomGenerator;

/** Breaks things, as the options of the schedule allow. */
final class Faults {

    /** Of the commits while late verdicts are being applied, one in so many meets a crash. */
    private static final int SETTLING_CRASH = 8;

    private final World world;
    private final RandomGenerator random;
    private final OldDisks oldDisks;
    private final Rot rot;
    private long done;
    private boolean stopped;

    Faults(World world, RandomGenerator random) {
        this.world = world;
        this.random = random;
        this.oldDisks = new OldDisks(world, random);
        this.rot = new Rot(world, random);
        world.onSettling(this::settling);
    }

    /** A crash at any moment seldom meets the short time for which a node is settling. */
    private void settling(SimNode node) {
        if (!stopped && world.options().crashes() && random.nextInt(SETTLING_CRASH) == 0) {
            world.agenda()
                    .in(
                            random.nextInt(1 + world.options().diskMs()),
                            () -> {
                                if (!stopped && node.up()) {
                                    done++;
                                    crash(node);
                                }
                            });
        }
    }

    /** Faults that had an effect. */
    long done() {
        return done;
    }

    /** Breaks one thing. */
    void one() {
        SimNode node = world.nodes().get(random.nextInt(world.nodes().size()));
        SimOptions options = world.options();
        done++;
        switch (random.nextInt(9)) {
            case 0, 1 -> {
                if (options.crashes() && node.up()) {
                    crash(node);
                }
            }
            case 2 -> {
                if (options.partitions()) {
                    world.network().partition(world.nodes());
                    world.agenda().in(500 + random.nextInt(5_000), world.network()::heal);
                }
            }
            case 3 -> {
                if (options.diskFaults() && node.up()) {
                    node.disk()
                            .failNextCommit(
                                    random.nextBoolean()
                                            ? ModelStore.Outcome.WRITTEN
                                            : ModelStore.Outcome.ABSENT);
                }
            }
            case 4 -> {
                if (options.diskFaults() && node.up()) {
                    node.disk().setFull(true);
                    world.agenda().in(random.nextInt(2_000), () -> node.disk().setFull(false));
                }
            }
            case 5 -> {
                if (options.oldDisks()) {
                    oldDisks.one(node);
                }
            }
            case 6 -> {
                if (options.rot()) {
                    rot.one(node);
                }
            }
            case 7 -> {
                if (options.foreign() == SimOptions.Foreign.HOSTILE && node.up()) {
                    world.network().intrude(node);
                } else {
                    world.network().breakOne();
                }
            }
            default -> world.network().breakOne();
        }
    }

    private void crash(SimNode node) {
        node.crash();
        world.agenda().in(random.nextInt(3_000), node::restart);
    }

    /** Ends all that would go on by itself. */
    void stop() {
        stopped = true;
        for (SimNode node : world.nodes()) {
            node.disk().setFull(false);
            node.disk().failNextCommit(null);
            node.restart();
        }
    }
}
