package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Role;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.FrameReader;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.sync.Topology;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Links come back by themselves whatever ended them, and none is made that is not wanted. */
final class LinksTest {

    /** Kind of the frame. */
    private static final int ADDRESSES = 3;

    private final World world = new World();

    @Test
    @Tag("T-A2")
    void aSocketRefusedWhileTheDiskIsFullIsDialledAgain() {
        World.Node a = world.founder();
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        // The link depends on b alone, as where b is behind a router.
        a.give(new Input.RemovePeer(99, b.address));
        List.copyOf(world.links.keySet()).forEach(world::cut);
        world.settle();
        b.holdCommits = true;
        b.submit(null, World.create("written when the disk got full"));
        while (b.pending.stream().noneMatch(Effect.Dial.class::isInstance)) {
            b.step();
            world.nowMs += 50;
            b.give(new Input.Tick());
        }
        b.give(new Input.CommitFailed(b.held.batch(), true, "disk full"));
        world.settle();
        assertEquals(0, world.links.size(), "a full node takes no links");

        b.held = null;
        b.holdCommits = false;
        world.pass(20_000);
        assertEquals(NodeHealth.State.READY, b.shown().health().state());
        assertEquals(1, a.shown().items().size(), "what b wrote came to a");
    }

    @Test
    @Tag("T-D18")
    void anAddressWhereALinkedDeviceAnswersIsNotDialledAgainAndAgain() {
        World.Node a = world.founder();
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        // Both ends know the other's address, whoever dialled first.
        a.give(new Input.AddPeer(98, b.address));
        b.give(new Input.AddPeer(99, a.address));
        world.pass(10_000);
        a.log.clear();
        b.log.clear();
        world.pass(60_000);
        assertEquals(0, dials(a) + dials(b), "dials while both are linked");
        assertEquals(2, world.links.size(), "both ends of the one link");
    }

    @Test
    void anAddressThatIsNoneIsRefusedAndOneKeptByAnOlderVersionIsPassedOver() {
        World.Node a = world.founder();
        a.give(new Input.AddPeer(98, "127.0.0.1:99999"));
        world.settle();
        assertEquals(Code.INVALID.word(), a.answers.get(98L).code());
        Batch batch = new Batch();
        batch.put(Table.INDEX, IndexKeys.peer("127.0.0.1:99999"), new byte[0]);
        a.store.commit(batch);
        a.kill();
        a.open(Setup.founding("ann's laptop", "stamp", "demo", World.recovery()));
        world.pass(1_000);
        assertEquals(NodeHealth.State.READY, a.shown().health().state());
        assertEquals(0, a.shown().peers().size());
    }

    @Test
    @Tag("T-A2")
    void whoeverCameLaterIsToldToThoseWhoWereThere() {
        World.Node a = world.founder();
        World.Node b = world.hiddenJoiner(a, "10.0.0.2:1", Role.MEMBER);
        // Nobody can dial b, and b shook hands with a before there was a c to tell of.
        World.Node c = world.joiner(a, "10.0.0.3:1", Role.MEMBER);
        world.pass(15_000);
        assertEquals(2, World.linked(b), "b dials c as well");
        assertEquals(2, World.linked(c));
    }

    @Test
    @Tag("T-A2")
    void whatALinkedPeerSaysOfItselfIsToldThoughNobodyHereReachedIt() {
        World.Node a = world.founder();
        a.dialsInVain = true;
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        World.Node c = world.joiner(a, "10.0.0.3:1", Role.MEMBER);
        world.pass(15_000);
        assertEquals(2, World.linked(b));
        assertEquals(2, World.linked(c));
    }

    @Test
    @Tag("T-A2")
    void ofManyWhoCameAtOnceNobodyHangsOnOneLink() {
        World.Node hub = world.founder();
        List<World.Node> others = world.joiners(hub, 16);
        world.pass(30_000);
        for (World.Node node : others) {
            assertTrue(
                    World.linked(node) >= Topology.LINKS,
                    node.address + " has " + World.linked(node) + " links");
        }
    }

    @Test
    void addressesAreToldNoFasterThanAPeerTakesThemAndNotTwice() {
        World.Node hub = world.founder();
        world.joiners(hub, 40);
        world.pass(40_000);
        assertTrue(world.nodes.stream().allMatch(n -> ended(n, "flood") == 0), "nobody floods");
        hub.log.clear();
        world.pass(60_000);
        long told =
                hub.log.stream()
                        .filter(e ->
                                e instanceof Effect.Send send
                                        && new FrameReader(send.bytes()).kind() == ADDRESSES)
                        .count();
        assertEquals(0, told, "nothing new is known");
    }

    private static long ended(World.Node node, String why) {
        return node.replica
                .counters()
                .counters()
                .getOrDefault("peer_sessions_ended{reason=\"" + why + "\"}", 0L);
    }

    private static long dials(World.Node node) {
        return node.log.stream().filter(Effect.Dial.class::isInstance).count();
    }
}
