package dev.musher.crdt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Value;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an owner may vouch for, and what an outline is. */
class CheckpointTest {

    private static final String TEXT = "as it was before it was written anew ".repeat(4);

    private final Desk founder = Desk.founder();
    private final ItemKey item = founder.item("x");
    private final Change first = body(founder, TEXT);

    private Change body(Desk desk, String text, Ref... replaces) {
        return desk.write(
                new Op.SetField(item, Field.BODY, new Value.Text(text), List.of(replaces)));
    }

    private static Op.Vouched vouched(Change change) {
        return new Op.Vouched(change.id(), Objects.requireNonNull(Outline.hash(change)));
    }

    private static Op.Checkpoint checkpoint(Desk desk, Op.Vouched... outlines) {
        Digest digest = desk.project.digest();
        List<Op.Vouched> sorted =
                Arrays.stream(outlines).sorted(Comparator.comparing(Op.Vouched::change)).toList();
        return new Op.Checkpoint(digest.items(), digest.membership(), sorted);
    }

    private static Refusal refusal(Admission admission) {
        return assertInstanceOf(Admission.Refused.class, admission).code();
    }

    @Test
    @Tag("M-16")
    void aCheckpointAltersNothingAndCounts() {
        Digest before = founder.project.digest();
        Change written = founder.write(checkpoint(founder, vouched(first)));
        assertEquals(before, founder.project.digest());
        assertEquals(List.of(Verdict.COUNTS), founder.project.verdicts(founder.place(written)));
        assertEquals(List.of(founder.place(written)), founder.project.checkpoints());
        assertEquals(List.of(founder.place(written)), founder.project.vouching(first.id()));
        assertEquals(List.of(), founder.project.vouching(written.id()));
        assertEquals(written.ops(), ChangeCodec.read(written.bytes()).ops());
    }

    @Test
    @Tag("M-16")
    void onlyAnOwnerVouches() {
        Desk member = founder.invited("m", Role.MEMBER);
        assertEquals(Refusal.ROLE, refusal(member.asked(checkpoint(member))));
        Desk owner = founder.invited("o", Role.OWNER);
        assertInstanceOf(Admission.Admitted.class, owner.asked(checkpoint(owner)));
    }

    @Test
    @Tag("M-16")
    void whatIsNotSoIsVouchedForByNobody() {
        Change note = founder.write(new Op.AddNote(item, TEXT));
        ChangeId wrong = ChangeId.of(new byte[32]);
        for (Op.Vouched lie :
                List.of(
                        new Op.Vouched(first.id(), wrong),
                        new Op.Vouched(wrong, vouched(first).outline()),
                        new Op.Vouched(note.id(), vouched(first).outline()))) {
            assertEquals(Refusal.OUTLINE, refusal(founder.asked(checkpoint(founder, lie))));
        }
        assertEquals(
                Refusal.OUTLINE, refusal(founder.asked(checkpoint(founder), new Op.SetRules(2))));
    }

    @Test
    @Tag("M-16")
    void anotherStateIsNoticedWhereItCanBeTold() {
        Desk other = founder.other("o");
        Op.Checkpoint honest = checkpoint(founder, vouched(first));
        Op.Checkpoint lie = new Op.Checkpoint(first.id(), honest.membership(), List.of());
        Change good = founder.change(honest);
        Change bad = founder.change(lie);
        assertFalse(other.project.contradicts(admitted(other, good)));
        assertTrue(other.project.contradicts(admitted(other, bad)));
        Desk member = founder.invited("m");
        Change late = founder.change(lie);
        body(member, TEXT + "meanwhile", new Ref(first.id(), 0));
        assertFalse(member.project.contradicts(admitted(member, late)), "cannot be told");
        assertFalse(other.project.contradicts(admitted(member, member.change())));
    }

    private static Admission.Admitted admitted(Desk desk, Change change) {
        return assertInstanceOf(Admission.Admitted.class, desk.project.check(change));
    }

    /** Else the verdict would hang on what came first. */
    @Test
    void aChangeOutsideItsPastIsVouchedForByNobody() {
        Desk owner = founder.invited("o", Role.OWNER);
        Change meanwhile = body(founder, TEXT + "meanwhile", new Ref(first.id(), 0));
        Change written = owner.change(checkpoint(owner, vouched(meanwhile)));
        assertEquals(Refusal.OUTLINE, refusal(founder.project.check(written)));
        assertEquals(Refusal.OUTLINE, refusal(owner.project.check(written)));
    }

    /** A node that holds the outline decides as one that holds the change. */
    @Test
    @Tag("T-A6")
    void anOutlineIsAsGoodAsTheChangeForChecking() {
        Change honest = founder.change(checkpoint(founder, vouched(first)));
        Change lie = founder.change(checkpoint(founder, new Op.Vouched(first.id(), first.id())));
        Desk other = founder.other("o");
        Desk light = Desk.founder();
        for (Change change : founder.changes()) {
            if (light.history.find(change.id()) == null) {
                Change outline = Outline.of(change);
                light.take(outline == null ? change : outline);
            }
        }
        for (Desk desk : List.of(other, light)) {
            assertInstanceOf(Admission.Admitted.class, desk.project.check(honest));
            assertEquals(Refusal.OUTLINE, refusal(desk.project.check(lie)));
        }
        assertEquals(founder.project.digest(), light.project.digest());
    }

    @Test
    void anOutlineKeepsAllButTheTextsOfBodies() {
        TreeMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, new Value.Text("named"));
        fields.put(Field.BODY, new Value.Text(TEXT));
        Change made =
                founder.write(
                        new Op.NewItem(9, null, fields, new TreeMap<>()),
                        new Op.SetField(item, Field.BODY, Value.NONE, List.of()),
                        new Op.AddNote(item, TEXT));
        Change outline = Objects.requireNonNull(Outline.of(made));
        assertTrue(outline.isOutline());
        assertFalse(made.isOutline());
        assertTrue(outline.bytes().length < made.bytes().length);
        Change read = Outline.read(outline.bytes());
        assertEquals(made.id(), read.id());
        assertEquals(made.header(), read.header());
        assertEquals(made.actor(), read.actor());
        assertEquals(made.ops().subList(1, 3), read.ops().subList(1, 3));
        Value body = assertInstanceOf(Op.NewItem.class, read.op(0)).fields().get(Field.BODY);
        assertEquals(TEXT.length(), assertInstanceOf(Value.Dropped.class, body).bytes());
        assertEquals(Outline.hash(made), Outline.hash(read));
        assertArrayEquals(outline.bytes(), Objects.requireNonNull(Outline.of(read)).bytes());
        assertEquals(made.headerBytes(), outline.headerBytes());
    }

    @Test
    void whatHasNoOutlineHasNone() {
        assertNull(Outline.of(founder.write(new Op.AddNote(item, TEXT))));
        assertNull(Outline.of(body(founder, "short")));
        assertNull(Outline.of(founder.patches.getFirst().change()));
        Change withAccess =
                founder.write(
                        new Op.SetRules(2),
                        new Op.SetField(item, Field.BODY, new Value.Text(TEXT), List.of()));
        assertNull(Outline.hash(withAccess));
    }

    /** No author writes one, and none passes for a change. */
    @Test
    void anOutlineIsNoChange() {
        Change outline = Objects.requireNonNull(Outline.of(first));
        assertThrows(Malformed.class, () -> ChangeCodec.read(outline.bytes()));
        assertThrows(Malformed.class, () -> Outline.read(first.bytes()));
        Value.Dropped dropped = new Value.Dropped(first.id(), 3);
        assertThrows(
                Malformed.class,
                () ->
                        ChangeCodec.write(
                                first.header(),
                                new Actor.User("u"),
                                List.of(new Op.SetField(item, Field.BODY, dropped, List.of()))));
    }

    @Test
    void outlinesAreSortedAndUnique() {
        Op.Vouched one = vouched(first);
        for (List<Op.Vouched> bad :
                List.of(
                        List.of(one, one),
                        List.of(
                                new Op.Vouched(one.outline(), one.change()),
                                new Op.Vouched(ChangeId.of(new byte[32]), one.change())))) {
            assertThrows(
                    Malformed.class,
                    () -> founder.change(new Op.Checkpoint(first.id(), first.id(), bad)));
        }
    }
}
