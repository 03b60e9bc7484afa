package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.ArrivalRecord;
import dev.musher.crdt.BranchRecord;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Role;
import dev.musher.node.store.Batch;
import dev.musher.node.store.ModelStore;
import dev.musher.node.store.Table;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.Fingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The small parts of the replica, each by itself. */
class PartsTest {

    private final Random random = new Random(11);
    private final ModelStore store = new ModelStore(new byte[8], ModelStore.Sync.ON_COMMIT);

    @Test
    void theMapIsWhatATreeMapIsAndOldStatesStay() {
        KeyMap<Integer> map = KeyMap.empty();
        TreeMap<ItemKey, Integer> model = new TreeMap<>();
        List<KeyMap<Integer>> states = new ArrayList<>();
        List<TreeMap<ItemKey, Integer>> models = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            // Few high bits, so that paths are shared deep down.
            ItemKey key = new ItemKey(random.nextLong(4) << 4, random.nextLong(300));
            if (random.nextInt(3) == 0) {
                map = map.without(key);
                model.remove(key);
            } else {
                map = map.with(key, i);
                model.put(key, i);
            }
            assertEquals(model.get(key), map.get(key));
            if (i % 500 == 0) {
                states.add(map);
                models.add(new TreeMap<>(model));
            }
        }
        states.add(map);
        models.add(model);
        for (int i = 0; i < states.size(); i++) {
            List<ItemKey> seen = new ArrayList<>();
            states.get(i).forEach((key, value) -> seen.add(key));
            assertEquals(new ArrayList<>(models.get(i).keySet()), seen);
            assertEquals(seen.size(), states.get(i).size());
        }
    }

    @Test
    void aPrefixFindsTheKeysThatBeginSo() {
        KeyMap<Boolean> map = KeyMap.empty();
        List<ItemKey> keys = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            ItemKey key = new ItemKey(random.nextLong(), random.nextLong());
            keys.add(key);
            map = map.with(key, true);
        }
        keys.sort(null);
        for (int letters = 1; letters <= 26; letters++) {
            String prefix = keys.get(random.nextInt(keys.size())).text().substring(0, letters);
            List<ItemKey> found = new ArrayList<>();
            map.forPrefix(prefix, (key, value) -> found.add(key));
            assertEquals(
                    keys.stream().filter(key -> key.text().startsWith(prefix)).toList(), found);
        }
        map.forPrefix("!", (key, value) -> assertNull(key));
    }

    @Test
    void numbersNameEveryKeyThatBearsThem() {
        ItemKey a = new ItemKey(1, 1);
        ItemKey b = new ItemKey(2, 2);
        NumberIndex index = NumberIndex.empty().with(42, b).with(42, a).with(7, b);
        assertEquals(List.of(a, b), index.get(42));
        assertEquals(List.of(b), index.without(42, a).get(42));
        assertEquals(List.of(), index.without(42, a).without(42, b).get(42));
        assertEquals(List.of(b), index.get(7));
    }

    @Test
    void everyIdIsFoundAtItsPlace() {
        IdIndex index = new IdIndex();
        List<ChangeId> ids = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            ChangeId id = id();
            ids.add(id);
            index.put(id, new Place(i % 7, i + 1));
        }
        for (int i = 0; i < ids.size(); i++) {
            assertEquals(new Place(i % 7, i + 1), index.find(ids.get(i)));
        }
        assertNull(index.find(id()));
    }

    @Test
    void recordsComeBackFromTheirRows() {
        DeviceId device = device();
        BranchRecord branch = new BranchRecord(3, new Chain(device, -5), new Place(2, 17));
        assertEquals(branch, Rows.branch(Rows.branchKey(3), Rows.branch(branch)));
        BranchRecord first = new BranchRecord(0, new Chain(device, 5), null);
        assertEquals(first, Rows.branch(Rows.branchKey(0), Rows.branch(first)));
        ArrivalRecord arrival =
                new ArrivalRecord(
                        new Place(1, 1_000_000),
                        1L << 39,
                        1_700_000_000_000L,
                        List.of(new Place(0, 5), new Place(2, 300)),
                        true,
                        false,
                        List.of(new ItemKey(-1, 2), new ItemKey(3, -4)));
        ChangeId id = id();
        byte[] row = Rows.arrival(arrival, id);
        assertEquals(arrival, Rows.arrival(row).record());
        assertEquals(arrival.place(), Rows.place(row));
        IdIndex index = new IdIndex();
        index.put(Rows.arrival(row).idHigh(), Rows.arrival(row).idLow(), arrival.place());
        assertEquals(arrival.place(), index.find(id));
    }

    @Test
    void theLogOfAnItemEndsWhereTheNextBegins() {
        assertEquals(new ItemKey(0, 1), ItemKey.at(Rows.afterLogOf(new ItemKey(0, 0)), 0));
        assertEquals(new ItemKey(1, 0), ItemKey.at(Rows.afterLogOf(new ItemKey(0, -1)), 0));
        assertNull(Rows.afterLogOf(new ItemKey(-1, -1)));
    }

    @Test
    void aBatchLeavesAloneAndWhatWaitsComesAfterIt() {
        Batches batches = new Batches();
        Due early = new Due.Applied(1, 1);
        assertTrue(batches.isDurable(early), "nothing to wait for");
        batches.rows().put(Table.META, new byte[1], new byte[1]);
        Due first = new Due.Applied(1, 2);
        assertFalse(batches.isDurable(first));
        Effect.Commit commit = batches.close();
        assertFalse(batches.canClose());
        Due onFlying = new Due.Applied(1, 3);
        assertFalse(batches.isDurable(onFlying), "state may tell of what is in flight");
        batches.rows().put(Table.META, new byte[2], new byte[1]);
        Due second = new Due.Applied(1, 4);
        assertFalse(batches.isDurable(second));
        assertThrows(IllegalStateException.class, batches::close);
        assertEquals(List.of(first, onFlying), batches.committed(commit.batch()));
        assertEquals(List.of(second), batches.committed(batches.close().batch()));
        assertThrows(IllegalStateException.class, () -> batches.committed(99));
    }

    @Test
    void tooMuchGatheredHoldsFurtherWorkBack() {
        Batches batches = new Batches();
        batches.rows().put(Table.META, new byte[1], new byte[1]);
        batches.close();
        for (int i = 0; i < Batches.CHANGES_MAX; i++) {
            assertFalse(batches.saturated());
            batches.rows().put(Table.META, new byte[1], new byte[1]);
            batches.countChange();
        }
        assertTrue(batches.saturated());
    }

    @Test
    void outcomesComeBackFromTheirRow() {
        List<Outcome> outcomes =
                List.of(
                        new Outcome.Done(new ItemKey(1, 2), 7, "7-a", id(), "0123"),
                        new Outcome.Done(null, 0, null, id(), null),
                        new Outcome.Refused(
                                        Code.AMBIGUOUS_REFERENCE,
                                        "which?",
                                        List.of(
                                                new Outcome.Candidate(
                                                        new ItemKey(5, 6), "7-b", "name")),
                                        new TreeMap<>())
                                .with("a", "b"));
        dev.musher.crdt.change.CborWriter out = new dev.musher.crdt.change.CborWriter();
        OutcomeCodec.write(out, outcomes);
        assertEquals(
                outcomes, OutcomeCodec.read(new dev.musher.crdt.change.CborReader(out.toBytes())));
    }

    @Test
    void idempotencyKeysAreForgottenAtTheirBound() {
        Idempotency idempotency = new Idempotency(store);
        List<Command> commands = List.of(World.create("x"));
        List<Outcome> outcomes = List.of(new Outcome.Done(null, 0, null, id(), null));
        for (int i = 0; i <= Idempotency.KEPT; i++) {
            Batch batch = new Batch();
            idempotency.keep("key " + i, commands, outcomes, batch);
            store.commit(batch);
            idempotency.closed();
            idempotency.closed();
        }
        assertNull(idempotency.find("key 0", commands));
        assertEquals(new Idempotency.Found.Before(outcomes), idempotency.find("key 1", commands));
        assertEquals(
                new Idempotency.Found.Reused(),
                idempotency.find("key 1", List.of(World.create("y"))));
        Batch batch = new Batch();
        new Idempotency(store).keep("after a restart", commands, outcomes, batch);
        store.commit(batch);
        assertNull(new Idempotency(store).find("key 1", commands), "numbered on from the last");
    }

    @Test
    void invitesEndAfterADayAndAreBounded() {
        Invites invites = new Invites(store);
        Batch batch = new Batch();
        assertNotNull(invites.make(new Invites.Terms(Role.MEMBER, "", null), 1_000, random, batch));
        for (int i = 1; i < Invites.OPEN_MAX; i++) {
            assertNotNull(
                    invites.make(new Invites.Terms(Role.MEMBER, "", null), 2_000, random, batch));
        }
        assertNull(invites.make(new Invites.Terms(Role.MEMBER, "", null), 2_000, random, batch));
        assertNotNull(
                invites.make(
                        new Invites.Terms(Role.MEMBER, "", null),
                        1_000 + Invites.LIFE_MS,
                        random,
                        batch),
                "the first one has ended");
    }

    @Test
    void addressesAreCheckedBoundedAndDialledAgainLaterEachTime() {
        Targets targets = new Targets(store, List.of("a:1"), random);
        targets.own(List.of("me:1"), null);
        targets.learn(List.of("me:1", "no port", "b:2", "user@c:3", "d:99999", "[x:4"), false);
        assertEquals(List.of("a:1", "b:2"), targets.all().stream().map(t -> t.address).toList());
        assertEquals(2, due(targets, 0).size());
        long last = 0;
        for (int i = 0; i < 12; i++) {
            Target target = targets.get("b:2");
            target.busy = true;
            targets.failed("b:2", "refused", 1_000_000L * i);
            long delay = target.dueMs - 1_000_000L * i;
            assertTrue(delay >= 50 && delay <= 8_000, "delay " + delay);
            last = delay;
        }
        assertTrue(last >= 4_000, "grown to seconds: " + last);
        targets.failed("b:2", "refused", 99_000_000);
        assertNull(targets.get("b:2"), "what only a peer told of is forgotten");
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 2 * Targets.ADDRESSES_MAX; i++) {
            many.add("host" + i + ":1");
        }
        targets.learn(many, false);
        assertEquals(Targets.ADDRESSES_MAX, targets.all().size());
    }

    @Test
    @Tag("T-D6")
    void whatIsKnownWithTlsIsNotTalkedBackToPlain() {
        Targets targets = new Targets(store, List.of("wss://a:1"), random);
        targets.learn(List.of("a:1"), false);
        assertFalse(targets.configure("a:1", new Batch()));
        assertNull(targets.get("a:1"));
        assertTrue(targets.configure("wss://b:1", new Batch()));
        // The loopback of who says so over TLS is another machine's.
        targets.learn(List.of("127.0.0.1:9", "wss://c:1"), true);
        assertNull(targets.get("127.0.0.1:9"));
        assertNotNull(targets.get("wss://c:1"));
    }

    @Test
    void theCertificateOfAnInviteHoldsUntilAMemberAnswered() {
        Fingerprint shown = Fingerprint.of(new byte[] {1});
        Targets targets = new Targets(store, List.of("wss://a:1", "wss://b:1"), random);
        targets.pin(List.of("wss://a:1", "wss://elsewhere:1"), shown);
        Target target = targets.get("wss://a:1");
        assertNotNull(target);
        assertEquals(shown, target.certificate);
        targets.failed("wss://a:1", "refused", 1);
        assertEquals(shown, target.certificate, "a failure proves nothing");
        targets.answered(target, DeviceId.of(new byte[DeviceId.LENGTH]), new Batch());
        assertNull(target.certificate);
        assertNull(targets.all().get(1).certificate);
    }

    private static List<Target> due(Targets targets, long nowMs) {
        return targets.due(
                new TreeSet<>(DeviceId::compareTo), new TreeSet<>(DeviceId::compareTo), nowMs);
    }

    private ChangeId id() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return ChangeId.of(bytes);
    }

    private DeviceId device() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return DeviceId.of(bytes);
    }
}
