package dev.musher.crdt.pipeline;

import java.util.Locale;
import java.util.Optional;

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

    /** The stage with this word; the words of older exports ({@code 1_backlog}) are read too. */
    public static Optional<StageName> parse(String word) {
        for (StageName s : values()) {
            if (s.word().equals(word)) {
                return Optional.of(s);
            }
        }
        return switch (word) {
            case "1_backlog" -> Optional.of(BACKLOG);
            case "2_current" -> Optional.of(CODING);
            case "3_qa" -> Optional.of(QA);
            case "4_merge" -> Optional.of(MERGE);
            case "5_done" -> Optional.of(DONE);
            case "6_archived" -> Optional.of(ARCHIVED);
            default -> Optional.empty();
        };
    }
}
