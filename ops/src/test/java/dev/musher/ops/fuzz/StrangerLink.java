package dev.musher.ops.fuzz;

import dev.musher.crdt.change.DeviceId;
import dev.musher.node.replica.Effect;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.Setup;
import dev.musher.node.store.ModelStore;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.crypto.Ed25519Verifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * A replica with a project, and on each input a fresh socket to it by a stranger: each frame is two
 * bytes of length, then so many bytes. Whatever they are, it goes on.
 */
final class StrangerLink {

    private static final long WALL_MS = 1_800_000_000_000L;
    private static final int FRAMES_MAX = 16;

    private final ModelStore store = new ModelStore(new byte[8], ModelStore.Sync.ON_COMMIT);
    private final Replica replica;
    private long link;

    private StrangerLink() {
        Ed25519Signer signer = new Ed25519Signer(new byte[32]);
        byte[] recovery = new byte[32];
        recovery[0] = 1;
        replica =
                Replica.open(
                        Setup.founding(
                                "fuzzed",
                                "stamp",
                                "project",
                                DeviceId.of(new Ed25519Signer(recovery).publicKey())),
                        store,
                        store.id(),
                        signer,
                        new Ed25519Verifier(),
                        new SplittableRandom(1),
                        WALL_MS);
        perform(new ArrayDeque<>(replica.start(WALL_MS, 0)));
    }

    /** One socket, opened, spoken into and closed. */
    static void take(byte[] bytes) {
        StrangerLink fresh = Holder.LINK;
        fresh.link++;
        byte[] nonce = new byte[32];
        nonce[0] = 1;
        fresh.give(new Input.Connected(fresh.link, false, "stranger", nonce));
        int at = 0;
        for (int frame = 0; frame < FRAMES_MAX && at + 2 <= bytes.length; frame++) {
            int length = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
            int to = Math.min(bytes.length, at + 2 + length);
            fresh.give(new Input.Frame(fresh.link, Arrays.copyOfRange(bytes, at + 2, to)));
            at = to;
        }
        fresh.give(new Input.Closed(fresh.link, "closed"));
    }

    private void give(Input input) {
        perform(new ArrayDeque<>(replica.receive(input, WALL_MS, 0)));
    }

    private void perform(Deque<Effect> effects) {
        while (!effects.isEmpty()) {
            Effect effect = effects.removeFirst();
            if (effect instanceof Effect.Commit commit) {
                store.commit(commit.rows());
                effects.addAll(replica.receive(new Input.Committed(commit.batch()), WALL_MS, 0));
            } else if (effect instanceof Effect.Trusted) {
                throw new IllegalStateException("a stranger is trusted");
            } else if (effect instanceof Effect.Stop stop) {
                throw new IllegalStateException("a stranger ended the node: " + stop.why());
            }
        }
    }

    /** One for all inputs: to found a project takes longer than to refuse a stranger. */
    private static final class Holder {
        private static final StrangerLink LINK = new StrangerLink();
    }
}
