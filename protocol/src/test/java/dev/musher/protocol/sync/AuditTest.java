package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Octets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same changes gave two states: the items are found and named at both sides. */
@Tag("M-06")
class AuditTest {
    private final MemoryNode a = new MemoryNode(1);
    private final MemoryNode b = new MemoryNode(2);

    @Test
    void aDifferenceIsAnAlarmThatNamesTheItemOnBothSides() {
        List<ItemKey> items = items(1_000);
        Map<ItemKey, Integer> rows = rows(items);
        fill(a, rows);
        rows.put(items.get(17), 99);
        rows.put(items.get(700), 99);
        fill(b, rows);
        connect();
        List<ItemKey> differ = sorted(items.get(17), items.get(700));
        SessionEvent.Differences expected = new SessionEvent.Differences(differ, true);
        assertEquals(List.of(expected), a.events(SessionEvent.Differences.class));
        assertEquals(List.of(expected), b.events(SessionEvent.Differences.class));
        assertEquals(1, a.events(SessionEvent.StatesDiffer.class).size());
        assertEquals(1, b.events(SessionEvent.StatesDiffer.class).size());
    }

    @Test
    void anItemThatOneSideLacksIsNamed() {
        List<ItemKey> items = items(300);
        Map<ItemKey, Integer> rows = rows(items);
        rows.remove(items.get(5));
        fill(a, rows);
        rows.put(items.get(5), 1);
        rows.remove(items.get(6));
        fill(b, rows);
        connect();
        List<ItemKey> named = a.events(SessionEvent.Differences.class).getFirst().items();
        assertTrue(named.containsAll(List.of(items.get(5), items.get(6))), named::toString);
        assertTrue(named.size() < 10, named::toString);
    }

    @Test
    void equalRowsMeanTheMembershipDiffers() {
        fill(a, rows(items(50)));
        fill(b, rows(items(50)));
        connect();
        assertEquals(
                new SessionEvent.Differences(List.of(), true),
                b.events(SessionEvent.Differences.class).getFirst());
    }

    @Test
    void moreThanCanBeNamedIsMarkedIncomplete() {
        List<ItemKey> items = items(2_000);
        Map<ItemKey, Integer> rows = rows(items);
        fill(a, rows);
        rows.replaceAll((item, row) -> 99);
        fill(b, rows);
        connect();
        SessionEvent.Differences found = b.events(SessionEvent.Differences.class).getFirst();
        assertFalse(found.complete());
        assertEquals(Frames.DIFFERENT_ITEMS, found.items().size());
    }

    @Test
    void nodesOfOtherRulesOrStillSettlingCompareNoStates() {
        ChangeId heads = ChangeId.ZERO;
        ChangeId one = ChangeId.hash(new byte[] {1}, 0, 1);
        ChangeId two = ChangeId.hash(new byte[] {2}, 0, 1);
        assertTrue(new Status(heads, one, 1).contradicts(new Status(heads, two, 1)));
        assertFalse(new Status(heads, one, 1).contradicts(new Status(heads, two, 2)));
        assertFalse(new Status(heads, one, 1).contradicts(new Status(heads, null, 1)));
        assertFalse(new Status(heads, null, 1).contradicts(new Status(heads, two, 1)));
        assertFalse(new Status(one, one, 1).contradicts(new Status(two, two, 1)));
    }

    @Test
    @Tag("T-D11")
    void aPeerThatInventsDifferencesWithoutEndIsBounded() {
        fill(a, rows(items(100)));
        Audit audit = new Audit(a);
        Random random = new Random(1);
        int rounds = 0;
        long bytes = 0;
        for (Frame.TrieAsk ask = audit.ask(0); ask != null; ask = audit.ask(0)) {
            List<TrieNode> nodes = new ArrayList<>();
            for (Octets path : ask.paths()) {
                nodes.add(path.length() < Frames.TRIE_DEPTH ? lie(random) : null);
            }
            Frame.TrieTell tell = new Frame.TrieTell(nodes);
            bytes = Math.max(bytes, FrameCodec.write(tell).length);
            audit.tell(tell);
            rounds++;
        }
        assertTrue(audit.isDone());
        assertTrue(rounds <= 64, rounds + " rounds");
        assertTrue(bytes <= 4 << 20, bytes + " bytes a round");
        assertFalse(audit.found().complete());
    }

    @Test
    @Tag("T-D11")
    void aPeerThatDoesNotAnswerEndsTheLinkAndNotTheAudits() {
        List<ItemKey> items = items(10);
        Map<ItemKey, Integer> rows = rows(items);
        fill(a, rows);
        rows.put(items.get(3), 99);
        fill(b, rows);
        MemoryNode.acquaint(a, b);
        a.write(3);
        a.copyTo(b);
        b.corrupt((byte) 7);
        Link link = new Link(a, b, 1, 0);
        byte[] nothing = {(byte) 0x81, 0x18, (byte) 0xc8};
        link.toTheDialler = frame -> Link.kind(frame) == Frames.TRIE_TELL ? nothing : frame;
        for (int i = 0; i < 10; i++) {
            link.flush(0);
            link.deliver(0);
        }
        assertTrue(link.isOpen());
        a.handle(link.out, link.out.tick(SyncLimits.DEFAULT.stallMs()));
        assertEquals(
                Refusal.SLOW, a.events(SessionEvent.Ended.class).getFirst().refusal(), "waited");
    }

    @Test
    @Tag("T-D11")
    void anAnswerThatDoesNotFitIsMalformed() {
        Audit audit = new Audit(a);
        audit.ask(0);
        Frame.TrieTell two = new Frame.TrieTell(java.util.Arrays.asList(null, null));
        org.junit.jupiter.api.Assertions.assertThrows(Malformed.class, () -> audit.tell(two));
    }

    private static TrieNode lie(Random random) {
        SortedMap<Integer, ChangeId> children = new TreeMap<>();
        for (int nibble = 0; nibble < 16; nibble++) {
            byte[] hash = new byte[32];
            random.nextBytes(hash);
            children.put(nibble, ChangeId.of(hash));
        }
        return TrieNode.branch(children);
    }

    private void connect() {
        MemoryNode.acquaint(a, b);
        a.write(3);
        a.copyTo(b);
        b.corrupt((byte) 7);
        Link link = new Link(a, b, 1, 0);
        for (int i = 0; i < 100; i++) {
            link.flush(0);
            link.deliver(0);
        }
        assertTrue(link.isOpen());
    }

    private static List<ItemKey> items(int count) {
        Random random = new Random(5);
        List<ItemKey> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(new ItemKey(random.nextLong(), random.nextLong()));
        }
        return items;
    }

    private static Map<ItemKey, Integer> rows(List<ItemKey> items) {
        Map<ItemKey, Integer> rows = new HashMap<>();
        items.forEach(item -> rows.put(item, 1));
        return rows;
    }

    private static List<ItemKey> sorted(ItemKey... items) {
        return java.util.Arrays.stream(items).sorted().toList();
    }

    private static void fill(MemoryNode node, Map<ItemKey, Integer> rows) {
        node.trie.clear();
        List<ItemKey> sorted = rows.keySet().stream().sorted().toList();
        if (!sorted.isEmpty()) {
            build(node, new ArrayList<>(), sorted, rows);
        }
    }

    /** A trie as the state has it: a leaf as high as only one item is below. */
    private static ChangeId build(
            MemoryNode node, List<Byte> path, List<ItemKey> items, Map<ItemKey, Integer> rows) {
        if (items.size() == 1) {
            ItemKey item = items.getFirst();
            node.trie.put(List.copyOf(path), TrieNode.leaf(item));
            byte[] row = ByteBuffer.allocate(20).put(item.bytes()).putInt(rows.get(item)).array();
            return ChangeId.hash(row, 0, row.length);
        }
        Map<Integer, List<ItemKey>> byNibble = new TreeMap<>();
        for (ItemKey item : items) {
            int b = item.bytes()[path.size() / 2];
            int nibble = path.size() % 2 == 0 ? (b >> 4) & 15 : b & 15;
            byNibble.computeIfAbsent(nibble, k -> new ArrayList<>()).add(item);
        }
        SortedMap<Integer, ChangeId> children = new TreeMap<>();
        byNibble.forEach((nibble, below) -> {
            List<Byte> longer = new ArrayList<>(path);
            longer.add(nibble.byteValue());
            children.put(nibble, build(node, longer, below, rows));
        });
        node.trie.put(List.copyOf(path), TrieNode.branch(children));
        ByteBuffer all = ByteBuffer.allocate(children.size() * 33);
        children.forEach((nibble, hash) -> all.put(nibble.byteValue()).put(hash.bytes()));
        return ChangeId.hash(all.array(), 0, all.capacity());
    }
}
