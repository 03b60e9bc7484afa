package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sockets that break at any frame, disks that lag, forks: when it calms down all nodes have all
 * changes. Everything follows from the seed.
 */
@Tag("H-20")
@Tag("H-21")
class ConvergenceTest {
    private static final int SEEDS = Integer.getInteger("musher.sync.seeds", 60);

    /** Nodes, links between them, and a clock; the mesh does one random thing at a time. */
    private static final class Mesh {
        private final Random random;
        private final List<MemoryNode> nodes = new ArrayList<>();
        private final List<Link> links = new ArrayList<>();
        private long nowMs;
        private int nonces;

        Mesh(long seed, int size, SyncLimits limits) {
            random = new Random(seed);
            for (int i = 0; i < size; i++) {
                nodes.add(new MemoryNode(i + 1, limits));
            }
            MemoryNode.acquaint(nodes.toArray(MemoryNode[]::new));
        }

        void linkSomebody() {
            MemoryNode a = nodes.get(random.nextInt(nodes.size()));
            MemoryNode b = nodes.get(random.nextInt(nodes.size()));
            if (a != b && !linked(a, b)) {
                links.add(new Link(a, b, nonces++, nowMs));
            }
        }

        private boolean linked(MemoryNode a, MemoryNode b) {
            return links.stream()
                    .anyMatch(l ->
                            (l.dialler == a && l.accepter == b)
                                    || (l.dialler == b && l.accepter == a));
        }

        void act() {
            nowMs += random.nextInt(30);
            switch (random.nextInt(16)) {
                case 0 -> linkSomebody();
                case 1 -> {
                    if (random.nextInt(4) == 0 && !links.isEmpty()) {
                        links.remove(random.nextInt(links.size())).cut();
                    }
                }
                case 2 -> any().write(1 + random.nextInt(5));
                case 3 -> any().commit();
                case 4 -> {
                    if (!any().sessions.isEmpty()) {
                        any().sessions.forEach(PeerSession::probe);
                    }
                }
                case 5 -> fork();
                default -> {
                    if (!links.isEmpty()) {
                        Link link = links.get(random.nextInt(links.size()));
                        boolean side = random.nextBoolean();
                        link.flushOne(side, nowMs);
                        link.deliverOne(random.nextBoolean(), nowMs);
                    }
                }
            }
            links.removeIf(link -> !link.isOpen());
        }

        /** A device goes on from an older change of its own, as after a careless restore. */
        private void fork() {
            MemoryNode node = any();
            if (random.nextInt(6) == 0 && node.scribe.last() != null) {
                node.scribe.goOnFrom(node.ancestor(node.scribe.last(), random.nextInt(6)));
                node.write(1 + random.nextInt(3));
            }
        }

        private MemoryNode any() {
            return nodes.get(random.nextInt(nodes.size()));
        }

        /** No more faults: all to all, until a round of probes says nothing new. */
        void settle() {
            for (MemoryNode a : nodes) {
                for (MemoryNode b : nodes) {
                    if (a != b && !linked(a, b)) {
                        links.add(new Link(a, b, nonces++, nowMs));
                    }
                }
            }
            for (int round = 0; round < 6; round++) {
                calm();
                nowMs += 10_000;
                for (MemoryNode node : nodes) {
                    for (PeerSession session : List.copyOf(node.sessions)) {
                        node.handle(session, session.tick(nowMs));
                        session.probe();
                    }
                }
            }
            calm();
        }

        private void calm() {
            int quiet = 0;
            for (int i = 0; quiet < 3; i++) {
                assertTrue(i < 5_000, "frames without end");
                boolean busy = false;
                for (Link link : links) {
                    busy |= link.flush(nowMs);
                    busy |= link.deliver(nowMs);
                }
                for (MemoryNode node : nodes) {
                    busy |= node.mustCommit();
                    node.commit();
                }
                nowMs += 100;
                quiet = busy ? 0 : quiet + 1;
            }
        }

        void assertEqual() {
            List<SessionEvent.Ended> faults =
                    nodes.stream()
                            .flatMap(n -> n.events(SessionEvent.Ended.class).stream())
                            .filter(e -> e.refusal() != Refusal.GOING)
                            .toList();
            assertEquals(List.of(), faults);
            for (MemoryNode node : nodes) {
                assertEquals(0, node.parked());
                assertEquals(nodes.getFirst().changes(), node.changes());
                assertEquals(nodes.getFirst().status(), node.status());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void afterAnyFaultsAllHaveEverything(int size) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Mesh mesh = new Mesh(seed, size, SyncLimits.DEFAULT);
            for (int i = 0; i < 600; i++) {
                mesh.act();
            }
            mesh.settle();
            mesh.assertEqual();
        }
    }

    @Test
    void theSameWhereNothingIsPushed() {
        SyncLimits pullsOnly = new SyncLimits(2 << 20, 0, 50, 5_000, 60_000, 5_000);
        for (int seed = 0; seed < SEEDS; seed++) {
            Mesh mesh = new Mesh(seed, 3, pullsOnly);
            for (int i = 0; i < 600; i++) {
                mesh.act();
            }
            mesh.settle();
            mesh.assertEqual();
        }
    }
}
