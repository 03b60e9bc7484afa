package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.DeviceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom to link to, and how often a change travels: each node takes it once. */
@Tag("H-20")
class MeshTest {
    private final Random random = new Random(3);
    private final List<MemoryNode> nodes = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private long nowMs;
    private int lag = 1;

    private void nodes(int count) {
        for (int i = 1; i <= count; i++) {
            nodes.add(new MemoryNode(i));
        }
        MemoryNode.acquaint(nodes.toArray(MemoryNode[]::new));
    }

    /** Every node dials whom its topology names. */
    private void linkAll() {
        Map<DeviceId, MemoryNode> byDevice = new TreeMap<>();
        nodes.forEach(node -> byDevice.put(node.self, node));
        for (MemoryNode node : nodes) {
            TreeSet<DeviceId> known = new TreeSet<>(byDevice.keySet());
            known.remove(node.self);
            TreeSet<DeviceId> linked = new TreeSet<>();
            for (Link link : links) {
                if (link.dialler == node) {
                    linked.add(link.accepter.self);
                }
                if (link.accepter == node) {
                    linked.add(link.dialler.self);
                }
            }
            for (DeviceId device : Topology.dial(known, linked, new TreeSet<>(), random)) {
                links.add(new Link(node, byDevice.get(device), links.size(), nowMs));
            }
        }
    }

    private void step() {
        for (Link link : links) {
            link.flush(nowMs);
        }
        for (Link link : links) {
            // Every link has a delay of its own, that changes.
            if (random.nextInt(lag) == 0) {
                link.deliver(nowMs);
            }
        }
        nodes.forEach(MemoryNode::commit);
        nowMs += 5;
    }

    private void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
    }

    private long copies() {
        long sent = 0;
        for (Link link : links) {
            sent += link.out.progress().sent() + link.in.progress().sent();
        }
        return sent;
    }

    /**
     * @param lag mean delay of a frame, in steps of 5 ms
     */
    @ParameterizedTest
    @CsvSource({
        "3, 1, 1.0",
        "6, 1, 1.0",
        "13, 1, 1.0",
        "30, 1, 1.0",
        "6, 4, 1.2",
        "30, 4, 1.1",
        "30, 8, 1.15"
    })
    void aChangeReachesEachNodeOnce(int count, int lag, double most) {
        this.lag = lag;
        nodes(count);
        linkAll();
        run(20);
        int changes = 200;
        for (int i = 0; i < changes; i++) {
            nodes.get(random.nextInt(count)).write(1);
            run(2);
        }
        run(200 * lag);
        for (MemoryNode node : nodes) {
            assertEquals(changes, node.changes());
        }
        double copies = copies() / (double) changes / (count - 1);
        assertTrue(copies <= most, copies + " copies of a change for each node");
    }

    @Test
    void afterAPartitionEachNodeTakesWhatItMissedAboutOnce() {
        nodes(8);
        linkAll();
        run(20);
        List<Link> across = new ArrayList<>();
        for (Link link : links) {
            if (nodes.indexOf(link.dialler) < 4 != nodes.indexOf(link.accepter) < 4) {
                across.add(link);
            }
        }
        across.forEach(Link::cut);
        links.removeAll(across);
        for (int i = 0; i < 100; i++) {
            nodes.get(0).write(1);
            nodes.get(7).write(1);
            run(1);
        }
        run(50);
        long before = copies();
        linkAll();
        run(400);
        for (MemoryNode node : nodes) {
            assertEquals(200, node.changes());
        }
        double copies = (copies() - before) / 100.0 / 8;
        assertTrue(copies < 1.3, copies + " copies of a change for each node");
    }

    /** Whichever of them answers first, and whichever was asked to push. */
    @RepeatedTest(40)
    void whoComesBackToSeveralPeersTakesFromOneOnly(RepetitionInfo info) {
        random.setSeed(info.getCurrentRepetition());
        lag = 4;
        nodes(4);
        MemoryNode away = nodes.get(3);
        away.write(50);
        nodes.get(0).write(200);
        nodes.get(0).copyTo(nodes.get(1));
        nodes.get(0).copyTo(nodes.get(2));
        for (int i = 0; i < 3; i++) {
            // By turns it dials and is dialled.
            boolean dials = (info.getCurrentRepetition() >> i & 1) == 0;
            MemoryNode peer = nodes.get(i);
            links.add(new Link(dials ? away : peer, dials ? peer : away, i, nowMs));
        }
        run(400);
        assertEquals(250, away.changes());
        assertEquals(250, nodes.get(2).changes());
        long twice = away.sessions.stream().mapToLong(s -> s.progress().duplicates()).sum();
        assertEquals(0, twice, "changes that came again");
    }

    @Test
    void aLineOfNodesPassesNewsOn() {
        nodes(4);
        for (int i = 0; i < 3; i++) {
            links.add(new Link(nodes.get(i), nodes.get(i + 1), i, nowMs));
        }
        run(10);
        nodes.get(0).write(1);
        run(100);
        assertEquals(1, nodes.get(3).changes());
    }

    @Test
    void aPullThatStallsIsTakenOverByAnotherLink() {
        nodes(3);
        MemoryNode newcomer = nodes.get(2);
        nodes.get(0).write(3_000);
        nodes.get(0).copyTo(nodes.get(1));
        links.add(new Link(nodes.get(0), newcomer, 1, nowMs));
        Link stalled = links.getFirst();
        while (stalled.bytes(Frames.WANT) == 0) {
            step();
        }
        // Nothing comes over the first link from here on, and it stays open.
        links.clear();
        links.add(new Link(nodes.get(1), newcomer, 2, nowMs));
        run(100);
        assertEquals(0, newcomer.changes());
        nowMs += 5_000;
        newcomer.sessions.forEach(session -> session.tick(nowMs));
        run(20);
        assertEquals(3_000, newcomer.changes());
    }

    @Test
    void aSmallMeshLinksAllALargeOneFiveEach() {
        TreeSet<DeviceId> known = new TreeSet<>();
        for (int i = 0; i < 12; i++) {
            known.add(Scribe.device(i));
        }
        assertEquals(12, Topology.dial(known, new TreeSet<>(), new TreeSet<>(), random).size());
        known.add(Scribe.device(12));
        assertFalse(Topology.fullMesh(known.size()));
        List<DeviceId> five = Topology.dial(known, new TreeSet<>(), new TreeSet<>(), random);
        assertEquals(5, new TreeSet<>(five).size());
        TreeSet<DeviceId> linked = new TreeSet<>(five);
        assertEquals(List.of(), Topology.dial(known, linked, linked, random));
        TreeSet<DeviceId> one = new TreeSet<>(five.subList(0, 1));
        List<DeviceId> more = Topology.dial(known, linked, one, random);
        assertEquals(4, more.size());
        assertTrue(more.stream().noneMatch(linked::contains));
        assertTrue(known.contains(Topology.probe(known, random)));
    }

    @Test
    void fiveRandomLinksConnectAMeshOf30EvenWithAThirdGone() {
        for (int draw = 0; draw < 200; draw++) {
            nodes.clear();
            links.clear();
            nodes(30);
            linkAll();
            TreeSet<Integer> seen = new TreeSet<>();
            List<Integer> open = new ArrayList<>(List.of(0));
            while (!open.isEmpty()) {
                int at = open.removeLast();
                if (at < 20 && seen.add(at)) {
                    for (Link link : links) {
                        int from = nodes.indexOf(link.dialler);
                        int to = nodes.indexOf(link.accepter);
                        if (from == at) {
                            open.add(to);
                        } else if (to == at) {
                            open.add(from);
                        }
                    }
                }
            }
            assertEquals(20, seen.size());
        }
    }

    @Test
    void backOffDoublesTo8sAndStartsAgain() {
        Backoff backoff = new Backoff();
        long step = 100;
        for (int i = 0; i < 40; i++) {
            long delay = backoff.nextMs(random);
            assertTrue(delay >= step / 2 && delay <= step, delay + " ms at " + step);
            step = Math.min(8_000, step * 2);
        }
        assertEquals(40, backoff.failures());
        backoff.succeeded();
        assertTrue(backoff.nextMs(random) <= 100);
    }
}
