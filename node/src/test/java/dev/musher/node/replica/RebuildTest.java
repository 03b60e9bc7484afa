package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.store.Batch;
import dev.musher.node.store.ModelStore;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Derived rows are the fold of the changes, and can be made again. */
class RebuildTest {

    private final World world = new World();

    @Test
    @Tag("T-A10")
    void aRebuiltStoreHasTheSameDigestAndGoesOn() {
        World.Node a = world.founder();
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        work(a);
        work(b);
        world.pass(1_000);
        String digest = a.shown().digest();
        ModelStore anew =
                new ModelStore(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, ModelStore.Sync.ON_COMMIT);
        long changes = a.shown().changes();
        anew.commit(Replica.belonging(a.replica.project()));
        List<Signed> all = Replica.exported(a.store, 0, 10_000);
        a.kill();
        a.store = anew;
        a.open(Setup.joining("a", "stamp", null));
        a.give(new Input.Restore(1, all));
        world.pass(100);
        assertEquals(changes, a.shown().changes());
        assertEquals(digest, a.shown().digest());
        a.does(World.create("after"));
        world.pass(2_000);
        assertEquals(a.shown().digest(), b.shown().digest());
        assertEquals(3, a.shown().heads().size(), "another store: a fresh epoch");
    }

    @Test
    void aRebuiltDeviceStillIntroducesItselfToWhoDoesNotKnowIt() {
        World.Node a = world.founder();
        World.Node c = world.joiner(a, "10.0.0.3:1", Role.MEMBER);
        c.kill();
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        b.does(World.create("of b"));
        world.pass(1_000);
        List<Signed> all = Replica.exported(b.store, 0, 10_000);
        ModelStore anew =
                new ModelStore(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, ModelStore.Sync.ON_COMMIT);
        anew.commit(Replica.belonging(a.replica.project()));
        anew.commit(Replica.kept(b.store));
        a.kill();
        b.kill();
        b.store = anew;
        c.open(Setup.joining("c", "stamp", null));
        b.open(Setup.joining("b", "stamp", null).dialling(List.of(c.address)));
        b.give(new Input.Restore(1, all));
        world.pass(20_000);
        assertEquals(1, c.shown().items().size());
    }

    @Test
    void aRowThatCannotBeReadIsFoldedAgainAtTheStart() {
        World.Node a = world.founder();
        Outcome.Done made =
                assertInstanceOf(Outcome.Done.class, a.does(World.create("kept")).getFirst());
        world.pass(100);
        String digest = a.shown().digest();
        a.kill();
        byte[] key = made.key().bytes();
        a.store.commit(new Batch().put(Table.ITEMS, key, new byte[] {0, 1, 2}));
        a.open(Setup.joining("a", "stamp", null));
        world.pass(200);
        assertEquals("kept", a.shown().items().get(made.key()).name());
        assertEquals(digest, a.shown().digest());
        assertTrue(
                a.log.stream()
                        .anyMatch(e ->
                                e instanceof Effect.Alarm alarm
                                        && alarm.code().equals("rows_damaged")));
        a.kill();
        a.open(Setup.joining("a", "stamp", null));
        world.settle();
        assertEquals("kept", a.shown().items().get(made.key()).name(), "mended on disk too");
    }

    @Test
    @Tag("M-06")
    void aRowThatDiffersAtEqualHeadsIsFoundNamedAndMended() {
        World.Node a = world.founder();
        a.does(World.create("one"), World.create("two"), World.create("three"));
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        world.pass(1_000);
        String digest = a.shown().digest();
        b.kill();
        // The row of one item is put in the place of another's: it reads well and is wrong.
        List<Item> items = b.queries.items(item -> true);
        byte[] wrong = b.store.get(Table.ITEMS, items.get(0).key().bytes());
        b.store.commit(new Batch().put(Table.ITEMS, items.get(1).key().bytes(), wrong));
        b.open(Setup.joining("b", "stamp", null));
        world.pass(15_000);
        assertTrue(
                b.log.stream()
                        .anyMatch(e ->
                                e instanceof Effect.Alarm alarm
                                        && alarm.code().equals("items_differ")
                                        && alarm.text().contains(items.get(1).key().shortId())),
                b.log.stream().filter(Effect.Alarm.class::isInstance).toList().toString());
        assertEquals(digest, b.shown().digest());
    }

    private void work(World.Node node) {
        Outcome.Done made = (Outcome.Done) node.does(World.create("item")).getFirst();
        String ref = made.key().shortId();
        node.does(
                World.rename(ref, "renamed", null),
                new Command.Note(ref, "a note"),
                new Command.Act(ref, Event.START, "", Collections.emptySortedMap(), null));
    }
}
