package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.pipeline.Birth;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Loss;
import dev.musher.node.store.ModelStore;
import dev.musher.node.store.Table;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.CommandReader;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.json.Verb;
import dev.musher.protocol.sync.Invite;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReplicaTest {

    private final World world = new World();

    @Test
    void aFoundedProjectTakesCommands() {
        World.Node a = world.founder();
        Outcome.Done done =
                assertInstanceOf(Outcome.Done.class, a.does(World.create("first")).getFirst());
        assertEquals(1, done.number());
        assertEquals("1", done.display());
        assertEquals("first", a.shown().items().get(done.key()).name());
        assertEquals(64, a.shown().digest().length());
        assertEquals("demo", a.shown().projectName());
        assertEquals(Role.OWNER, a.shown().role());
    }

    /** Who looks for a device that nobody uses any more must not be shown all of them. */
    @Test
    void aStartKnowsWhenEachDeviceWroteLast() {
        World.Node a = world.founder();
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        world.joiner(a, "10.0.0.3:1", Role.READER);
        b.does(World.create("b's"));
        world.pass(5_000);
        List<Long> before = a.shown().members().stream().map(MemberView::lastWallMs).toList();
        assertEquals(2, before.stream().filter(Objects::nonNull).count(), before.toString());
        a.kill();
        a.open(Setup.joining("a", "stamp", null));
        world.pass(5_000);
        assertEquals(before, a.shown().members().stream().map(MemberView::lastWallMs).toList());
    }

    @Test
    void whatNamesAnUnknownChangeIsRefusedAndTheNodeGoesOn() {
        World.Node a = world.founder();
        ChangeId unknown = ChangeId.hash(new byte[] {5}, 0, 1);
        for (Command adopt :
                List.of(
                        new Command.Adopt(List.of(unknown), List.of()),
                        new Command.Adopt(List.of(), List.of(unknown)))) {
            Outcome.Refused refused =
                    assertInstanceOf(Outcome.Refused.class, a.does(adopt).getFirst());
            assertEquals(Code.UNKNOWN_REFERENCE, refused.code());
            assertTrue(refused.text().contains(unknown.hex()), refused.text());
        }
        assertInstanceOf(Outcome.Done.class, a.does(World.create("after it")).getFirst());
    }

    @Test
    void nothingIsVisibleBeforeItIsDurable() {
        World.Node a = world.founder();
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        long before = a.shown().lastSequence();
        a.holdCommits = true;
        long ticket = a.submit(null, World.create("unseen"));
        world.pass(1_000);
        assertNull(a.replies.get(ticket));
        assertEquals(before, a.shown().lastSequence());
        assertEquals(before, b.shown().lastSequence());
        a.release();
        world.pass(1_000);
        assertInstanceOf(Outcome.Done.class, a.replies.get(ticket).getFirst());
        assertEquals(before + 1, a.shown().lastSequence());
        assertEquals(a.shown().digest(), b.shown().digest());
    }

    @Test
    void whatArrivesDuringACommitSharesTheNext() {
        World.Node a = world.founder();
        a.holdCommits = true;
        a.submit(null, World.create("one"));
        world.settle();
        a.log.clear();
        for (int i = 0; i < 10; i++) {
            a.submit(null, World.create("more"));
        }
        a.release();
        world.settle();
        assertEquals(1, a.log.stream().filter(Effect.Commit.class::isInstance).count());
        assertEquals(10, a.log.stream().filter(Effect.Reply.class::isInstance).count() - 1);
    }

    @Test
    @Tag("T-B6")
    void aFailedCommitIsUnknownAndEndsTheReplica() {
        World.Node a = world.founder();
        a.holdCommits = true;
        long ticket = a.submit(null, World.create("lost?"));
        world.settle();
        a.submit(null, World.create("behind it"));
        a.give(new Input.CommitFailed(a.held.batch(), false, "the disk said no"));
        world.settle();
        Outcome.Refused refused =
                assertInstanceOf(Outcome.Refused.class, a.replies.get(ticket).getFirst());
        assertEquals(Code.OUTCOME_UNKNOWN, refused.code());
        assertTrue(a.down);
        assertFalse(a.replica.busy(), "its process would wait for what never comes");
    }

    @Test
    void aFullDiskRefusesAndGoesOnByItself() {
        World.Node a = world.founder();
        a.holdCommits = true;
        long first = a.submit(null, World.create("waits"));
        world.settle();
        Effect.Commit commit = a.held;
        a.give(new Input.CommitFailed(commit.batch(), true, "disk full"));
        long second = a.submit(null, World.create("refused"));
        world.settle();
        Outcome.Refused kept = (Outcome.Refused) a.replies.get(first).getFirst();
        assertEquals(Code.DISK_FULL, kept.code());
        assertTrue(kept.text().contains("is kept"), kept.text());
        assertEquals(Code.DISK_FULL, ((Outcome.Refused) a.replies.get(second).getFirst()).code());
        world.pass(3_000);
        for (int i = 0; i < 3; i++) {
            a.give(new Input.CommitFailed(a.held.batch(), true, "disk full"));
            world.pass(3_000);
        }
        assertEquals(
                1,
                a.log.stream().filter(Effect.Alarm.class::isInstance).count(),
                "told once, however often it is tried again");
        a.held = null;
        a.holdCommits = false;
        world.pass(2_000);
        assertEquals(NodeHealth.State.READY, a.shown().health().state());
        assertInstanceOf(Outcome.Done.class, a.does(World.create("again")).getFirst());
        assertEquals(2, a.shown().items().size());
    }

    @Test
    void anIdempotencyKeyGivesTheSameAnswerAlsoAfterARestart() {
        World.Node a = world.founder();
        long first = a.submit("key-1", World.create("once"));
        long again = a.submit("key-1", World.create("once"));
        world.settle();
        assertEquals(a.replies.get(first), a.replies.get(again));
        a.kill();
        a.open(Setup.founding("ann's laptop", "stamp", "demo", World.recovery()));
        long later = a.submit("key-1", World.create("once"));
        long other = a.submit("key-1", World.create("something else"));
        world.settle();
        assertEquals(a.replies.get(first), a.replies.get(later));
        assertEquals(Code.KEY_REUSED, ((Outcome.Refused) a.replies.get(other).getFirst()).code());
        assertEquals(1, a.shown().items().size());
    }

    @Test
    @Tag("H-10")
    void aCreationThatTellsNoTimeIsTheSameCommandWhenItIsSentAgain() {
        World.Node a = world.founder();
        byte[] body =
                "{\"type\":\"bug\",\"name\":\"x\",\"origin\":{\"kind\":\"test\",\"id\":\"t\"}}"
                        .getBytes(StandardCharsets.UTF_8);
        long first = a.submit("key-1", CommandReader.body(Verb.CREATE, null, body));
        world.pass(5_000);
        long again = a.submit("key-1", CommandReader.body(Verb.CREATE, null, body));
        world.settle();
        assertInstanceOf(Outcome.Done.class, a.replies.get(first).getFirst());
        assertEquals(a.replies.get(first), a.replies.get(again));
        Outcome.Done done = (Outcome.Done) a.replies.get(first).getFirst();
        Birth birth = a.shown().items().get(done.key()).birth();
        assertEquals(birth.wallMs(), birth.origin().timeMs());
    }

    @Test
    @Tag("H-20")
    void aRestartFindsTheSameStateAndGoesOnInItsChain() {
        World.Node a = world.founder();
        a.does(World.create("one"), World.create("two"));
        a.does(new Command.Act("1", Event.START, "", Collections.emptySortedMap(), null));
        world.pass(100);
        String digest = a.shown().digest();
        long heads = a.shown().heads().size();
        a.kill();
        a.open(Setup.founding("ann's laptop", "stamp", "demo", World.recovery()));
        world.pass(100);
        assertEquals(digest, a.shown().digest());
        a.does(World.create("three"));
        assertEquals(heads, a.shown().heads().size(), "no further epoch");
    }

    @Test
    @Tag("T-B11")
    void aMovedHomeAndADroppedTailOpenAFreshEpoch() {
        World.Node a = world.founder();
        a.does(World.create("one"));
        a.kill();
        a.open(Setup.founding("ann's laptop", "elsewhere", "demo", World.recovery()));
        a.does(World.create("two"));
        assertEquals(2, a.shown().heads().size());
        a.kill();
        a.open(
                Setup.founding("ann's laptop", "elsewhere", "demo", World.recovery())
                        .withLoss(new Loss(0)));
        a.does(World.create("three"));
        assertEquals(3, a.shown().heads().size());
        assertEquals(
                List.of("tail_dropped"),
                a.shown().health().problems().stream().map(NodeHealth.Problem::code).toList());
    }

    @Test
    @Tag("H-21")
    void twoReplicasConvergeThroughAnInvite() {
        World.Node a = world.founder();
        a.does(World.create("before"));
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        assertTrue(b.shown().ready());
        assertEquals(Role.MEMBER, b.shown().role());
        b.does(World.create("from b"));
        a.does(World.create("from a"));
        world.pass(1_000);
        assertEquals(3, a.shown().items().size());
        assertEquals(a.shown().digest(), b.shown().digest());
        assertEquals(PeerView.State.IN_SYNC, a.shown().peers().getFirst().state());
    }

    @Test
    void aNewcomerKilledWhenItsAddArrivesIsReadyAtTheNextStart() {
        World.Node a = world.founder();
        World.Node b = world.node("10.0.0.2:1");
        Invite invite = Invite.parse(a.invite(Role.MEMBER));
        b.open(Setup.joining("b", "stamp", invite));
        // The batch with the add is written, and the process dies before it hears of it.
        while (b.store.get(Table.ARRIVALS, Rows.arrivalKey(2)) == null) {
            b.holdCommits = true;
            world.pass(50);
            if (b.held != null) {
                b.store.commit(b.held.rows());
                if (b.store.get(Table.ARRIVALS, Rows.arrivalKey(2)) == null) {
                    Effect.Commit commit = b.held;
                    b.held = null;
                    b.give(new Input.Committed(commit.batch()));
                }
            }
        }
        b.kill();
        b.held = null;
        b.holdCommits = false;
        b.open(Setup.joining("b", "stamp", null));
        world.settle();
        assertTrue(b.shown().ready());
    }

    @Test
    @Tag("M-09")
    void thePastIsShownAsItWasFromWhatIsOnDisk() {
        World.Node a = world.founder();
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        a.does(World.create("first"));
        world.pass(1_000);
        long then = world.wallMs;
        world.pass(1_000);
        b.does(World.rename("1", "renamed", null), World.create("second"));
        world.pass(1_000);
        assertEquals(List.of("first"), a.queries.past(then).stream().map(Item::name).toList());
        assertEquals(
                List.of("renamed", "second"),
                a.queries.past(world.wallMs).stream().map(Item::name).sorted().toList());
        assertEquals(List.of(), a.queries.past(0));
    }

    @Test
    @Tag("T-D18")
    void aPeerThatDropsEveryLinkIsDialledEverMoreRarely() {
        World.Node a = world.founder();
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        b.log.clear();
        for (int i = 0; i < 600; i++) {
            world.pass(50);
            List.copyOf(world.links.keySet()).forEach(world::cut);
        }
        long dials = b.log.stream().filter(Effect.Dial.class::isInstance).count();
        assertTrue(dials <= 15, dials + " dials in 30 s");
        world.pass(10_000);
        assertTrue(b.shown().peers().stream().anyMatch(peer -> peer.device() != null));
        b.log.clear();
        List.copyOf(world.links.keySet()).forEach(world::cut);
        world.pass(300);
        assertEquals(
                1,
                b.log.stream().filter(Effect.Dial.class::isInstance).count(),
                "a link that stood is dialled again soon");
    }

    @Test
    @Tag("T-D9")
    void aMemberThatSendsNonsenseIsNotHeardForTenMinutes() {
        World.Node a = world.founder();
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        long link =
                world.links.entrySet().stream()
                        .filter(each -> each.getValue().near() == a)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElseThrow();
        a.give(new Input.Frame(link, new byte[] {1, 2, 3}));
        world.settle();
        a.does(World.create("unheard"));
        world.pass(300_000);
        assertEquals(0, b.shown().items().size());
        world.pass(320_000);
        assertEquals(1, b.shown().items().size());
    }

    @Test
    void anInviteWorksOnce() {
        World.Node a = world.founder();
        String link = a.invite(Role.MEMBER);
        World.Node b = world.node("10.0.0.2:1");
        b.open(Setup.joining("b", "s", Invite.parse(link)));
        world.pass(1_000);
        World.Node c = world.node("10.0.0.3:1");
        c.open(Setup.joining("c", "s", Invite.parse(link)));
        world.pass(2_000);
        assertTrue(b.shown().ready());
        assertFalse(c.shown().ready());
        // recovery key, founder, b
        assertEquals(3, a.shown().members().size());
    }

    @Test
    @Tag("M-03")
    void anEditOfAnOlderVersionStandsBesideTheNewer() {
        World.Node a = world.founder();
        Outcome.Done made = (Outcome.Done) a.does(World.create("first")).getFirst();
        a.does(World.rename("1", "second", made.version()));
        a.does(World.rename("1", "third", made.version()));
        assertEquals(1, a.shown().items().get(made.key()).conflicts().size());
        Outcome.Refused stale =
                (Outcome.Refused)
                        a.does(World.rename("1", "fourth", "0123456789abcdef")).getFirst();
        assertEquals(Code.STALE, stale.code());
        assertEquals(a.shown().items().get(made.key()).version(), stale.facts().get("version"));
        a.does(new Command.Settle("1", "name", "shown"));
        assertEquals(0, a.shown().items().get(made.key()).conflicts().size());
    }

    @Test
    @Tag("T-B11")
    void aTwinOfADeviceIsNoticedAndNumbersAreNotUsedTwice() {
        World.Node a = world.founder();
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        a.does(World.create("one"));
        world.pass(500);
        // The home of b as of now is put back later: what b writes in between comes from its peer.
        ModelStore old = copy(b.store);
        b.does(World.create("two"));
        world.pass(500);
        b.kill();
        b.store = old;
        b.open(Setup.joining("b", "stamp", null));
        world.pass(3_000);
        b.does(World.create("three"));
        world.pass(1_000);
        assertEquals(3, b.shown().items().size());
        assertEquals(a.shown().digest(), b.shown().digest());
        assertTrue(
                b.log.stream()
                        .anyMatch(e ->
                                e instanceof Effect.Alarm alarm && alarm.code().equals("twin")));
    }

    @Test
    @Tag("T-B11")
    void aCopiedHomeAndItsTwinAreNamedToBothWithinTenSecondsThoughNobodyWorks() {
        World.Node c = world.founder();
        World.Node a = world.joiner(c, "10.0.0.2:1", Role.MEMBER);
        a.does(World.create("before"));
        world.pass(1_000);
        World.Node copied = world.node("10.0.0.9:1");
        copied.signer = a.signer;
        copied.store = copy(a.store);
        copied.open(Setup.joining("a", "another folder", null).dialling(List.of(c.address)));
        world.pass(10_000);
        for (World.Node each : List.of(a, copied)) {
            assertEquals(
                    List.of("twin"),
                    each.shown().health().problems().stream()
                            .map(NodeHealth.Problem::code)
                            .toList());
        }
        assertEquals(List.of(), c.shown().health().problems());
        a.does(World.create("by one"));
        copied.does(World.create("by the other"));
        world.pass(30_000);
        assertEquals(3, c.shown().items().size());
        assertEquals(c.shown().digest(), a.shown().digest());
        assertEquals(c.shown().digest(), copied.shown().digest());
        assertEquals(List.of(), c.shown().forks());
    }

    @Test
    @Tag("T-B11")
    void aRestoredBackupThatMeetsItsOwnLostWorkIsNoTwin() {
        World.Node c = world.founder();
        World.Node a = world.joiner(c, "10.0.0.2:1", Role.MEMBER);
        a.does(World.create("before"));
        world.pass(1_000);
        ModelStore backup = copy(a.store);
        a.does(World.create("after the backup"));
        world.pass(1_000);
        a.kill();
        a.store = backup;
        a.open(Setup.joining("a", "restored elsewhere", null));
        world.pass(5_000);
        assertEquals(2, a.shown().items().size());
        assertEquals(List.of(), a.shown().health().problems());
        assertEquals(List.of(), c.shown().forks());
    }

    @Test
    void aReaderWritesNothing() {
        World.Node a = world.founder();
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.READER);
        Outcome.Refused refused = (Outcome.Refused) b.does(World.create("no")).getFirst();
        assertEquals(Code.NOT_ALLOWED, refused.code());
    }

    @Test
    @Tag("H-13")
    void aDeletedItemIsInNoQuery() {
        World.Node a = world.founder();
        a.does(World.create("gone"));
        a.does(new Command.Delete("1", null));
        assertEquals(List.of(), a.queries.items(item -> true));
        assertInstanceOf(Resolved.Not.class, a.queries.resolve("1"));
        assertEquals(
                Code.UNKNOWN_REFERENCE,
                ((Outcome.Refused) a.does(new Command.Note("1", "text")).getFirst()).code());
        a.does(new Command.Restore("1"));
        assertEquals(1, a.queries.items(item -> true).size());
    }

    @Test
    void anIllegalTransitionNamesStageAndEvent() {
        World.Node a = world.founder();
        a.does(World.create("item"));
        Outcome.Refused refused =
                (Outcome.Refused)
                        a.does(
                                        new Command.Act(
                                                "1",
                                                Event.MERGE,
                                                "",
                                                Collections.emptySortedMap(),
                                                null))
                                .getFirst();
        assertEquals(Code.ILLEGAL_TRANSITION, refused.code());
        assertEquals("backlog", refused.facts().get("stage"));
        assertEquals("merge", refused.facts().get("event"));
    }

    @Test
    void aCursorOfAnotherStoreIsToldToResync() {
        World.Node a = world.founder();
        String cursor = a.shown().cursor();
        a.does(World.create("one"), World.create("two"));
        EventPage.Events page =
                assertInstanceOf(EventPage.Events.class, a.queries.events(cursor, 10));
        assertEquals(1, page.events().size());
        assertEquals(2, page.events().getFirst().items().size());
        assertNotEquals(cursor, page.cursor());
        assertInstanceOf(EventPage.Resync.class, a.queries.events("0000000000000000-1", 10));
    }

    static ModelStore copy(ModelStore from) {
        ModelStore copy = new ModelStore(from.id(), ModelStore.Sync.ON_COMMIT);
        Batch all = new Batch();
        for (Table table : Table.values()) {
            from.scan(
                    table,
                    new byte[0],
                    null,
                    (key, value) -> {
                        all.put(table, key, value);
                        return true;
                    });
        }
        copy.commit(all);
        return copy;
    }
}
