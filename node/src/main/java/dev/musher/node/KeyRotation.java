package dev.musher.node;

import dev.musher.crdt.change.DeviceId;
import dev.musher.node.replica.Replica;
import dev.musher.node.store.Reader;
import dev.musher.protocol.crypto.Ed25519Signer;
import java.util.concurrent.CompletionStage;

/**
 * A home changes its device's key. In this order, so that a kill at any moment leaves the home one
 * key that may write: the next key comes to disk; the store takes, in one batch, the add of the
 * next key, the end of the old one and a mark; the home's other secrets are made anew, as who has a
 * copy of the key has them too; the next key's file is renamed over the old one's. Who opens the
 * home in between finds both files and asks the store for the mark.
 */
final class KeyRotation {

    private KeyRotation() {}

    /** Rotates the key of a running home; a refusal is told, and wrote nothing. */
    static CompletionStage<Driver.Told> rotate(Home home, Driver driver) {
        Ed25519Signer next = home.makeNextKey();
        return driver.rotate(next)
                .thenApply(told -> {
                    // A refusal wrote nothing; the next try takes the same next key.
                    if (told.code().isEmpty()) {
                        home.renewSecrets();
                        home.takeNextKey();
                    }
                    return told;
                });
    }

    /** Ends what a process left that died while the key was rotated. */
    static void resume(Home home, Reader store) {
        Ed25519Signer next = home.nextKey();
        if (next == null) {
            return;
        }
        if (DeviceId.of(next.publicKey()).equals(Replica.rotatedTo(store))) {
            home.renewSecrets();
            home.takeNextKey();
        } else {
            home.dropNextKey();
        }
    }
}
