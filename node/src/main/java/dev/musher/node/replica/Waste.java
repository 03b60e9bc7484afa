package dev.musher.node.replica;

/**
 * Changes whose authors were proved to no use, which is work that a peer made.
 *
 * @param changes how many: each was decoded and hashed
 * @param checks signatures that were checked for them
 */
record Waste(int changes, int checks) {

    static final Waste NONE = new Waste(0, 0);

    private static final int CHANGES_A_POINT = 64;

    Waste and(Waste other) {
        return new Waste(changes + other.changes, checks + other.checks);
    }

    /** What the peer is charged: see {@link dev.musher.protocol.sync.PeerSession#wasted}. */
    long points() {
        return (long) checks + changes / CHANGES_A_POINT;
    }
}
