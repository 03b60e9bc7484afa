package dev.musher.crdt.pipeline;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a board marks an item: a projection of its stage, never stored. */
public enum Badge {
    ACTIVE,
    FROZEN,
    REVIEW_HOLD,
    BLOCKED,
    MERGE_FAILURE,
    MERGE_FAILURE_FINAL,
    ABANDONED,
    SUPERSEDED,
    REJECTED,
    DONE;

    /** The badge of a stage; an item without one (its creation is void) is active. */
    public static Badge of(@Nullable Stage stage) {
        return switch (stage) {
            case null -> ACTIVE;
            case Stage.Upcoming s -> ACTIVE;
            case Stage.Backlog s -> ACTIVE;
            case Stage.Coding s -> ACTIVE;
            case Stage.Blocked s -> BLOCKED;
            case Stage.Qa s -> ACTIVE;
            case Stage.ReviewHold s -> REVIEW_HOLD;
            case Stage.Merge s -> ACTIVE;
            case Stage.MergeFailure s -> MERGE_FAILURE;
            case Stage.MergeFailureFinal s -> MERGE_FAILURE_FINAL;
            case Stage.Done s -> DONE;
            case Stage.Abandoned s -> ABANDONED;
            case Stage.Superseded s -> SUPERSEDED;
            case Stage.Rejected s -> REJECTED;
            case Stage.Archived s -> ACTIVE;
            case Stage.Frozen s -> FROZEN;
        };
    }

    /** The word in JSON and on the page. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
