package dev.musher.ops.attack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One way to do harm.
 *
 * @param words what it is called
 * @param row the row of the tests it is for
 * @param grownMib by how much the node's memory may grow meanwhile
 * @param cpuPercent how much of a core the node may use meanwhile, beyond what it used before
 */
record Attack(String words, String row, double grownMib, double cpuPercent, Body body) {

    /**
     * What an honest write may take anyhow until it is seen, p99, ms: what the row says, or less.
     */
    double honestMs() {
        return row.equals("D14") ? 1_000 : 250;
    }

    /** Does it. */
    @FunctionalInterface
    interface Body {
        /** Does it for about so long; what it can do at once it does once. */
        Done run(Scene scene, int seconds) throws IOException;
    }

    /**
     * What was done.
     *
     * @param text for people
     * @param bounds what was measured by the attacker
     */
    record Done(String text, List<Bound> bounds) {
        /** Copies the list. */
        Done {
            bounds = List.copyOf(bounds);
        }

        /** With one bound more. */
        Done with(String what, double measured, double most) {
            List<Bound> all = new ArrayList<>(bounds);
            all.add(new Bound(what, measured, most));
            return new Done(text, all);
        }
    }
}
