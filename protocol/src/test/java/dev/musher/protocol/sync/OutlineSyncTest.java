package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Octets;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Signature;
import dev.musher.crdt.change.Value;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Outlines travel where an owner vouches for them, and nowhere else. */
class OutlineSyncTest {

    private static final ItemKey ITEM = new ItemKey(7, 7);

    private final Signed genesis = genesis();
    private final ChangeId project = genesis.change().id();
    private final Scribe owner = new Scribe(Scribe.signer(1), 5, project);
    private final MemoryNode light = node(2);
    private final MemoryNode newcomer = node(3);
    private final List<Signed> bodies = new ArrayList<>();

    private static Signed genesis() {
        Scribe founder = new Scribe(1);
        Header draft =
                new Header(
                        Header.VERSION,
                        ChangeId.ZERO,
                        founder.device,
                        1,
                        1,
                        null,
                        List.of(),
                        1,
                        1,
                        ChangeId.ZERO,
                        1,
                        ChangeId.ZERO);
        Op op = new Op.Genesis("p", founder.device, Scribe.device(9), 1);
        return founder.sign(ChangeCodec.write(draft, new Actor.User("ann"), List.of(op)));
    }

    private MemoryNode node(int number) {
        MemoryNode node =
                new MemoryNode(
                        new Scribe(Scribe.signer(number), 1_000 + number, project),
                        project,
                        Scribe.verifier(),
                        SyncLimits.DEFAULT);
        node.admit(genesis);
        return node;
    }

    private Signed body(int number) {
        Op op =
                new Op.SetField(
                        ITEM,
                        Field.BODY,
                        new Value.Text(("text " + number + " ").repeat(20)),
                        List.of());
        Signed written = owner.next(number + 2, List.of(genesis.change().id()), true, op);
        bodies.add(written);
        return written;
    }

    private static Signed outlined(Signed signed) {
        return new Signed(Objects.requireNonNull(Outline.of(signed.change())), signed.signature());
    }

    private static Op.Checkpoint checkpoint(List<Signed> of) {
        List<Op.Vouched> outlines =
                of.stream()
                        .map(s ->
                                new Op.Vouched(
                                        s.change().id(),
                                        Objects.requireNonNull(Outline.hash(s.change()))))
                        .sorted(Comparator.comparing(Op.Vouched::change))
                        .toList();
        return new Op.Checkpoint(ChangeId.ZERO, ChangeId.ZERO, outlines);
    }

    /** The light node holds outlines of so many changes, and shows this for them. */
    private void lighten(int count, List<Signed> before, Scribe by) {
        for (int i = 0; i < count; i++) {
            assertTrue(light.admit(outlined(body(i))));
        }
        Signed checkpoint = by.next(500, List.of(genesis.change().id()), true, checkpoint(bodies));
        light.admit(checkpoint);
        light.commit();
        List<Signed> vouch = new ArrayList<>(before);
        vouch.add(checkpoint);
        bodies.forEach(each -> light.vouching.put(each.change().id(), vouch));
    }

    private Link met() {
        MemoryNode.acquaint(light, newcomer);
        Link link = new Link(newcomer, light, 1, 0);
        run(link);
        return link;
    }

    private static void run(Link link) {
        for (int i = 0; i < 60; i++) {
            link.flush(i);
            link.deliver(i);
            link.dialler.commit();
            link.accepter.commit();
            link.out.tick(i);
            link.in.tick(i);
        }
    }

    @Test
    @Tag("M-16")
    @Tag("T-A6")
    void aNewcomerTakesOutlinesThatAnOwnerVouchesFor() {
        lighten(300, List.of(genesis), owner);
        Link link = met();
        assertTrue(link.isOpen());
        assertEquals(light.changes(), newcomer.changes());
        assertEquals(light.status(), newcomer.status());
        // Once is enough for all of them.
        assertEquals(1, link.frames.stream().filter(f -> Link.kind(f) == Frames.VOUCH).count());
    }

    @Test
    @Tag("M-16")
    void anOwnerIsShownFromTheGenesisOn() {
        Scribe second = new Scribe(Scribe.signer(4), 5, project);
        Signed add =
                owner.next(
                        2,
                        List.of(genesis.change().id()),
                        true,
                        new Op.AddMember(second.device, Role.OWNER, "two", null));
        light.admit(add);
        lighten(3, List.of(genesis, add), second);
        assertTrue(met().isOpen());
        assertEquals(light.changes(), newcomer.changes());
    }

    /** What must not pass for an owner's word. */
    @Test
    @Tag("T-D1")
    void aStrangersWordIsWorthNothing() {
        Scribe stranger = new Scribe(Scribe.signer(4), 5, project);
        Signed add =
                stranger.next(
                        2,
                        List.of(genesis.change().id()),
                        true,
                        new Op.AddMember(stranger.device, Role.OWNER, "me", null));
        for (List<Signed> before : List.of(List.of(genesis), List.of(genesis, add))) {
            OutlineSyncTest test = new OutlineSyncTest();
            test.lighten(3, before, stranger);
            refused(test);
        }
    }

    @Test
    @Tag("T-D2")
    void aRevokedOwnersWordIsWorthNothing() {
        lighten(3, List.of(genesis), owner);
        newcomer.cut.add(owner.device);
        refused(this);
    }

    @Test
    @Tag("T-D5")
    void anOutlineThatIsNotTheVouchedOneIsRefused() {
        lighten(3, List.of(genesis), owner);
        List<Signed> others = new ArrayList<>();
        for (Signed each : bodies) {
            // The header of one, the ops of another.
            Change honest = Objects.requireNonNull(Outline.of(each.change()));
            byte[] forged = honest.bytes().clone();
            forged[forged.length - 3] ^= 1;
            others.add(new Signed(Outline.read(forged), each.signature()));
        }
        MemoryNode liar = node(5);
        others.forEach(each -> assertTrue(liar.admit(each)));
        liar.commit();
        liar.vouching.putAll(light.vouching);
        MemoryNode.acquaint(liar, newcomer);
        Link link = new Link(newcomer, liar, 1, 0);
        run(link);
        assertFalse(link.isOpen());
        assertEquals(1, newcomer.changes());
    }

    @Test
    void aForgedSignatureVouchesForNothing() {
        Signed forged = new Signed(genesis.change(), Signature.of(new byte[Signature.LENGTH]));
        lighten(3, List.of(forged), owner);
        refused(this);
    }

    private static void refused(OutlineSyncTest test) {
        assertFalse(test.met().isOpen());
        assertEquals(1, test.newcomer.changes());
        assertEquals(
                Refusal.MALFORMED,
                test.newcomer.events(SessionEvent.Ended.class).getFirst().refusal());
    }

    /** Nobody vouches (any more): the rest goes on, and that chain waits. */
    @Test
    void whatNobodyVouchesForIsNotSent() {
        lighten(3, List.of(genesis), owner);
        light.vouching.clear();
        light.write(2);
        Link link = met();
        assertTrue(link.isOpen());
        assertTrue(newcomer.changes() < light.changes());
        assertTrue(newcomer.events(SessionEvent.Ended.class).isEmpty());
    }

    /** A full node has the bodies: nothing of the outlines reaches it. */
    @Test
    void whoHasTheBodiesKeepsThem() {
        lighten(3, List.of(genesis), owner);
        bodies.forEach(each -> assertTrue(newcomer.admit(each)));
        newcomer.commit();
        met();
        for (SessionEvent.Received received : newcomer.events(SessionEvent.Received.class)) {
            received.changes().forEach(each -> assertFalse(each.change().isOutline()));
        }
        assertEquals(light.changes(), newcomer.changes());
    }

    @Test
    @Tag("T-A11")
    void anOlderPeerIsToldToUpdate() {
        lighten(3, List.of(genesis), owner);
        MemoryNode.acquaint(light, newcomer);
        PeerSession in = new PeerSession(light.hub, PeerSetup.accepted(Link.nonce(2)), 0);
        OldPeer old = new OldPeer(newcomer, Link.nonce(1));
        List<SessionEvent> events = old.meet(in);
        assertEquals(
                Refusal.VERSION,
                events.stream()
                        .filter(SessionEvent.Ended.class::isInstance)
                        .map(SessionEvent.Ended.class::cast)
                        .findFirst()
                        .orElseThrow()
                        .refusal());
    }

    /** The dialling side as level 1 had it, by hand: it knows no outlines. */
    private record OldPeer(MemoryNode node, Nonce nonce) {

        List<SessionEvent> meet(PeerSession in) {
            byte[] key = Mask.key(node.project(), nonce, node.self.bytes());
            byte[] hello = FrameCodec.write(new Frame.Hello(1, 1, nonce, Octets.of(key)));
            List<SessionEvent> events = new ArrayList<>(in.receive(hello, 0));
            byte[] theirs = Objects.requireNonNull(in.next(0));
            events.addAll(in.receive(proof(hello, theirs), 0));
            Frame.Vector nothing =
                    new Frame.Vector(
                            Frame.Step.OPEN, false, false, true, false, List.of(), List.of());
            events.addAll(in.receive(FrameCodec.write(nothing), 0));
            while (in.next(0) != null) {
                // What it says is not looked at.
                events.addAll(in.tick(0));
            }
            events.addAll(in.tick(1));
            return events;
        }

        private byte[] proof(byte[] hello, byte[] theirs) {
            Frame.Hello answered = (Frame.Hello) FrameCodec.read(theirs, theirs.length);
            ChangeId project = node.project();
            byte[] accepter = Mask.key(project, answered.nonce(), answered.key().bytes());
            byte[] all =
                    new CborWriter()
                            .array(6)
                            .bytes(hello)
                            .bytes(theirs)
                            .bytes(node.self)
                            .bytes(accepter)
                            .bytes(project)
                            .text("")
                            .toBytes();
            byte[] hidden = Mask.part(project, nonce, new ProofPart(List.of(), null).bytes());
            byte[] signed =
                    new CborWriter()
                            .array(3)
                            .integer(0)
                            .bytes(ChangeId.hash(all, 0, all.length))
                            .bytes(hidden)
                            .toBytes();
            return FrameCodec.write(
                    new Frame.Proof(
                            Signature.of(node.hub.signer().sign(Domain.HANDSHAKE, signed)),
                            Octets.of(hidden)));
        }
    }
}
