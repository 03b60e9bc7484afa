package dev.musher.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A key that is added where its author cuts itself stands where the author stood. */
class ReplacedKeyTest {

    private static final int ORDERS = 60;

    private final Desk founder = Desk.founder();

    @Test
    @Tag("M-04")
    @Tag("T-D3")
    void theNewKeyRevokesWhomTheOldOneCould() {
        Desk member = founder.invited("member");
        Desk next = rotated(founder, "next");
        assertEquals(
                List.of("recovery", "founder", "next", "member"), order(next, "next", "member"));
        next.write(new Op.Cut(member.device, List.of()));
        assertTrue(next.project.membership().isCut(member.device));
        expectOneMembership(next);
    }

    @Test
    @Tag("M-04")
    @Tag("T-D3")
    void soDoesTheKeyThatReplacesThatOne() {
        Desk member = founder.invited("member");
        Desk second = rotated(rotated(founder, "first"), "second");
        Desk late = second.invited("late");
        assertEquals(
                List.of("recovery", "founder", "first", "second", "member", "late"),
                order(late, "first", "second", "member", "late"));
        second.sees(late);
        second.write(new Op.Cut(member.device, List.of()));
        second.write(new Op.Cut(late.device, List.of()));
        assertTrue(second.project.membership().isCut(member.device));
        assertTrue(second.project.membership().isCut(late.device));
        expectOneMembership(second);
    }

    /** An owner who is not the founder stays under who was senior to it, and above its juniors. */
    @Test
    @Tag("M-04")
    void nobodyRisesAboveWhomItsOldKeyWasUnder() {
        Desk ann = founder.invited("ann", Role.OWNER);
        Desk bob = founder.invited("bob", Role.OWNER);
        ann.sees(founder);
        Desk next = rotated(ann, "next");
        assertInstanceOf(Admission.Refused.class, next.asked(new Op.Cut(founder.device, kept())));
        next.write(new Op.Cut(bob.device, List.of()));
        bob.sees(ann);
        assertInstanceOf(Admission.Refused.class, bob.asked(new Op.Cut(next.device, kept())));
        founder.sees(next);
        founder.write(new Op.Cut(next.device, List.of()));
        assertFalse(founder.project.membership().isCut(bob.device));
        expectOneMembership(founder);
    }

    /**
     * Both go on, the earlier one first: who is right only a senior can say, by a cut that keeps.
     */
    @Test
    @Tag("M-04")
    @Tag("T-D3")
    void ofTwoThatReplaceOneKeyAtTheSameTimeTheEarlierIsSeniorUntilASeniorDecides() {
        Desk member = founder.invited("member");
        Desk stolen = founder.twin();
        Desk recovery = founder.other("recovery");
        founder.item("goes on");
        Desk next = rotated(founder, "next");
        Change honest = founder.changes().getLast();
        stolen.epoch = 66;
        Desk evil = rotated(stolen, "evil");
        evil.sees(next);
        assertEquals(
                List.of("recovery", "founder", "evil", "next", "member"),
                order(evil, "evil", "next", "member"));
        evil.write(new Op.Cut(member.device, List.of()));
        recovery.sees(evil);
        recovery.write(new Op.Cut(founder.device, kept(keep(recovery, honest))));
        Membership m = recovery.project.membership();
        assertNull(m.member(evil.device));
        assertFalse(m.isCut(member.device));
        next.sees(recovery);
        next.write(new Op.Cut(member.device, List.of()));
        assertTrue(next.project.membership().isCut(member.device));
        expectOneMembership(next);
    }

    @Test
    void severalKeysAddedThereStandInTheOrderOfTheirOps() {
        Desk member = founder.invited("member");
        founder.write(
                add("z", Role.OWNER), cut(founder), add("a", Role.MEMBER), add("m", Role.READER));
        assertEquals(
                List.of("recovery", "founder", "z", "a", "m", "member"),
                order(founder, "z", "a", "m", "member"));
        Desk z = founder.other("z");
        z.write(new Op.Cut(member.device, List.of()));
        z.write(new Op.Cut(Histories.device("a"), List.of()));
        expectOneMembership(z);
    }

    @Test
    void aCutInAnotherChangeReplacesNothing() {
        founder.invited("member");
        founder.write(add("next", Role.OWNER));
        founder.write(cut(founder));
        assertEquals(
                List.of("recovery", "founder", "member", "next"), order(founder, "member", "next"));
        assertInstanceOf(
                Admission.Refused.class,
                founder.other("next").asked(new Op.Cut(Histories.device("member"), kept())));
    }

    @Test
    @Tag("M-04")
    void aMemberCutsItselfAndNobodyElseAndAnAgentNotEvenItself() {
        Desk member = founder.invited("member");
        Desk other = founder.invited("other");
        Desk agent = founder.invited("agent", Role.AGENT);
        member.sees(founder);
        agent.sees(founder);
        assertInstanceOf(
                Admission.Refused.class, member.asked(new Op.Cut(other.device, List.of())));
        assertInstanceOf(Admission.Refused.class, agent.asked(cut(agent)));
        member.write(add("next", Role.MEMBER), cut(member));
        founder.sees(member);
        assertTrue(founder.project.membership().isCut(member.device));
        assertEquals(
                List.of("recovery", "founder", "member", "next", "other", "agent"),
                order(founder, "member", "next", "other", "agent"));
        expectOneMembership(founder);
    }

    /** Nor does the settlement of one's own fork, or a cut of somebody else. */
    @Test
    void onlyACutOfItselfReplacesAKey() {
        Desk member = founder.invited("member");
        founder.write(add("a", Role.OWNER), new Op.Cut(member.device, List.of()));
        long settled = founder.epoch++;
        founder.write(
                add("b", Role.OWNER),
                new Op.SettleFork(
                        founder.device, settled, kept(keep(founder, founder.changes().getLast()))));
        assertEquals(
                List.of("recovery", "founder", "member", "a", "b"),
                order(founder, "member", "a", "b"));
    }

    /** Whose role fell with the cut of who raised it may not cut itself, so replaces nothing. */
    @Test
    void aCutThatItsAuthorMayNotWriteReplacesNothing() {
        Desk bob = founder.invited("bob", Role.OWNER);
        Desk ann = founder.invited("ann", Role.AGENT);
        founder.invited("cy");
        bob.sees(founder);
        bob.write(new Op.SetRole(ann.device, Role.OWNER));
        ann.sees(bob);
        ann.write(add("next", Role.MEMBER), cut(ann));
        assertEquals(
                List.of("recovery", "founder", "bob", "ann", "next", "cy"),
                order(ann, "bob", "ann", "next", "cy"));
        founder.write(new Op.Cut(bob.device, List.of()));
        founder.sees(ann);
        assertEquals(
                List.of("recovery", "founder", "bob", "ann", "cy"),
                order(founder, "bob", "ann", "cy"));
        assertFalse(founder.project.membership().isCut(ann.device));
        expectOneMembership(founder);
    }

    /** The most senior of its adds places a key, whichever comes first. */
    @Test
    void aKeyThatIsAddedTwiceStandsByTheMoreSeniorAdd() {
        Desk ann = founder.invited("ann", Role.OWNER);
        ann.write(add("next", Role.MEMBER));
        founder.write(add("next", Role.OWNER), cut(founder));
        founder.sees(ann);
        assertEquals(List.of("recovery", "founder", "next", "ann"), order(founder, "next", "ann"));
        assertEquals(Role.OWNER, founder.project.membership().role(Histories.device("next")));
        assertInstanceOf(
                Admission.Refused.class, founder.other("next").asked(add("next", Role.OWNER)));
        expectOneMembership(founder);
    }

    private static Desk rotated(Desk old, String name) {
        old.write(add(name, Role.OWNER), cut(old));
        return old.other(name);
    }

    private static Op add(String name, Role role) {
        return new Op.AddMember(Histories.device(name), role, name, null);
    }

    /** What a rotation writes: all that stands of the key, up to the change before this one. */
    private static Op cut(Desk desk) {
        return new Op.Cut(
                desk.device,
                desk.project.standing(desk.device).stream()
                        .map(p -> keep(desk, desk.history.change(p)))
                        .toList());
    }

    private static Kept keep(Desk at, Change change) {
        Place place = at.place(change);
        return new Kept(change.header().epoch(), place.seq(), change.id(), null);
    }

    private static List<Kept> kept(Kept... kept) {
        return List.of(kept);
    }

    private static List<String> order(Desk at, String... names) {
        List<String> known =
                Stream.concat(Stream.of("recovery", "founder"), Stream.of(names)).toList();
        return at.project.membership().members().stream()
                .map(m -> name(m.device(), known))
                .toList();
    }

    private static String name(DeviceId device, List<String> known) {
        return known.stream()
                .filter(n -> Histories.device(n).equals(device))
                .findFirst()
                .orElse(device.shortText());
    }

    /** Whatever the order of arrival, also half-way and folded again. */
    private static void expectOneMembership(Desk desk) {
        Set<Digest> seen = new LinkedHashSet<>();
        for (int seed = 0; seed < ORDERS; seed++) {
            List<Change> changes = new ArrayList<>(desk.changes());
            Collections.shuffle(changes, new Random(seed));
            Site site = new Site();
            changes.forEach(site::receive);
            assertTrue(site.idle());
            seen.add(site.project.digest());
            seen.add(site.restarted().digest());
        }
        assertEquals(Set.of(desk.project.digest()), seen);
    }
}
