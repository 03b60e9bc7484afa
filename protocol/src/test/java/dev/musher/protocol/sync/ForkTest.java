package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One chain that goes on in two ways, each known to one node only. */
@Tag("H-20")
class ForkTest {

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1",
        "0, 40, 3",
        "1, 1, 1",
        "5, 1, 9",
        "100, 30, 1",
        "100, 1, 30",
        "1000, 200, 200",
        "3000, 1, 2500",
        "3000, 2500, 1"
    })
    void bothBranchesReachBothNodes(int shared, int here, int there) {
        MemoryNode a = new MemoryNode(1);
        MemoryNode b = new MemoryNode(2);
        MemoryNode.acquaint(a, b);
        Scribe forking = new Scribe(3);
        MemoryNode first = new MemoryNode(99);
        first.write(a.scribe, 5);
        first.write(b.scribe, 5);
        if (shared > 0) {
            first.write(forking, shared);
        }
        Change fork = forking.last();
        first.copyTo(a);
        first.copyTo(b);
        a.write(forking, here);
        forking.goOnFrom(fork);
        b.write(forking, there);
        assertEquals(10 + shared + here, a.changes());
        Link link = new Link(a, b, 1, 0);
        long now = 0;
        for (int i = 0; i < 30; i++, now += 10) {
            link.flush(now);
            link.deliver(now);
            a.commit();
            b.commit();
        }
        assertEquals(10 + shared + here + there, a.changes());
        assertTrue(a.status().sameHeads(b.status()));
        // The samples find the fork to within a factor of two of its distance from the heads.
        long again = link.in.progress().duplicates() + link.out.progress().duplicates();
        assertTrue(again <= 2 * Math.max(here, there) + 64, again + " sent again");
    }

    @Test
    void idsWithOnePrefixAreToldApartByAWideExchange() {
        // As if somebody had ground two changes until the first 8 bytes of their ids are equal.
        MemoryNode a = new MemoryNode(1);
        MemoryNode b = new MemoryNode(2);
        MemoryNode.acquaint(a, b);
        Scribe forking = new Scribe(3);
        a.write(forking, 3);
        forking.goOnFrom(null);
        b.write(forking, 3);
        Link link = new Link(a, b, 1, 0);
        link.toTheDialler = frame -> withPrefix(frame, a.head(0).id());
        link.toTheAccepter = frame -> withPrefix(frame, b.head(0).id());
        long now = 0;
        for (int i = 0; i < 40; i++, now += 100) {
            link.flush(now);
            link.deliver(now);
            a.commit();
            b.commit();
            if (i == 20) {
                assertEquals(3, a.changes());
                assertEquals(3, b.changes());
                link.out.probe();
            }
        }
        assertEquals(6, a.changes());
        assertTrue(a.status().sameHeads(b.status()));
    }

    @Test
    void idsWithOnePrefixAreToldApartWhileOthersWork() {
        MemoryNode a = new MemoryNode(1);
        MemoryNode b = new MemoryNode(2);
        MemoryNode.acquaint(a, b);
        a.write(1);
        a.copyTo(b);
        Scribe forking = new Scribe(3);
        a.write(forking, 3);
        forking.goOnFrom(null);
        b.write(forking, 3);
        int here = a.branches() - 1;
        int there = b.branches() - 1;
        Link link = new Link(a, b, 1, 0);
        link.toTheDialler = frame -> withPrefix(frame, forking, a.head(here).id());
        link.toTheAccepter = frame -> withPrefix(frame, forking, b.head(there).id());
        long now = 0;
        // Somebody writes every 5 s and they compare every 10 s: something always moves.
        for (int i = 0; i < 1_200; i++, now += 50) {
            if (i % 100 == 0) {
                a.write(1);
            }
            if (i % 200 == 50) {
                link.in.probe();
            }
            link.flush(now);
            link.deliver(now);
            a.commit();
            b.commit();
        }
        assertEquals(1 + 3 + 3 + 12, b.changes());
        assertTrue(a.status().sameHeads(b.status()));
    }

    /** As if the chain's narrow entries had the prefix of the receiver's own head. */
    private static byte[] withPrefix(byte[] frame, Scribe forking, ChangeId own) {
        if (Link.kind(frame) != Frames.VECTOR) {
            return frame;
        }
        Frame.Vector vector = (Frame.Vector) FrameCodec.read(frame, frame.length);
        if (vector.wide()) {
            return frame;
        }
        List<Have> haves =
                vector.haves().stream()
                        .map(h ->
                                h.chain().epoch() == forking.epoch
                                        ? new Have(h.chain(), h.seq(), own.prefix(), null)
                                        : h)
                        .toList();
        return FrameCodec.write(
                new Frame.Vector(
                        vector.step(),
                        vector.more(),
                        false,
                        vector.pushMe(),
                        vector.pushing(),
                        haves,
                        vector.samples()));
    }

    /** Makes every narrow entry look like the receiver's own head. */
    private static byte[] withPrefix(byte[] frame, ChangeId own) {
        if (Link.kind(frame) != Frames.VECTOR) {
            return frame;
        }
        Frame.Vector vector = (Frame.Vector) FrameCodec.read(frame, frame.length);
        if (vector.wide()) {
            return frame;
        }
        List<Have> haves =
                vector.haves().stream()
                        .map(h -> new Have(h.chain(), h.seq(), own.prefix(), null))
                        .toList();
        return FrameCodec.write(
                new Frame.Vector(
                        vector.step(),
                        false,
                        false,
                        vector.pushMe(),
                        vector.pushing(),
                        haves,
                        List.of()));
    }
}
