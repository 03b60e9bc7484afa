package dev.musher.ops.bench;

import dev.musher.node.replica.Effect;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.Setup;
import dev.musher.node.store.Batch;
import dev.musher.node.store.ModelStore;
import dev.musher.protocol.crypto.Ed25519Verifier;
import dev.musher.protocol.crypto.Signer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replicas in one thread, without sockets or disks: what a peer sends can be counted to the byte,
 * kept, and played to another replica. Every effect is performed before the next begins.
 */
final class Pair {

    /** One side. */
    static final class Side {
        final String address;
        final Signer signer;
        final ModelStore store;
        final Deque<Input> inbox = new ArrayDeque<>();
        final List<byte[]> sent = new ArrayList<>();
        final List<Batch> committed = new ArrayList<>();
        final SplittableRandom random;
        Setup setup;
        @Nullable Replica replica;
        @Nullable String told;
        boolean keepBatches;
        Effect.@Nullable Publish published;

        Side(String address, Signer signer, Setup setup, long seed) {
            this.address = address;
            this.signer = signer;
            this.setup = setup;
            this.random = new SplittableRandom(seed);
            this.store = new ModelStore(new byte[] {(byte) seed, 1, 1, 1, 1, 1, 1, 1}, ModelStore.Sync.ON_COMMIT);
        }

        Replica up() {
            if (replica == null) {
                throw new IllegalStateException(address + " is not started");
            }
            return replica;
        }
    }

    private final List<Side> sides = new ArrayList<>();
    private long nowMs = Corpus.START_MS;
    private long links = 1;

    /** Starts a side, with an epoch of its own where its stamp is another than before. */
    void start(Side side) {
        if (!sides.contains(side)) {
            sides.add(side);
        }
        side.inbox.clear();
        side.replica =
                Replica.open(side.setup, side.store, side.store.id(), side.signer, new Ed25519Verifier(), side.random.split(), nowMs);
        perform(side, side.up().start(nowMs, nowMs), frame -> {});
        side.inbox.add(new Input.Listening(side.address));
        settle();
    }

    /** Gives an input and does all that follows from it. */
    void give(Side side, Input input) {
        side.inbox.add(input);
        settle();
    }

    /** Lets time pass. */
    void pass(long ms) {
        nowMs += ms;
        for (Side side : sides) {
            side.inbox.add(new Input.Tick());
        }
        settle();
    }

    /** What a connection cost. */
    record Cost(long handshakeBytes, long bytes, long changeBytes, int turns, long framesAtoB) {}

    /**
     * Connects two sides by hand and carries frames until both fall silent. Frames of one side in a
     * row are one turn; two turns are a round trip.
     */
    Cost connect(Side a, Side b) {
        long linkA = links++;
        long linkB = links++;
        byte[] nonceA = new byte[32];
        byte[] nonceB = new byte[32];
        a.random.nextBytes(nonceA);
        b.random.nextBytes(nonceB);
        Deque<byte[]> toA = new ArrayDeque<>();
        Deque<byte[]> toB = new ArrayDeque<>();
        Wire wire = new Wire(a, b, linkA, linkB, toA, toB);
        wire.feed(a, new Input.Connected(linkA, true, b.address, nonceA));
        wire.feed(b, new Input.Connected(linkB, false, a.address, nonceB));
        while (!toA.isEmpty() || !toB.isEmpty()) {
            wire.turn(b, linkB, toB);
            wire.turn(a, linkA, toA);
        }
        wire.feed(a, new Input.Closed(linkA, "done"));
        wire.feed(b, new Input.Closed(linkB, "done"));
        settle();
        return wire.cost();
    }

    /** One connection by hand. */
    private final class Wire {
        private static final int FIRST_AFTER_HANDSHAKE = 4;
        private static final int CHANGES_KIND = 11;
        private final Side a;
        private final long linkA;
        private final long linkB;
        private final Deque<byte[]> toA;
        private final Deque<byte[]> toB;
        private long handshake;
        private long bytes;
        private long changeBytes;
        private int turns;
        private long framesAtoB;

        Wire(Side a, Side b, long linkA, long linkB, Deque<byte[]> toA, Deque<byte[]> toB) {
            this.a = a;
            this.linkA = linkA;
            this.linkB = linkB;
            this.toA = toA;
            this.toB = toB;
        }

        void turn(Side side, long link, Deque<byte[]> frames) {
            boolean counted = false;
            for (int n = frames.size(); n > 0; n--) {
                byte[] frame = frames.remove();
                int kind = frame[1] & 0xff;
                if (kind < FIRST_AFTER_HANDSHAKE) {
                    handshake += frame.length;
                } else {
                    bytes += frame.length;
                    changeBytes += kind == CHANGES_KIND ? frame.length : 0;
                    counted = true;
                }
                framesAtoB += side == a ? 0 : 1;
                feed(side, new Input.Frame(link, frame));
            }
            turns += counted ? 1 : 0;
        }

        void feed(Side side, Input input) {
            Deque<byte[]> out = side == a ? toB : toA;
            long link = side == a ? linkA : linkB;
            side.inbox.add(input);
            drain(
                    side,
                    frame -> {
                        out.add(frame);
                        side.sent.add(frame);
                        side.inbox.add(new Input.Sent(link));
                    });
        }

        Cost cost() {
            return new Cost(handshake, bytes, changeBytes, turns, framesAtoB);
        }
    }

    private void settle() {
        for (Side side : sides) {
            drain(side, frame -> {});
        }
    }

    private void drain(Side side, Consumer<byte[]> send) {
        for (Input input = side.inbox.poll(); input != null; input = side.inbox.poll()) {
            perform(side, side.up().receive(input, nowMs, nowMs), send);
        }
    }

    private static void perform(Side side, List<Effect> effects, Consumer<byte[]> send) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Commit e -> {
                    side.store.commit(e.rows());
                    if (side.keepBatches) {
                        side.committed.add(e.rows());
                    }
                    side.inbox.add(new Input.Committed(e.batch()));
                }
                case Effect.Send e -> send.accept(e.bytes());
                case Effect.Dial e -> side.inbox.add(new Input.DialFailed(e.address(), "by hand"));
                case Effect.Answer e -> side.told = e.text();
                case Effect.Publish e -> side.published = e;
                case Effect.Stop e -> throw new IllegalStateException(e.why());
                default -> {} // sockets and readers, of which there are none here
            }
        }
    }
}
