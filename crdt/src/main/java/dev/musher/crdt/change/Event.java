package dev.musher.crdt.change;

import java.util.Locale;
import java.util.Optional;

/**
 * What can happen to an item's stage. Which stages each starts from and leads to stands in {@code
 * crdt.pipeline.Transitions}. The ordinal is the wire code: new events go to the end.
 */
public enum Event {
    TRIAGE,
    START,
    QA,
    QA_FAILED,
    HOLD,
    MERGE,
    MERGE_FAILED,
    FIXUP,
    RETRY,
    REQUEUE_QA,
    MERGEMASTER_ATTEMPTED,
    MERGE_ABORTED,
    LANDED,
    DONE,
    REOPEN,
    BLOCK,
    UNBLOCK,
    FREEZE,
    UNFREEZE,
    ABANDON,
    SUPERSEDE,
    REJECT,
    ARCHIVE,
    RESTORE,
    /**
     * A person picks a branch of a stage conflict: names all its heads, first the one chosen. The
     * item continues from that branch's stage.
     */
    CHOOSE;

    /** The word used in JSON and on the command line, for example {@code merge-failed}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The event with this word. */
    public static Optional<Event> parse(String word) {
        for (Event e : values()) {
            if (e.word().equals(word)) {
                return Optional.of(e);
            }
        }
        return Optional.empty();
    }
}
