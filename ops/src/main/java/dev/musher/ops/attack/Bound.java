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
