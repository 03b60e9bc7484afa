package dev.musher.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Frontier;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Octets;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.StageName;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What counts, told as stories: those that the executable model has no ops for. */
class AccessTest {

    private final Desk founder = Desk.founder();

    private static List<Verdict> verdicts(Desk desk, Change change) {
        return desk.project.verdicts(desk.place(change));
    }

    private static Kept kept(Desk desk, Change change) {
        return new Kept(change.header().epoch(), desk.place(change).seq(), change.id(), null);
    }

    @Test
    void whatWasWrittenBeforeTheCutCountsOnlyIfItIsKept() {
        Desk laptop = founder.invited("laptop");
        ItemKey kept = laptop.item("kept");
        Change last = laptop.changes().getLast();
        ItemKey lost = laptop.item("lost");
        founder.write(new Op.Cut(laptop.device, List.of()));
        assertTrue(founder.project.membership().isCut(laptop.device));
        founder.sees(laptop);
        assertNull(founder.project.item(kept));
        Desk other = Desk.founder();
        other.sees(laptop);
        other.write(new Op.Cut(laptop.device, List.of(kept(other, last))));
        assertNotNull(other.project.item(kept));
        assertNull(other.project.item(lost));
    }

    /** The usual void change: its author went on after the cut, so it is later, or knows more. */
    @Test
    void aVoidChangeIsAdoptedHoweverLateItIsAndWhateverItKnew() {
        Desk laptop = founder.invited("laptop", Role.OWNER);
        founder.write(new Op.Cut(laptop.device, List.of()));
        ItemKey item = laptop.item("work");
        for (int i = 0; i < 3; i++) {
            laptop.note(item, "later than all that the founder knows");
        }
        laptop.write(new Op.SetRules(1));
        laptop.note(item, "knows another membership change");
        founder.sees(laptop);
        assertNull(founder.project.item(item));
        ChangeId last = laptop.changes().getLast().id();
        Change one = founder.write(new Op.Adopt(List.of(last), List.of()));
        assertEquals(1, founder.project.item(item).notes().notes().size());
        assertEquals(List.of(last), one.header().deps());
        founder.write(new Op.Adopt(List.of(), List.of(last)));
        assertEquals(4, founder.project.item(item).notes().notes().size());
        assertEquals(founder.project.digest(), founder.other("late").project.digest());
    }

    /** Also after a restart, and at a node that never saw the item count. */
    @Test
    void theNumberOfAnItemThatIsGoneIsNotGivenAgain() {
        Desk laptop = founder.invited("laptop");
        ItemKey gone = laptop.item("gone");
        founder.sees(laptop);
        founder.write(new Op.Cut(laptop.device, List.of()));
        assertNull(founder.project.item(gone));
        assertEquals(2, founder.project.nextNumber());
        Project.Loader loader = new Project(Rules.PRODUCT, founder.history).loader();
        founder.patches.stream()
                .filter(p -> p.newBranch() != null)
                .forEach(p -> loader.branch(p.newBranch()));
        founder.patches.forEach(p -> loader.arrival(p.arrival()));
        assertEquals(2, loader.finish().nextNumber());
        Desk late = Desk.founder();
        late.take(founder.changes().get(1));
        late.write(new Op.Cut(laptop.device, List.of()));
        late.sees(laptop);
        assertEquals(2, late.project.nextNumber());
    }

    @Test
    void anAdoptedHeadBringsBackAllBelowItByItsDevice() {
        Desk laptop = founder.invited("laptop");
        ItemKey item = laptop.item("work");
        laptop.note(item, "more work");
        Change head = laptop.changes().getLast();
        Change beyond = laptop.write(new Op.AddNote(item, "beyond"));
        founder.sees(laptop);
        founder.write(new Op.Cut(laptop.device, List.of()));
        assertNull(founder.project.item(item));
        Change adoption = founder.write(new Op.Adopt(List.of(), List.of(head.id())));
        assertEquals(1, founder.project.item(item).notes().notes().size());
        assertEquals(List.of(Verdict.CUT), verdicts(founder, beyond));
        founder.write(new Op.Adopt(List.of(beyond.id()), List.of()));
        assertEquals(2, founder.project.item(item).notes().notes().size());
        assertEquals(List.of(Verdict.COUNTS), verdicts(founder, adoption));
    }

    @Test
    void anAgentsKeyNotesChecksAndCountsButWritesNoFields() {
        ItemKey item = founder.item("x");
        Desk agent = founder.invited("agent", Role.AGENT);
        for (Op allowed :
                List.of(
                        new Op.AddNote(item, "n"),
                        new Op.AddElement(item, SetName.TODOS, new Value.Text("t")),
                        new Op.CheckTodo(item, "t", true, List.of()),
                        new Op.Count(item, CounterName.TOKENS, 5, null))) {
            Change change = agent.write(allowed);
            assertEquals(List.of(Verdict.COUNTS), verdicts(agent, change));
        }
        for (Op refused :
                List.of(
                        new Op.AddElement(item, SetName.LABELS, new Value.Text("l")),
                        new Op.SetField(item, Field.NAME, new Value.Text("n"), List.of()),
                        new Op.NewItem(9, null, new TreeMap<>(), new TreeMap<>()),
                        new Op.Move(item, Event.LANDED, List.of(birth(item)), "", new TreeMap<>()),
                        new Op.SetRules(2))) {
            assertEquals(
                    Refusal.ROLE,
                    assertInstanceOf(Admission.Refused.class, agent.asked(refused)).code());
        }
        founder.sees(agent);
        assertEquals(5, founder.project.item(item).tokens());
    }

    private Ref birth(ItemKey item) {
        return founder.project.item(item).birth().ref();
    }

    @Test
    void onlyAnOwnerRaisesTheRules() {
        Desk member = founder.invited("member");
        assertInstanceOf(Admission.Refused.class, member.asked(new Op.SetRules(2)));
        assertEquals(1, founder.project.membership().rulesVersion());
        Digest before = founder.project.digest();
        founder.write(new Op.SetRules(3));
        founder.write(new Op.SetRules(2));
        assertEquals(3, founder.project.membership().rulesVersion());
        assertNotEquals(before, founder.project.digest());
    }

    @Test
    void anOpOfALaterVersionIsKeptWithoutEffect() {
        ItemKey item = founder.item("x");
        Digest before = founder.project.digest();
        Op unknown =
                new Op.Unknown(999, Octets.of(new byte[] {(byte) 0x81, 0x19, 0x03, (byte) 0xe7}));
        Change change = founder.write(unknown, new Op.AddNote(item, "beside it"));
        assertEquals(List.of(Verdict.UNKNOWN, Verdict.COUNTS), verdicts(founder, change));
        assertEquals(1, founder.project.unknownOps());
        assertEquals(1, founder.project.item(item).notes().notes().size());
        assertNotEquals(before, founder.project.digest());
    }

    /**
     * Else a later version, which knows the kind, would compute other frontiers, and neither would
     * admit what the other writes.
     */
    @Test
    void aMembershipOpOfALaterVersionIsOneByItsKind() {
        // two kinds that are in no table, and an add of a role that is not in ours
        byte[] later = {(byte) 0x82, 0x09, 0x01};
        for (Op unknown :
                List.of(
                        new Op.Unknown(9, Octets.of(later)),
                        new Op.Unknown(15, Octets.of(new byte[] {(byte) 0x81, 0x0f})),
                        laterRole())) {
            Change change = founder.write(unknown);
            assertInstanceOf(Op.Unknown.class, ChangeCodec.read(change.bytes()).op(0));
            assertTrue(change.holdsAccess());
            assertEquals(Frontier.hash(List.of(change.id())), founder.draft().members());
            assertEquals(List.of(Verdict.UNKNOWN), verdicts(founder, change));
        }
        Header before = founder.draft();
        Change ofAnItem =
                founder.write(
                        new Op.Unknown(16 + 9, Octets.of(new byte[] {(byte) 0x81, 0x18, 25})));
        assertFalse(ofAnItem.holdsAccess());
        assertEquals(before.members(), founder.draft().members());
    }

    private static Op laterRole() {
        byte[] add = new byte[39];
        add[0] = (byte) 0x85;
        add[1] = 1;
        add[2] = 0x58;
        add[3] = 0x20;
        add[36] = 9;
        add[37] = 0x60;
        add[38] = (byte) 0xf6;
        return new Op.Unknown(1, Octets.of(add));
    }

    @Test
    void onlyTheRecoveryKeyRevokesTheFounder() {
        Desk owner = founder.invited("owner", Role.OWNER);
        assertInstanceOf(
                Admission.Refused.class, owner.asked(new Op.Cut(founder.device, List.of())));
        Desk recovery = founder.other("recovery");
        Change kept = founder.changes().getLast();
        founder.item("by the thief");
        recovery.write(new Op.Cut(founder.device, List.of(kept(recovery, kept))));
        recovery.sees(founder);
        assertEquals(0, recovery.project.items().size());
        owner.sees(recovery);
        assertNotNull(owner.item("the owner goes on"));
    }

    @Test
    @Tag("T-B11")
    @Tag("M-02")
    void bothBranchesOfAForkCountAndTheForkIsKnown() {
        Desk laptop = founder.invited("laptop");
        Desk twin = laptop.twin();
        ItemKey one = laptop.item("one");
        ItemKey two = twin.item("two");
        laptop.sees(twin);
        assertTrue(laptop.patches.getLast().forked());
        assertNotNull(laptop.project.item(one));
        assertNotNull(laptop.project.item(two));
        Chain chain = new Chain(laptop.device, laptop.epoch);
        assertEquals(List.of(chain), laptop.project.dag().forked());
        assertEquals(
                2,
                laptop.project.heads().list().stream()
                        .filter(h -> h.device().equals(laptop.device))
                        .count());
        laptop.epoch++;
        laptop.write(
                new Op.SettleFork(
                        laptop.device,
                        chain.epoch(),
                        laptop.project.heads().list().stream()
                                .filter(h -> h.device().equals(laptop.device))
                                .map(h -> new Kept(h.epoch(), h.seq(), h.id(), null))
                                .toList()));
        assertNotNull(laptop.project.item(one));
        assertNotNull(laptop.project.item(two));
        assertTrue(laptop.project.membership().isClosed(chain));
        assertFalse(laptop.project.membership().isCut(laptop.device));
    }

    @Test
    void afterItsClaimEndedAnAgentsMovesAreVoidAndItsFactsStay() {
        ItemKey item = founder.item("x");
        Desk agent = founder.invited("agent", Role.MEMBER);
        Ref genesis = new Ref(founder.project.id(), 0);
        Change grant =
                founder.write(
                        new Op.Granted(item, agent.device, 1, null, genesis, List.of(), 1_000));
        agent.sees(founder);
        agent.actor = new Actor.Agent("coder", new Ref(grant.id(), 0));
        founder.write(new Op.Expired(item, new Ref(grant.id(), 0), genesis, List.of()));
        Change late =
                agent.write(
                        new Op.Move(item, Event.START, List.of(birth(item)), "", new TreeMap<>()),
                        new Op.Count(item, CounterName.TOKENS, 7, null));
        assertEquals(StageName.CODING, agent.project.item(item).stage().name());
        founder.sees(agent);
        assertEquals(List.of(Verdict.GENERATION, Verdict.COUNTS), verdicts(founder, late));
        assertEquals(StageName.BACKLOG, founder.project.item(item).stage().name());
        assertEquals(7, founder.project.item(item).tokens());
        assertNull(founder.project.item(item).claim());
        agent.sees(founder);
        assertEquals(founder.project.digest(), agent.project.digest());
    }

    /** A key of role agent moves only what it holds, and it held nothing if the grant is void. */
    @Test
    void whatAnAgentsKeyMovedUnderAGrantThatIsCutIsVoid() {
        ItemKey item = founder.item("x");
        Desk agent = founder.invited("agent", Role.AGENT);
        Change kept = founder.changes().getLast();
        Desk recovery = founder.other("recovery");
        Ref genesis = new Ref(founder.project.id(), 0);
        Change grant =
                founder.write(
                        new Op.Granted(item, agent.device, 1, null, genesis, List.of(), 1_000));
        agent.sees(founder);
        agent.actor = new Actor.Agent("agent", new Ref(grant.id(), 0));
        Change start =
                agent.write(
                        new Op.Move(item, Event.START, List.of(birth(item)), "", new TreeMap<>()));
        assertEquals(List.of(Verdict.COUNTS), verdicts(agent, start));
        recovery.write(new Op.Cut(founder.device, List.of(kept(recovery, kept))));
        recovery.sees(agent);
        assertEquals(List.of(Verdict.CLAIM), verdicts(recovery, start));
        assertEquals(StageName.BACKLOG, recovery.project.item(item).stage().name());
    }

    /** The end of a claim also ends what was moved under it elsewhere. */
    @Test
    void aMoveOfAnotherItemUnderAClaimEndsWithTheClaim() {
        ItemKey claimed = founder.item("claimed");
        ItemKey other = founder.item("other");
        Desk agent = founder.invited("agent", Role.MEMBER);
        Ref genesis = new Ref(founder.project.id(), 0);
        Change grant =
                founder.write(
                        new Op.Granted(claimed, agent.device, 1, null, genesis, List.of(), 1_000));
        Ref claim = new Ref(grant.id(), 0);
        agent.sees(founder);
        agent.actor = new Actor.Agent("coder", claim);
        agent.write(new Op.Move(other, Event.START, List.of(birth(other)), "", new TreeMap<>()));
        Op expiry = new Op.Expired(claimed, claim, genesis, List.of());
        Change end = founder.change(expiry);
        founder.sees(agent);
        assertEquals(StageName.CODING, founder.project.item(other).stage().name());
        founder.take(end);
        assertEquals(StageName.BACKLOG, founder.project.item(other).stage().name());
        assertEquals(founder.project.item(other), founder.project.audit(other));
        agent.sees(founder);
        assertEquals(founder.project.digest(), agent.project.digest());
    }

    /** Who knows that an epoch has too many heads cannot build on what that voids. */
    @Test
    void tooManyHeadsOfAnEpochVoidItAboveItsLowestFork() {
        Desk owner = founder.invited("owner", Role.OWNER);
        ItemKey before = owner.item("before the fork");
        Desk[] twins = new Desk[Rules.PRODUCT.headsMax() + 1];
        for (int i = 0; i < twins.length; i++) {
            twins[i] = owner.twin();
        }
        Desk invited = twins[0].invited("invited");
        ItemKey item = invited.item("admitted: it knows one branch");
        for (int i = 1; i < twins.length; i++) {
            twins[i].item("branch " + i);
            founder.sees(twins[i]);
        }
        founder.sees(invited);
        assertNull(founder.project.item(item));
        assertNotNull(founder.project.item(before));
        assertNull(founder.project.membership().member(invited.device));
        invited.sees(founder);
        Op note = new Op.AddNote(before, "not admitted: its past voids its author's add");
        assertNotNull(invited.project.dag().headPlace(invited.changes().getLast().id()));
        assertEquals(
                Refusal.NOT_A_MEMBER,
                assertInstanceOf(
                                Admission.Refused.class,
                                invited.project.check(following(invited, twins, note)))
                        .code());
    }

    /** A change that follows the heads of all twins, void as they are. */
    private static Change following(Desk author, Desk[] twins, Op op) {
        List<ChangeId> deps =
                Stream.of(twins).map(t -> t.changes().getLast().id()).sorted().toList();
        Chain chain = new Chain(author.device, author.epoch);
        Place prev = author.project.dag().head(author.project.dag().branchesOf(chain).getFirst());
        long lamport = author.project.dag().lamport(prev);
        Frontier before = author.project.dag().frontier(prev);
        for (ChangeId dep : deps) {
            Place place = author.history.find(dep);
            lamport = Math.max(lamport, author.project.dag().lamport(place));
            before = author.project.dag().merge(before, author.project.dag().frontier(place));
        }
        Header header =
                new Header(
                        1,
                        author.project.id(),
                        author.device,
                        author.epoch,
                        prev.seq() + 1L,
                        author.history.change(prev).id(),
                        deps,
                        lamport + 1,
                        1,
                        before.hash(),
                        0,
                        ChangeId.ZERO);
        return ChangeCodec.write(header, author.actor, List.of(op));
    }

    /** More heads than a change may name are joined first. */
    @Test
    void manyHeadsAreJoinedBeforeAChangeFollowsThem() {
        Desk[] desks = new Desk[30];
        for (int i = 0; i < desks.length; i++) {
            desks[i] = founder.invited("d" + i);
        }
        for (Desk desk : desks) {
            desk.item("apart");
        }
        for (Desk desk : desks) {
            founder.sees(desk);
        }
        int joins = 0;
        while (founder.project.next(founder.device, founder.epoch, 1).joins()) {
            founder.write();
            joins++;
        }
        assertEquals(1, joins);
        assertEquals(10, founder.write(new Op.SetRules(1)).header().deps().size());
        assertTrue(founder.draft().deps().isEmpty());
    }
}
