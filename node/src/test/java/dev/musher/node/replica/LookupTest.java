package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Logged;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What people say means one item, or is refused with all that it could mean. */
class LookupTest {

    private static final DeviceId DEVICE = DeviceId.of(new byte[32]);

    private final Random random = new Random(4);
    private Lookup lookup = new Lookup(KeyMap.empty(), NumberIndex.empty());

    private Item add(long number) {
        return add(number, new ItemKey(random.nextLong(), random.nextLong()), false);
    }

    private Item add(long number, ItemKey key, boolean deleted) {
        TreeMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, new Value.Text("item"));
        if (deleted) {
            fields.put(Field.DELETED, new Value.Flag(true));
        }
        byte[] change = new byte[32];
        random.nextBytes(change);
        Op op = new Op.NewItem(number, null, fields, new TreeMap<>());
        Ref ref = new Ref(ChangeId.of(change), 0);
        Actor actor = new Actor.User("ann");
        Item item =
                Item.fold(
                        key, List.of(new Logged(ref, 1, 1, actor, DEVICE, op, null, true, false)));
        lookup = new Lookup(lookup.items().with(key, item), lookup.numbers().with(number, key));
        return item;
    }

    private ItemKey found(String text) {
        return assertInstanceOf(Resolved.Found.class, lookup.resolve(text), text).item().key();
    }

    private Outcome.Refused refused(String text) {
        return assertInstanceOf(Resolved.Not.class, lookup.resolve(text), text).refusal();
    }

    private void unknown(String text) {
        assertEquals(List.of(), refused(text).candidates(), text);
    }

    @Test
    @Tag("H-01")
    void whatIsNoReferenceMeansNothing() {
        Item item = add(7);
        String id = item.key().text();
        assertEquals(item.key(), found(id.toUpperCase(Locale.ROOT)));
        for (String none :
                List.of(
                        id.substring(0, 3),
                        id + "a",
                        id.substring(0, 8) + "!",
                        id.substring(0, 8) + "{",
                        id.substring(0, 8) + "1",
                        id.substring(0, 8) + "8",
                        id.substring(0, 8) + "\u00e9",
                        "7-" + id + "a",
                        "-7",
                        "7.0",
                        "99999999999999999999999",
                        "",
                        "-",
                        "-" + id)) {
            unknown(none);
        }
    }

    @Test
    @Tag("H-01")
    void anItemWithoutANumberIsCalledByItsId() {
        Item nameless = add(0);
        String said = lookup.display(nameless);
        assertEquals(nameless.key().shortId(), said);
        assertEquals(nameless.key(), found(said));
    }

    /** Letters of an id can all be digits, which would be read as a number. */
    @Test
    @Tag("H-01")
    void anIdThatBeginsWithDigitsIsToldUntilItsFirstLetter() {
        // 12 times the digit 2, then letters: 5 bits each, 26 for a 2.
        long high = 0;
        for (int i = 0; i < 12; i++) {
            high = high << 5 | 26;
        }
        Item item = add(0, new ItemKey(high << 4, 0), false);
        String said = lookup.display(item);
        assertEquals(item.key().text().substring(0, 13), said);
        assertTrue(said.startsWith("222222222222"), said);
        assertFalse(said.chars().allMatch(Character::isDigit), said);
        assertEquals(item.key(), found(said));
    }

    @Test
    @Tag("H-01")
    void twoItemsThatShareANumberAreToldApartByLetters() {
        Item a = add(42);
        assertEquals(a.key(), found("42"));
        assertEquals(a.key(), found(" 042 "));
        assertEquals("42", lookup.display(a));
        Item b = add(42);
        List<Outcome.Candidate> candidates = refused("42").candidates();
        assertEquals(
                new TreeSet<>(List.of(a.key(), b.key())),
                candidates.stream()
                        .map(Outcome.Candidate::key)
                        .collect(Collectors.toCollection(TreeSet::new)));
        for (Outcome.Candidate c : candidates) {
            assertEquals(c.key(), found(c.display()), "each candidate's reference means it");
            assertTrue(c.display().startsWith("42-"));
        }
        assertEquals(b.key(), found("42-" + b.key().text()));
        unknown("43");
        unknown("43-" + b.key().text().charAt(0));
    }

    @Test
    @Tag("H-01")
    void aReferenceWithLettersNeverComesToMeanAnotherItem() {
        Item a = add(7);
        add(7);
        String reference = lookup.display(a);
        for (int i = 0; i < 200; i++) {
            add(7);
            switch (lookup.resolve(reference)) {
                case Resolved.Found f -> assertEquals(a.key(), f.item().key());
                case Resolved.Not not ->
                        assertTrue(
                                not.refusal().text().contains(" names "),
                                "only ever ambiguous: " + not);
            }
        }
        assertInstanceOf(Resolved.Not.class, lookup.resolve(reference), "it became ambiguous");
        assertEquals(a.key(), found(lookup.display(a)));
    }

    @Test
    @Tag("H-01")
    void theBeginningOfAnIdIsEnough() {
        List<Item> all = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            all.add(add(i + 1));
        }
        for (Item item : all) {
            String id = item.key().text();
            assertEquals(item.key(), found(item.key().shortId()));
            assertEquals(item.key(), found(id));
            assertEquals(item.key(), found(id.toUpperCase(Locale.ROOT)));
            String four = id.substring(0, 4);
            List<ItemKey> same =
                    all.stream().map(Item::key).filter(k -> k.text().startsWith(four)).toList();
            if (!four.matches("[0-9]+")) {
                List<ItemKey> meant =
                        switch (lookup.resolve(four)) {
                            case Resolved.Found f -> List.of(f.item().key());
                            case Resolved.Not not ->
                                    not.refusal().candidates().stream()
                                            .map(Outcome.Candidate::key)
                                            .toList();
                        };
                assertEquals(new TreeSet<>(same), new TreeSet<>(meant));
            }
        }
    }

    @Test
    @Tag("H-13")
    void aDeletedItemAnswersToNothingButItsRestoring() {
        Item a = add(5);
        Item b = add(5, new ItemKey(random.nextLong(), random.nextLong()), true);
        Item c = add(6, new ItemKey(random.nextLong(), random.nextLong()), true);
        assertEquals(a.key(), found("5"));
        assertEquals("5", lookup.display(a));
        unknown(b.key().text());
        assertTrue(refused("6").text().contains("is deleted: restore it first"));
        assertEquals(c.key(), restorable("6"));
        assertEquals(b.key(), restorable(b.key().shortId()));
        assertEquals(a.key(), restorable("5"), "the one that is there is meant first");
    }

    private ItemKey restorable(String text) {
        return assertInstanceOf(Resolved.Found.class, lookup.resolve(text, true)).item().key();
    }
}
