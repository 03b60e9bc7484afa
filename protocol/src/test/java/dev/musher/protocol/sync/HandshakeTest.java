package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Octets;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.crypto.Ed25519Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is let in, who is not, and what those who are not get to know: nothing. */
@Tag("T-D1")
@Tag("H-21")
class HandshakeTest {
    private static final ChangeId OTHER = ChangeId.hash(new byte[] {2}, 0, 1);

    private final MemoryNode a = new MemoryNode(1);
    private final MemoryNode b = new MemoryNode(2);

    private static void run(Link link) {
        for (int i = 0; i < 10; i++) {
            link.flush(0);
            link.deliver(0);
        }
    }

    private static SessionEvent.Ended ended(MemoryNode node) {
        return node.events(SessionEvent.Ended.class).getFirst();
    }

    /** Frames by which the accepter answered beyond its first, which depends on nothing. */
    private static long told(Link link) {
        return link.in.progress().bytesOut() - 72;
    }

    @Test
    void membersFindEachOther() {
        MemoryNode.acquaint(a, b);
        Link link = new Link(a, b, 1, 0);
        run(link);
        assertEquals(b.self, link.out.peer());
        assertEquals(a.self, link.in.peer());
        assertEquals(
                List.of(new SessionEvent.Established(b.self, Frames.LEVEL)),
                a.events(SessionEvent.Established.class));
    }

    @Test
    void membersFindEachOtherWithRealSignatures() {
        byte[] seed = new byte[32];
        Scribe first = new Scribe(new Ed25519Signer(seed), 1, Scribe.PROJECT);
        seed[0] = 1;
        Scribe second = new Scribe(new Ed25519Signer(seed), 2, Scribe.PROJECT);
        Ed25519Verifier verifier = new Ed25519Verifier();
        MemoryNode x = new MemoryNode(first, Scribe.PROJECT, verifier, SyncLimits.DEFAULT);
        MemoryNode y = new MemoryNode(second, Scribe.PROJECT, verifier, SyncLimits.DEFAULT);
        MemoryNode.acquaint(x, y);
        x.write(70);
        Link link = new Link(x, y, 1, 0);
        run(link);
        y.commit();
        assertEquals(70, y.changes());
    }

    @Test
    void whoEndsALinkAtOnceStillShowsWhoItIs() {
        MemoryNode.acquaint(a, b);
        Link link = new Link(a, b, 1, 0);
        while (!link.in.established()) {
            assertTrue(link.flush(0) || link.deliver(0));
        }
        link.in.end(Refusal.GOING, "another link to this device stays");
        run(link);
        assertEquals(b.self, link.out.peer(), "else the dialler never learns not to dial again");
        assertEquals(Refusal.BY_PEER, ended(a).refusal());
    }

    @Test
    @Tag("T-D2")
    void aRevokedDeviceIsNotLetInByItsOldAddAndIsToldSo() {
        Scribe founder = new Scribe(9);
        Op add = new Op.AddMember(a.self, Role.MEMBER, "thief", null);
        Signed shown = founder.next(1, List.of(), true, add);
        a.members.add(b.self);
        b.members.add(founder.device);
        Link let =
                new Link(
                        a,
                        PeerSetup.dialled(Link.nonce(1)).introducedBy(List.of(shown)),
                        b,
                        PeerSetup.accepted(Link.nonce(2)),
                        0);
        run(let);
        assertTrue(let.in.established(), "a member that is not known here yet");
        let.cut();
        a.events.clear();
        b.events.clear();
        b.cut.add(a.self);
        Link link =
                new Link(
                        a,
                        PeerSetup.dialled(Link.nonce(3)).introducedBy(List.of(shown)),
                        b,
                        PeerSetup.accepted(Link.nonce(4)),
                        0);
        run(link);
        assertTrue(b.events(SessionEvent.Established.class).isEmpty());
        assertEquals(Refusal.REVOKED, ended(b).refusal());
        assertTrue(ended(a).text().contains("revoked"), ended(a).text());
    }

    @Test
    void aStrangerIsToldNothing() {
        b.members.add(b.self);
        a.members.add(b.self);
        Link link = new Link(a, b, 1, 0);
        run(link);
        assertEquals(Refusal.STRANGER, ended(b).refusal());
        assertEquals(0, told(link));
        assertTrue(b.events(SessionEvent.Established.class).isEmpty());
    }

    @Test
    void nothingInTheFirstFramesDependsOnTheProjectForWhoDoesNotKnowIt() {
        MemoryNode.acquaint(a, b);
        Link link = new Link(a, b, 1, 0);
        link.flush(0);
        for (byte[] frame : link.frames) {
            assertEquals(-1, indexOf(frame, a.self.bytes()));
            assertEquals(-1, indexOf(frame, b.self.bytes()));
            assertEquals(-1, indexOf(frame, Scribe.PROJECT.bytes()));
        }
    }

    @Test
    void anotherProjectIsRefusedLikeAStranger() {
        MemoryNode other =
                new MemoryNode(
                        new Scribe(Scribe.signer(1), 5, OTHER),
                        OTHER,
                        Scribe.verifier(),
                        SyncLimits.DEFAULT);
        MemoryNode.acquaint(other, b);
        Link link = new Link(other, b, 1, 0);
        run(link);
        assertEquals(Refusal.STRANGER, ended(b).refusal());
        assertEquals(0, told(link));
    }

    @Test
    void aDiallerThatExpectsAnotherDeviceGivesUp() {
        MemoryNode.acquaint(a, b);
        Link link =
                new Link(
                        a,
                        PeerSetup.dialled(Link.nonce(1)).expecting(Scribe.device(7)),
                        b,
                        PeerSetup.accepted(Link.nonce(2)),
                        0);
        run(link);
        assertEquals(Refusal.STRANGER, ended(a).refusal());
    }

    @Test
    void aProofServesOnNoOtherConnection() {
        MemoryNode.acquaint(a, b);
        Link honest = new Link(a, b, 1, 0);
        run(honest);
        // The attacker plays what the dialler sent to a fresh socket of the accepter.
        PeerSession fresh = new PeerSession(b.hub, PeerSetup.accepted(Link.nonce(77)), 0);
        fresh.next(0);
        fresh.receive(honest.frames.get(0), 0);
        List<SessionEvent> events = fresh.receive(honest.frames.get(2), 0);
        assertEquals(Refusal.STRANGER, ((SessionEvent.Ended) events.getFirst()).refusal());
        assertNull(fresh.next(0));
    }

    @Test
    void aReflectedHandshakeIsRefused() {
        MemoryNode.acquaint(a, b);
        PeerSession dialled = new PeerSession(a.hub, PeerSetup.dialled(Link.nonce(1)), 0);
        byte[] hello = dialled.next(0);
        List<SessionEvent> events = dialled.receive(hello, 0);
        assertEquals(Refusal.SELF, ((SessionEvent.Ended) events.getFirst()).refusal());
        // Played back into a socket that this very node accepts: the role is in what is signed.
        PeerSession one = new PeerSession(a.hub, PeerSetup.dialled(Link.nonce(1)), 0);
        PeerSession two = new PeerSession(a.hub, PeerSetup.accepted(Link.nonce(2)), 0);
        events = two.receive(one.next(0), 0);
        assertEquals(Refusal.SELF, ((SessionEvent.Ended) events.getFirst()).refusal());
    }

    @Test
    void aMemberCannotPassOnAnothersProofAsItsOwn() {
        // m is a member too; a dials m, and m plays a's frames to b under its own hello.
        MemoryNode m = new MemoryNode(3);
        MemoryNode.acquaint(a, b, m);
        PeerSession atA = new PeerSession(a.hub, PeerSetup.dialled(Link.nonce(1)), 0);
        PeerSession atB = new PeerSession(b.hub, PeerSetup.accepted(Link.nonce(2)), 0);
        byte[] helloOfA = atA.next(0);
        byte[] helloOfB = atB.next(0);
        // m shows b's nonce with its own key, so that a's proof would name b's nonce.
        Frame.Hello shown = (Frame.Hello) FrameCodec.read(helloOfB, helloOfB.length);
        Frame.Hello mixed =
                new Frame.Hello(
                        shown.level(),
                        shown.least(),
                        shown.nonce(),
                        Octets.of(Mask.key(Scribe.PROJECT, shown.nonce(), m.self.bytes())));
        atA.receive(FrameCodec.write(mixed), 0);
        byte[] proofOfA = atA.next(0);
        atB.receive(helloOfA, 0);
        List<SessionEvent> events = atB.receive(proofOfA, 0);
        assertEquals(Refusal.STRANGER, ((SessionEvent.Ended) events.getFirst()).refusal());
    }

    @Test
    void anotherChannelIsSomebodyBetween() {
        MemoryNode.acquaint(a, b);
        Link link =
                new Link(
                        a,
                        PeerSetup.dialled(Link.nonce(1)).over("aa"),
                        b,
                        PeerSetup.accepted(Link.nonce(2)).over("bb"),
                        0);
        run(link);
        assertEquals(Refusal.STRANGER, ended(b).refusal());
    }

    @Test
    @Tag("T-D6")
    void aLowerLevelThanBeforeIsRefused() {
        MemoryNode.acquaint(a, b);
        b.levels.put(a.self, Frames.LEVEL + 1);
        Link link = new Link(a, b, 1, 0);
        run(link);
        assertEquals(Refusal.DOWNGRADE, ended(b).refusal());
        assertEquals(0, told(link));
    }

    @Test
    @Tag("T-D6")
    void levelsChangedOnTheWayBreakTheProof() {
        MemoryNode.acquaint(a, b);
        PeerSession dialled = new PeerSession(a.hub, PeerSetup.dialled(Link.nonce(1)), 0);
        PeerSession accepted = new PeerSession(b.hub, PeerSetup.accepted(Link.nonce(2)), 0);
        byte[] hello = dialled.next(0);
        Frame.Hello said = (Frame.Hello) FrameCodec.read(hello, hello.length);
        accepted.receive(
                FrameCodec.write(
                        new Frame.Hello(said.level() + 1, said.least(), said.nonce(), said.key())),
                0);
        dialled.receive(accepted.next(0), 0);
        List<SessionEvent> events = accepted.receive(dialled.next(0), 0);
        assertEquals(Refusal.STRANGER, ((SessionEvent.Ended) events.getFirst()).refusal());
    }

    @Test
    void noLevelInCommonIsNamed() {
        PeerSession accepted = new PeerSession(b.hub, PeerSetup.accepted(Link.nonce(2)), 0);
        Frame.Hello later = new Frame.Hello(9, 8, Link.nonce(1), Octets.of(new byte[32]));
        List<SessionEvent> events = accepted.receive(FrameCodec.write(later), 0);
        assertEquals(Refusal.VERSION, ((SessionEvent.Ended) events.getFirst()).refusal());
    }

    @Test
    void damagedHandshakesNeverPass() {
        MemoryNode.acquaint(a, b);
        Link honest = new Link(a, b, 1, 0);
        run(honest);
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] hello = honest.frames.get(0).clone();
            byte[] proof = honest.frames.get(2).clone();
            byte[] damaged = random.nextBoolean() ? hello : proof;
            int at = random.nextInt(damaged.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            PeerSession fresh = new PeerSession(b.hub, PeerSetup.accepted(Link.nonce(3)), 0);
            fresh.next(0);
            List<SessionEvent> events = new ArrayList<>(fresh.receive(hello, 0));
            events.addAll(fresh.receive(proof, 0));
            assertFalse(fresh.established());
            assertTrue(events.getLast() instanceof SessionEvent.Ended);
        }
    }

    @Test
    void beforeTheProofOnly64KiBAnd5sAreGiven() {
        PeerSession slow = new PeerSession(b.hub, PeerSetup.accepted(Link.nonce(2)), 1_000);
        assertTrue(slow.tick(5_999).isEmpty());
        SessionEvent.Ended late = (SessionEvent.Ended) slow.tick(6_000).getFirst();
        assertEquals(Refusal.HANDSHAKE_BOUND, late.refusal());

        PeerSession talks = new PeerSession(b.hub, PeerSetup.accepted(Link.nonce(2)), 0);
        byte[] ignorable = new dev.musher.protocol.codec.FrameWriter(200, 0).toBytes();
        long taken = 0;
        while (!talks.ended()) {
            talks.receive(ignorable, 0);
            taken += ignorable.length;
        }
        assertTrue(taken > 64 * 1024 && taken <= 64 * 1024 + ignorable.length, "" + taken);

        PeerSession big = new PeerSession(b.hub, PeerSetup.accepted(Link.nonce(2)), 0);
        List<SessionEvent> events = big.receive(new byte[64 * 1024 + 1], 0);
        assertEquals(Refusal.HANDSHAKE_BOUND, ((SessionEvent.Ended) events.getFirst()).refusal());
    }

    @Test
    void aStrangerThatShowsItsAddByAMemberIsLetIn() {
        MemoryNode.acquaint(a, b);
        MemoryNode c = new MemoryNode(3);
        c.members.add(b.self);
        Signed add = adding(a.scribe, c, Role.MEMBER);
        Link link = introduced(c, List.of(add));
        run(link);
        assertTrue(link.in.established());
        assertTrue(link.out.established());
    }

    @Test
    void aChainOfAddsIsFollowed() {
        MemoryNode.acquaint(a, b);
        MemoryNode c = new MemoryNode(3);
        MemoryNode d = new MemoryNode(4);
        d.members.add(b.self);
        Link link =
                introduced(
                        d,
                        List.of(
                                adding(a.scribe, c, Role.MEMBER),
                                adding(c.scribe, d, Role.READER)));
        run(link);
        assertTrue(link.in.established());
    }

    /** Sixteen changes are shown, the latest; more than that no peer would read. */
    @ParameterizedTest
    @CsvSource({"16, 0, true", "17, 0, false", "17, 1, true", "40, 24, true"})
    void theLatestAddsOfALongChainAreShown(int adds, int known, boolean letIn) {
        MemoryNode.acquaint(a, b);
        List<Signed> chain = new ArrayList<>();
        MemoryNode last = a;
        for (int i = 0; i < adds; i++) {
            MemoryNode next = new MemoryNode(100 + i);
            chain.add(adding(last.scribe, next, Role.MEMBER));
            last = next;
            if (i < known) {
                b.members.add(next.self);
            }
        }
        assertEquals(16, PeerSetup.shown(chain).size());
        Link link = introduced(last, chain);
        run(link);
        assertEquals(letIn, link.in.established());
        if (!letIn) {
            assertEquals(Refusal.STRANGER, ended(b).refusal(), "not one that cannot be read");
        }
    }

    @Test
    void addsByReadersStrangersOrWithBadSignaturesShowNothing() {
        MemoryNode.acquaint(a, b);
        MemoryNode c = new MemoryNode(3);
        MemoryNode d = new MemoryNode(4);
        Signed good = adding(a.scribe, c, Role.READER);
        List<List<Signed>> shown =
                List.of(
                        List.of(),
                        List.of(adding(c.scribe, d, Role.MEMBER)),
                        List.of(good, adding(c.scribe, d, Role.MEMBER)),
                        List.of(good),
                        List.of(adding(a.scribe, d, Role.MEMBER).unsigned()),
                        List.of(
                                new Signed(
                                        adding(a.scribe, d, Role.MEMBER).change(),
                                        good.signature())),
                        List.of(adding(new Scribe(a.scribe.signer, 9, OTHER), d, Role.MEMBER)));
        for (List<Signed> introduction : shown) {
            b.events.clear();
            Link link = introduced(d, introduction);
            run(link);
            assertEquals(Refusal.STRANGER, ended(b).refusal());
            assertEquals(0, told(link));
        }
    }

    @Test
    void anInviteLetsANewcomerIn() {
        MemoryNode.acquaint(b);
        MemoryNode c = new MemoryNode(3);
        Invite invite = invite();
        Link link = redeeming(c, invite);
        run(link);
        Redemption asked = b.events(SessionEvent.RedeemAsked.class).getFirst().redemption();
        assertEquals(invite.number(), asked.invite());
        assertEquals(c.self, asked.device());
        assertEquals("Carla's laptop", asked.label());
        assertTrue(asked.provedBy(invite.secret()));
        assertFalse(asked.provedBy(new byte[Invite.SECRET_BYTES]));
        assertFalse(link.in.established());
        Signed add = adding(b.scribe, c, Role.MEMBER);
        b.members.add(c.self);
        b.handle(link.in, link.in.welcome(List.of(add)));
        run(link);
        assertTrue(link.out.established());
        assertEquals(List.of(add), c.events(SessionEvent.Welcomed.class).getFirst().introduction());
    }

    @Test
    void aUsedInviteIsNamedToWhoHoldsIt() {
        MemoryNode.acquaint(b);
        MemoryNode c = new MemoryNode(3);
        Link link = redeeming(c, invite());
        run(link);
        b.handle(link.in, link.in.end(Refusal.INVITE, "this invite was used on Friday"));
        run(link);
        assertEquals(
                new SessionEvent.Ended(Refusal.INVITE, "this invite was used on Friday"), ended(c));
    }

    @Test
    void anInviteThatIsNotAnsweredEndsAfter5s() {
        MemoryNode.acquaint(b);
        Link link = redeeming(new MemoryNode(3), invite());
        run(link);
        assertEquals(
                Refusal.HANDSHAKE_BOUND,
                ((SessionEvent.Ended) link.in.tick(5_000).getFirst()).refusal());
    }

    private Invite invite() {
        byte[] secret = new byte[Invite.SECRET_BYTES];
        Arrays.fill(secret, (byte) 9);
        return new Invite(Scribe.PROJECT, b.self, secret, List.of("127.0.0.1:7400"));
    }

    private Link redeeming(MemoryNode newcomer, Invite invite) {
        return new Link(
                newcomer,
                PeerSetup.dialled(Link.nonce(1)).redeeming(invite, "Carla's laptop"),
                b,
                PeerSetup.accepted(Link.nonce(2)),
                0);
    }

    private Link introduced(MemoryNode stranger, List<Signed> changes) {
        stranger.members.add(b.self);
        return new Link(
                stranger,
                PeerSetup.dialled(Link.nonce(1)).introducedBy(changes),
                b,
                PeerSetup.accepted(Link.nonce(2)),
                0);
    }

    private static Signed adding(Scribe by, MemoryNode node, Role role) {
        return by.next(1, List.of(), true, new Op.AddMember(node.self, role, "x", null));
    }

    private static int indexOf(byte[] in, byte[] part) {
        for (int at = 0; at + part.length <= in.length; at++) {
            if (Arrays.equals(in, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return -1;
    }
}
