package dev.musher.ops.sim;

import dev.musher.crdt.Project;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Signer;
import java.util.List;

/** One device of a foreign client. Not thread safe. */
final class ForeignAuthor {

    private final Signer signer;
    private final Role role;
    private long epoch;

    ForeignAuthor(Signer signer, Role role, long epoch) {
        this.signer = signer;
        this.role = role;
        this.epoch = epoch;
    }

    DeviceId device() {
        return DeviceId.of(signer.publicKey());
    }

    /** The role it was added with. */
    Role role() {
        return role;
    }

    long epoch() {
        return epoch;
    }

    /** Goes on in another chain. */
    void beginEpoch(long fresh) {
        epoch = fresh;
    }

    /** The header of its next change after all that {@code project} holds. */
    Project.Next next(Project project, long wallMs) {
        return project.next(device(), epoch, wallMs);
    }

    /** A change with its signature. */
    Signed write(Header header, Actor actor, List<Op> ops) {
        Change change = ChangeCodec.write(header, actor, ops);
        return new Signed(change, Signature.of(signer.sign(Domain.CHANGE, change.id().bytes())));
    }
}
