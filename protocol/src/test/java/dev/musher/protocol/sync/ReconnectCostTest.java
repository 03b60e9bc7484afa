package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a reconnect costs: bytes are exact, and a round trip is there and back. */
@Tag("H-20")
class ReconnectCostTest {

    /**
     * @param halfTrips from the end of the handshake until both have everything
     * @param bytes of all frames after the handshake, changes and their signatures not counted
     */
    private record Cost(int halfTrips, long bytes) {}

    @ParameterizedTest
    @CsvSource({"5", "30"})
    void nothingToSayIsOneRoundTripOf250Bytes(int devices) {
        Link link = connect(devices, 0);
        Cost cost = cost(link);
        assertTrue(cost.bytes() <= 250, cost::toString);
        // The accepter's half came with the end of the handshake, the other half is the answer.
        assertEquals(1, cost.halfTrips());
    }

    @ParameterizedTest
    @CsvSource({
        "5, 1, 400",
        "5, 100, 1550",
        "5, 1000, 12000",
        "30, 1, 1700",
        "30, 100, 2900",
        "30, 1000, 13700"
    })
    void differencesCostOneAndAHalfRoundTrips(int devices, int differences, int bytes) {
        Link link = connect(devices, differences);
        Cost cost = cost(link);
        assertTrue(cost.bytes() <= bytes, cost::toString);
        assertTrue(cost.halfTrips() <= 3, cost::toString);
        assertTrue(link.dialler.status().sameHeads(link.accepter.status()));
        assertEquals(0, link.out.progress().duplicates() + link.in.progress().duplicates());
    }

    /** Two nodes that shared a history of the devices, and then wrote so much on each side. */
    private static Link connect(int devices, int differences) {
        MemoryNode a = new MemoryNode(1);
        MemoryNode b = new MemoryNode(2);
        MemoryNode.acquaint(a, b);
        List<Scribe> scribes = new ArrayList<>(List.of(a.scribe, b.scribe));
        for (int d = 3; d <= devices; d++) {
            scribes.add(new Scribe(d));
        }
        MemoryNode both = new MemoryNode(99);
        for (Scribe scribe : scribes) {
            both.write(scribe, 70);
        }
        both.copyTo(a);
        both.copyTo(b);
        for (int i = 0; i < differences; i++) {
            a.write(scribes.get(2 * (i % (devices / 2))), 1);
            b.write(scribes.get(2 * (i % (devices / 2)) + 1), 1);
        }
        return new Link(a, b, 1, 0);
    }

    private static Cost cost(Link link) {
        while (!link.out.established()) {
            link.flush(0);
            link.deliver(0);
        }
        int shaken = link.frames.size();
        // The accepter's status left with its proof and is here already.
        for (byte[] frame : link.frames) {
            if (Link.kind(frame) == Frames.STATUS) {
                shaken--;
            }
        }
        int halfTrips = 0;
        while (!done(link)) {
            assertTrue(halfTrips < 10, "never done");
            step(link);
            halfTrips++;
        }
        for (int i = 0; i < 4; i++) {
            // The acknowledgements that are still to come cost bytes too.
            step(link);
        }
        long bytes = 0;
        for (byte[] frame : link.frames.subList(shaken, link.frames.size())) {
            bytes += frame.length;
            if (Link.kind(frame) == Frames.RUNS) {
                Frame.Runs runs = (Frame.Runs) FrameCodec.read(frame, frame.length);
                for (Signed signed : runs.changes()) {
                    bytes -= signed.change().bytes().length;
                    bytes -= signed.signature() == null ? 0 : Signature.LENGTH;
                }
            }
        }
        return new Cost(halfTrips, bytes);
    }

    private static void step(Link link) {
        link.flush(0);
        link.deliver(0);
        link.dialler.commit();
        link.accepter.commit();
    }

    private static boolean done(Link link) {
        boolean told =
                link.dialler.events(SessionEvent.InSync.class).size() == 1
                        && link.accepter.events(SessionEvent.InSync.class).size() == 1;
        boolean came = link.out.progress().received() > 0 && link.in.progress().received() > 0;
        return link.dialler.status().sameHeads(link.accepter.status()) && (told || came);
    }
}
