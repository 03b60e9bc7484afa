package dev.musher.crdt.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Malformed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The laws of an item over random logs: what several devices wrote, in every order. {@code
 * -Dmusher.tries} runs more or fewer.
 */
class ItemSeedsTest {

    private static final int SEEDS = Integer.getInteger("musher.tries", 4_000);

    /** Fewer where every step of a log is folded from scratch. */
    private static final int STEPPED_SEEDS = Integer.getInteger("musher.tries", 1_500);

    private static RandomLog log(int seed) {
        return new RandomLog(seed, 2 + seed % 40);
    }

    @Test
    @Tag("T-A3")
    @Tag("M-03")
    void theFoldIsTheModels() {
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomLog random = log(seed);
            List<Logged> log = random.log(random.entries);
            assertEquals(
                    ItemOracle.of(log), ItemOracle.of(Item.fold(random.key, log)), "seed " + seed);
        }
    }

    @Test
    @Tag("T-A3")
    void orderAndRepetitionOfTheLogDoNotMatter() {
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomLog random = log(seed);
            List<Logged> log = random.log(random.entries);
            List<Logged> twice = new ArrayList<>(log);
            twice.addAll(log);
            Collections.shuffle(twice, new Random(seed));
            Item once = Item.fold(random.key, log);
            Item again = Item.fold(random.key, twice);
            assertArrayEquals(row(once), row(again), "seed " + seed);
        }
    }

    @Test
    @Tag("T-A3")
    @Tag("T-A10")
    void oneOpMoreGivesWhatTheWholeLogGives() {
        int quick = 0;
        int slow = 0;
        for (int seed = 0; seed < STEPPED_SEEDS; seed++) {
            RandomLog random = log(seed);
            List<RandomLog.Entry> order = random.order(new Random(seed));
            Item item = null;
            for (int n = 1; n <= order.size(); n++) {
                List<Logged> log = random.log(order.subList(0, n));
                Item whole = Item.fold(random.key, log);
                Logged last = log.getLast();
                if (item != null && item.canApply(last)) {
                    quick++;
                    item = item.apply(last);
                    assertEquals(
                            ItemOracle.of(log), ItemOracle.of(item), "seed " + seed + " at " + n);
                    assertArrayEquals(row(whole), row(item), "seed " + seed + " at " + n);
                    assertEquals(whole.hasVoid(), item.hasVoid());
                } else {
                    slow++;
                    item = whole;
                }
            }
        }
        assertTrue(quick > slow * 3, quick + " applied, " + slow + " folded");
    }

    @Test
    void aRowReadsBackAndIsTheOnlyOne() {
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomLog random = log(seed);
            Item item = Item.fold(random.key, random.log(random.entries));
            if (item != null) {
                Item read = Item.read(random.key, item.row());
                assertArrayEquals(item.row(), read.row(), "seed " + seed);
                assertEquals(ItemOracle.of(item), ItemOracle.of(read));
                assertEquals(item.birth(), read.birth());
                assertEquals(item.updatedWallMs(), read.updatedWallMs());
                Item stored = Item.readStored(random.key, item.stored());
                assertEquals(item.hasVoid(), stored.hasVoid());
                assertEquals(item.version(), stored.version());
            }
        }
    }

    @Test
    void aDamagedRowIsRefusedOrIsAnotherItem() {
        int refused = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomLog random = log(seed);
            Item item = Item.fold(random.key, random.log(random.entries));
            Random damage = new Random(seed);
            for (int i = 0; item != null && i < 20; i++) {
                byte[] row = item.row();
                row[damage.nextInt(row.length)] ^= (byte) (1 << damage.nextInt(8));
                if (damage.nextInt(4) == 0) {
                    row = Arrays.copyOf(row, damage.nextInt(row.length + 5));
                }
                try {
                    assertArrayEquals(
                            row, Item.read(random.key, row).row(), "one form for one state");
                } catch (Malformed e) {
                    refused++;
                }
            }
        }
        assertTrue(refused > SEEDS, "refused " + refused);
    }

    private static byte[] row(Item item) {
        return item == null ? new byte[0] : item.row();
    }
}
