package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.protocol.codec.FrameWriter;
import dev.musher.protocol.codec.Signed;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a member may make a node do for nothing: little, whatever it is called. */
class FloodTest {

    private static final int POINTS = 2_000;
    private static final int LATER_KIND = 200;

    private final MemoryNode a = new MemoryNode(1);
    private final MemoryNode b = new MemoryNode(2);
    private Link link;
    private int links;

    @BeforeEach
    void connect() {
        MemoryNode.acquaint(a, b);
        link = connected();
    }

    private Link connected() {
        Link made = new Link(a, b, ++links, 0);
        for (int i = 0; i < 6; i++) {
            made.flush(0);
            made.deliver(0);
            a.commit();
            b.commit();
        }
        return made;
    }

    private void say(byte[] frame) {
        b.handle(link.in, link.in.receive(frame, 0));
    }

    private Refusal ended() {
        return b.events(SessionEvent.Ended.class).getLast().refusal();
    }

    @Test
    @Tag("T-D9")
    void acknowledgementsThatSayNothingNewAreAFlood() {
        b.write(1);
        link.flush(0);
        byte[] ack = FrameCodec.write(new Frame.Ack(1, Frames.CREDIT_BYTES));
        int taken = 0;
        for (; link.in.established(); taken++) {
            say(ack);
            assertTrue(taken <= POINTS + 2, "taken without end");
        }
        assertEquals(Refusal.FLOOD, ended());
    }

    @Test
    @Tag("T-D9")
    void paddingOfFramesOfALaterVersionIsPaidByItsSize() {
        FrameWriter out = new FrameWriter(LATER_KIND, 1);
        out.body().bytes(new byte[900_000]);
        byte[] padded = out.toBytes();
        int taken = 0;
        for (; link.in.established(); taken++) {
            say(padded);
        }
        assertEquals(Refusal.FLOOD, ended());
        assertTrue(taken <= 10, taken + " frames of 900 KB");
    }

    @Test
    @Tag("T-D12")
    void aFrameOfALaterVersionIsAFrame() {
        byte[] padded = new byte[900_000];
        byte[] frame = new FrameWriter(LATER_KIND, 0).toBytes();
        System.arraycopy(frame, 0, padded, 0, frame.length);
        say(padded);
        assertEquals(Refusal.MALFORMED, ended());
    }

    @Test
    @Tag("T-D5")
    void duplicatesArePaidByTheirSizeToo() {
        Scribe scribe = new Scribe(9);
        Signed large =
                scribe.next(
                        1, List.of(), true, new Op.AddNote(new ItemKey(7, 7), "x".repeat(16_000)));
        say(FrameCodec.write(new Frame.Runs(1, List.of(large))));
        b.commit();
        long bytes = 0;
        for (int number = 2; link.in.established(); number++) {
            byte[] again = FrameCodec.write(new Frame.Runs(number, List.of(large)));
            bytes += again.length;
            say(again);
            assertTrue(bytes < 200L << 20, "sent again without end");
        }
        assertEquals(Refusal.FLOOD, ended());
        assertTrue(bytes > 100L << 20, "an honest peer's resend of its whole credit is free");
    }

    @Test
    @Tag("T-D9")
    void whatIsVerifiedToNoUseIsPaidAndTheDebtOutlivesTheSocket() {
        assertTrue(link.in.wasted(POINTS / 2, 0).isEmpty());
        List<SessionEvent> events = link.in.wasted(POINTS, 0);
        b.handle(link.in, events);
        assertEquals(Refusal.FLOOD, ended());
        // It comes back at once: the bucket is the device's.
        b.hub.owes(a.hub.self(), POINTS, 0);
        Link again = connected();
        assertFalse(again.in.established());
        assertEquals(Refusal.FLOOD, ended());
    }

    @Test
    @Tag("T-D9")
    void whoComesAgainAndAgainIsAFlood() {
        int came = 0;
        while (link.in.established()) {
            link.cut();
            link = connected();
            came++;
            assertTrue(came <= POINTS / 50, came + " links at one instant");
        }
        assertEquals(Refusal.FLOOD, ended());
    }
}
