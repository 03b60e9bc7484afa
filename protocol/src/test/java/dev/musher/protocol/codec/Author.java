package dev.musher.protocol.codec;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.KeyedHashSigner;
import dev.musher.protocol.crypto.KeyedHashVerifier;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.crypto.Verifier;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A device that writes one chain; for tests. */
final class Author {
    private static final byte[] WORLD = new byte[32];

    final Signer signer;
    final DeviceId device;
    private final long epoch;
    @Nullable Change last;
    private long seq;

    Author(int number) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) number);
        signer = new KeyedHashSigner(WORLD, seed);
        device = DeviceId.of(signer.publicKey());
        epoch = number;
    }

    /** The verifier for all authors. */
    static Verifier verifier() {
        return new KeyedHashVerifier(WORLD);
    }

    /** A change with one note, about {@code 300 + letters} bytes. */
    Change note(int letters) {
        return next(new Op.AddNote(new ItemKey(1, 2), "n".repeat(letters)));
    }

    /** A change that adds a member: signed alone. */
    Change member() {
        return next(new Op.AddMember(device, Role.READER, "label", null));
    }

    Change next(Op... ops) {
        Change change = write(device, epoch, ++seq, last == null ? null : last.id(), ops);
        last = change;
        return change;
    }

    /** The next change goes on after this one, as if what came after had never been: a fork. */
    void rewind(Change to) {
        last = to;
        seq = to.header().seq();
    }

    Signed sign(Change change) {
        return new Signed(change, Signature.of(signer.sign(Domain.CHANGE, change.id().bytes())));
    }

    static Signed bare(Change change) {
        return new Signed(change, null);
    }

    static Change write(DeviceId device, long epoch, long seq, @Nullable ChangeId prev, Op... ops) {
        Header draft =
                new Header(
                        Header.VERSION,
                        ChangeId.ZERO,
                        device,
                        epoch,
                        seq,
                        prev,
                        List.of(),
                        seq,
                        1_700_000_000_000L,
                        ChangeId.ZERO,
                        1,
                        ChangeId.ZERO);
        return ChangeCodec.write(draft, new Actor.User("ann"), List.of(ops));
    }
}
