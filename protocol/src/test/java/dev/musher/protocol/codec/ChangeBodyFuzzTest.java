package dev.musher.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Signature;
import dev.musher.crdt.change.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Damages the body of a change and then makes its header true again, as an attacker who is a member
 * can: behind the hash and the signature every decoder of an op must still refuse or take.
 */
@Tag("T-D15")
class ChangeBodyFuzzTest {
    private static final DeviceId DEVICE = new Author(3).device;
    private static final ChangeId ID = ChangeId.hash(new byte[] {1}, 0, 1);
    private static final Ref REF = new Ref(ID, 2);
    private static final ItemKey ITEM = new ItemKey(5, 6);
    private static final List<Kept> KEPT =
            List.of(new Kept(4, 9, ID, Signature.of(new byte[64])), new Kept(5, 1, ID, null));

    @Test
    void aDamagedBodyUnderATrueHeaderIsTakenOrMalformed() {
        List<byte[]> bodies = ops().stream().map(ChangeBodyFuzzTest::body).toList();
        int[] outcome = Fuzz.run(2, bodies, ChangeBodyFuzzTest::decode);
        assertTrue(
                outcome[0] > 100 && outcome[1] > 100,
                "taken " + outcome[0] + " refused " + outcome[1]);
    }

    @Test
    void everyOpReadsBackToTheSameBytes() {
        for (Op op : ops()) {
            Change change = new Author(1).next(op);
            Change back = ChangeCodec.read(change.bytes().clone());
            assertTrue(back.ops().equals(List.of(op)), op.toString());
            assertArrayEquals(change.bytes(), new Author(1).next(back.ops().getFirst()).bytes());
        }
    }

    private static void decode(byte[] body) {
        if (body.length == 0 || body.length > Limits.CHANGE_BYTES) {
            throw new Malformed("no header can say this length");
        }
        Change change = ChangeCodec.read(withHeader(body));
        // The same ops and actor written anew give the same bytes: one encoding for each value.
        Change again = ChangeCodec.write(change.header(), change.actor(), change.ops());
        assertArrayEquals(change.bytes(), again.bytes());
    }

    private static byte[] withHeader(byte[] body) {
        byte[] like = new Author(1).next().bytes();
        CborReader in = new CborReader(like);
        ChangeCodec.readHeader(in);
        int headerBytes = in.position();
        CborReader scan = new CborReader(like);
        int pairs = scan.map("header", 11, 12);
        for (int i = 0; i < pairs - 2; i++) {
            scan.skip("key", 1);
            scan.skip("value", 3);
        }
        assertTrue(scan.position() < headerBytes);
        return new CborWriter()
                .raw(Arrays.copyOf(like, scan.position()))
                .integer(10)
                .integer(body.length)
                .integer(11)
                .bytes(ChangeId.hash(body, 0, body.length))
                .raw(body)
                .toBytes();
    }

    private static byte[] body(Op op) {
        Change change = new Author(1).next(op);
        int length = change.header().bodyBytes();
        return Arrays.copyOfRange(
                change.bytes(), change.bytes().length - length, change.bytes().length);
    }

    private static List<Op> ops() {
        Map<Field, Value> fields =
                Map.of(
                        Field.NAME,
                        new Value.Text("näme"),
                        Field.PRIORITY,
                        new Value.Int(3),
                        Field.EPIC,
                        new Value.Item(ITEM));
        Map<SetName, List<Value>> sets =
                Map.of(
                        SetName.LABELS,
                        List.of(new Value.Text("a")),
                        SetName.DEPENDS_ON,
                        List.of(new Value.Item(ITEM)));
        Origin origin = new Origin(Origin.Kind.BOT, "import", 12);
        return List.of(
                new Op.Genesis("project", DEVICE, DEVICE, 99),
                new Op.AddMember(DEVICE, Role.AGENT, "label", 1_000L),
                new Op.SetRole(DEVICE, Role.OWNER),
                new Op.Cut(DEVICE, KEPT),
                new Op.SettleFork(DEVICE, -1, KEPT),
                new Op.Adopt(List.of(ID), List.of(ID)),
                new Op.SetArbiter(DEVICE, REF, 4, Op.ArbiterKind.GIT),
                new Op.SetRules(2),
                new Op.NewItem(42, origin, new TreeMap<>(fields), new TreeMap<>(sets)),
                new Op.Move(
                        ITEM,
                        Event.LANDED,
                        List.of(REF),
                        "why",
                        new TreeMap<>(Map.of("commit", "abc"))),
                new Op.SetField(ITEM, Field.DELETED, new Value.Flag(true), List.of(REF)),
                new Op.SetField(ITEM, Field.BODY, Value.NONE, List.of()),
                new Op.AddNote(ITEM, "text"),
                new Op.EditNote(ITEM, REF, "text", List.of(REF)),
                new Op.AddElement(ITEM, SetName.TODOS, new Value.Text("todo")),
                new Op.RemoveElement(ITEM, SetName.TODOS, new Value.Text("todo"), List.of(REF)),
                new Op.CheckTodo(ITEM, "todo", true, List.of(REF)),
                new Op.Count(ITEM, CounterName.RETRIES, 1, REF),
                new Op.Granted(ITEM, DEVICE, 2, REF, REF, List.of(ID), 60_000),
                new Op.Expired(ITEM, REF, REF, List.of(ID)),
                new Op.Tentative(ITEM, 3, null, 60_000));
    }
}
