package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.Invite;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Revoking a device, and what becomes of what it wrote. */
class RevokeTest {

    private final World world = new World();
    private World.Node founder;
    private World.Node b;
    private World.Node c;

    @BeforeEach
    void found() {
        founder = world.founder();
        b = world.joiner(founder, "10.0.0.2:1", Role.MEMBER);
        c = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        world.pass(5_000);
    }

    @Test
    @Tag("M-04")
    @Tag("T-D2")
    void whatARevokedDeviceWroteBeforeCountsAndWhatARelayBringsLaterDoesNot() {
        b.does(World.create("before"));
        world.pass(1_000);
        founder.asks(ticket -> new Input.Offline(ticket, true));
        done(founder, new Command.Revoke(b.device(), null));
        // It does not know yet, and a third peer takes what it writes.
        b.does(World.create("after"));
        world.pass(1_000);
        assertEquals(2, c.shown().items().size());
        founder.asks(ticket -> new Input.Offline(ticket, false));
        world.pass(20_000);
        for (World.Node node : List.of(founder, c)) {
            assertEquals(List.of("before"), names(node));
        }
        assertEquals(founder.shown().digest(), c.shown().digest());
        assertEquals(List.of(Verdict.CUT), c.voids().stream().map(VoidOp::verdict).toList());
    }

    @Test
    @Tag("M-04")
    void theRevokedNodeSaysWhoDidItReadsAndWritesNoMore() {
        b.does(World.create("kept"));
        world.pass(1_000);
        done(founder, new Command.Revoke(b.device(), null));
        world.pass(1_000);
        assertEquals(NodeHealth.State.REVOKED, b.shown().health().state());
        NodeHealth.Problem problem = b.shown().health().problems().getFirst();
        assertEquals("revoked", problem.code());
        assertTrue(problem.text().contains("by ann on ann's laptop at 20"), problem.text());
        assertTrue(problem.text().contains("musher join"), problem.text());
        Outcome.Refused refused = refused(b, World.create("more"));
        assertEquals(Code.NOT_ALLOWED, refused.code());
        assertEquals(problem.text(), refused.text());
        assertEquals(List.of("kept"), names(b));
        long before = b.shown().changes();
        b.kill();
        b.open(Setup.joining("b", "stamp", null));
        world.pass(1_000);
        assertEquals(NodeHealth.State.REVOKED, b.shown().health().state());
        assertEquals(before, b.shown().changes());
        MemberView shown = member(founder, b);
        assertNotNull(shown.cut());
        assertEquals("ann's laptop", shown.cut().byName());
        assertNull(member(founder, c).cut());
    }

    @Test
    @Tag("M-04")
    void aRefusedRevokeNamesWhoCan() {
        Outcome.Refused byMember = refused(c, new Command.Revoke(b.device(), null));
        assertEquals(Code.NOT_ALLOWED, byMember.code());
        assertTrue(byMember.text().contains("this one is of role member"), byMember.text());
        assertTrue(byMember.text().contains("ann's laptop"), byMember.text());
        done(founder, new Command.SetRole(c.device(), Role.OWNER));
        world.pass(1_000);
        Outcome.Refused ofSenior = refused(c, new Command.Revoke(b.device(), null));
        assertTrue(ofSenior.text().contains("is senior to"), ofSenior.text());
        assertTrue(ofSenior.text().contains("by: ann's laptop, or"), ofSenior.text());
        Outcome.Refused ofFounder = refused(c, new Command.Revoke(founder.device(), null));
        assertTrue(
                ofFounder.text().contains("the founder's device can be revoked by the recovery"),
                ofFounder.text());
        assertEquals(
                Code.NOT_ALLOWED,
                refused(founder, new Command.Revoke(World.recovery(), null)).code());
    }

    @Test
    void theOnlyOwnerDoesNotShutItselfOut() {
        assertEquals(
                Code.CONFLICT, refused(founder, new Command.Revoke(founder.device(), null)).code());
        done(founder, new Command.SetRole(b.device(), Role.OWNER));
        done(founder, new Command.Revoke(founder.device(), null));
        world.pass(1_000);
        assertEquals(NodeHealth.State.REVOKED, founder.shown().health().state());
    }

    @Test
    @Tag("M-04")
    void keepSaysHowMuchOfItsWorkCounts() {
        b.does(World.create("one"));
        b.does(World.create("two"));
        b.does(World.create("three"));
        world.pass(1_000);
        HeadView head =
                founder.shown().heads().stream()
                        .filter(h -> h.device().equals(b.device()))
                        .findFirst()
                        .orElseThrow();
        assertEquals(
                Code.UNKNOWN_REFERENCE,
                refused(founder, new Command.Revoke(b.device(), List.of("9999"))).code());
        done(founder, new Command.Revoke(b.device(), List.of(Long.toString(head.seq() - 1))));
        assertEquals(List.of("one", "two"), names(founder));
        // Of several cuts what all keep counts; without --keep a second one would say nothing new.
        assertEquals(Code.CONFLICT, refused(founder, new Command.Revoke(b.device(), null)).code());
        done(founder, new Command.Revoke(b.device(), List.of()));
        assertEquals(List.of(), names(founder));
        assertEquals(3, founder.voids().size());
        done(founder, new Command.AdoptDevice(b.device()));
        assertEquals(List.of("one", "three", "two"), names(founder));
        assertEquals(Code.CONFLICT, refused(founder, new Command.AdoptDevice(b.device())).code());
        world.pass(3_000);
        assertEquals(founder.shown().digest(), c.shown().digest());
    }

    @Test
    @Tag("M-04")
    void theRecoveryKeyRevokesTheFoundersDeviceThroughAnyNode() {
        founder.does(World.create("kept"));
        world.pass(1_000);
        assertEquals("", c.byRecoveryKey(new Command.Revoke(founder.device(), null)).text());
        world.pass(1_000);
        assertEquals(NodeHealth.State.REVOKED, founder.shown().health().state());
        assertTrue(founder.shown().health().problems().getFirst().text().contains("recovery key"));
        assertEquals("", c.byRecoveryKey(new Command.SetRole(c.device(), Role.OWNER)).text());
        assertEquals(Role.OWNER, member(c, c).role());
        assertEquals(List.of("kept"), names(c));
        Effect.Answer stranger =
                c.asks(ticket ->
                        new Input.Draft(
                                ticket,
                                dev.musher.crdt.change.DeviceId.of(new byte[32]),
                                World.USER,
                                new Command.Revoke(b.device(), null)));
        assertEquals("not_allowed", stranger.code());
    }

    @Test
    @Tag("M-04")
    void whomAThiefRevokedReadsUntilTheRecoveryKeyUndoesIt() {
        done(founder, new Command.SetRole(b.device(), Role.OWNER));
        b.does(World.create("b's"));
        world.pass(1_000);
        String last =
                Long.toString(
                        founder.shown().heads().stream()
                                .filter(h -> h.device().equals(founder.device()))
                                .findFirst()
                                .orElseThrow()
                                .seq());
        // The thief has the founder's key.
        done(founder, new Command.Revoke(b.device(), List.of()));
        world.pass(1_000);
        assertEquals(NodeHealth.State.REVOKED, b.shown().health().state());
        assertEquals(Code.NOT_ALLOWED, refused(b, World.create("more")).code());
        assertEquals(
                "", c.byRecoveryKey(new Command.Revoke(founder.device(), List.of(last))).text());
        world.pass(70_000);
        assertEquals(List.of("b's"), names(c));
        assertEquals(NodeHealth.State.READY, b.shown().health().state());
        done(b, World.create("more"));
    }

    @Test
    @Tag("M-04")
    void whoWasAwayWhenItWasRevokedIsToldByWhoItComesBackTo() {
        b.kill();
        done(founder, new Command.Revoke(b.device(), null));
        world.pass(1_000);
        b.open(Setup.joining("b", "stamp", null));
        world.pass(15_000);
        NodeHealth.Problem problem = b.shown().health().problems().getFirst();
        assertEquals("shut_out", problem.code());
        assertTrue(problem.text().contains("was revoked"), problem.text());
        assertEquals(NodeHealth.State.READY, b.shown().health().state());
    }

    /** A member chooses its label, and images of one machine share theirs. */
    @Test
    void devicesOfOneNameAreToldApart() {
        world.invitedAs = "ann's laptop";
        World.Node twin = world.joiner(founder, "10.0.0.4:1", Role.OWNER);
        world.pass(1_000);
        Outcome.Refused refused = refused(twin, new Command.Revoke(founder.device(), null));
        assertTrue(
                refused.text()
                        .startsWith(
                                "ann's laptop ("
                                        + founder.device().hex().substring(0, 10)
                                        + ") is senior to ann's laptop ("
                                        + twin.device().hex().substring(0, 10)
                                        + ")"),
                refused.text());
        assertEquals("ann's laptop", member(founder, twin).label());
    }

    @Test
    void whoAddedADeviceIsShown() {
        World.Node friend = world.joiner(b, "10.0.0.4:1", Role.MEMBER);
        world.pass(2_000);
        assertEquals(b.device(), member(c, friend).addedBy());
        assertEquals(founder.device(), member(c, b).addedBy());
        assertNull(member(c, founder).addedBy());
    }

    @Test
    @Tag("T-D1")
    void whoseInviteWasUsedIsToldSo() {
        Invite used = Invite.parse(founder.invite(Role.MEMBER));
        World.Node first = world.node("10.0.0.4:1");
        first.open(Setup.joining("first", "stamp", used));
        world.pass(2_000);
        World.Node second = world.node("10.0.0.5:1");
        second.open(Setup.joining("second", "stamp", used));
        world.pass(5_000);
        assertEquals(NodeHealth.State.JOINING, second.shown().health().state());
        NodeHealth.Problem problem = second.shown().health().problems().getFirst();
        assertEquals("invite_refused", problem.code());
        assertTrue(problem.text().contains("unknown, used, or older"), problem.text());
        PeerView peer = second.shown().peers().getFirst();
        assertTrue(peer.detail().contains("unknown, used, or older"), peer.detail());
        assertEquals(List.of(), first.shown().health().problems());
    }

    @Test
    @Tag("M-04")
    void aMemberLeavesByItsOwnWordAndWhatItWroteGoesOnCounting() {
        b.does(World.create("before"));
        world.pass(1_000);
        done(b, new Command.Revoke(b.device(), null));
        world.pass(5_000);
        assertEquals(NodeHealth.State.REVOKED, b.shown().health().state());
        assertEquals(List.of("before"), names(founder));
        assertEquals(founder.shown().digest(), c.shown().digest());
    }

    @Test
    void aKeyIsNotInvitedToEndBeforeItBegins() {
        Effect.Answer answer =
                founder.asks(ticket ->
                        new Input.MakeInvite(ticket, Role.AGENT, "agent", world.wallMs - 1));
        assertEquals("invalid", answer.code());
        assertTrue(answer.text().contains("revoked at once"), answer.text());
    }

    @Test
    void aMemberIsToldWhoWritesCheckpoints() {
        Effect.Answer answer =
                b.asks(ticket -> new Input.Checkpoint(ticket, World.USER, List.of()));
        assertEquals("not_allowed", answer.code());
        assertTrue(answer.text().contains("only an owner"), answer.text());
        assertTrue(answer.text().contains("ann's laptop"), answer.text());
    }

    @Test
    @Tag("M-04")
    void aThiefCannotKeepHonestWorkOutOfACutByManyHistories() {
        Forger thief = new Forger(founder, b);
        List<Signed> many = new ArrayList<>();
        for (int epoch = 1; epoch <= Limits.KEPT; epoch++) {
            many.add(thief.sign(thief.first(epoch, Forger.creation(epoch))));
        }
        b.does(World.create("honest"));
        world.pass(1_000);
        // It builds on the honest work, so that this is the last change of no history any more.
        many.add(thief.sign(thief.first(1_000, Forger.creation(1_000))));
        founder.asks(ticket -> new Input.Restore(ticket, many));
        assertTrue(names(founder).contains("x1000"), "it is not there");
        done(founder, new Command.Revoke(b.device(), null));
        assertTrue(names(founder).contains("honest"), "it does not count any more");
    }

    private static MemberView member(World.Node at, World.Node of) {
        return at.shown().members().stream()
                .filter(m -> m.device().equals(of.device()))
                .findFirst()
                .orElseThrow();
    }

    private static void done(World.Node node, Command command) {
        assertInstanceOf(Outcome.Done.class, node.does(command).getFirst());
    }

    private static Outcome.Refused refused(World.Node node, Command command) {
        return assertInstanceOf(Outcome.Refused.class, node.does(command).getFirst());
    }

    private static List<String> names(World.Node node) {
        return node.queries.items(item -> true).stream().map(i -> i.name()).sorted().toList();
    }
}
