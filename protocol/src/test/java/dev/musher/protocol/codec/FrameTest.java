package dev.musher.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Malformed;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FrameTest {
    @Test
    void aFrameReadsBackAsWritten() {
        FrameWriter writer = new FrameWriter(7, 2);
        writer.body().text("hello").integer(300);
        byte[] frame = writer.toBytes();
        assertEquals(frame.length, writer.size());
        FrameReader reader = new FrameReader(frame);
        assertEquals(7, reader.kind());
        assertEquals(2, reader.fields());
        reader.expectFields("greeting", 2);
        assertEquals("hello", reader.body().text("text", 10));
        assertEquals(300, reader.body().integer("number", 0, 1000));
        reader.end();
    }

    @Test
    void otherShapesAreRefusedByName() {
        byte[] frame = new FrameWriter(7, 0).toBytes();
        assertTrue(
                assertThrows(
                                Malformed.class,
                                () -> new FrameReader(frame).expectFields("greeting", 2))
                        .getMessage()
                        .contains("greeting"));
        byte[] longer = new byte[frame.length + 1];
        System.arraycopy(frame, 0, longer, 0, frame.length);
        assertThrows(Malformed.class, () -> new FrameReader(longer).end());
        for (byte[] bad :
                List.of(
                        new byte[0],
                        new CborWriter().array(0).toBytes(),
                        new CborWriter().integer(1).toBytes(),
                        new CborWriter().array(1).integer(-1).toBytes(),
                        new CborWriter().array(1).integer(256).toBytes(),
                        new CborWriter().array(34).integer(1).toBytes())) {
            assertThrows(Malformed.class, () -> new FrameReader(bad));
        }
        assertThrows(IllegalArgumentException.class, () -> new FrameWriter(256, 0));
        assertThrows(IllegalArgumentException.class, () -> new FrameWriter(0, 33));
    }

    @Test
    @Tag("T-D12")
    void aFrameBeyondItsBoundIsRefusedBothWays() {
        FrameWriter writer = new FrameWriter(1, 1);
        writer.body().bytes(new byte[FrameLimits.FRAME_BYTES - 7]);
        byte[] full = writer.toBytes();
        assertEquals(FrameLimits.FRAME_BYTES, full.length);
        assertEquals(1, new FrameReader(full).kind());
        Malformed tooLong =
                assertThrows(
                        Malformed.class,
                        () -> new FrameReader(full, FrameLimits.HANDSHAKE_FRAME_BYTES));
        assertTrue(tooLong.getMessage().contains("65536"));
        writer.body().nothing();
        assertThrows(IllegalStateException.class, writer::toBytes);
    }

    @Test
    void aRunReadsBackByteForByte() {
        Author ann = new Author(1);
        List<Signed> run =
                List.of(
                        Author.bare(ann.note(5)),
                        ann.sign(ann.member()),
                        Author.bare(ann.note(70)));
        CborWriter out = new CborWriter();
        SignedCodec.writeRun(out, run);
        byte[] bytes = out.toBytes();
        List<Signed> back = SignedCodec.readRun(new CborReader(bytes));
        assertEquals(run, back);
        for (int i = 0; i < run.size(); i++) {
            assertArrayEquals(run.get(i).change().bytes(), back.get(i).change().bytes());
            CborWriter one = new CborWriter();
            SignedCodec.write(one, run.get(i));
            assertTrue(one.size() <= SignedCodec.bytesMax(run.get(i)));
        }
        List<Signed> tooMany = Collections.nCopies(FrameLimits.RUN_CHANGES + 1, run.getFirst());
        assertThrows(
                IllegalArgumentException.class,
                () -> SignedCodec.writeRun(new CborWriter(), tooMany));
        byte[] claimsTooMany = new CborWriter().array(FrameLimits.RUN_CHANGES + 1).toBytes();
        assertThrows(Malformed.class, () -> SignedCodec.readRun(new CborReader(claimsTooMany)));
    }
}
