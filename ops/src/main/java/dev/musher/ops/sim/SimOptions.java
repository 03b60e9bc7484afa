package dev.musher.ops.sim;

import dev.musher.node.replica.Setup;
import java.util.random.RandomGenerator;

/**
 * What one schedule is made of. Drawn from the seed, so that different seeds stress different
 * things (swarm testing): a fault that is off leaves room for the others.
 *
 * @param nodes 3..7, now and then more than a full mesh holds, or as asked
 * @param latecomers nodes that are invited and join while work and faults go on
 * @param changes commands given to nodes
 * @param faults crashes, partitions and the like, spread over the run
 * @param network what links do
 * @param skewMs greatest clock error of a node, either way
 * @param diskMs greatest time to sync a batch
 * @param pushChanges what a node sends unasked at most; see {@code SyncLimits}
 * @param foldAtOnce see {@code Setup}: small, so that late verdicts are applied in many pieces
 * @param realSigner whether signatures are real Ed25519
 * @param crashes whether nodes crash and lose what was not synced
 * @param partitions whether the network splits
 * @param diskFaults whether commits fail or the disk is full
 * @param oldDisks whether disks come back older than they were: restored backups, torn tails,
 *     machines put back
 * @param rot whether derived rows are damaged while a node is down
 * @param operators whether people see to nodes: peers, invites, offline, exports, restarts
 * @param foreign who writes besides the nodes
 * @param adversity who is against the others, and what clocks do
 */
public record SimOptions(
        int nodes,
        int latecomers,
        int changes,
        int faults,
        Network network,
        int skewMs,
        int diskMs,
        int pushChanges,
        int foldAtOnce,
        boolean realSigner,
        boolean crashes,
        boolean partitions,
        boolean diskFaults,
        boolean oldDisks,
        boolean rot,
        boolean operators,
        Foreign foreign,
        Adversity adversity) {

    /** Nodes of a schedule whose mesh is no full one. */
    private static final int LARGE = 15;

    private static final int OF_SEVEN = 7;

    /**
     * What links do.
     *
     * @param delayMs greatest one-way delay of a frame
     * @param cutPercent share of frames that are lost with their link
     * @param twicePercent share of frames whose link breaks when they have just arrived: what they
     *     carry comes again
     * @param stallPercent share of frames at which the link stands still, so that others overtake
     *     it
     */
    public record Network(int delayMs, int cutPercent, int twicePercent, int stallPercent) {}

    /** Authors that are not nodes of this build. */
    public enum Foreign {
        /** None. */
        NONE,
        /** A client of another make: every kind of op, from several devices. */
        CLIENT,
        /** The same, and it forks its chains, has its devices cut, and sends what is not valid. */
        HOSTILE
    }

    /**
     * The swarm options of a seed: the default size of 3 to 7 nodes, 300 changes, 60 faults; one in
     * fifty is larger than a full mesh, and one in fifty has real signatures.
     */
    public static SimOptions draw(RandomGenerator random) {
        boolean large = random.nextInt(50) == 0;
        SimOptions drawn = drawn(random, large);
        Adversity adversity = Adversity.draw(random);
        // Last, so that what older seeds drew is what they draw.
        int foldAtOnce = random.nextBoolean() ? random.nextInt(8) : Setup.FOLD_AT_ONCE;
        return drawn.against(adversity).folding(foldAtOnce);
    }

    private static SimOptions drawn(RandomGenerator random, boolean large) {
        return new SimOptions(
                large ? LARGE : 3 + random.nextInt(5),
                random.nextInt(3),
                large ? 100 : 300,
                large ? 20 : 60,
                new Network(
                        1 + random.nextInt(400),
                        random.nextInt(3) == 0 ? random.nextInt(4) : 0,
                        random.nextInt(3) == 0 ? random.nextInt(4) : 0,
                        random.nextInt(3) == 0 ? random.nextInt(4) : 0),
                random.nextBoolean() ? random.nextInt(600_000) : 0,
                1 + random.nextInt(30),
                random.nextInt(3) == 0 ? random.nextInt(30) : 1_000,
                Setup.FOLD_AT_ONCE,
                random.nextInt(50) == 0,
                random.nextInt(4) != 0,
                random.nextInt(4) != 0,
                random.nextInt(4) == 0,
                random.nextInt(4) == 0,
                random.nextInt(6) == 0,
                random.nextBoolean(),
                Foreign.values()[Math.max(0, random.nextInt(6) - 3)],
                Adversity.NONE);
    }

    /** The same options with adversity of a kind. */
    public SimOptions against(Adversity.Kind kind) {
        return against(new Adversity(kind, adversity.many()));
    }

    /**
     * The same options with other adversity; equivocators are some of seven nodes, and where clocks
     * jump or keys are replaced an invite may be out of date before it is used. Where texts are
     * dropped somebody comes who never had them, nobody's clock is behind, and nothing is cut: what
     * a cut brings back may be without its text. A disk from before a key was replaced holds the
     * old one, which is over.
     */
    public SimOptions against(Adversity other) {
        boolean rotates = other.kind() == Adversity.Kind.ROTATIONS;
        boolean compacts = other.kind() == Adversity.Kind.COMPACTION;
        return new SimOptions(
                other.many(Adversity.Kind.EQUIVOCATORS) > 0 ? OF_SEVEN : nodes,
                other.kind() == Adversity.Kind.CLOCKS || rotates
                        ? 0
                        : compacts ? Math.max(1, latecomers) : latecomers,
                changes,
                faults,
                network,
                compacts ? 0 : skewMs,
                diskMs,
                pushChanges,
                foldAtOnce,
                realSigner,
                crashes,
                partitions,
                diskFaults,
                oldDisks && !rotates,
                rot,
                operators,
                compacts || rotates ? Foreign.NONE : foreign,
                other);
    }

    /** The same options with another bound on what late verdicts may alter at once. */
    public SimOptions folding(int atOnce) {
        return new SimOptions(
                nodes,
                latecomers,
                changes,
                faults,
                network,
                skewMs,
                diskMs,
                pushChanges,
                atOnce,
                realSigner,
                crashes,
                partitions,
                diskFaults,
                oldDisks,
                rot,
                operators,
                foreign,
                adversity);
    }

    /** The same options with another number of nodes, changes and faults. */
    public SimOptions sized(int nodes, int changes, int faults) {
        return with(nodes, changes, faults, realSigner);
    }

    /** The same options with real signatures. */
    public SimOptions withRealSigner() {
        return with(nodes, changes, faults, true);
    }

    private SimOptions with(int nodes, int changes, int faults, boolean realSigner) {
        return new SimOptions(
                nodes,
                latecomers,
                changes,
                faults,
                network,
                skewMs,
                diskMs,
                pushChanges,
                foldAtOnce,
                realSigner,
                crashes,
                partitions,
                diskFaults,
                oldDisks,
                rot,
                operators,
                foreign,
                adversity);
    }
}
