package dev.musher.node.replica;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Signature;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.ChainSigning;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Signer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * This device's own chain: its epoch, and which of its changes are signed. The last change of each
 * batch is, so nothing unsigned is ever durable. Core thread only.
 */
final class LocalChain {

    private Signer signer;
    private DeviceId device;
    private long epoch;
    private int unsigned;
    private long unsignedBytes;
    private @Nullable Place tailPlace;
    private @Nullable Change tail;

    /**
     * @param epoch the present one
     */
    LocalChain(Signer signer, long epoch) {
        this.signer = signer;
        this.device = DeviceId.of(signer.publicKey());
        this.epoch = epoch;
    }

    DeviceId device() {
        return device;
    }

    long epoch() {
        return epoch;
    }

    /** The change with its signature if it needs one for itself, else without. */
    Signed next(Change change) {
        boolean now = ChainSigning.mustSign(unsigned, unsignedBytes, change);
        return new Signed(change, now ? signature(change) : null);
    }

    /** The change was taken in. */
    void appended(Place place, Signed signed) {
        if (signed.signature() != null) {
            signedUpToHere();
            return;
        }
        tailPlace = place;
        tail = signed.change();
        unsigned++;
        unsignedBytes += signed.change().bytes().length;
    }

    /** Signs what is not signed of the batch that is about to leave. */
    void close(Ledger ledger) {
        Place place = tailPlace;
        Change change = tail;
        if (place != null && change != null) {
            ledger.sign(place, new Signed(change, signature(change)));
            signedUpToHere();
        }
    }

    /**
     * Goes on in a fresh epoch, on disk with the batch. What was written in the old one and is not
     * signed yet is signed first.
     */
    void beginEpoch(RandomGenerator random, Ledger ledger, Batch batch) {
        close(ledger);
        epoch = random.nextLong();
        batch.put(Table.META, MetaKeys.EPOCH, MetaKeys.number(epoch));
    }

    /**
     * Goes on with another key in an epoch of its own, on disk with the batch. What the old key
     * wrote is signed by it first.
     */
    void rotate(Signer next, RandomGenerator random, Ledger ledger, Batch batch) {
        beginEpoch(random, ledger, batch);
        signer = next;
        device = DeviceId.of(next.publicKey());
        batch.put(Table.META, MetaKeys.ROTATED, next.publicKey());
    }

    private void signedUpToHere() {
        tail = null;
        tailPlace = null;
        unsigned = 0;
        unsignedBytes = 0;
    }

    private Signature signature(Change change) {
        return Signature.of(signer.sign(Domain.CHANGE, change.id().bytes()));
    }
}
