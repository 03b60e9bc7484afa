package dev.musher.protocol.sync;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Octets;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes with a proof, hidden from those who do not know the project.
 *
 * @param introduction see {@link PeerSetup#introduction}
 * @param redeem of a newcomer; null otherwise
 */
record ProofPart(List<Signed> introduction, @Nullable Redeem redeem) {

    /**
     * @param invite {@link Invite#number}
     * @param label what the newcomer calls itself
     * @param tag {@link Invite#tag}
     */
    record Redeem(long invite, String label, Octets tag) {}

    private static final int TAG_BYTES = 32;
    private static final int NUMBER_BYTES = 8;

    ProofPart {
        introduction = List.copyOf(introduction);
    }

    byte[] bytes() {
        CborWriter out = new CborWriter();
        out.array(2).array(introduction.size());
        introduction.forEach(signed -> SignedCodec.write(out, signed));
        if (redeem == null) {
            out.nothing();
        } else {
            out.array(3)
                    .bytes(Wire.long8(redeem.invite()))
                    .text(redeem.label())
                    .bytes(redeem.tag().bytes());
        }
        return out.toBytes();
    }

    static ProofPart read(byte[] bytes) {
        CborReader in = new CborReader(bytes);
        in.array("proof", 2, 2);
        int count = in.array("introduction", 0, Frames.INTRODUCTION_CHANGES);
        List<Signed> introduction = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            introduction.add(SignedCodec.read(in));
        }
        Redeem redeem = null;
        if (!in.nothing()) {
            in.array("redeem", 3, 3);
            long invite = Wire.long8(in.bytes("invite", NUMBER_BYTES, NUMBER_BYTES), 0);
            String label = in.text("label", Frames.LABEL_BYTES);
            if (label.length() > Limits.NAME_CHARS) {
                throw new Malformed("label of " + label.length() + " characters");
            }
            redeem = new Redeem(invite, label, Octets.of(in.bytes("tag", TAG_BYTES, TAG_BYTES)));
        }
        in.expectEnd("proof");
        return new ProofPart(introduction, redeem);
    }
}
