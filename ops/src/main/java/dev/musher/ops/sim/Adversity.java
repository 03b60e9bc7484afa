package dev.musher.ops.sim;

import java.util.random.RandomGenerator;

/**
 * Who of a mesh is against the others. In most schedules nobody: honest nodes alone must do more
 * for each other than converge.
 *
 * @param kind what some do
 * @param many how many of them, 1..3
 */
public record Adversity(Kind kind, int many) {

    /** What some of the members do. */
    public enum Kind {
        /** All are honest. */
        NONE,
        /** They sign two branches of their chain, and show each half of the others another one. */
        EQUIVOCATORS,
        /** Their frames are not what their node would say. */
        LIARS,
        /** Owners revoke devices, and each other. */
        REVOCATIONS,
        /** Clocks jump, and a member dates its changes years ahead. */
        CLOCKS,
        /** Devices of a later version write what nobody here understands. */
        NEWER,
        /** A node is away for 90 days and comes back with 5,000 ops. */
        HERMIT,
        /** Owners write checkpoints, and nodes drop texts on their word. */
        COMPACTION,
        /** Nodes take other keys, and the old ones are used on. */
        ROTATIONS
    }

    /** Nobody. */
    public static final Adversity NONE = new Adversity(Kind.NONE, 1);

    /** One schedule in so many has the first kind, one the second, and so on. */
    private static final int ONE_IN = 20;

    private static final int MANY = 3;

    /** Draws it from a seed. */
    static Adversity draw(RandomGenerator random) {
        int kind = random.nextInt(ONE_IN);
        int many = 1 + random.nextInt(MANY);
        return new Adversity(kind < Kind.values().length ? Kind.values()[kind] : Kind.NONE, many);
    }

    /** So many of a kind; 0 where it is another kind. */
    int many(Kind of) {
        return kind == of ? many : 0;
    }

    /** Whether some member is not honest. */
    boolean isHostile() {
        return switch (kind) {
            case NONE, CLOCKS, NEWER, HERMIT, ROTATIONS -> false;
            case EQUIVOCATORS, LIARS, REVOCATIONS, COMPACTION -> true;
        };
    }
}
