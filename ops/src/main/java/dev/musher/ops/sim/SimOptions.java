package dev.musher.ops.sim;

import java.util.random.RandomGenerator;

/**
 * What one schedule is made of. Drawn from the seed, so that different seeds stress different
 * things (swarm testing): a fault that is off leaves room for the others.
 *
 * @param nodes 3..7, or as asked
 * @param changes commands given to nodes
 * @param faults crashes, partitions and the like, spread over the run
 * @param delayMs greatest one-way delay of a frame
 * @param cutPercent share of frames that are lost with their link
 * @param twicePercent share of frames whose link breaks when they have just arrived: what they
 *     carry comes again
 * @param stallPercent share of frames at which the link stands still, so that others overtake it
 * @param skewMs greatest clock error of a node, either way
 * @param diskMs greatest time to sync a batch
 * @param realSigner whether signatures are real Ed25519
 * @param crashes whether nodes crash and lose what was not synced
 * @param partitions whether the network splits
 * @param diskFaults whether commits fail or the disk is full
 */
public record SimOptions(
        int nodes,
        int changes,
        int faults,
        int delayMs,
        int cutPercent,
        int twicePercent,
        int stallPercent,
        int skewMs,
        int diskMs,
        boolean realSigner,
        boolean crashes,
        boolean partitions,
        boolean diskFaults) {

    /** The swarm options of a seed: the default size of 3 to 7 nodes, 300 changes, 60 faults. */
    public static SimOptions draw(RandomGenerator random) {
        return new SimOptions(
                3 + random.nextInt(5),
                300,
                60,
                1 + random.nextInt(400),
                random.nextInt(3) == 0 ? random.nextInt(4) : 0,
                random.nextInt(3) == 0 ? random.nextInt(4) : 0,
                random.nextInt(3) == 0 ? random.nextInt(4) : 0,
                random.nextBoolean() ? random.nextInt(600_000) : 0,
                1 + random.nextInt(30),
                random.nextInt(50) == 0,
                random.nextInt(4) != 0,
                random.nextInt(4) != 0,
                random.nextInt(4) == 0);
    }

    /** The same options with another number of nodes, changes and faults. */
    public SimOptions sized(int nodes, int changes, int faults) {
        return new SimOptions(
                nodes,
                changes,
                faults,
                delayMs,
                cutPercent,
                twicePercent,
                stallPercent,
                skewMs,
                diskMs,
                realSigner,
                crashes,
                partitions,
                diskFaults);
    }
}
