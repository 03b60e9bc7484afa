package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.Admission;
import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.KeyedHashSigner;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.Invite;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A device goes on with another key. */
class RotationTest {

    private final World world = new World();
    private World.Node founder;
    private World.Node b;

    @BeforeEach
    void found() {
        founder = world.founder();
        b = world.joiner(founder, "10.0.0.2:1", Role.MEMBER);
        world.pass(3_000);
    }

    @Test
    @Tag("T-D3")
    void theOldKeyEndsTheNewOneHasItsPlaceAndNothingIsLost() {
        DeviceId old = founder.device();
        create(founder, "before");
        Effect.Answer answer = founder.rotates();
        assertEquals("", answer.code() + answer.text());
        assertNotEquals(old, founder.device());
        assertEquals(founder.device(), founder.shown().device());
        create(founder, "after");
        world.pass(5_000);
        for (World.Node node : List.of(founder, b)) {
            assertEquals(List.of("after", "before"), names(node));
            assertEquals(founder.device(), member(node, old).cut().replacedBy());
            MemberView next = member(node, founder.device());
            assertEquals(Role.OWNER, next.role());
            assertEquals("ann's laptop", next.label());
            assertEquals(List.of(), node.voids());
        }
        assertEquals(founder.shown().digest(), b.shown().digest());
        assertEquals(NodeHealth.State.READY, founder.shown().health().state());
        assertEquals(founder.device(), Replica.rotatedTo(founder.store));
        // It invites, as before, and goes on after a restart.
        founder.kill();
        founder.open(Setup.joining("ann's laptop", "stamp", null));
        World.Node c = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        create(founder, "later");
        world.pass(5_000);
        assertEquals(List.of("after", "before", "later"), names(c));
        assertEquals(founder.shown().digest(), c.shown().digest());
    }

    @Test
    @Tag("T-D3")
    void insideAPartitionNoHonestWorkIsLostAndTheOldKeyIsRefusedAfterTheCut() {
        KeyedHashSigner old = founder.signer;
        Signed stolen = forged(old, 700);
        founder.asks(ticket -> new Input.Offline(ticket, true));
        create(founder, "old key");
        assertEquals("", founder.rotates().code());
        create(founder, "new key");
        create(b, "elsewhere");
        // A copy of the old key writes on without knowing, and a third party brings it.
        assertEquals("", restore(b, stolen));
        assertEquals(2, names(b).size());
        founder.asks(ticket -> new Input.Offline(ticket, false));
        world.pass(20_000);
        for (World.Node node : List.of(founder, b)) {
            assertEquals(List.of("elsewhere", "new key", "old key"), names(node));
            assertEquals(List.of(Verdict.CUT), node.voids().stream().map(VoidOp::verdict).toList());
        }
        assertEquals(founder.shown().digest(), b.shown().digest());
        // Whatever the old key writes with the cut in its past is admitted nowhere.
        KeyedHashSigner now = founder.signer;
        founder.signer = old;
        Forger thief = new Forger(b, founder);
        Change late = thief.first(701, Forger.creation(9));
        assertInstanceOf(Admission.Refused.class, thief.project().check(late));
        assertTrue(restore(b, thief.sign(late)).contains("revoked"));
        founder.signer = now;
    }

    /** Also twice: else the only owner could revoke nobody any more without the recovery key. */
    @Test
    @Tag("M-04")
    @Tag("T-D3")
    void theNewKeyRevokesWhomTheOldOneCould() {
        assertEquals("", founder.rotates().code());
        assertEquals("", founder.rotates().code());
        create(founder, "third key");
        world.pass(5_000);
        assertEquals(3, member(b, founder.device()).seniority());
        assertEquals(4, member(b, b.device()).seniority());
        Outcome revoked = founder.does(new Command.Revoke(b.device(), null)).getFirst();
        assertInstanceOf(Outcome.Done.class, revoked);
        world.pass(5_000);
        assertNotNull(member(founder, b.device()).cut());
        assertNotNull(member(b, b.device()).cut());
        World.Node c = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        assertEquals(List.of("third key"), names(c));
    }

    @Test
    @Tag("M-04")
    @Tag("T-D3")
    void aMembersOldKeyEndsAsWell() {
        DeviceId old = b.device();
        create(b, "before");
        Effect.Answer answer = b.rotates();
        assertEquals("", answer.code() + answer.text());
        create(b, "after");
        world.pass(5_000);
        for (World.Node node : List.of(founder, b)) {
            assertEquals(List.of("after", "before"), names(node));
            assertEquals(b.device(), member(node, old).cut().replacedBy());
            assertEquals(Role.MEMBER, member(node, b.device()).role());
            assertEquals(List.of(), node.voids());
        }
        assertEquals(founder.shown().digest(), b.shown().digest());
    }

    /** Its secret is in the store, beside the old key: whoever copied that has both. */
    @Test
    @Tag("T-D1")
    void anInviteOfBeforeIsGoodNoMore() {
        Invite open = Invite.parse(founder.invite(Role.OWNER));
        assertEquals("", founder.rotates().code());
        Invite copied =
                new Invite(open.project(), founder.device(), open.secret(), open.addresses());
        founder.kill();
        founder.open(Setup.joining("ann's laptop", "stamp", null));
        World.Node thief = world.node("10.0.0.6:6");
        thief.open(Setup.joining("thief", "stamp", copied));
        world.pass(10_000);
        assertTrue(
                founder.shown().members().stream()
                        .noneMatch(m -> m.device().equals(thief.device())));
        World.Node c = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        assertEquals(Role.MEMBER, member(founder, c.device()).role());
    }

    /** What a key shows to be let in begins with adds by keys that are over since. */
    @Test
    @Tag("T-D3")
    void whoWasAddedByAKeyThatIsOverIsLetInWithANewOne() {
        assertEquals("", founder.rotates().code());
        world.pass(5_000);
        assertEquals("", founder.rotates().code());
        create(founder, "third key");
        assertEquals("", b.rotates().code());
        create(b, "second key");
        world.pass(20_000);
        for (World.Node node : List.of(founder, b)) {
            assertEquals(List.of("second key", "third key"), names(node));
        }
        assertEquals(founder.shown().digest(), b.shown().digest());
    }

    /** More keys than an introduction holds: those that peers know need not be shown. */
    @Test
    @Tag("T-D3")
    void aDeviceWithItsTwentyFirstKeyIsLetInAndLetsOthersIn() {
        for (int i = 0; i < 20; i++) {
            assertEquals("", b.rotates().code());
            world.pass(5_000);
            assertEquals("", founder.rotates().code());
            world.pass(5_000);
        }
        create(b, "by b");
        World.Node c = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        World.Node d = world.joiner(b, "10.0.0.4:1", Role.MEMBER);
        create(c, "by c");
        create(d, "by d");
        world.pass(20_000);
        for (World.Node node : List.of(founder, b, c, d)) {
            assertEquals(List.of("by b", "by c", "by d"), names(node));
            assertEquals(founder.shown().digest(), node.shown().digest());
        }
    }

    @Test
    void moreKeysThanCanBeShownAreNotMadeWhileNobodyHearsOfThem() {
        b.asks(ticket -> new Input.Offline(ticket, true));
        int keys = 0;
        Effect.Answer answer = b.rotates();
        while (answer.code().isEmpty()) {
            assertTrue(++keys < 20, "as many as one likes");
            answer = b.rotates();
        }
        assertEquals("not_allowed", answer.code());
        assertTrue(answer.text().contains("linked to a peer"), answer.text());
        create(b, "offline");
        b.asks(ticket -> new Input.Offline(ticket, false));
        world.pass(20_000);
        assertEquals(List.of("offline"), names(founder));
        assertEquals("", b.rotates().code());
        world.pass(5_000);
        assertEquals(founder.shown().digest(), b.shown().digest());
    }

    @Test
    void whoIsAloneChangesItsKeyAsOftenAsItLikes() {
        World alone = new World();
        World.Node only = alone.founder();
        for (int i = 0; i < 20; i++) {
            assertEquals("", only.rotates().code());
        }
        World.Node c = alone.joiner(only, "10.0.0.3:1", Role.MEMBER);
        create(c, "by c");
        alone.pass(5_000);
        assertEquals(List.of("by c"), names(only));
    }

    @Test
    void aReaderIsToldHowItGetsAnotherKey() {
        World.Node reader = world.joiner(founder, "10.0.0.3:1", Role.READER);
        Effect.Answer answer = reader.rotates();
        assertEquals("not_allowed", answer.code());
        assertTrue(answer.text().contains("ask an owner for a link"), answer.text());
        assertEquals(reader.device(), reader.shown().device());
    }

    /** As in a home that was made of an export: the history is here, the device is not in it. */
    @Test
    void whoIsNoMemberIsToldSoAndTheNodeGoesOn() {
        World.Node stranger = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        stranger.kill();
        stranger.signer = founder.spareKey();
        stranger.open(Setup.joining("stranger", "stamp", null));
        Effect.Answer answer = stranger.rotates();
        assertEquals("not_allowed", answer.code());
        assertTrue(answer.text().contains("no member"), answer.text());
        assertEquals(stranger.device(), stranger.shown().device());
    }

    /** A refusal names the device's own standing, not the number of an op. */
    @Test
    void whatAReaderOrAStrangerMayNotIsSaidInWords() {
        World.Node reader = world.joiner(founder, "10.0.0.3:1", Role.READER);
        String text = refused(reader, World.create("x"));
        assertTrue(text.startsWith("this device is of role reader, which"), text);
        assertTrue(text.contains("an owner can give it another role: "), text);
        text = refused(founder, new Command.AddMember(reader.device(), Role.READER, "again", null));
        assertTrue(text.startsWith("the key is a member already"), text);
        reader.kill();
        reader.signer = founder.spareKey();
        reader.open(Setup.joining("stranger", "stamp", null));
        text = refused(reader, World.create("x"));
        assertTrue(text.startsWith("this device is no member of the project: ask for"), text);
    }

    private static String refused(World.Node node, Command command) {
        return assertInstanceOf(Outcome.Refused.class, node.does(command).getFirst()).text();
    }

    /** What the holder of a key writes that knows what b knows. */
    private Signed forged(KeyedHashSigner key, long epoch) {
        KeyedHashSigner now = founder.signer;
        founder.signer = key;
        Forger thief = new Forger(b, founder);
        Signed out = thief.sign(thief.first(epoch, Forger.creation(7)));
        founder.signer = now;
        return out;
    }

    private static String restore(World.Node node, Signed change) {
        return node.asks(ticket -> new Input.Restore(ticket, List.of(change))).text();
    }

    private static void create(World.Node node, String name) {
        assertInstanceOf(Outcome.Done.class, node.does(World.create(name)).getFirst());
    }

    private static MemberView member(World.Node at, DeviceId device) {
        return at.shown().members().stream()
                .filter(m -> m.device().equals(device))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(World.Node node) {
        return node.queries.items(item -> true).stream().map(i -> i.name()).sorted().toList();
    }
}
