package dev.musher.ops.attack;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Sha256;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.crypto.Signer;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A key, and what it can say: the handshake by hand, and changes that no node would write. Not
 * thread safe.
 */
final class Device {

    static final int HELLO = 0;
    static final int PROOF = 1;

    private static final int ANSWER_MS = 3_000;
    private static final byte[] MASK = "musher/mask/v1\0".getBytes(StandardCharsets.US_ASCII);

    /** What a dialler sends, and what it is answered. */
    record Shaken(RawSocket socket, byte[] hello, byte[] proof, byte @Nullable [] theirHello) {

        /** Whether the other end proved itself, which it does only to who is let in. */
        boolean isLetIn() {
            return socket.receive(ANSWER_MS) instanceof byte[] frame && kind(frame) == PROOF;
        }
    }

    private final ChangeId project;
    private final Signer signer;
    private final SplittableRandom random;

    /** The device with a number; each has a key of its own. */
    Device(ChangeId project, long number) {
        this.project = project;
        this.random = new SplittableRandom(number);
        byte[] seed = new byte[Ed25519Signer.SEED_BYTES];
        random.nextBytes(seed);
        this.signer = new Ed25519Signer(seed);
    }

    DeviceId id() {
        return DeviceId.of(signer.publicKey());
    }

    /** Dials a node and says hello and proof, at this level. */
    Shaken shake(URI node, int level) throws IOException {
        RawSocket socket = new RawSocket(node, 0);
        socket.upgrade("");
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        byte[] hello = hello(nonce, level);
        socket.message(hello);
        byte[] theirs = socket.receive(ANSWER_MS);
        if (theirs == null) {
            return new Shaken(socket, hello, hello, null);
        }
        byte[] proof = proof(hello, theirs, nonce);
        socket.message(proof);
        return new Shaken(socket, hello, proof, theirs);
    }

    /** A first frame. */
    byte[] hello(byte[] nonce, int level) {
        byte[] key = signer.publicKey();
        byte[] pad = pad(nonce, 0);
        for (int i = 0; i < key.length; i++) {
            key[i] ^= pad[i];
        }
        return new CborWriter()
                .array(5)
                .integer(HELLO)
                .integer(level)
                .integer(1)
                .bytes(nonce)
                .bytes(key)
                .toBytes();
    }

    private byte[] proof(byte[] hello, byte[] theirs, byte[] nonce) {
        // [kind 1 byte in the head, level, least, nonce, hidden key]: both end in fixed lengths.
        ByteBuffer tail = ByteBuffer.wrap(theirs, theirs.length - 68, 68);
        byte[] theirNonce = new byte[32];
        byte[] hidden = new byte[32];
        tail.position(tail.position() + 2);
        tail.get(theirNonce);
        tail.position(tail.position() + 2);
        tail.get(hidden);
        byte[] pad = pad(theirNonce, 0);
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] ^= pad[i];
        }
        byte[] transcript =
                Sha256.of(
                        new CborWriter()
                                .array(6)
                                .bytes(hello)
                                .bytes(theirs)
                                .bytes(signer.publicKey())
                                .bytes(hidden)
                                .bytes(project.bytes())
                                .text("")
                                .toBytes());
        byte[] part = new CborWriter().array(2).array(0).nothing().toBytes();
        byte[] block = pad(nonce, 1);
        for (int i = 0; i < part.length; i++) {
            part[i] ^= block[i];
        }
        byte[] signed =
                new CborWriter().array(3).integer(0).bytes(transcript).bytes(part).toBytes();
        return new CborWriter()
                .array(3)
                .integer(PROOF)
                .bytes(signer.sign(Domain.HANDSHAKE, signed))
                .bytes(part)
                .toBytes();
    }

    private byte[] pad(byte[] nonce, int block) {
        ByteBuffer in = ByteBuffer.allocate(MASK.length + 32 + nonce.length + 4);
        in.put(MASK).put(project.bytes()).put(nonce).putInt(block);
        return Sha256.of(in.array());
    }

    /**
     * A signed change.
     *
     * @param prev the one before in its chain, or null for a first one
     */
    Signed change(
            long epoch,
            @Nullable Change prev,
            List<ChangeId> deps,
            long lamport,
            ChangeId members,
            Op... ops) {
        Header header =
                new Header(
                        Header.VERSION,
                        project,
                        id(),
                        epoch,
                        prev == null ? 1 : prev.header().seq() + 1,
                        prev == null ? null : prev.id(),
                        List.copyOf(new TreeSet<>(deps)),
                        lamport,
                        0,
                        members,
                        0,
                        ChangeId.ZERO);
        Change change = ChangeCodec.write(header, new Actor.User("mallory"), List.of(ops));
        return new Signed(change, Signature.of(signer.sign(Domain.CHANGE, change.id().bytes())));
    }

    /** Changes of an epoch each, that build on what there is not. */
    List<Signed> orphans(int count) {
        List<Signed> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] nowhere = new byte[32];
            random.nextBytes(nowhere);
            out.add(
                    change(
                            random.nextLong(),
                            null,
                            List.of(ChangeId.of(nowhere)),
                            1_000,
                            ChangeId.ZERO));
        }
        return out;
    }

    /** The same change with a signature that is none. */
    Signed forged(Signed change) {
        byte[] bytes = new byte[Signature.LENGTH];
        random.nextBytes(bytes);
        bytes[Signature.LENGTH - 1] &= 0x0f;
        return new Signed(change.change(), Signature.of(bytes));
    }

    /** Random bytes. */
    byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The kind of a frame. */
    static int kind(byte[] frame) {
        if (frame.length < 2) {
            return -1;
        }
        return frame[1] == 0x18 && frame.length > 2 ? frame[2] & 0xff : frame[1] & 0xff;
    }
}
