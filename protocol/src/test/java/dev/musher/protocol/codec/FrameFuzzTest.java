package dev.musher.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.CborWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T-D15")
class FrameFuzzTest {
    @Test
    void aFrameWithARunIsTakenWholeOrMalformed() {
        int[] outcome = Fuzz.run(1, frames(), FrameFuzzTest::decode);
        assertTrue(
                outcome[0] > 10 && outcome[1] > outcome[0],
                "taken " + outcome[0] + " refused " + outcome[1]);
    }

    private static void decode(byte[] frame) {
        FrameReader reader = new FrameReader(frame);
        reader.expectFields("run frame", 2);
        long credit = reader.body().integer("credit", 0, Long.MAX_VALUE);
        List<Signed> run = SignedCodec.readRun(reader.body());
        reader.end();
        // What was taken has one encoding: the bytes it came in.
        FrameWriter writer = new FrameWriter(reader.kind(), 2);
        writer.body().integer(credit);
        SignedCodec.writeRun(writer.body(), run);
        assertArrayEquals(frame, writer.toBytes());
        // And the verifier throws for nothing that can be decoded.
        new RunVerifier(Author.verifier()).verify(run);
    }

    private static List<byte[]> frames() {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Author ann = new Author(i);
            FrameWriter writer = new FrameWriter(i, 2);
            CborWriter body = writer.body();
            body.integer(1L << i * 8);
            List<Signed> run = new ArrayList<>();
            for (int n = 0; n < i; n++) {
                run.add(n % 2 == 0 ? ann.sign(ann.note(n)) : Author.bare(ann.member()));
            }
            SignedCodec.writeRun(body, run);
            frames.add(writer.toBytes());
        }
        return frames;
    }
}
