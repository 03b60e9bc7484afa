package dev.musher.crdt.change;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the canonical bytes guarantee, and what is refused by name. */
class ChangeCodecTest {

    private static final int TRIES = 3_000;
    private static final ItemKey ITEM = new ItemKey(1, 2);

    @Test
    @Tag("T-D16")
    void aChangeReadsBackAsItWasWrittenAndKeepsItsBytes() {
        RandomChanges changes = new RandomChanges(new Random(1));
        for (int i = 0; i < TRIES; i++) {
            Change written = changes.change();
            Change read = ChangeCodec.read(written.bytes());
            assertEquals(written.id(), read.id());
            assertEquals(written.header(), read.header());
            assertEquals(written.actor(), read.actor());
            assertEquals(written.ops(), read.ops());
            Change again = ChangeCodec.write(read.header(), read.actor(), read.ops());
            assertArrayEquals(written.bytes(), again.bytes(), "encode(decode(x)) is x");
        }
    }

    @Test
    @Tag("T-D15")
    @Tag("T-D16")
    void mutatedBytesAreRefusedOrAreTheOneEncodingOfAnotherChange() {
        Random random = new Random(2);
        RandomChanges changes = new RandomChanges(random);
        int refused = 0;
        for (int i = 0; i < TRIES; i++) {
            byte[] bytes = changes.change().bytes().clone();
            for (int k = random.nextInt(3); k >= 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                Change read = ChangeCodec.read(bytes);
                assertArrayEquals(
                        bytes, ChangeCodec.write(read.header(), read.actor(), read.ops()).bytes());
            } catch (Malformed e) {
                refused++;
            }
        }
        assertTrue(refused > TRIES / 2, "mutations must hit the checks, hit " + refused);
    }

    @Test
    @Tag("T-D15")
    void randomAndTruncatedBytesEndInMalformedOnly() {
        Random random = new Random(3);
        RandomChanges changes = new RandomChanges(random);
        for (int i = 0; i < TRIES; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            assertThrows(Malformed.class, () -> ChangeCodec.read(noise));
            byte[] whole = changes.change().bytes();
            int cut = random.nextInt(whole.length);
            assertThrows(Malformed.class, () -> ChangeCodec.read(whole, 0, cut));
        }
    }

    @Test
    void bodiesAreDecodedStrictlyEvenWhereTheHashFits() {
        String ann = "82" + "0063616e6e"; // actor [0, "ann"]
        assertRefused("set: 1 parts, expected 4", "82" + ann + "81" + "821200");
        assertRefused("not the shortest form", "82" + ann + "81" + "82180700");
        assertRefused("indefinite", "82" + ann + "9fff");
        assertRefused("tags", "82" + ann + "81" + "821903e8c000");
        assertRefused("nested", "82" + ann + "81" + "821903e8" + "81".repeat(12) + "00");
        assertRefused("actor name: blank", "82" + "82006120" + "80");
        assertRefused("actor name: not valid UTF-8", "82" + "820061ff" + "80");
        assertRefused("1 bytes too many", "82" + ann + "8000");
        assertRefused("body: length 3", "83" + ann + "8000");
        assertRefused("not sorted", "82" + ann + "81" + "821903e8a201000000");
    }

    @Test
    void whatIsTooLargeIsRefusedAtItsAuthor() {
        assertThrows(Malformed.class, () -> write(Collections.nCopies(65, note("x"))));
        assertThrows(
                Malformed.class, () -> write(List.of(note("x".repeat(Limits.NOTE_BYTES + 1)))));
        assertThrows(
                Malformed.class,
                () -> write(Collections.nCopies(5, note("x".repeat(Limits.NOTE_BYTES)))));
        Malformed half = assertThrows(Malformed.class, () -> write(List.of(note("half \ud834"))));
        assertTrue(half.getMessage().contains("surrogate"), half.getMessage());
        assertThrows(
                Malformed.class,
                () ->
                        write(
                                List.of(
                                        new Op.SetField(
                                                ITEM,
                                                Field.NAME,
                                                text("n".repeat(301)),
                                                List.of()))));
    }

    /** Each costs a look into a log, and the second says nothing. */
    @Test
    void aRefTwiceInOneListIsMalformed() {
        Ref ref = new Ref(ChangeId.ZERO, 0);
        Ref other = new Ref(ChangeId.ZERO, 1);
        for (List<Ref> refs : List.of(List.of(ref, ref), List.of(other, ref, other))) {
            for (Op op :
                    List.of(
                            new Op.Move(ITEM, Event.START, refs, "", new TreeMap<>()),
                            new Op.SetField(ITEM, Field.NAME, text("n"), refs))) {
                Malformed refusal = assertThrows(Malformed.class, () -> write(List.of(op)));
                assertTrue(refusal.getMessage().contains("twice"), refusal.getMessage());
            }
        }
    }

    /** The list of PROTOCOL.md, section 3. */
    @Test
    void aNameIsBlankByAListOfCharacters() {
        String blank =
                "\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u1680\u2000\u2001\u2002\u2003\u2004\u2005"
                        + "\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000";
        assertTrue(Blank.is(""));
        assertTrue(Blank.is(blank));
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            assertEquals(blank.indexOf(c) >= 0, Blank.is("" + c), "U+" + Integer.toHexString(c));
        }
        assertThrows(Malformed.class, () -> write(List.of(todo(blank))));
        assertEquals(todo("\u00a0"), write(List.of(todo("\u00a0"))).op(0));
    }

    private static Op todo(String text) {
        return new Op.AddElement(ITEM, SetName.TODOS, text(text));
    }

    @Test
    void theLabelOfADeviceIsBoundedAsNamesAre() {
        DeviceId device = DeviceId.of(new byte[32]);
        for (String label : List.of("", "n".repeat(300), "\u00fc".repeat(300))) {
            Op add = new Op.AddMember(device, Role.MEMBER, label, null);
            assertEquals(add, write(List.of(add)).op(0));
        }
        Op add = new Op.AddMember(device, Role.MEMBER, "n".repeat(301), null);
        Malformed refusal = assertThrows(Malformed.class, () -> write(List.of(add)));
        assertEquals("label: 301 characters, at most 300", refusal.getMessage());
    }

    @Test
    void anOpThatBreaksARuleOfItsOwnIsRefusedAtItsAuthor() {
        Ref move = new Ref(ChangeId.ZERO, 0);
        refusedAtItsAuthor("retries name", new Op.Count(ITEM, CounterName.RETRIES, 1, null));
        refusedAtItsAuthor("retries name", new Op.Count(ITEM, CounterName.TOKENS, 1, move));
        for (String key : List.of("A", "a-b", "a{", "a1", "\u00e9")) {
            SortedMap<String, String> details = new TreeMap<>(Map.of(key, "x"));
            refusedAtItsAuthor(
                    "a key has letters",
                    new Op.Move(ITEM, Event.START, List.of(move), "", details));
        }
        SortedMap<String, String> good = new TreeMap<>(Map.of("az_", "x", "b", "y", "a", "z"));
        assertEquals(
                1,
                write(List.of(new Op.Move(ITEM, Event.START, List.of(move), "", good)))
                        .ops()
                        .size());
    }

    private static void refusedAtItsAuthor(String words, Op op) {
        Malformed refusal = assertThrows(Malformed.class, () -> write(List.of(op)));
        assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
    }

    @Test
    void aChangeIsReadInTheMiddleOfOtherBytes() {
        Change change = write(List.of(note("x")));
        byte[] around = new byte[change.bytes().length + 7];
        System.arraycopy(change.bytes(), 0, around, 3, change.bytes().length);
        Change read = ChangeCodec.read(around, 3, 3 + change.bytes().length);
        assertArrayEquals(change.bytes(), read.bytes());
        byte[] behind = Arrays.copyOf(change.bytes(), change.bytes().length + 4);
        assertArrayEquals(
                change.bytes(), ChangeCodec.read(behind, 0, change.bytes().length).bytes());
        byte[] huge = new byte[Limits.CHANGE_BYTES + 1];
        Malformed refusal = assertThrows(Malformed.class, () -> ChangeCodec.read(huge));
        assertTrue(refusal.getMessage().contains("at most"), refusal.getMessage());
    }

    @Test
    void theFirstOfAChainHasNoPreviousOneAndEveryOtherHas() {
        for (long seq : List.of(1L, 2L)) {
            Header header =
                    new Header(
                            1,
                            ChangeId.ZERO,
                            DeviceId.of(new byte[32]),
                            7,
                            seq,
                            seq == 1 ? ChangeId.ZERO : null,
                            List.of(),
                            1,
                            0,
                            ChangeId.ZERO,
                            0,
                            ChangeId.ZERO);
            Malformed refusal =
                    assertThrows(
                            Malformed.class,
                            () ->
                                    ChangeCodec.write(
                                            header, new Actor.User("ann"), List.of(note("x"))));
            String words = "seq " + seq + (seq == 1 ? " with prev" : " without prev");
            assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
        }
    }

    @Test
    void whatALaterOpHoldsIsReadStrictlyToo() {
        String ann = "82" + "0063616e6e";
        String begin = "82" + ann + "81" + "821903e8";
        for (String value : List.of("f6", "f4", "f5", "20", "1864", "4201ff", "6161", "80", "a0")) {
            CborReader in = new CborReader(HexFormat.of().parseHex(begin + value));
            List<Op> ops = new ArrayList<>();
            OpCodec.readBody(in, ops);
            assertInstanceOf(Op.Unknown.class, ops.getFirst(), value);
        }
        String pairs = "a2" + "0100" + "0200";
        OpCodec.readBody(new CborReader(HexFormat.of().parseHex(begin + pairs)), new ArrayList<>());
        assertRefused("not sorted", begin + "a2" + "0200" + "0100");
        assertRefused("not sorted", begin + "a2" + "0100" + "0100");
        assertRefused("more than 63 bits", begin + "1bffffffffffffffff");
        assertRefused("actor: wrong number of parts", "82" + "830063616e6ef6" + "80");
        assertRefused("actor: wrong number of parts", "82" + "820163616e6e" + "80");
    }

    @Test
    void opsOfLaterVersionsAreKeptAsTheyCame() {
        // kind 1000 with a map in it, and a move by event 99, which no table of ours has
        byte[] later = HexFormat.of().parseHex("821903e8a1016161");
        String move =
                "86"
                        + "11"
                        + "50"
                        + "00".repeat(16)
                        + "1863"
                        + "81"
                        + "5820"
                        + "00".repeat(32)
                        + "60a0";
        List<Op> ops = new ArrayList<>();
        CborReader in =
                new CborReader(HexFormat.of().parseHex("8282006161828219" + "03e8a1016161" + move));
        OpCodec.readBody(in, ops);
        assertEquals(new Op.Unknown(1000, Octets.of(later)), ops.get(0));
        assertInstanceOf(Op.Unknown.class, ops.get(1));
        Change kept = write(ops);
        assertEquals(ops, ChangeCodec.read(kept.bytes()).ops());
    }

    /**
     * However many fields or sets a later version has, a creation with one is kept, not refused.
     */
    @Test
    void aCreationWithMoreFieldsOrSetsThanThereAreIsUnknown() {
        assertInstanceOf(Op.Unknown.class, creation(12, 0));
        assertInstanceOf(Op.Unknown.class, creation(0, 4));
        assertInstanceOf(Op.Unknown.class, creation(64, 64));
        assertThrows(Malformed.class, () -> creation(65, 0));
        assertThrows(Malformed.class, () -> creation(0, 65));
        assertInstanceOf(Op.NewItem.class, creation(11, 3));
    }

    /** A creation whose fields are cleared and whose sets hold one element each. */
    private static Op creation(int fields, int sets) {
        CborWriter out = new CborWriter();
        out.array(2).array(2).integer(0).text("ann").array(1);
        out.array(5).integer(OpCodec.NEW_ITEM).integer(1).nothing().map(fields);
        for (int i = 0; i < fields; i++) {
            out.integer(i).nothing();
        }
        out.map(sets);
        for (int i = 0; i < sets; i++) {
            out.integer(i).array(1);
            if (i == 0) {
                out.bytes(ITEM.bytes());
            } else {
                out.text("x");
            }
        }
        List<Op> ops = new ArrayList<>();
        OpCodec.readBody(new CborReader(out.toBytes()), ops);
        return ops.getFirst();
    }

    @Test
    void aChangeIsNamedByItsHeaderAndItsItemsByTheChange() {
        Change change = write(List.of(note("x")));
        CborReader in = new CborReader(change.bytes());
        ChangeCodec.readHeader(in);
        assertEquals(ChangeId.hash(change.bytes(), 0, in.position()), change.id());
        assertEquals(10, ItemKey.of(change.id(), 0).shortId().length());
        assertEquals(ItemKey.of(change.id(), 1), ItemKey.of(new Ref(change.id(), 1)));
    }

    private static Change write(List<Op> ops) {
        Header draft =
                new Header(
                        1,
                        ChangeId.ZERO,
                        DeviceId.of(new byte[32]),
                        7,
                        1,
                        null,
                        List.of(),
                        1,
                        0,
                        ChangeId.ZERO,
                        0,
                        ChangeId.ZERO);
        return ChangeCodec.write(draft, new Actor.User("ann"), ops);
    }

    private static Op note(String text) {
        return new Op.AddNote(ITEM, text);
    }

    private static Value text(String text) {
        return new Value.Text(text);
    }

    private static void assertRefused(String words, String bodyHex) {
        byte[] body = HexFormat.of().parseHex(bodyHex);
        List<Op> ops = new ArrayList<>();
        Malformed refusal =
                assertThrows(
                        Malformed.class,
                        () -> {
                            CborReader in = new CborReader(body);
                            OpCodec.readBody(in, ops);
                            in.expectEnd("body");
                        });
        assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
    }
}
