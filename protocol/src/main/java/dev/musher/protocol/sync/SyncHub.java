package dev.musher.protocol.sync;

import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.crypto.Verifier;

/**
 * What the sessions of one node share: the project, the node's key, the index of chains, and which
 * pulls are under way, so that no change is asked of two peers at once. One for each project of a
 * process; belongs to the thread that owns the project.
 */
public final class SyncHub {
    private final SyncView view;
    private final Signer signer;
    private final Verifier verifier;
    private final SyncLimits limits;

    /** A hub without sessions. */
    public SyncHub(SyncView view, Signer signer, Verifier verifier, SyncLimits limits) {
        this.view = view;
        this.signer = signer;
        this.verifier = verifier;
        this.limits = limits;
    }
}
