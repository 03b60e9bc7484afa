package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.FrameWriter;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Much to send, slow readers, and peers that do not keep to what was granted. */
@Tag("H-21")
class FlowTest {
    private final MemoryNode a = new MemoryNode(1);
    private final MemoryNode b = new MemoryNode(2);
    private long nowMs;

    @BeforeEach
    void know() {
        MemoryNode.acquaint(a, b);
    }

    private Link connected() {
        Link link = new Link(a, b, 1, nowMs);
        run(link, 6);
        return link;
    }

    private void run(Link link, int steps) {
        for (int i = 0; i < steps; i++) {
            link.flush(nowMs);
            link.deliver(nowMs);
            a.commit();
            b.commit();
            nowMs += 10;
        }
    }

    private static SessionEvent.Ended ended(MemoryNode node) {
        return node.events(SessionEvent.Ended.class).getFirst();
    }

    @Test
    void muchComesInLamportOrderAndEveryChangeOnce() {
        List<Scribe> scribes = new ArrayList<>();
        for (int i = 10; i < 40; i++) {
            scribes.add(new Scribe(i));
        }
        for (int i = 0; i < 2_000; i++) {
            a.write(scribes.get((i * 7) % 30), 1 + (i % 20));
        }
        assertEquals(21_000, a.changes());
        Link link = connected();
        run(link, 60);
        assertEquals(21_000, b.changes());
        assertEquals(0, link.in.progress().duplicates());
        assertEquals(21_000, link.in.progress().received());
        assertEquals(0, link.in.progress().missing());
        long biggest = link.frames.stream().mapToLong(f -> f.length).max().orElseThrow();
        assertTrue(biggest <= 1 << 20, biggest + " bytes");
        // Runs go whole, so what waits for another chain is at most about a run of each.
        assertTrue(b.maxParked() <= 30 * 64, b.maxParked() + " parked");
    }

    @Test
    void aBrokenTransferGoesOnWhereItStood() {
        for (int i = 0; i < 600; i++) {
            a.write(64);
        }
        int all = a.changes();
        Link first = new Link(a, b, 1, nowMs);
        for (int i = 0; i < 12; i++) {
            first.flushOne(true, nowMs);
            first.flushOne(false, nowMs);
            first.deliver(nowMs);
            b.commit();
        }
        int had = b.changes();
        assertTrue(had > 4_000 && had < all, had + " of " + all);
        first.cut();
        Link second = new Link(a, b, 2, nowMs);
        run(second, 40);
        assertEquals(all, b.changes());
        assertEquals(all - had, second.in.progress().received());
        assertEquals(0, second.in.progress().duplicates());
    }

    @Test
    void whatWasAcknowledgedAndDroppedComesAgainThoughTheLinkIsNeverIdle() {
        a.write(1);
        a.copyTo(b);
        Link link = connected();
        a.write(1);
        link.flush(nowMs);
        byte[] lost = link.frames.getLast();
        assertEquals(Frames.RUNS, Link.kind(lost));
        // b takes the frame, acknowledges it, and does not keep what was in it.
        for (SessionEvent event : link.in.receive(lost, nowMs)) {
            if (event instanceof SessionEvent.Received received) {
                link.in.applied(received.frame());
            }
        }
        byte[] nothing = {(byte) 0x81, 0x18, (byte) 0xc8};
        link.toTheAccepter = frame -> Arrays.equals(frame, lost) ? nothing : frame;
        // a writes on, and always has a frame on its way.
        for (int i = 0; i < 2_000; i++) {
            if (i % 500 == 0) {
                link.in.probe();
                link.out.probe();
            }
            a.write(1);
            link.flush(nowMs);
            link.deliver(nowMs);
            a.commit();
            if (i % 2 == 1) {
                b.commit();
            }
            a.handle(link.out, link.out.tick(nowMs));
            b.handle(link.in, link.in.tick(nowMs));
            nowMs += 20;
        }
        assertTrue(link.isOpen());
        assertTrue(b.changes() > 1_900, b.changes() + " of " + a.changes());
    }

    @Test
    void whoDoesNotCommitGetsNoMoreThanTheCredit() {
        for (int i = 0; i < 900; i++) {
            a.write(64);
        }
        Link link = new Link(a, b, 1, 0);
        for (int i = 0; i < 40; i++) {
            link.flush(0);
            link.deliver(0);
        }
        long sent = link.bytes(Frames.RUNS);
        assertTrue(sent <= Frames.CREDIT_BYTES, sent + " bytes");
        assertTrue(sent > Frames.CREDIT_BYTES - (1 << 20), sent + " bytes");
        assertNull(link.out.next(0));
        b.commit();
        run(link, 30);
        assertEquals(a.changes(), b.changes());
    }

    @Test
    void whoNeverAcknowledgesIsDroppedAndResumes() {
        a.write(1);
        Link link = new Link(a, b, 1, 0);
        for (int i = 0; i < 10; i++) {
            link.flush(0);
            link.deliver(0);
        }
        assertTrue(link.out.tick(59_999).isEmpty());
        SessionEvent.Ended ended = (SessionEvent.Ended) link.out.tick(60_000).getFirst();
        assertEquals(Refusal.SLOW, ended.refusal());
        link.cut();
        nowMs = 60_000;
        run(new Link(a, b, 2, nowMs), 10);
        assertEquals(1, b.changes());
    }

    @Test
    void aProbeWithoutAnAnswerEndsTheSession() {
        Link link = connected();
        link.out.probe();
        link.out.next(nowMs);
        assertTrue(link.out.tick(nowMs + 59_999).isEmpty());
        assertEquals(
                Refusal.SLOW,
                ((SessionEvent.Ended) link.out.tick(nowMs + 60_000).getFirst()).refusal());
    }

    @Test
    void moreThanWasGrantedEndsTheSession() {
        Link link = connected();
        Scribe author = new Scribe(9);
        int number = 0;
        long sent = 0;
        while (link.in.established()) {
            List<Signed> run = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                run.add(author.note(1, List.of(), i % 64 == 63 || i == 1_999));
            }
            byte[] frame = FrameCodec.write(new Frame.Runs(++number, run));
            sent += frame.length;
            // Never committed, so never granted again.
            b.handle(link.in, link.in.receive(frame, nowMs));
        }
        assertEquals(Refusal.OVER_CREDIT, ended(b).refusal());
        assertTrue(sent > Frames.CREDIT_BYTES && sent < Frames.CREDIT_BYTES + (1 << 20));
    }

    @Test
    @Tag("T-D5")
    void whatIsHereIsDroppedBeforeAnythingIsVerified() {
        a.write(100);
        Link link = connected();
        assertEquals(100, b.changes());
        byte[] runs =
                link.frames.stream()
                        .filter(f -> Link.kind(f) == Frames.RUNS)
                        .findFirst()
                        .orElseThrow();
        Frame.Runs sent = (Frame.Runs) FrameCodec.read(runs, runs.length);
        long verified = b.verified;
        for (int i = 2; i < 12; i++) {
            byte[] again = FrameCodec.write(new Frame.Runs(i, sent.changes()));
            assertTrue(link.in.receive(again, nowMs).isEmpty());
        }
        assertEquals(verified, b.verified);
        assertEquals(1_000, link.in.progress().duplicates());
    }

    @Test
    void aBadSignatureEndsTheSessionAndWhatWasGoodBeforeItIsTaken() {
        Link link = connected();
        Scribe good = new Scribe(9);
        Scribe bad = new Scribe(8);
        Signed one = good.note(1, List.of(), true);
        Signed forged =
                new Signed(bad.note(2, List.of(), true).change(), Signature.of(new byte[64]));
        byte[] frame = FrameCodec.write(new Frame.Runs(1, List.of(one, forged)));
        b.handle(link.in, link.in.receive(frame, nowMs));
        assertEquals(Refusal.BAD_SIGNATURE, ended(b).refusal());
        assertEquals(List.of(one), b.events(SessionEvent.Received.class).getFirst().changes());
        Frame.End told = (Frame.End) FrameCodec.read(link.in.next(nowMs), 1 << 20);
        assertEquals(Refusal.BAD_SIGNATURE.code(), told.code());
    }

    @Test
    @Tag("T-D5")
    void aChangeOfAnotherProjectIsRefused() {
        Link link = connected();
        Scribe elsewhere = new Scribe(Scribe.signer(1), 1, ChangeId.hash(new byte[] {9}, 0, 1));
        byte[] frame =
                FrameCodec.write(new Frame.Runs(1, List.of(elsewhere.note(1, List.of(), true))));
        b.handle(link.in, link.in.receive(frame, nowMs));
        assertEquals(Refusal.OTHER_PROJECT, ended(b).refusal());
    }

    @Test
    @Tag("T-D11")
    void questionsWithoutEndAreAFlood() {
        Link link = connected();
        byte[] probe = FrameCodec.write(new Frame.Probe(a.status(), true));
        int taken = 0;
        while (link.in.established()) {
            b.handle(link.in, link.in.receive(probe, nowMs));
            taken++;
        }
        assertEquals(Refusal.FLOOD, ended(b).refusal());
        assertTrue(taken <= 401, taken + " probes");
    }

    @Test
    void framesOfLaterVersionsArePassedOverOrRefusedByName() {
        Link link = connected();
        assertTrue(link.in.receive(new FrameWriter(200, 0).toBytes(), nowMs).isEmpty());
        assertTrue(link.in.established());
        b.handle(link.in, link.in.receive(new FrameWriter(77, 0).toBytes(), nowMs));
        assertEquals(
                new SessionEvent.Ended(Refusal.MALFORMED, "frame of unknown kind 77"), ended(b));
    }

    @Test
    void acknowledgingWhatWasNotSentIsMalformed() {
        Link link = connected();
        byte[] ack = FrameCodec.write(new Frame.Ack(1, Frames.CREDIT_BYTES));
        b.handle(link.in, link.in.receive(ack, nowMs));
        assertEquals(Refusal.MALFORMED, ended(b).refusal());
    }
}
