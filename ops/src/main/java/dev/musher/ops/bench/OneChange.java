package dev.musher.ops.bench;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Value;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.crypto.Ed25519Verifier;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What one change with one field costs before the disk, step by step; run by JMH. */
@State(Scope.Thread)
public class OneChange {

    private static final ChangeId NONE = ChangeId.of(new byte[32]);

    private final Ed25519Signer signer = new Ed25519Signer(new byte[32]);
    private final Ed25519Verifier verifier = new Ed25519Verifier();
    private final DeviceId device = DeviceId.of(signer.publicKey());
    private final Header header =
            new Header(Header.VERSION, NONE, device, 7, 2, NONE, List.of(), 9, 1, NONE, 0, NONE);
    private final List<Op> ops =
            List.of(
                    new Op.SetField(
                            ItemKey.of(NONE, 0),
                            Field.NAME,
                            new Value.Text("Item renamed to 123456"),
                            List.of()));
    private final Change change = ChangeCodec.write(header, Typical.ACTOR, ops);
    private final byte[] bytes = change.bytes();
    private final byte[] id = change.id().bytes();
    private final byte[] signature = signer.sign(Domain.CHANGE, id);

    /** From ops to canonical bytes and their id. */
    @Benchmark
    public Change encode() {
        return ChangeCodec.write(header, Typical.ACTOR, ops);
    }

    /** From bytes to a change: parsed, bounds looked at, body and header hashed. */
    @Benchmark
    public Change decode() {
        return ChangeCodec.read(bytes);
    }

    /** One signature. */
    @Benchmark
    public byte[] sign() {
        return signer.sign(Domain.CHANGE, id);
    }

    /** One check of a signature, of a key seen before. */
    @Benchmark
    public boolean verify() {
        return verifier.verify(Domain.CHANGE, device.bytes(), id, signature);
    }
}
