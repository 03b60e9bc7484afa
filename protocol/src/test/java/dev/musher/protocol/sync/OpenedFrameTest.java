package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Guarantee: a frame that was opened ahead is taken, and refused, exactly as one that was not; the
 * session only has less to do.
 */
class OpenedFrameTest {
    private final MemoryNode a = new MemoryNode(1);
    private final MemoryNode b = new MemoryNode(2);
    private final FrameOpener opener = opener(b);

    @BeforeEach
    void know() {
        MemoryNode.acquaint(a, b);
    }

    private static FrameOpener opener(MemoryNode node) {
        return new FrameOpener(Scribe.verifier(), Scribe.PROJECT, node::has);
    }

    private Link connected() {
        Link link = new Link(a, b, 1, 0);
        link.opener = opener;
        for (int i = 0; i < 8; i++) {
            link.flush(0);
            link.deliver(0);
            b.commit();
        }
        assertTrue(link.in.established());
        return link;
    }

    private static byte[] runs(long number, List<Signed> changes) {
        return FrameCodec.write(new Frame.Runs(number, changes));
    }

    private static List<Signed> run(Scribe author, int count) {
        List<Signed> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            out.add(author.note(1 + i, List.of(), i % 64 == 63 || i == count - 1));
        }
        return out;
    }

    private void give(Link link, byte[] frame) {
        b.handle(link.in, link.in.receive(frame, opener.open(frame), 0));
    }

    private SessionEvent.Ended ended() {
        return b.events(SessionEvent.Ended.class).getFirst();
    }

    @Test
    void theSessionVerifiesNothingOnceMore() {
        Link idle = connected();
        long verified = b.verified;
        idle.cut();
        for (int i = 0; i < 100; i++) {
            a.write(64);
        }
        Link link = connected();
        assertEquals(6_400, b.changes());
        assertEquals(6_400, link.in.progress().received());
        // The handshake of the second link is all that was left to check.
        assertEquals(2 * verified, b.verified);
    }

    @Test
    @Tag("T-D5")
    void whatIsHereIsDroppedBeforeAnythingIsVerified() {
        a.write(100);
        Link link = connected();
        byte[] sent =
                link.frames.stream()
                        .filter(f -> Link.kind(f) == Frames.RUNS)
                        .findFirst()
                        .orElseThrow();
        Frame.Runs known = (Frame.Runs) FrameCodec.read(sent, sent.length);
        int[] asked = new int[1];
        FrameOpener counting =
                new FrameOpener(
                        new Verifier() {
                            @Override
                            public boolean verify(
                                    Domain domain, byte[] key, byte[] message, byte[] signature) {
                                asked[0]++;
                                return false;
                            }

                            @Override
                            public boolean acceptsKey(byte[] key) {
                                return true;
                            }
                        },
                        Scribe.PROJECT,
                        b::has);
        byte[] again = runs(2, known.changes());
        assertTrue(link.in.receive(again, counting.open(again), 0).isEmpty());
        assertEquals(0, asked[0]);
        assertEquals(100, link.in.progress().duplicates());
    }

    @Test
    void whatCameMeanwhileIsADuplicate() {
        Link link = connected();
        List<Signed> run = run(new Scribe(9), 200);
        byte[] first = runs(1, run.subList(0, 128));
        byte[] all = runs(2, run);
        OpenedFrame early = opener.open(all);
        give(link, first);
        b.commit();
        b.handle(link.in, link.in.receive(all, early, 0));
        assertEquals(128, link.in.progress().duplicates());
        assertEquals(200, link.in.progress().received());
        assertEquals(
                run.subList(128, 200),
                b.events(SessionEvent.Received.class).getLast().changes().stream()
                        .map(Signed::change)
                        .map(change -> run.get((int) change.header().seq() - 1))
                        .toList());
        assertEquals(200, b.changes());
    }

    @Test
    void aBadSignatureEndsTheSessionAndWhatWasGoodBeforeItIsTaken() {
        Link link = connected();
        Signed good = new Scribe(9).note(1, List.of(), true);
        Signed forged =
                new Signed(
                        new Scribe(8).note(2, List.of(), true).change(),
                        Signature.of(new byte[64]));
        give(link, runs(1, List.of(good, forged)));
        assertEquals(Refusal.BAD_SIGNATURE, ended().refusal());
        assertEquals(List.of(good), b.events(SessionEvent.Received.class).getFirst().changes());
    }

    @Test
    @Tag("T-D5")
    void aChangeOfAnotherProjectIsNotOpenedAndRefused() {
        Link link = connected();
        Scribe elsewhere = new Scribe(Scribe.signer(1), 1, ChangeId.hash(new byte[] {9}, 0, 1));
        byte[] frame = runs(1, List.of(elsewhere.note(1, List.of(), true)));
        assertNull(opener.open(frame));
        give(link, frame);
        assertEquals(Refusal.OTHER_PROJECT, ended().refusal());
    }

    @Test
    void whatIsMalformedIsNotOpenedAndRefused() {
        byte[] frame = runs(1, run(new Scribe(9), 70));
        assertNotNull(opener.open(frame));
        for (int length : new int[] {0, 1, 5, 100, frame.length - 1}) {
            assertNull(opener.open(Arrays.copyOf(frame, length)));
        }
        assertNull(opener.open(Arrays.copyOf(frame, (1 << 20) + 1)));
        Link link = connected();
        give(link, Arrays.copyOf(frame, frame.length - 1));
        assertEquals(Refusal.MALFORMED, ended().refusal());
    }

    @Test
    void framesHaveTheirNumberAndTheirCreditAllTheSame() {
        Link link = connected();
        give(link, runs(2, run(new Scribe(9), 1)));
        assertEquals(new SessionEvent.Ended(Refusal.MALFORMED, "frame 2 of runs after 0"), ended());
        assertEquals(0, b.changes());
    }

    @Test
    void moreThanWasGrantedEndsTheSession() {
        Link link = connected();
        Scribe author = new Scribe(9);
        long sent = 0;
        for (int number = 1; link.in.established(); number++) {
            byte[] frame = runs(number, run(author, 2_000));
            sent += frame.length;
            give(link, frame);
        }
        assertEquals(Refusal.OVER_CREDIT, ended().refusal());
        assertTrue(sent > Frames.CREDIT_BYTES && sent < Frames.CREDIT_BYTES + (1 << 20));
    }

    @Test
    void beforeTheHandshakeAnOpenedFrameIsLookedAtAsItCame() {
        Link link = new Link(a, b, 1, 0);
        give(link, runs(1, run(new Scribe(9), 1)));
        assertEquals(
                new SessionEvent.Ended(Refusal.MALFORMED, "Runs before the handshake is done"),
                ended());
    }

    @Test
    void everythingButChangesIsLeftToTheSession() {
        for (Frame frame : SyncFuzzTest.frames()) {
            assertEquals(frame instanceof Frame.Runs, opener.open(FrameCodec.write(frame)) != null);
        }
    }
}
