package dev.musher.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each rule of admission, by a change that breaks this rule and no other. */
class AdmissionTest {

    private final Set<Refusal> shown = EnumSet.noneOf(Refusal.class);

    private final Desk founder = Desk.founder();
    private final Desk member = founder.invited("member");

    private void refused(Refusal expected, Admission admission) {
        Admission.Refused refused = assertInstanceOf(Admission.Refused.class, admission);
        assertEquals(expected, refused.code(), refused.text());
        shown.add(expected);
    }

    @Test
    void everyRefusalIsShown() {
        List<Consumer<AdmissionTest>> rules =
                List.of(
                        AdmissionTest::ofAnotherProjectFormatOrGenesis,
                        AdmissionTest::whatDoesNotContinueItsChain,
                        AdmissionTest::whatNamesWhatIsNotBeforeIt,
                        AdmissionTest::whoMayNotWrite,
                        AdmissionTest::aCutKeyWritesNoMoreOnceItKnows,
                        AdmissionTest::settlements,
                        AdmissionTest::claims,
                        AdmissionTest::anAgentMovesOnlyWhatItHolds,
                        AdmissionTest::whatIsVouchedForIsSo);
        for (Consumer<AdmissionTest> rule : rules) {
            AdmissionTest fresh = new AdmissionTest();
            rule.accept(fresh);
            shown.addAll(fresh.shown);
        }
        assertEquals(EnumSet.allOf(Refusal.class), shown);
    }

    /** Parts of a header, to be written otherwise. */
    private static final class Draft {
        int version;
        ChangeId project;
        long seq;
        ChangeId prev;
        List<ChangeId> deps;
        long lamport;
        ChangeId members;

        Draft(Header h) {
            version = h.version();
            project = h.project();
            seq = h.seq();
            prev = h.prev();
            deps = h.deps();
            lamport = h.lamport();
            members = h.members();
        }
    }

    private static Change forged(Desk desk, UnaryOperator<Draft> forge, Op... ops) {
        Header h = desk.draft();
        Draft d = forge.apply(new Draft(h));
        Header header =
                new Header(
                        d.version,
                        d.project,
                        h.device(),
                        h.epoch(),
                        d.seq,
                        d.prev,
                        d.deps,
                        d.lamport,
                        h.wallMs(),
                        d.members,
                        0,
                        ChangeId.ZERO);
        return ChangeCodec.write(header, desk.actor, List.of(ops));
    }

    private static Op newItem() {
        return new Op.NewItem(1, null, new TreeMap<>(), new TreeMap<>());
    }

    private static Kept kept(Desk desk, Change change) {
        Place place = desk.place(change);
        return new Kept(change.header().epoch(), place.seq(), change.id(), null);
    }

    @Test
    @Tag("T-D5")
    void whatIsKnownIsADuplicate() {
        Change change = founder.write(newItem());
        assertInstanceOf(Admission.Duplicate.class, founder.project.check(change));
        founder.write(newItem());
        assertInstanceOf(Admission.Duplicate.class, founder.project.check(change));
        assertInstanceOf(
                Admission.Duplicate.class, founder.project.check(founder.changes().getFirst()));
    }

    @Test
    void whatIsMissingIsNamed() {
        ItemKey item = founder.item("x");
        Ref note = founder.note(item, "text");
        Change edit = founder.change(new Op.EditNote(item, note, "other", List.of()));
        assertEquals(
                List.of(note.change()),
                ((Admission.Missing) member.project.check(edit)).ids(),
                "its previous change, which is the named one too, once");
        Project empty = new Project(Rules.PRODUCT, new MemoryHistory());
        assertEquals(List.of(founder.project.id()), ((Admission.Missing) empty.check(edit)).ids());
    }

    /** A change of a project with another recovery key. */
    private static Change foreign() {
        Desk desk = Desk.founder();
        return forged(
                desk,
                d -> {
                    d.project = d.members;
                    return d;
                },
                newItem());
    }

    @Test
    @Tag("T-D5")
    void ofAnotherProjectFormatOrGenesis() {
        refused(Refusal.PROJECT, founder.project.check(foreign()));
        refused(
                Refusal.VERSION,
                founder.project.check(
                        forged(
                                founder,
                                d -> {
                                    d.version = 2;
                                    return d;
                                },
                                newItem())));
        DeviceId other = Histories.device("other");
        Op.Genesis second = new Op.Genesis("q", founder.device, other, 1);
        refused(Refusal.GENESIS, founder.project.check(Desk.genesis(founder.draft(), second)));
        refused(Refusal.GENESIS, founder.asked(newItem(), second));
        Project empty = new Project(Rules.PRODUCT, new MemoryHistory());
        refused(
                Refusal.GENESIS,
                empty.check(Desk.genesis(founder.draft(), new Op.Genesis("q", other, other, 1))));
    }

    /** A genesis is the first change of its chain, founds one project and does nothing else. */
    @Test
    void aGenesisStandsAlone() {
        Op op = founder.changes().getFirst().op(0);
        Header good = founder.changes().getFirst().header();
        ChangeId other = founder.project.id();
        List<Header> wrong =
                List.of(
                        with(good, ChangeId.ZERO, 2, other, List.of(), 1, good.members()),
                        with(good, ChangeId.ZERO, 1, null, List.of(other), 1, good.members()),
                        with(good, ChangeId.ZERO, 1, null, List.of(), 2, good.members()),
                        with(good, other, 1, null, List.of(), 1, good.members()),
                        with(good, ChangeId.ZERO, 1, null, List.of(), 1, other));
        for (Header header : wrong) {
            Project empty = new Project(Rules.PRODUCT, new MemoryHistory());
            refused(
                    Refusal.GENESIS,
                    empty.check(ChangeCodec.write(header, founder.actor, List.of(op))));
        }
        Project empty = new Project(Rules.PRODUCT, new MemoryHistory());
        Change two = ChangeCodec.write(good, founder.actor, List.of(op, newItem()));
        refused(Refusal.GENESIS, empty.check(two));
        assertInstanceOf(
                Admission.Admitted.class,
                empty.check(ChangeCodec.write(good, founder.actor, List.of(op))));
    }

    private static Header with(
            Header h,
            ChangeId project,
            long seq,
            ChangeId prev,
            List<ChangeId> deps,
            long lamport,
            ChangeId members) {
        return new Header(
                1,
                project,
                h.device(),
                h.epoch(),
                seq,
                prev,
                deps,
                lamport,
                h.wallMs(),
                members,
                0,
                ChangeId.ZERO);
    }

    @Test
    @Tag("T-D7")
    void whatDoesNotContinueItsChain() {
        refused(
                Refusal.SEQ,
                founder.project.check(
                        forged(
                                founder,
                                d -> {
                                    d.seq++;
                                    return d;
                                },
                                newItem())));
        ChangeId others = member.write(newItem()).id();
        founder.sees(member);
        refused(
                Refusal.SEQ,
                founder.project.check(
                        forged(
                                founder,
                                d -> {
                                    d.prev = others;
                                    return d;
                                },
                                newItem())));
        refused(
                Refusal.LAMPORT,
                founder.project.check(
                        forged(
                                founder,
                                d -> {
                                    d.lamport = 1L << 39;
                                    return d;
                                },
                                newItem())));
        refused(
                Refusal.LAMPORT,
                founder.project.check(
                        forged(
                                founder.other("nobody"),
                                d -> {
                                    d.deps = List.of();
                                    d.lamport = 1;
                                    return d;
                                },
                                newItem())));
        refused(
                Refusal.MEMBERS,
                founder.project.check(
                        forged(
                                founder,
                                d -> {
                                    d.members = others;
                                    return d;
                                },
                                newItem())));
    }

    @Test
    void whatNamesWhatIsNotBeforeIt() {
        ItemKey item = member.item("of another");
        Ref note = member.note(item, "later");
        Change blind = founder.change(new Op.EditNote(item, note, "x", List.of()));
        founder.sees(member);
        refused(Refusal.NAMED, founder.project.check(blind));
        Desk twin = Desk.founder();
        twin.sees(member);
        Change unseen =
                forged(
                        twin,
                        d -> {
                            d.deps = List.of();
                            d.lamport = founder.project.dag().lamport(place(d.prev)) + 1;
                            return d;
                        },
                        new Op.AddNote(item, "an item it does not know"));
        refused(Refusal.ITEM, founder.project.check(unseen));
    }

    private Place place(ChangeId id) {
        return founder.history.find(id);
    }

    @Test
    void whoMayNotWrite() {
        refused(Refusal.NOT_A_MEMBER, founder.other("stranger").asked(newItem()));
        Desk reader = founder.invited("reader", Role.READER);
        refused(Refusal.ROLE, reader.asked(newItem()));
        refused(Refusal.ROLE, reader.asked());
        reader.epoch++;
        refused(Refusal.ROLE, reader.asked());
        assertInstanceOf(Admission.Admitted.class, member.asked());
        member.sees(founder);
        refused(Refusal.ROLE, member.asked(new Op.Cut(reader.device, List.of())));
        refused(
                Refusal.KNOWN,
                founder.asked(new Op.AddMember(member.device, Role.OWNER, "again", null)));
        refused(Refusal.SENIOR, founder.asked(new Op.Cut(Desk.recovery(), List.of())));
    }

    @Test
    void aCutKeyWritesNoMoreOnceItKnows() {
        founder.write(new Op.Cut(member.device, List.of()));
        member.write(newItem());
        member.sees(founder);
        refused(Refusal.CUT, member.asked(newItem()));
        member.epoch++;
        refused(Refusal.CUT, member.asked(newItem()));
        refused(
                Refusal.KNOWN,
                founder.asked(new Op.AddMember(member.device, Role.MEMBER, "again", null)));
    }

    @Test
    void whatIsVouchedForIsSo() {
        ChangeId none = ChangeId.ZERO;
        Op lie = new Op.Checkpoint(none, none, List.of(new Op.Vouched(none, none)));
        refused(Refusal.OUTLINE, founder.asked(lie));
    }

    @Test
    void settlements() {
        Change own = member.write(newItem());
        Op within = new Op.SettleFork(member.device, member.epoch, List.of(kept(member, own)));
        refused(Refusal.FROM_WITHIN, member.asked(within));
        member.epoch++;
        Kept head = kept(member, own);
        Op wrongSeq =
                new Op.SettleFork(
                        member.device,
                        member.epoch - 1,
                        List.of(new Kept(head.epoch(), head.seq() + 1, head.id(), null)));
        refused(Refusal.KEPT, member.asked(wrongSeq));
        founder.sees(member);
        refused(
                Refusal.KEPT,
                founder.asked(
                        new Op.Cut(
                                member.device,
                                List.of(kept(founder, founder.changes().getFirst())))));
        member.write(within);
        member.epoch--;
        refused(Refusal.CUT, member.asked(newItem()));
    }

    @Test
    void claims() {
        ItemKey item = founder.item("x");
        ItemKey second = founder.item("y");
        Ref genesis = new Ref(founder.project.id(), 0);
        Ref grant = new Ref(founder.write(granted(item, member.device, 1, null, genesis)).id(), 0);
        member.sees(founder);
        refused(Refusal.ARBITER, member.asked(granted(item, member.device, 2, grant, genesis)));
        refused(
                Refusal.ARBITER,
                founder.asked(granted(item, member.device, 2, grant, grant)),
                "a grant is no arbiter");
        refused(Refusal.GENERATION, founder.asked(granted(item, member.device, 3, grant, genesis)));
        refused(
                Refusal.GENERATION,
                founder.asked(granted(second, member.device, 2, grant, genesis)));
        refused(Refusal.GENERATION, member.asked(new Op.Tentative(item, 2, null, 1)));
        refused(
                Refusal.GENERATION,
                founder.asked(new Op.Expired(second, grant, genesis, List.of())));
        refused(
                Refusal.TERM,
                founder.asked(new Op.SetArbiter(member.device, genesis, 2, Op.ArbiterKind.HOME)));
        refused(
                Refusal.TERM,
                founder.asked(new Op.SetArbiter(member.device, grant, 1, Op.ArbiterKind.HOME)));
    }

    @Test
    @Tag("T-F10")
    void anAgentMovesOnlyWhatItHolds() {
        ItemKey item = founder.item("x");
        Desk agent = founder.invited("agent", Role.AGENT);
        Op start = new Op.Move(item, Event.START, List.of(birth(item)), "", new TreeMap<>());
        refused(Refusal.CLAIM, agent.asked(start));
        agent.actor = new Actor.User("a person with an agent's key");
        refused(Refusal.ROLE, agent.asked(start));
        Ref genesis = new Ref(founder.project.id(), 0);
        Change grant = founder.write(granted(item, agent.device, 1, null, genesis));
        agent.sees(founder);
        agent.actor = new Actor.Agent("agent", new Ref(grant.id(), 0));
        assertInstanceOf(Admission.Admitted.class, agent.asked(start));
        agent.actor = new Actor.Agent("agent", new Ref(grant.id(), 9));
        refused(Refusal.CLAIM, agent.asked(start));
    }

    private Ref birth(ItemKey item) {
        return founder.project.item(item).birth().ref();
    }

    private static Op granted(
            ItemKey item, DeviceId holder, long generation, Ref after, Ref arbiter) {
        return new Op.Granted(item, holder, generation, after, arbiter, List.of(), 1_000);
    }

    private void refused(Refusal expected, Admission admission, String why) {
        Admission.Refused refused = assertInstanceOf(Admission.Refused.class, admission, why);
        assertEquals(expected, refused.code(), why);
        shown.add(expected);
    }
}
