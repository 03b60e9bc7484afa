package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.Invite;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keys that end at a time: an owner's node cuts them. */
class ExpiryTest {

    private final World world = new World();
    private World.Node founder;
    private World.Node owner;
    private World.Node member;

    @BeforeEach
    void found() {
        founder = world.founder();
        owner = world.joiner(founder, "10.0.0.2:1", Role.OWNER);
        member = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        world.pass(3_000);
    }

    @Test
    @Tag("M-04")
    void oneOwnerCutsTheKeyOnceWhenItsTimeIsOver() {
        World.Node agent = temporary(10_000);
        assertNull(shown(founder, agent).cut());
        world.pass(12_000);
        assertNotNull(shown(member, agent).cut());
        assertEquals(NodeHealth.State.REVOKED, agent.shown().health().state());
        world.pass(2 * Expiries.TURN_MS + 5_000);
        founder.kill();
        founder.open(Setup.joining("ann's laptop", "stamp", null));
        world.pass(5_000);
        assertEquals(1, cuts(founder));
        assertEquals(founder.shown().digest(), member.shown().digest());
    }

    @Test
    @Tag("M-04")
    void anotherOwnerDoesItWhereTheSeniorIsAway() {
        World.Node agent = temporary(10_000);
        founder.kill();
        world.pass(15_000);
        assertNull(shown(owner, agent).cut());
        world.pass(Expiries.TURN_MS);
        assertNotNull(shown(owner, agent).cut());
        assertNotNull(shown(member, agent).cut());
    }

    @Test
    void anOwnersKeyDoesNotExpire() {
        Effect.Answer invite =
                founder.asks(t -> new Input.MakeInvite(t, Role.OWNER, "", world.wallMs + 1));
        assertEquals("invalid", invite.code());
        Outcome add =
                founder.does(new Command.AddMember(World.recovery(), Role.OWNER, "x", 1L))
                        .getFirst();
        assertEquals(Code.INVALID, assertInstanceOf(Outcome.Refused.class, add).code());
    }

    private World.Node temporary(long lifeMs) {
        long ends = world.wallMs + lifeMs;
        String link = founder.asks(t -> new Input.MakeInvite(t, Role.AGENT, "coder", ends)).text();
        World.Node node = world.node("10.0.0.9:1");
        node.open(Setup.joining("coder", "stamp", Invite.parse(link)));
        world.pass(3_000);
        assertEquals(ends, shown(member, node).expiresMs());
        return node;
    }

    private static MemberView shown(World.Node at, World.Node of) {
        return at.shown().members().stream()
                .filter(m -> m.device().equals(of.device()))
                .findFirst()
                .orElseThrow();
    }

    private static long cuts(World.Node node) {
        return Replica.exported(node.store, 0, 10_000).stream()
                .map(Signed::change)
                .filter(c -> !c.ops().isEmpty() && c.ops().getFirst() instanceof Op.Cut)
                .count();
    }
}
