package dev.musher.protocol.sync;

import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Octets;
import dev.musher.crdt.change.Sha256;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.crypto.Domain;
import org.jspecify.annotations.Nullable;

/**
 * Both ends prove who they are. Each signs its role, one hash over both first frames as sent (so
 * both nonces and levels), both keys, the project and the channel, and what else it shows: a proof
 * serves on no other connection (replay), not in the other role (reflection), not under another
 * pair of keys (relay by a member), not in another project, and not with other levels than were
 * offered (downgrade).
 *
 * <p>The side that dialled proves itself first. The other says nothing that depends on the project
 * before that proof was good: its first frame is random to who does not know the project's id, and
 * a stranger sees the same silence, whatever was wrong. The signature is checked before the
 * membership is looked at, so that the time taken tells nobody's name either.
 *
 * <p>After SIGMA (Krawczyk, 2003): sign both challenges, and name both identities in what is
 * signed.
 */
final class Handshake {
    private static final int INITIATOR = 0;
    private static final int RESPONDER = 1;

    private final SyncHub hub;
    private final PeerSetup setup;
    private final Frame.Hello own;
    private final byte[] ownBytes;
    private Frame.@Nullable Hello theirs;
    private byte @Nullable [] transcript;
    private @Nullable DeviceId peer;

    Handshake(SyncHub hub, PeerSetup setup) {
        this.hub = hub;
        this.setup = setup;
        byte[] key = Mask.key(hub.view().project(), setup.nonce(), hub.self().bytes());
        own = new Frame.Hello(Frames.LEVEL, Frames.LEVEL_LEAST, setup.nonce(), Octets.of(key));
        ownBytes = FrameCodec.write(own);
    }

    /** What a proof amounts to. */
    sealed interface Verdict {
        /** A member. */
        record Member(DeviceId device, int level) implements Verdict {}

        /** A newcomer with an invite. */
        record Newcomer(Redemption redemption, int level) implements Verdict {}

        /** Neither. */
        record No(Refusal refusal, String text) implements Verdict {}
    }

    /** This side's first frame. */
    byte[] hello() {
        return ownBytes.clone();
    }

    /**
     * Takes the other side's first frame; gives why it ends the session, or null.
     *
     * @throws Malformed when there was one already
     */
    Verdict.@Nullable No greet(Frame.Hello hello, byte[] bytes) {
        if (theirs != null) {
            throw new Malformed("a second hello");
        }
        theirs = hello;
        ChangeId project = hub.view().project();
        DeviceId device = DeviceId.of(Mask.key(project, hello.nonce(), hello.key().bytes()));
        peer = device;
        transcript = transcript(device, bytes);
        if (hello.nonce().equals(setup.nonce()) || device.equals(hub.self())) {
            return new Verdict.No(Refusal.SELF, "the other end has this node's own key");
        }
        if (hello.level() < Frames.LEVEL_LEAST || hello.least() > Frames.LEVEL) {
            return new Verdict.No(
                    Refusal.VERSION,
                    "speaks protocol levels %d to %d, this node %d to %d"
                            .formatted(
                                    hello.least(),
                                    hello.level(),
                                    Frames.LEVEL_LEAST,
                                    Frames.LEVEL));
        }
        return null;
    }

    /** This side's proof; only after {@link #greet}. */
    byte[] proof() {
        byte[] heard = heard();
        Invite invite = setup.invite();
        ProofPart.Redeem redeem =
                invite == null
                        ? null
                        : new ProofPart.Redeem(
                                invite.number(),
                                setup.label(),
                                Octets.of(Invite.tag(invite.secret(), heard)));
        byte[] part = new ProofPart(setup.introduction(), redeem).bytes();
        byte[] hidden = Mask.part(hub.view().project(), setup.nonce(), part);
        byte[] signature =
                hub.signer().sign(Domain.HANDSHAKE, signed(heard, setup.outgoing(), hidden));
        return FrameCodec.write(new Frame.Proof(Signature.of(signature), Octets.of(hidden)));
    }

    /**
     * Judges the other side's proof.
     *
     * @throws Malformed when it comes before the hello
     */
    Verdict judge(Frame.Proof proof) {
        byte[] heard = heard();
        Frame.Hello hello = theirs;
        DeviceId device = peer;
        if (hello == null || device == null) {
            throw new Malformed("a proof before the hello");
        }
        byte[] signed = signed(heard, !setup.outgoing(), proof.hidden().bytes());
        if (!hub.verifier()
                .verify(Domain.HANDSHAKE, device.bytes(), signed, proof.signature().bytes())) {
            return new Verdict.No(
                    Refusal.STRANGER,
                    "the proof does not fit: another project, another key, or somebody between");
        }
        DeviceId expected = setup.expected();
        if (expected != null && !expected.equals(device)) {
            return new Verdict.No(
                    Refusal.STRANGER,
                    "device %s answered, %s was expected"
                            .formatted(device.shortText(), expected.shortText()));
        }
        if (hub.view().revoked(device)) {
            // Before all that would let it in: its add, an invite and an address are from before.
            return new Verdict.No(
                    Refusal.REVOKED,
                    "device %s was revoked: it needs a new key and a new invite"
                            .formatted(device.shortText()));
        }
        int seen = hub.view().levelSeen(device);
        if (hello.level() < seen) {
            return new Verdict.No(
                    Refusal.DOWNGRADE,
                    "device %s offers protocol level %d and showed %d before"
                            .formatted(device.shortText(), hello.level(), seen));
        }
        int level = hello.level();
        if (expected != null || hub.view().member(device)) {
            return new Verdict.Member(device, level);
        }
        ProofPart part =
                ProofPart.read(
                        Mask.part(hub.view().project(), hello.nonce(), proof.hidden().bytes()));
        if (Introduction.shows(device, part.introduction(), hub.view(), hub.verifier())) {
            return new Verdict.Member(device, level);
        }
        ProofPart.Redeem redeem = part.redeem();
        if (redeem != null && !setup.outgoing() && hub.verifier().acceptsKey(device.bytes())) {
            Redemption redemption =
                    new Redemption(
                            redeem.invite(), device, redeem.label(), heard, redeem.tag().bytes());
            return new Verdict.Newcomer(redemption, level);
        }
        return new Verdict.No(
                Refusal.STRANGER, "device %s is not a member".formatted(device.shortText()));
    }

    private byte[] heard() {
        if (transcript == null) {
            throw new Malformed("a proof before the hello");
        }
        return transcript;
    }

    /** SHA-256 of the array of all that both ends must agree on; an array, so read in one way. */
    private byte[] transcript(DeviceId device, byte[] theirBytes) {
        boolean first = setup.outgoing();
        CborWriter out = new CborWriter();
        out.array(6);
        out.bytes(first ? ownBytes : theirBytes).bytes(first ? theirBytes : ownBytes);
        out.bytes(first ? hub.self() : device).bytes(first ? device : hub.self());
        out.bytes(hub.view().project()).text(setup.channel());
        return Sha256.of(out.toBytes());
    }

    private static byte[] signed(byte[] transcript, boolean byInitiator, byte[] hidden) {
        CborWriter out = new CborWriter();
        out.array(3).integer(byInitiator ? INITIATOR : RESPONDER);
        return out.bytes(transcript).bytes(hidden).toBytes();
    }
}
