package dev.musher.crdt.pipeline;

import java.util.Locale;

/** The stages without what they hold. The ordinal is the code in rows: new ones go to the end. */
public enum StageName {
    UPCOMING,
    BACKLOG,
    CODING,
    QA,
    REVIEW_HOLD,
    MERGE,
    MERGE_FAILURE,
    MERGE_FAILURE_FINAL,
    DONE,
    BLOCKED,
    FROZEN,
    ABANDONED,
    SUPERSEDED,
    REJECTED,
    ARCHIVED;

    /** Whether work has ended here. Merge failures are not terminal. */
    public boolean terminal() {
        return switch (this) {
            case DONE, ABANDONED, SUPERSEDED, REJECTED, ARCHIVED -> true;
            case UPCOMING,
                    BACKLOG,
                    CODING,
                    QA,
                    REVIEW_HOLD,
                    MERGE,
                    MERGE_FAILURE,
                    MERGE_FAILURE_FINAL,
                    BLOCKED,
                    FROZEN ->
                    false;
        };
    }

    /** Neither terminal nor frozen: what most events start from. */
    public boolean open() {
        return !terminal() && this != FROZEN;
    }

    /** The word in JSON and on the command line, for example {@code merge-failure}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
