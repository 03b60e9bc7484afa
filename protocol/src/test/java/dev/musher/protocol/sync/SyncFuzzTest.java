package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Octets;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Signature;
import dev.musher.crdt.change.Value;
import dev.musher.protocol.codec.Fuzz;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are, a decoder takes them whole or says Malformed, and a session ends. */
@Tag("T-D15")
class SyncFuzzTest {

    /** One of every kind, with everything in it that the kind can have. */
    static List<Frame> frames() {
        Scribe ann = new Scribe(1);
        Signed add =
                ann.next(1, List.of(), true, new Op.AddMember(ann.device, Role.OWNER, "x", null));
        Signed bare = ann.note(2, List.of(), false);
        Signed note = ann.note(3, List.of(), true);
        Signed body =
                ann.next(
                        4,
                        List.of(),
                        true,
                        new Op.SetField(
                                new ItemKey(7, 7),
                                Field.BODY,
                                new Value.Text("long enough ".repeat(9)),
                                List.of()));
        Signed outline =
                new Signed(Objects.requireNonNull(Outline.of(body.change())), body.signature());
        ChangeId id = add.change().id();
        ChangeId hash = Objects.requireNonNull(Outline.hash(body.change()));
        Op vouches = new Op.Checkpoint(id, id, List.of(new Op.Vouched(body.change().id(), hash)));
        Signed checkpoint = ann.next(5, List.of(), true, vouches);
        ChainKey chain = new ChainKey(ann.device.prefix(), ann.epoch);
        Have narrow = Have.at(chain, 70_000, id, false);
        Have wide = Have.at(chain, 3, id, true);
        Octets path = Octets.of(new byte[] {0, 15, 7});
        return List.of(
                new Frame.Hello(1, 1, Link.nonce(1), Octets.of(new byte[32])),
                new Frame.Proof(Signature.of(new byte[64]), Octets.of(new byte[] {1, 2, 3})),
                new Frame.Welcome(List.of(add)),
                new Frame.Addresses(List.of("127.0.0.1:7400", "[::1]:7400")),
                new Frame.End(5, "too late"),
                new Frame.Probe(new Status(id, note.change().id(), 1), true),
                new Frame.Probe(new Status(id, null, 3), false),
                new Frame.Vector(
                        Frame.Step.OPEN, false, false, true, false, List.of(narrow), List.of()),
                new Frame.Vector(
                        Frame.Step.ANSWER,
                        true,
                        true,
                        false,
                        true,
                        List.of(wide, wide),
                        List.of(wide)),
                new Frame.Vector(Frame.Step.NEWS, false, false, false, false, List.of(), List.of()),
                new Frame.Want(List.of(narrow, new Have(chain, 0, 0, null))),
                new Frame.Runs(1, List.of(add, bare, note)),
                new Frame.Runs(2, List.of(outline)),
                new Frame.Vouch(List.of(add, checkpoint)),
                new Frame.Ack(300, 1L << 40),
                new Frame.TrieAsk(List.of(Octets.of(new byte[0]), path)),
                new Frame.TrieTell(
                        Arrays.asList(
                                null,
                                TrieNode.leaf(new ItemKey(1, 2)),
                                TrieNode.branch(Map.of(0, id, 15, id)))),
                new Frame.Differences(List.of(new ItemKey(3, 4)), false),
                new Frame.Declined(id, "no parent"));
    }

    @Test
    void everyFrameComesBackAsItWas() {
        for (Frame frame : frames()) {
            byte[] bytes = FrameCodec.write(frame);
            assertEquals(frame, FrameCodec.read(bytes, bytes.length));
        }
    }

    @Test
    void aFrameIsTakenWholeOrMalformed() {
        List<byte[]> valid = frames().stream().map(FrameCodec::write).toList();
        int[] outcome =
                Fuzz.run(
                        11,
                        valid,
                        bytes -> {
                            Frame frame = FrameCodec.read(bytes, 1 << 20);
                            if (!(frame instanceof Frame.Ignored)) {
                                assertArrayEquals(bytes, FrameCodec.write(frame));
                            }
                        });
        assertTrue(outcome[0] > 100 && outcome[1] > outcome[0], Arrays.toString(outcome));
    }

    @Test
    void aHiddenPartIsTakenWholeOrMalformed() {
        Signed add = new Scribe(1).note(1, List.of(), true);
        List<byte[]> valid =
                List.of(
                        new ProofPart(List.of(), null).bytes(),
                        new ProofPart(List.of(add), null).bytes(),
                        new ProofPart(
                                        List.of(add),
                                        new ProofPart.Redeem(5, "me", Octets.of(new byte[32])))
                                .bytes());
        int[] outcome =
                Fuzz.run(
                        12,
                        valid,
                        bytes -> assertArrayEquals(bytes, ProofPart.read(bytes).bytes()));
        assertTrue(outcome[0] > 3 && outcome[1] > outcome[0], Arrays.toString(outcome));
    }

    @Test
    void everyCutOfAFrameIsMalformed() {
        for (Frame frame : frames()) {
            byte[] bytes = FrameCodec.write(frame);
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThrows(Malformed.class, () -> FrameCodec.read(cut, 1 << 20));
            }
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
            assertThrows(Malformed.class, () -> FrameCodec.read(longer, 1 << 20));
        }
    }

    /** A member of the mesh that sends anything at all at any time: nothing but an end follows. */
    @Test
    @Tag("H-21")
    void aSessionTakesAnyFramesAndEndsWithANamedRefusal() {
        Random random = new Random(13);
        List<byte[]> valid = new ArrayList<>(frames().stream().map(FrameCodec::write).toList());
        int ended = 0;
        for (int i = 0; i < 3_000; i++) {
            MemoryNode a = new MemoryNode(1);
            MemoryNode b = new MemoryNode(2);
            MemoryNode.acquaint(a, b);
            b.write(5);
            Link link = new Link(a, b, i, 0);
            int shaken = random.nextInt(8);
            for (int step = 0; step < shaken; step++) {
                link.flush(0);
                link.deliver(0);
            }
            for (int frame = 0; frame < 12 && !link.in.ended(); frame++) {
                byte[] bytes = valid.get(random.nextInt(valid.size())).clone();
                if (random.nextInt(3) == 0) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
                b.handle(link.in, link.in.receive(bytes, frame));
                for (byte[] out = link.in.next(frame); out != null; out = link.in.next(frame)) {
                    FrameCodec.read(out, 1 << 20);
                }
                b.commit();
            }
            if (link.in.ended()) {
                ended++;
                SessionEvent.Ended end = b.events(SessionEvent.Ended.class).getFirst();
                assertTrue(!end.text().isEmpty());
                assertTrue(link.in.receive(valid.getFirst(), 99).isEmpty());
                assertTrue(b.sessions.isEmpty());
            }
        }
        assertTrue(ended > 2_500, ended + " ended");
    }

    @Test
    @Tag("T-D12")
    void aFrameBeyond1MiBEndsTheSession() {
        MemoryNode a = new MemoryNode(1);
        MemoryNode b = new MemoryNode(2);
        MemoryNode.acquaint(a, b);
        Link link = new Link(a, b, 1, 0);
        for (int step = 0; step < 5; step++) {
            link.flush(0);
            link.deliver(0);
        }
        assertTrue(link.in.established());
        SessionEvent.Ended end =
                (SessionEvent.Ended) link.in.receive(new byte[(1 << 20) + 1], 0).getFirst();
        assertEquals(Refusal.MALFORMED, end.refusal());
    }
}
