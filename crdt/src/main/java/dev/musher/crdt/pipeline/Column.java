package dev.musher.crdt.pipeline;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a board shows an item: a projection of its stage, never stored. In the board's order. */
public enum Column {
    BACKLOG,
    CODING,
    QA,
    MERGE,
    DONE,
    CLOSED,
    ARCHIVED;

    /** The column of a stage; an item without one (its creation is void) shows in the backlog. */
    public static Column of(@Nullable Stage stage) {
        return switch (stage) {
            case null -> BACKLOG;
            case Stage.Upcoming s -> BACKLOG;
            case Stage.Backlog s -> BACKLOG;
            case Stage.Coding s -> CODING;
            case Stage.Blocked s -> CODING;
            case Stage.Qa s -> QA;
            case Stage.ReviewHold s -> QA;
            case Stage.Merge s -> MERGE;
            case Stage.MergeFailure s -> MERGE;
            case Stage.MergeFailureFinal s -> MERGE;
            case Stage.Done s -> DONE;
            case Stage.Abandoned s -> CLOSED;
            case Stage.Superseded s -> CLOSED;
            case Stage.Rejected s -> CLOSED;
            case Stage.Archived s -> ARCHIVED;
            case Stage.Frozen s -> of(s.resumeTo());
        };
    }

    /** The word in JSON and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
