package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Role;
import dev.musher.node.store.Table;
import dev.musher.node.verify.Verification;
import dev.musher.protocol.crypto.KeyedHashVerifier;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cut that voids more than is folded at once: piece by piece, while the node goes on. */
class SettlingTest {

    private static final int ITEMS = 12;

    private final World world = new World();
    private World.Node founder;
    private World.Node b;
    private World.Node c;

    /** {@code b} writes what is about to be voided; {@code c} folds it again at once. */
    @BeforeEach
    void found() {
        founder = world.founder();
        b = world.joiner(founder, "10.0.0.2:1", Role.MEMBER);
        c = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        founder.does(World.create("the founder's"));
        for (int i = 0; i < ITEMS; i++) {
            b.does(World.create("item " + i));
            b.does(World.rename("" + (i + 2), "again " + i, null));
        }
        world.pass(5_000);
        b.kill();
        founder.kill();
        reopen();
        world.pass(5_000);
        assertEquals(ITEMS + 1, founder.shown().items().size());
    }

    private void reopen() {
        founder.open(Setup.joining("founder", "stamp", null).foldingAtOnce(4));
    }

    /** The founder cuts {@code b} at nothing; its first piece is on the way to the disk. */
    private void cut() {
        founder.holdCommits = true;
        founder.submit(null, new Command.Revoke(b.device(), List.of()));
        step();
    }

    private void step() {
        while (founder.step()) {
            // until nothing is left but the commit that is held
        }
    }

    /** One batch comes to disk; the next leaves. */
    private void release() {
        founder.release();
        founder.holdCommits = true;
        step();
    }

    @Test
    @Tag("M-04")
    void itAnswersAndWritesMeanwhileAndSaysSo() {
        String before = founder.shown().digest();
        cut();
        release();
        Published shown = founder.shown();
        assertTrue(shown.settling() > 0);
        assertEquals("", shown.digest());
        NodeHealth.Problem problem = shown.health().problems().getFirst();
        assertEquals("settling", problem.code());
        assertTrue(problem.text().contains("" + shown.settling()), problem.text());
        assertEquals(NodeHealth.State.READY, shown.health().state());
        long ticket = founder.submit(null, World.create("meanwhile"));
        release();
        release();
        assertInstanceOf(Outcome.Done.class, founder.replies.get(ticket).getFirst());
        long left = founder.shown().settling();
        assertTrue(left > 0 && left < shown.settling(), shown.settling() + " then " + left);
        int batches = 0;
        while (founder.held != null) {
            release();
            batches++;
        }
        assertTrue(batches > ITEMS, "batches: " + batches);
        founder.holdCommits = false;
        world.pass(20_000);
        Published after = founder.shown();
        assertEquals(0, after.settling());
        assertEquals(List.of(), after.health().problems());
        assertEquals(2, after.items().size());
        assertNotEquals(before, after.digest());
        assertEquals(c.shown().digest(), after.digest());
        assertNull(founder.store.get(Table.META, MetaKeys.SETTLING));
        assertNull(founder.store.get(Table.META, MetaKeys.SETTLED));
        assertFalse(
                founder.log.stream().anyMatch(e -> e instanceof Effect.Alarm), "no false alarm");
    }

    @Test
    @Tag("M-04")
    @Tag("T-A10")
    void aKillBetweenAnyTwoPiecesResumes() throws Exception {
        cut();
        int kills = 0;
        while (founder.held != null) {
            release();
            if (founder.held == null) {
                break;
            }
            // What is held never comes to disk.
            founder.kill();
            founder.held = null;
            founder.holdCommits = false;
            assertNotNull(founder.store.get(Table.META, MetaKeys.SETTLING));
            assertEquals(
                    List.of(),
                    Verification.ofStore(
                                    founder.store,
                                    () -> new KeyedHashVerifier(new byte[32]),
                                    read -> {})
                            .problems(),
                    "rows that are still to be folded are no damage");
            founder.holdCommits = true;
            reopen();
            step();
            assertTrue(founder.shown().settling() > 0, "it says so again");
            // As far as the next item: what is read to find them is read again after a start.
            byte[] upTo = founder.store.get(Table.META, MetaKeys.SETTLED);
            while (founder.held != null
                    && Arrays.equals(upTo, founder.store.get(Table.META, MetaKeys.SETTLED))) {
                release();
            }
            kills++;
            assertTrue(kills < 1_000, "it ends");
        }
        assertTrue(kills >= ITEMS / 4, "kills: " + kills);
        founder.holdCommits = false;
        world.pass(20_000);
        assertEquals(0, founder.shown().settling());
        assertEquals(c.shown().digest(), founder.shown().digest());
        assertEquals(1, founder.shown().items().size());
    }

    @Test
    void nothingThatSpeaksOfTheWholeStateIsDoneMeanwhile() {
        cut();
        release();
        founder.give(new Input.Checkpoint(900, World.USER, List.of()));
        founder.give(new Input.Compact(901, false, 0, 0, 0));
        step();
        assertEquals(Code.UNAVAILABLE.word(), founder.answers.get(900L).code());
        assertEquals(Code.UNAVAILABLE.word(), founder.answers.get(901L).code());
        assertTrue(founder.answers.get(900L).text().contains("settling"));
        founder.release();
        founder.holdCommits = false;
        world.pass(5_000);
        Effect.Answer answer =
                founder.asks(
                        ticket -> new Input.Checkpoint(ticket, new Actor.User("ann"), List.of()));
        assertEquals("", answer.code());
    }

    /** What comes in the middle, another cut among it, ends where one fold does. */
    @Test
    @Tag("M-04")
    void anotherCutInTheMiddleIsFoldedToo() {
        World.Node d = world.joiner(c, "10.0.0.4:1", Role.MEMBER);
        for (int i = 0; i < ITEMS; i++) {
            d.does(World.rename("" + (i + 2), "by d " + i, null));
        }
        world.pass(5_000);
        cut();
        for (int i = 0; i < 8; i++) {
            release();
        }
        long left = founder.shown().settling();
        founder.submit(null, new Command.Revoke(d.device(), List.of()));
        release();
        release();
        assertTrue(founder.shown().settling() > left, "more is left than before");
        founder.release();
        founder.holdCommits = false;
        world.pass(20_000);
        assertEquals(0, founder.shown().settling());
        assertEquals(c.shown().digest(), founder.shown().digest());
        assertEquals(1, founder.shown().items().size());
    }
}
