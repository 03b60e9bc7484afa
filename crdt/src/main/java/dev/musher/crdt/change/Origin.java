package dev.musher.crdt.change;

import java.util.Locale;

/**
 * What the creator of an item says of where it came from; shown as told, never a permission.
 *
 * @param id not blank, at most 300 characters
 * @param timeMs milliseconds since 1970 UTC, 0 or more
 */
public record Origin(Kind kind, String id, long timeMs) {

    /** The kinds; the ordinal is the wire code. */
    public enum Kind {
        /** A person. */
        USER,
        /** A coding agent. */
        AGENT,
        /** Another program. */
        BOT,
        /** The product itself. */
        SYSTEM,
        /** A test. */
        TEST;

        /** The word used in JSON and on the command line. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
