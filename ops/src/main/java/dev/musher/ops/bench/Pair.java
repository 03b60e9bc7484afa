package dev.musher.ops.bench;

import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Role;
import dev.musher.node.replica.Effect;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.Setup;
import dev.musher.node.store.Batch;
import dev.musher.node.store.ModelStore;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.crypto.Ed25519Verifier;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.sync.Invite;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replicas in one thread, without sockets or disks: what a peer sends can be counted to the byte,
 * kept, and played to another replica. Every effect is performed before the next begins.
 */
final class Pair {

    /** When the histories begin: 2026-01-01, in ms since 1970. */
    static final long START_MS = 1_767_225_600_000L;

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

        /** The state published last; there is one from the first commit on. */
        Published view() {
            return Objects.requireNonNull(published, "nothing was published").published();
        }

        Side(String address, Signer signer, Setup setup, long seed) {
            this.address = address;
            this.signer = signer;
            this.setup = setup;
            this.random = new SplittableRandom(seed);
            this.store =
                    new ModelStore(
                            new byte[] {(byte) seed, 1, 1, 1, 1, 1, 1, 1},
                            ModelStore.Sync.ON_COMMIT);
        }

        Replica up() {
            if (replica == null) {
                throw new IllegalStateException(address + " is not started");
            }
            return replica;
        }
    }

    private final List<Side> sides = new ArrayList<>();
    private long nowMs = START_MS;
    private long links = 1;

    /** Starts a side that founds the project. */
    Side found() {
        DeviceId recovery = DeviceId.of(signer(3).publicKey());
        Side side = new Side("a:1", signer(1), Setup.founding("a", "a", "bench", recovery), 11);
        start(side);
        return side;
    }

    /** A side, not started, that joins the project of {@code founder}. */
    Side join(Side founder, long seed) {
        give(founder, new Input.MakeInvite(1, Role.MEMBER, "b"));
        Invite invite = Invite.parse(String.valueOf(founder.told));
        return new Side("b:1", signer(2), Setup.joining("b", "b", invite), seed);
    }

    private static Signer signer(int number) {
        byte[] seed = new byte[Ed25519Signer.SEED_BYTES];
        Arrays.fill(seed, (byte) number);
        return new Ed25519Signer(seed);
    }

    /** Starts a side, with an epoch of its own where its stamp is another than before. */
    void start(Side side) {
        if (!sides.contains(side)) {
            sides.add(side);
        }
        side.inbox.clear();
        side.replica =
                Replica.open(
                        side.setup,
                        side.store,
                        side.store.id(),
                        side.signer,
                        new Ed25519Verifier(),
                        side.random.split(),
                        nowMs);
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

    /**
     * What a connection cost.
     *
     * @param trips one-way trips, each waiting for the one before, until the last change arrived
     *     (until the last frame where there was none); two are a round trip
     */
    record Cost(long handshakeBytes, long bytes, long changeBytes, int trips) {}

    private record Flying(byte[] frame, int depth) {}

    /** Connects two sides by hand and carries frames until both fall silent. */
    Cost connect(Side a, Side b) {
        long linkA = links++;
        long linkB = links++;
        byte[] nonceA = new byte[32];
        byte[] nonceB = new byte[32];
        a.random.nextBytes(nonceA);
        b.random.nextBytes(nonceB);
        Wire wire = new Wire(a, linkA, linkB);
        wire.feed(a, new Input.Connected(linkA, true, b.address, nonceA), 0);
        wire.feed(b, new Input.Connected(linkB, false, a.address, nonceB), 0);
        while (!wire.toA.isEmpty() || !wire.toB.isEmpty()) {
            wire.deliver(b, linkB, wire.toB);
            wire.deliver(a, linkA, wire.toA);
        }
        wire.feed(a, new Input.Closed(linkA, "done"), 0);
        wire.feed(b, new Input.Closed(linkB, "done"), 0);
        settle();
        return wire.cost();
    }

    /** One connection by hand. */
    private final class Wire {
        private static final int STATUS_KIND = 8;
        private static final int CHANGES_KIND = 11;
        private final Side a;
        private final long linkA;
        private final long linkB;
        private final Deque<Flying> toA = new ArrayDeque<>();
        private final Deque<Flying> toB = new ArrayDeque<>();
        private final int[] known = new int[2];
        private long handshake;
        private long bytes;
        private long changeBytes;
        private int depthOfSync;
        private int depthOfChanges;

        Wire(Side a, long linkA, long linkB) {
            this.a = a;
            this.linkA = linkA;
            this.linkB = linkB;
        }

        void deliver(Side side, long link, Deque<Flying> frames) {
            for (int n = frames.size(); n > 0; n--) {
                Flying flying = frames.remove();
                int kind = flying.frame[1] & 0xff;
                if (kind < STATUS_KIND) {
                    handshake += flying.frame.length;
                    feed(side, new Input.Frame(link, flying.frame), 0);
                } else {
                    bytes += flying.frame.length;
                    changeBytes += kind == CHANGES_KIND ? flying.frame.length : 0;
                    depthOfSync = Math.max(depthOfSync, flying.depth);
                    depthOfChanges = kind == CHANGES_KIND ? flying.depth : depthOfChanges;
                    feed(side, new Input.Frame(link, flying.frame), flying.depth);
                }
            }
        }

        void feed(Side side, Input input, int depth) {
            int self = side == a ? 0 : 1;
            known[self] = Math.max(known[self], depth);
            Deque<Flying> out = side == a ? toB : toA;
            long link = side == a ? linkA : linkB;
            side.inbox.add(input);
            drain(
                    side,
                    frame -> {
                        out.add(new Flying(frame, known[self] + 1));
                        side.sent.add(frame);
                        side.inbox.add(new Input.Sent(link));
                    });
        }

        Cost cost() {
            return new Cost(
                    handshake,
                    bytes,
                    changeBytes,
                    depthOfChanges > 0 ? depthOfChanges : depthOfSync);
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
