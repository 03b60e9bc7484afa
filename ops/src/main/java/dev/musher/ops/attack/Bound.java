package dev.musher.ops.attack;

import java.util.Locale;

/**
 * One figure and what it may be.
 *
 * @param what is measured, with its unit
 * @param measured the figure
 * @param most the largest that is allowed
 */
record Bound(String what, double measured, double most) {

    /** Whether it is kept; what could not be measured is not. */
    boolean held() {
        return measured >= 0 && measured <= most;
    }

    /** Whether it is a time that passed, which on a busy machine is longer for everybody. */
    boolean isTime() {
        return what.endsWith(" ms");
    }

    /** The same, where a machine wakes nobody up before so long after the time. */
    Bound late(double ms) {
        return new Bound(what, measured, most + ms);
    }

    /** For people. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%s %.1f (at most %.1f)%s",
                what,
                measured,
                most,
                held() ? "" : " BROKEN");
    }
}
