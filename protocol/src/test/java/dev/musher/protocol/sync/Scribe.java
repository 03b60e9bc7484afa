package dev.musher.protocol.sync;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Sha256;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.KeyedHashSigner;
import dev.musher.protocol.crypto.KeyedHashVerifier;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.crypto.Verifier;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes one chain; for tests. Numbered scribes have the same keys in every test. */
final class Scribe {
    static final ChangeId PROJECT = ChangeId.hash(new byte[] {1}, 0, 1);
    private static final byte[] WORLD = new byte[32];

    final Signer signer;
    final DeviceId device;
    final long epoch;
    private final ChangeId project;
    private @Nullable Change last;
    private String text = "note ";

    Scribe(Signer signer, long epoch, ChangeId project) {
        this.signer = signer;
        this.device = DeviceId.of(signer.publicKey());
        this.epoch = epoch;
        this.project = project;
    }

    Scribe(int number) {
        this(signer(number), 1_000 + number, PROJECT);
    }

    static Signer signer(int number) {
        return new KeyedHashSigner(
                WORLD, Sha256.of(("device " + number).getBytes(StandardCharsets.US_ASCII)));
    }

    static DeviceId device(int number) {
        return DeviceId.of(signer(number).publicKey());
    }

    static Verifier verifier() {
        return new KeyedHashVerifier(WORLD);
    }

    /** A change with one note, signed or not. */
    Signed note(long lamport, List<ChangeId> deps, boolean sign) {
        return next(lamport, deps, sign, new Op.AddNote(new ItemKey(7, 7), text + lamport));
    }

    Signed next(long lamport, List<ChangeId> deps, boolean sign, Op... ops) {
        Change before = last;
        Header draft =
                new Header(
                        Header.VERSION,
                        project,
                        device,
                        epoch,
                        before == null ? 1 : before.header().seq() + 1,
                        before == null ? null : before.id(),
                        List.copyOf(new TreeSet<>(deps)),
                        lamport,
                        1_700_000_000_000L,
                        ChangeId.ZERO,
                        1,
                        ChangeId.ZERO);
        last = ChangeCodec.write(draft, new Actor.User("ann"), List.of(ops));
        return sign ? sign(last) : new Signed(last, null);
    }

    Signed sign(Change change) {
        return new Signed(change, Signature.of(signer.sign(Domain.CHANGE, change.id().bytes())));
    }

    /** Where the chain stands, to go on from there again: a fork. */
    @Nullable Change last() {
        return last;
    }

    void goOnFrom(@Nullable Change change) {
        last = change;
        text += "other ";
    }
}
