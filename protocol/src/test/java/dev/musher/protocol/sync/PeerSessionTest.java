package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PeerSessionTest {
    @Test
    void twoNodesBecomeEqual() {
        MemoryNode a = new MemoryNode(1);
        MemoryNode b = new MemoryNode(2);
        MemoryNode.acquaint(a, b);
        a.write(10);
        b.write(20);
        Link link = new Link(a, b, 1, 0);
        long now = 0;
        for (int i = 0; i < 20; i++) {
            link.flush(now);
            link.deliver(now);
            a.commit();
            b.commit();
        }
        assertEquals(30, a.changes());
        assertEquals(30, b.changes());
        assertTrue(a.status().sameHeads(b.status()));
    }
}
