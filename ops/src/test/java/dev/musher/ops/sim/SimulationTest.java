package dev.musher.ops.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whole meshes with faults: a slice of the seeds that {@code musher sim} runs. */
class SimulationTest {

    private static final int SEEDS = 200;

    /** Schedules for each kind of adversity. */
    private static final int ADVERSE = 10;

    /** Of 5,000 ops, several of which share a change. */
    private static final int HERMIT_CHANGES = 500;

    /** Comparisons on one link until all agree: row A2. */
    private static final int ROUNDS = 10;

    @Test
    @Tag("T-A1")
    @Tag("T-A2")
    @Tag("T-A8")
    @Tag("T-A10")
    @Tag("M-03")
    @Tag("M-15")
    void allNodesAgreeWhenFaultsStop() {
        long changes = 0;
        long conflicts = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimReport report = Simulation.run(seed); // throws where an invariant does not hold
            changes += report.changes();
            conflicts += report.conflicts();
            assertTrue(report.rounds() <= ROUNDS, "seed " + seed + ": " + report.rounds());
        }
        // Schedules in which nothing happens would agree as well.
        assertTrue(changes > SEEDS * 100L, changes + " changes");
        assertTrue(conflicts > SEEDS, conflicts + " conflicts");
    }

    @Test
    @Tag("T-D4")
    void honestNodesAgreeAndHoldTheProofWhereOthersSignTwoBranches() {
        long forks = 0;
        for (long seed = 1; seed <= ADVERSE; seed++) {
            forks += run(seed, Adversity.Kind.EQUIVOCATORS).forks(); // throws after 3 rounds
        }
        assertTrue(forks > ADVERSE, forks + " forks");
    }

    @Test
    @Tag("T-A12")
    void aNewcomerReachesTheTruthWhereMembersLie() {
        long newcomers = 0;
        for (long seed = 1; seed <= ADVERSE; seed++) {
            newcomers += run(seed, Adversity.Kind.LIARS).newcomerMs() > 0 ? 1 : 0;
        }
        assertTrue(newcomers > 0, "nobody came");
    }

    @Test
    @Tag("T-D2")
    @Tag("T-D3")
    void allAgreeOnWhoIsRevokedAndOnWhatOfTheirsCounts() {
        long revoked = 0;
        long withVoid = 0;
        for (long seed = 1; seed <= ADVERSE; seed++) {
            SimReport report = run(seed, Adversity.Kind.REVOCATIONS);
            revoked += report.revoked();
            withVoid += report.itemsWithVoid();
        }
        assertTrue(revoked > ADVERSE, revoked + " revoked");
        assertTrue(withVoid > 0, "all counts");
    }

    @Test
    @Tag("T-A7")
    @Tag("T-D7")
    void clocksThatJumpOrLieDecideNothing() {
        for (long seed = 1; seed <= ADVERSE; seed++) {
            assertTrue(run(seed, Adversity.Kind.CLOCKS).changes() > 0);
        }
    }

    @Test
    @Tag("T-A7")
    void whatWasWrittenAloneInNinetyDaysComesToAll() {
        SimReport report = run(1, Adversity.Kind.HERMIT); // throws after 60 virtual seconds
        assertTrue(report.changes() > HERMIT_CHANGES, report.changes() + " changes");
        // The others dropped texts meanwhile, and waited for nobody who is away for so long.
        assertTrue(report.dropped() > 0, "nothing was dropped");
    }

    @Test
    @Tag("T-A6")
    void replacedTextsOfClosedItemsMayGoAndNothingElse() {
        long dropped = 0;
        for (long seed = 1; seed <= ADVERSE; seed++) {
            dropped += run(seed, Adversity.Kind.COMPACTION).dropped();
        }
        assertTrue(dropped > ADVERSE, dropped + " texts");
    }

    @Test
    @Tag("T-A11")
    void whatALaterVersionWritesIsKeptAndPassedOn() {
        for (long seed = 1; seed <= ADVERSE; seed++) {
            assertTrue(run(seed, Adversity.Kind.NEWER).changes() > 0);
        }
    }

    @Test
    @Tag("T-D3")
    void anotherKeyLosesNothingAndTheOldOneIsOver() {
        int rotated = 0;
        for (long seed = 1; seed <= ADVERSE; seed++) {
            rotated += run(seed, Adversity.Kind.ROTATIONS).rotated();
        }
        assertTrue(rotated > ADVERSE, rotated + " keys");
    }

    private static SimReport run(long seed, Adversity.Kind kind) {
        return Simulation.run(seed, kind.name());
    }

    @Test
    @Tag("T-A1")
    void aSeedIsOneRun() {
        assertEquals(Simulation.run(3), Simulation.run(3));
        assertNotEquals(Simulation.run(3).traceHash(), Simulation.run(4).traceHash());
    }

    @Test
    @Tag("T-A1")
    void realSignaturesChangeNothing() {
        SimOptions drawn = SimOptions.draw(new SplittableRandom(5));
        SimOptions real = drawn.withRealSigner();
        assertTrue(Simulation.run(5, real).changes() > 0);
    }
}
