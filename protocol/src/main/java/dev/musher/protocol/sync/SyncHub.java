package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.protocol.codec.RunVerifier;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.crypto.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the sessions of one node share: the project, the node's key, the index of chains, and which
 * pulls are under way, so that no change is asked of two peers at once. One for each project of a
 * process; belongs to the thread that owns the project.
 */
public final class SyncHub {
    /**
     * Budgets from which on those that are full are forgotten. Only who has shown to be a member
     * gets one.
     */
    private static final int BUDGETS = 256;

    private final SyncView view;
    private final Verifier verifier;
    private final RunVerifier runVerifier;
    private final SyncLimits limits;
    private final PullRegistry pulls;
    private final Map<ChainKey, List<Integer>> chains = new TreeMap<>();
    private final Map<DeviceId, Budget> budgets = new TreeMap<>(DeviceId::compareTo);
    private int indexed;
    private Signer signer;
    private DeviceId self;

    /** A hub without sessions. */
    public SyncHub(SyncView view, Signer signer, Verifier verifier, SyncLimits limits) {
        this.view = view;
        this.signer = signer;
        this.self = DeviceId.of(signer.publicKey());
        this.verifier = verifier;
        this.runVerifier = new RunVerifier(verifier);
        this.limits = limits;
        this.pulls = new PullRegistry(limits.pullMs());
    }

    /** Takes another key from the next handshake on; sessions that stand must be ended. */
    public void rotate(Signer next) {
        signer = next;
        self = DeviceId.of(next.publicKey());
    }

    /** Whether a cut names the device. */
    public boolean revoked(DeviceId device) {
        return view.revoked(device);
    }

    /** Whether the device is a member, and no cut names it. */
    public boolean member(DeviceId device) {
        return view.member(device);
    }

    SyncView view() {
        return view;
    }

    Signer signer() {
        return signer;
    }

    DeviceId self() {
        return self;
    }

    Verifier verifier() {
        return verifier;
    }

    RunVerifier runVerifier() {
        return runVerifier;
    }

    SyncLimits limits() {
        return limits;
    }

    PullRegistry pulls() {
        return pulls;
    }

    /**
     * A device made work to no use, and has no session that could be charged for it.
     *
     * @param points see {@link PeerSession#wasted}
     */
    public void owes(DeviceId device, long points, long nowMs) {
        budget(device, nowMs).owe(points, nowMs);
    }

    /** What a device may ask: the same over all its sockets, also one after the other. */
    Budget budget(DeviceId device, long nowMs) {
        if (budgets.size() >= BUDGETS) {
            budgets.values().removeIf(budget -> budget.isFull(nowMs));
        }
        return budgets.computeIfAbsent(device, key -> new Budget(nowMs));
    }

    /** The branches of a chain, by number; empty where nothing of it is here. */
    List<Integer> branches(ChainKey chain) {
        for (; indexed < view.branches(); indexed++) {
            chains.computeIfAbsent(ChainKey.of(view.head(indexed)), k -> new ArrayList<>(1))
                    .add(indexed);
        }
        return chains.getOrDefault(chain, List.of());
    }

    /** The branch that holds the change an entry names, or -1. */
    int find(Have have) {
        for (int branch : branches(have.chain())) {
            ChainHead head = view.head(branch);
            if (head.start() <= have.seq()
                    && have.seq() <= view.durable(branch)
                    && have.names(id(head, have.seq()))) {
                return branch;
            }
        }
        return -1;
    }

    /** The id at a place of a branch. */
    ChangeId id(ChainHead head, int seq) {
        return head.id() != null && seq == head.seq() ? head.id() : view.id(head.branch(), seq);
    }
}
