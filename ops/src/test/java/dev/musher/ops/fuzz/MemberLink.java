package dev.musher.ops.fuzz;

import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Role;
import dev.musher.node.replica.Effect;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.Setup;
import dev.musher.node.store.ModelStore;
import dev.musher.protocol.crypto.KeyedHashSigner;
import dev.musher.protocol.crypto.KeyedHashVerifier;
import dev.musher.protocol.sync.Invite;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Two replicas of one project, and on each input a fresh link between them, with a handshake that
 * is true; then the one takes frames that the other never said: each two bytes of length, then so
 * many bytes. Whatever they are, it goes on. Real signatures would cost ten times the rest.
 */
final class MemberLink {

    private static final byte[] SECRET = new byte[32];
    private static final long WALL_MS = 1_800_000_000_000L;
    private static final int FRAMES_MAX = 16;

    /** From one input to the next: no ban lasts so long, and no debt. */
    private static final long EACH_MS = 700_000;

    private final Side node = new Side(1);
    private final Side member = new Side(2);
    private long nowMs;
    private long link;

    private MemberLink() {
        byte[] recovery = new byte[32];
        recovery[0] = 9;
        node.open(
                Setup.founding(
                        "fuzzed",
                        "stamp",
                        "project",
                        DeviceId.of(new KeyedHashSigner(SECRET, recovery).publicKey())));
        node.give(new Input.Listening("10.0.0.1:1"));
        node.give(new Input.MakeInvite(1, Role.MEMBER, "member"));
        String invite = node.answer;
        if (invite == null) {
            throw new IllegalStateException("no invite was made");
        }
        member.open(Setup.joining("member", "stamp", Invite.parse(invite)));
        if (!shake()) {
            throw new IllegalStateException("the member was not let in");
        }
        close();
    }

    /** One link, opened, spoken into and closed. */
    static void take(byte[] bytes) {
        MemberLink both = Holder.LINK;
        if (!both.shake()) {
            throw new IllegalStateException("an honest handshake is refused");
        }
        int at = 0;
        for (int frame = 0; frame < FRAMES_MAX && at + 2 <= bytes.length; frame++) {
            int length = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
            int to = Math.min(bytes.length, at + 2 + length);
            both.node.give(new Input.Frame(both.link, Arrays.copyOfRange(bytes, at + 2, to)));
            at = to;
        }
        both.node.give(new Input.Tick());
        both.close();
    }

    /** Opens a link; whether the node lets the member in. */
    private boolean shake() {
        nowMs += EACH_MS;
        link++;
        node.give(new Input.Tick());
        node.trusts = false;
        node.give(new Input.Connected(link, false, "member", nonce(1)));
        member.give(new Input.Connected(link, true, "node", nonce(2)));
        while (!node.trusts || !node.out.isEmpty() || !member.out.isEmpty()) {
            if (node.out.isEmpty() && member.out.isEmpty()) {
                return false;
            }
            pass(node, member);
            pass(member, node);
        }
        return true;
    }

    private void pass(Side from, Side to) {
        for (byte[] frame = from.out.pollFirst(); frame != null; frame = from.out.pollFirst()) {
            to.give(new Input.Frame(link, frame));
        }
    }

    private void close() {
        node.give(new Input.Closed(link, "closed"));
        member.give(new Input.Closed(link, "closed"));
        node.out.clear();
        member.out.clear();
    }

    private static byte[] nonce(int first) {
        byte[] nonce = new byte[32];
        nonce[0] = (byte) first;
        return nonce;
    }

    /** One replica. */
    private final class Side {
        private final ModelStore store;
        private final KeyedHashSigner signer;
        private final Deque<byte[]> out = new ArrayDeque<>();
        private @Nullable Replica replica;
        private @Nullable String answer;
        private boolean trusts;

        Side(int number) {
            store = new ModelStore(nonce8(number), ModelStore.Sync.ON_COMMIT);
            signer = new KeyedHashSigner(SECRET, nonce(number));
        }

        void open(Setup setup) {
            Replica opened =
                    Replica.open(
                            setup,
                            store,
                            store.id(),
                            signer,
                            new KeyedHashVerifier(SECRET),
                            new SplittableRandom(1),
                            WALL_MS);
            replica = opened;
            perform(opened, new ArrayDeque<>(opened.start(WALL_MS, nowMs)));
        }

        void give(Input input) {
            Replica open = replica;
            if (open == null) {
                throw new IllegalStateException("not opened");
            }
            perform(open, new ArrayDeque<>(open.receive(input, WALL_MS, nowMs)));
        }

        private void perform(Replica open, Deque<Effect> effects) {
            while (!effects.isEmpty()) {
                switch (effects.removeFirst()) {
                    case Effect.Commit commit -> {
                        store.commit(commit.rows());
                        effects.addAll(
                                open.receive(new Input.Committed(commit.batch()), WALL_MS, nowMs));
                    }
                    case Effect.Send send -> {
                        out.add(send.bytes());
                        effects.addAll(open.receive(new Input.Sent(send.link()), WALL_MS, nowMs));
                    }
                    case Effect.Answer told -> answer = told.text();
                    case Effect.Trusted trusted -> trusts = true;
                    case Effect.Stop stop ->
                            throw new IllegalStateException(
                                    "a member ended the node: " + stop.why());
                    case Effect.Close close -> {}
                    case Effect.Dial dial -> {}
                    case Effect.Reply reply -> {}
                    case Effect.VoidList list -> {}
                    case Effect.Publish publish -> {}
                    case Effect.Alarm alarm -> {}
                }
            }
        }

        private static byte[] nonce8(int first) {
            return Arrays.copyOf(nonce(first), 8);
        }
    }

    /** One for all inputs: to found a project takes longer than to hear a member. */
    private static final class Holder {
        private static final MemberLink LINK = new MemberLink();
    }
}
