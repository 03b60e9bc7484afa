package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a member can make another hold, send or do by vectors that lie. */
@Tag("T-D11")
class ExchangeBoundsTest {
    private final MemoryNode a = new MemoryNode(1);
    private final MemoryNode b = new MemoryNode(2);
    private final Random random = new Random(1);
    private Link link;

    @BeforeEach
    void connect() {
        MemoryNode.acquaint(a, b);
        link = new Link(a, b, 1, 0);
        for (int i = 0; i < 6; i++) {
            link.flush(0);
            link.deliver(0);
        }
    }

    private List<Have> inventions(int count) {
        List<Have> haves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ChainKey chain = new ChainKey(random.nextLong(), random.nextLong());
            haves.add(new Have(chain, 1 + random.nextInt(1_000_000), random.nextLong(), null));
        }
        return haves;
    }

    private void say(Frame frame, long nowMs) {
        byte[] bytes = FrameCodec.write(frame);
        b.handle(link.in, link.in.receive(bytes, nowMs));
    }

    private static Frame.Vector vector(Frame.Step step, boolean more, List<Have> haves) {
        return new Frame.Vector(step, more, false, true, false, haves, List.of());
    }

    @Test
    void chainsThatDoNotExistAreAskedForThriceAndForgotten() {
        say(vector(Frame.Step.NEWS, false, inventions(100)), 0);
        int wants = 0;
        for (long now = 0; now < 60_000; now += 1_000) {
            b.handle(link.in, link.in.tick(now));
            for (byte[] out = link.in.next(now); out != null; out = link.in.next(now)) {
                wants += Link.kind(out) == Frames.WANT ? 1 : 0;
            }
        }
        assertEquals(3, wants);
        assertEquals(0, link.in.progress().missing());
        assertTrue(link.in.established());
    }

    @Test
    void aVectorWithoutEndEndsTheSession() {
        int parts = 0;
        for (; link.in.established(); parts++) {
            // Slowly, so that only the bound of one vector can end it.
            say(vector(Frame.Step.OPEN, true, inventions(Frames.HAVES)), parts * 10_000L);
        }
        assertEquals(Frames.HAVES_TOTAL / Frames.HAVES + 1, parts);
        SessionEvent.Ended ended = b.events(SessionEvent.Ended.class).getFirst();
        assertEquals(Refusal.MALFORMED, ended.refusal());
    }

    @Test
    void vectorsWhoseAnswersAreNotTakenEndTheSession() {
        int sent = 0;
        for (; link.in.established(); sent++) {
            say(vector(Frame.Step.OPEN, false, List.of()), sent * 10_000L);
            assertTrue(sent < 100, "answers pile up");
        }
        assertEquals(Refusal.MALFORMED, b.events(SessionEvent.Ended.class).getFirst().refusal());
    }

    @Test
    void samplesOfAForkAreFewHoweverLongTheChain() {
        MemoryNode long1 = new MemoryNode(3);
        MemoryNode.acquaint(a, b, long1);
        Scribe scribe = new Scribe(9);
        long1.write(scribe, 40_000);
        long1.copyTo(b);
        ChainHead head = b.head(0);
        Have other = new Have(ChainKey.of(head), 40_000, 12345, null);
        say(vector(Frame.Step.OPEN, false, List.of(other)), 0);
        for (byte[] out = link.in.next(0); out != null; out = link.in.next(0)) {
            if (Link.kind(out) == Frames.VECTOR) {
                Frame.Vector answer = (Frame.Vector) FrameCodec.read(out, out.length);
                assertEquals(Frame.Step.ANSWER, answer.step());
                assertEquals(18, answer.samples().size());
                assertEquals(1, answer.samples().getLast().seq());
                assertTrue(out.length < 700, out.length + " bytes");
            }
            // Nothing of the chain goes before it is known where it forks.
            assertTrue(Link.kind(out) != Frames.RUNS);
        }
    }

    @Test
    void differencesMayBeNamedOnlyNowAndThen() {
        Frame.Differences named = new Frame.Differences(List.of(), true);
        say(named, 0);
        assertTrue(link.in.established());
        say(named, 0);
        assertEquals(Refusal.FLOOD, b.events(SessionEvent.Ended.class).getFirst().refusal());
    }

    @Test
    void aWantForNothingIsNothing() {
        say(new Frame.Want(List.of(new Have(new ChainKey(1, 2), 0, 0, null))), 0);
        say(new Frame.Want(List.of()), 0);
        for (byte[] out = link.in.next(0); out != null; out = link.in.next(0)) {
            assertTrue(Link.kind(out) != Frames.RUNS);
        }
        assertTrue(link.in.established());
    }
}
