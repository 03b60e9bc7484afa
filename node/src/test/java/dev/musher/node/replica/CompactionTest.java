package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Dropping replaced texts: what may go, what stays, and that nobody can tell by the state. */
@Tag("H-20")
class CompactionTest {

    private static final long DAY_MS = 86_400_000L;
    private static final long IDLE_MS = 30 * DAY_MS;

    private final World world = new World();
    private final World.Node a = world.founder();

    private static Command.Edit body(String ref, String text) {
        return new Command.Edit(
                ref,
                new TreeMap<>(Map.of(Field.BODY, new Value.Text(text.repeat(50)))),
                new TreeMap<>(),
                null);
    }

    /** An item with some bodies, the last of which is shown; closed. */
    private ItemKey closed(World.Node on) {
        ItemKey key = open(on);
        done(on.does(move(key, Event.DONE)));
        return key;
    }

    private ItemKey open(World.Node on) {
        ItemKey key = Objects.requireNonNull(done(on.does(World.create("x"))).key());
        for (String text : List.of("first ", "second ", "third ")) {
            done(on.does(body(key.text(), text)));
        }
        return key;
    }

    private static Command move(ItemKey key, Event event) {
        return new Command.Act(key.text(), event, "", new TreeMap<>(), null);
    }

    private static Outcome.Done done(List<Outcome> outcomes) {
        return assertInstanceOf(Outcome.Done.class, outcomes.getFirst());
    }

    private static String checkpoint(World.Node on) {
        Effect.Answer answer =
                on.asks(ticket -> new Input.Checkpoint(ticket, World.USER, on.queries.replaced()));
        assertEquals("", answer.code(), answer.text());
        return answer.text();
    }

    private static String compact(World.Node on) {
        return compact(on, false, 0);
    }

    private static String compact(World.Node on, boolean dryRun, long keepMs) {
        return on.asks(ticket -> new Input.Compact(ticket, dryRun, IDLE_MS, keepMs, 0)).text();
    }

    private static long outlines(World.Node on) {
        return Replica.exported(on.store, 0, 10_000).stream()
                .filter(signed -> signed.change().isOutline())
                .count();
    }

    private static String text(World.Node on, ItemKey key) {
        Ref ref = Objects.requireNonNull(item(on, key).body().top()).ref();
        Change change = Objects.requireNonNull(on.queries.change(ref.change()));
        Op.SetField op = assertInstanceOf(Op.SetField.class, change.op(ref.index()));
        return op.value() instanceof Value.Text t ? t.text() : String.valueOf(op.value());
    }

    private static Item item(World.Node on, ItemKey key) {
        return Objects.requireNonNull(on.shown().items().get(key));
    }

    private void reopen(World.Node node) {
        node.open(Setup.founding("again", "stamp", "demo", World.recovery()));
        world.settle();
    }

    @Test
    @Tag("M-16")
    @Tag("T-A6")
    void replacedTextsOfClosedItemsGoAndNothingElse() {
        ItemKey key = closed(a);
        ItemKey other = open(a);
        world.pass(1_000);
        Object digest = present(a.shown().digest());
        assertTrue(checkpoint(a).contains("\"outlines\":2"), "two of three are replaced");
        assertTrue(compact(a, true, 0).startsWith("{\"dropped\":2,"), "what would go");
        assertEquals(0, outlines(a), "a dry run drops nothing");
        assertTrue(compact(a).startsWith("{\"dropped\":2,"));
        assertEquals(2, outlines(a));
        world.pass(1_000);
        assertEquals(digest, a.shown().digest());
        assertEquals("third ".repeat(50), text(a, key));
        assertEquals("third ".repeat(50), text(a, other));
        assertTrue(compact(a).contains("\"dropped_before\":2"));
        a.kill();
        reopen(a);
        world.pass(1_000);
        assertEquals(digest, a.shown().digest());
        assertEquals(2, outlines(a));
    }

    private static Object present(Object value) {
        assertNotNull(value);
        return value;
    }

    @Test
    void whatIsReopenedMeanwhileKeepsItsTexts() {
        ItemKey key = closed(a);
        checkpoint(a);
        done(a.does(move(key, Event.REOPEN)));
        assertTrue(compact(a).contains("\"open\":2"));
        assertEquals(0, outlines(a));
    }

    @Test
    @Tag("T-A6")
    void aDamagedRowDropsNothingThatIsShown() {
        ItemKey key = closed(a);
        byte[] before = Objects.requireNonNull(a.store.get(Table.ITEMS, key.bytes()));
        done(a.does(body(key.text(), "fourth ")));
        Ref shown = Objects.requireNonNull(item(a, key).body().top()).ref();
        a.kill();
        // The row as it was: by that the third text is shown and the fourth is not.
        a.store.commit(new Batch().put(Table.ITEMS, key.bytes(), before));
        reopen(a);

        checkpoint(a);
        compact(a);

        Change fourth = Objects.requireNonNull(a.queries.change(shown.change()));
        assertFalse(fourth.isOutline(), fourth.toString());
        assertEquals(2, outlines(a));
    }

    @Test
    void textsAreKeptForAWhile() {
        closed(a);
        checkpoint(a);
        assertTrue(compact(a, false, DAY_MS).contains("\"young\":2"));
        world.wallMs += 2 * DAY_MS;
        assertTrue(compact(a, false, DAY_MS).startsWith("{\"dropped\":2,"));
    }

    @Test
    @Tag("M-16")
    void nothingGoesBeforeEveryActiveMemberHasAcknowledged() {
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        done(b.does(World.create("by b")));
        closed(a);
        world.pass(1_000);
        checkpoint(a);
        assertTrue(compact(a).contains("\"not_acknowledged\":2"));
        world.pass(1_000);
        String listed = a.asks(ticket -> new Input.ListCheckpoints(ticket, IDLE_MS)).text();
        assertTrue(listed.contains(b.device().hex()), listed);
        done(b.does(World.create("after it")));
        world.pass(1_000);
        assertTrue(compact(a).startsWith("{\"dropped\":2,"));
        assertTrue(compact(b).startsWith("{\"dropped\":2,"));
    }

    @Test
    @Tag("M-16")
    void whoCompactsAcknowledgesByThat() {
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        done(b.does(World.create("by b")));
        closed(a);
        world.pass(1_000);
        checkpoint(a);
        world.pass(1_000);
        long changes = b.shown().changes();
        assertTrue(compact(b, true, 0).contains("\"not_acknowledged\":2"));
        assertEquals(changes, b.shown().changes(), "a dry run writes nothing");
        assertTrue(compact(b).startsWith("{\"dropped\":2,"));
        world.pass(1_000);
        assertEquals(changes + 1, a.shown().changes());
        assertTrue(compact(a).startsWith("{\"dropped\":2,"));
    }

    /** Idle members do not block for ever, and a revoked one not at all. */
    @Test
    @Tag("M-16")
    void whoIsAwayIsWaitedForAMonth() {
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        done(b.does(World.create("by b")));
        world.pass(1_000);
        b.kill();
        closed(a);
        checkpoint(a);
        assertTrue(compact(a).contains("\"not_acknowledged\":2"));
        world.wallMs += 31 * DAY_MS;
        assertTrue(compact(a).startsWith("{\"dropped\":2,"));
    }

    @Test
    void onlyAnOwnerWritesCheckpoints() {
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        Effect.Answer answer =
                b.asks(ticket -> new Input.Checkpoint(ticket, World.USER, List.of()));
        assertEquals("not_allowed", answer.code());
    }

    @Test
    @Tag("M-16")
    @Tag("T-A6")
    @Tag("T-A12")
    void aNewcomerOfCompactedNodesReachesTheStateOfAFullReplay() {
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        ItemKey key = closed(a);
        closed(b);
        world.pass(1_000);
        checkpoint(a);
        world.pass(1_000);
        done(b.does(World.create("acknowledges")));
        world.pass(1_000);
        assertTrue(compact(a).startsWith("{\"dropped\":4,"));
        assertTrue(compact(b).startsWith("{\"dropped\":4,"));
        World.Node c = world.joiner(b, "10.0.0.3:1", Role.MEMBER);
        done(a.does(World.create("meanwhile")));
        world.pass(12_000);
        assertEquals(4, outlines(c));
        assertEquals(a.shown().digest(), c.shown().digest());
        assertEquals(a.shown().changes(), c.shown().changes());
        assertEquals("third ".repeat(50), text(c, key));
        // It serves the next as well.
        a.kill();
        b.kill();
        World.Node d = world.joiner(c, "10.0.0.4:1", Role.MEMBER);
        world.pass(12_000);
        assertEquals(c.shown().digest(), d.shown().digest());
    }

    /** Nothing of what a device did while it was away is lost, and it catches up. */
    @Test
    @Tag("T-A7")
    @Tag("M-16")
    void aDeviceThatComesBackAfterAMonthKeepsItsWork() {
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        ItemKey key = closed(a);
        world.pass(1_000);
        assertEquals(a.shown().digest(), b.shown().digest());
        List.copyOf(world.links.keySet()).forEach(world::cut);
        b.asks(ticket -> new Input.Offline(ticket, true));
        // Written apart: against a text that is about to be dropped, and on an item of its own.
        done(b.does(body(key.text(), "by b ")));
        ItemKey own = open(b);
        done(a.does(body(key.text(), "fourth ")));
        closed(a);
        world.wallMs += 31 * DAY_MS;
        checkpoint(a);
        String compacted = compact(a);
        assertTrue(compacted.startsWith("{\"dropped\":5,"), compacted);
        b.asks(ticket -> new Input.Offline(ticket, false));
        world.pass(20_000);
        assertEquals(a.shown().digest(), b.shown().digest());
        assertEquals(a.shown().changes(), b.shown().changes());
        assertEquals("third ".repeat(50), text(a, own));
        assertEquals(2, item(a, key).body().heads().size(), "both texts stand side by side");
        assertTrue(outlines(b) > 0, "what it lacked came as outlines");
        assertTrue(outlines(b) < outlines(a), "what it had it keeps");
    }

    /** A cut that reaches below a checkpoint gives one state to all, and says what is gone. */
    @Test
    @Tag("T-D2")
    void aCutBelowACheckpointIsJudgedAlikeByAll() {
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        ItemKey key = Objects.requireNonNull(done(a.does(World.create("x"))).key());
        done(a.does(body(key.text(), "by a ")));
        world.pass(1_000);
        done(b.does(body(key.text(), "by b ")));
        world.pass(1_000);
        done(a.does(move(key, Event.DONE)));
        checkpoint(a);
        world.pass(1_000);
        done(b.does(World.create("acknowledges")));
        world.pass(1_000);
        assertTrue(compact(a).startsWith("{\"dropped\":1,"));
        // All of b is void: what it replaced is shown again.
        done(a.does(new Command.Revoke(b.device(), List.of())));
        world.pass(1_000);
        assertTrue(text(a, key).startsWith("Dropped["), text(a, key));
        World.Node c = world.joiner(a, "10.0.0.3:1", Role.MEMBER);
        world.pass(12_000);
        assertEquals(a.shown().digest(), c.shown().digest());
    }

    /** What a cut brought back and nobody has any more cannot be chosen, only written anew. */
    @Test
    void aDroppedTextIsNotChosen() {
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        World.Node c = world.joiner(a, "10.0.0.3:1", Role.MEMBER);
        ItemKey key = Objects.requireNonNull(done(a.does(World.create("x"))).key());
        world.pass(1_000);
        c.asks(ticket -> new Input.Offline(ticket, true));
        done(c.does(body(key.text(), "by c ")));
        done(a.does(body(key.text(), "by a ")));
        Ref lost = Objects.requireNonNull(item(a, key).body().top()).ref();
        world.pass(1_000);
        done(b.does(body(key.text(), "by b ")));
        world.pass(1_000);
        done(a.does(move(key, Event.DONE)));
        checkpoint(a);
        world.pass(1_000);
        done(b.does(World.create("acknowledges")));
        world.pass(1_000);
        assertTrue(compact(a).startsWith("{\"dropped\":1,"));
        c.asks(ticket -> new Input.Offline(ticket, false));
        world.pass(20_000);
        done(a.does(new Command.Revoke(b.device(), List.of())));
        world.pass(1_000);
        assertEquals(2, item(a, key).body().heads().size());
        Outcome.Refused refused =
                assertInstanceOf(
                        Outcome.Refused.class,
                        a.does(new Command.Settle(key.text(), "body", lost.change().hex()))
                                .getFirst());
        assertTrue(refused.text().contains("dropped by compaction"), refused.text());
        done(a.does(body(key.text(), "anew ")));
        assertTrue(text(a, key).startsWith("anew "));
    }

    @Test
    @Tag("T-A6")
    @Tag("T-B2")
    void aCrashBeforeTheBatchIsOnDiskDropsNothing() {
        closed(a);
        checkpoint(a);
        world.pass(1_000);
        Object digest = present(a.shown().digest());
        a.holdCommits = true;
        a.give(new Input.Compact(900, false, IDLE_MS, 0, 0));
        world.settle();
        assertFalse(a.answers.containsKey(900L), "not said before it is durable");
        a.kill();
        a.holdCommits = false;
        reopen(a);
        assertEquals(0, outlines(a));
        assertTrue(compact(a).startsWith("{\"dropped\":2,"));
        world.pass(1_000);
        assertEquals(digest, a.shown().digest());
    }

    /** What was dropped can be vouched for anew: that needs no texts. */
    @Test
    void outlinesAreVouchedForAgainByAnotherOwner() {
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.OWNER);
        closed(a);
        world.pass(1_000);
        checkpoint(b);
        world.pass(1_000);
        done(a.does(World.create("acknowledges")));
        assertTrue(compact(a).startsWith("{\"dropped\":2,"));
        world.pass(1_000);
        done(a.does(new Command.Revoke(b.device(), List.of())));
        world.pass(1_000);
        assertTrue(checkpoint(a).contains("\"outlines\":2"));
        List<Signed> all = Replica.exported(a.store, 0, 10_000);
        assertTrue(all.stream().anyMatch(s -> s.change().isOutline()));
        World.Node c = world.joiner(a, "10.0.0.3:1", Role.MEMBER);
        world.pass(12_000);
        assertEquals(a.shown().digest(), c.shown().digest());
        assertEquals(2, outlines(c));
    }
}
