package dev.musher.crdt.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What people say means one item, or is refused with all that it could mean. */
class ReferencesTest {

    private final Items items = new Items();
    private final References references = new References();

    private Item add(long number) {
        Item item = items.create(number, Map.of());
        references.put(item);
        return item;
    }

    private ItemKey found(String text) {
        return assertInstanceOf(Resolution.Found.class, references.resolve(text), text).key();
    }

    private void unknown(String text) {
        assertInstanceOf(Resolution.Unknown.class, references.resolve(text), text);
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
                        "7.0")) {
            unknown(none);
        }
    }

    @Test
    @Tag("H-01")
    void anItemWithoutANumberIsCalledByItsIdUntilItHasOne() {
        Item nameless = items.create(0, Map.of());
        references.put(nameless);
        String said = references.reference(nameless.key());
        assertEquals(nameless.key().text().substring(0, 10), said);
        assertEquals(nameless.key(), found(said));
        unknown("0");
        assertEquals("aaaaaaaaaa", references.reference(new ItemKey(0, 0)), "one not heard of");
        references.remove(new ItemKey(0, 0));
        unknown("aaaaaaaaaa");
        references.remove(nameless.key());
        unknown(said);
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
        ItemKey key = new ItemKey(high << 4, 0);
        String said = references.reference(key);
        assertEquals(key.text().substring(0, 13), said);
        assertTrue(said.startsWith("222222222222"), said);
        assertFalse(said.chars().allMatch(Character::isDigit), said);
    }

    @Test
    @Tag("H-01")
    void twoItemsThatShareANumberAreToldApartByLetters() {
        Item a = add(42);
        assertEquals(a.key(), found("42"));
        assertEquals(a.key(), found(" 042 "));
        assertEquals("42", references.reference(a.key()));
        Item b = add(42);
        Resolution.Ambiguous refusal =
                assertInstanceOf(Resolution.Ambiguous.class, references.resolve("42"));
        assertEquals(2, refusal.candidates().size());
        for (Resolution.Candidate c : refusal.candidates()) {
            assertEquals(c.key(), found(c.reference()), "each candidate's reference means it");
            assertEquals(c.reference(), references.reference(c.key()));
            assertTrue(c.reference().startsWith("42-"));
        }
        assertEquals(b.key(), found("42-" + b.key().text()));
        unknown("43");
        unknown("43-" + b.key().text().charAt(0));
        unknown("99999999999999999999999");
        unknown("");
        unknown("-");
        unknown("-" + b.key().text());
    }

    @Test
    @Tag("H-01")
    void aReferenceWithLettersNeverComesToMeanAnotherItem() {
        Item a = add(7);
        add(7);
        String reference = references.reference(a.key());
        for (int i = 0; i < 200; i++) {
            add(7);
            switch (references.resolve(reference)) {
                case Resolution.Found f -> assertEquals(a.key(), f.key());
                case Resolution.Ambiguous m ->
                        assertTrue(m.candidates().stream().anyMatch(c -> c.key().equals(a.key())));
                case Resolution.Unknown u -> throw new AssertionError("lost: " + u);
            }
        }
        assertInstanceOf(Resolution.Ambiguous.class, references.resolve(reference));
        assertEquals(a.key(), found(references.reference(a.key())));
    }

    @Test
    @Tag("H-01")
    void theBeginningOfAnIdIsEnough() {
        Random random = new Random(4);
        List<Item> all = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            byte[] id = new byte[32];
            random.nextBytes(id);
            Item item = items.create(i + 1, Map.of(), ChangeId.of(id));
            references.put(item);
            all.add(item);
        }
        for (Item item : all) {
            String id = item.key().text();
            boolean digits = id.chars().limit(10).allMatch(c -> c >= '0' && c <= '9');
            assertEquals(digits ? null : item.key(), digits ? null : found(item.key().shortId()));
            assertEquals(item.key(), found(id));
            assertEquals(item.key(), found(id.toUpperCase(Locale.ROOT)));
            unknown(id.substring(0, 3).replaceAll("^[2-7]+$", "x"));
            unknown(id + "a");
            List<ItemKey> same =
                    all.stream()
                            .map(Item::key)
                            .filter(k -> k.text().startsWith(id.substring(0, 4)))
                            .sorted()
                            .toList();
            if (!id.substring(0, 4).matches("[0-9]+")) {
                List<ItemKey> is =
                        switch (references.resolve(id.substring(0, 4))) {
                            case Resolution.Found f -> List.of(f.key());
                            case Resolution.Ambiguous m ->
                                    m.candidates().stream().map(Resolution.Candidate::key).toList();
                            case Resolution.Unknown u -> List.of();
                        };
                assertEquals(same, is);
            }
        }
        unknown("abc0");
        unknown("abc1");
    }

    @Test
    @Tag("H-13")
    void aDeletedItemAnswersToNothingButItsRestoring() {
        Item a = add(5);
        Item b = add(5);
        references.put(items.set(b, Field.DELETED, new Value.Flag(true)));
        assertEquals(a.key(), found("5"));
        assertEquals("5", references.reference(a.key()));
        unknown(b.key().text());
        assertEquals(new Resolution.Found(b.key()), references.resolveDeleted("5"));
        assertEquals(new Resolution.Found(b.key()), references.resolveDeleted(b.key().shortId()));
        references.remove(a.key());
        unknown("5");
    }

    @Test
    @Tag("H-01")
    void aNumberIsNeverUsedTwice() {
        assertEquals(1, references.nextNumber());
        add(1);
        Item two = add(2);
        assertEquals(3, references.nextNumber());
        references.put(items.set(two, Field.DELETED, new Value.Flag(true)));
        assertEquals(3, references.nextNumber(), "deleted ones stay used");
        add(3);
        add(3);
        assertEquals(4, references.nextNumber());
        add(5);
        assertEquals(6, references.nextNumber(), "from the count upward");
        references.remove(two.key());
        assertEquals(6, references.nextNumber(), "void ones stay used");
        add(1L << 40);
        assertEquals(6, references.nextNumber(), "a high number wastes none");
    }
}
