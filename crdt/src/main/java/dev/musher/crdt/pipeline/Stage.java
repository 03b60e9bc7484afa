package dev.musher.crdt.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * Where an item stands, with the facts that belong to standing there. One value, so that a stage
 * and its facts cannot disagree. Written only by {@link Transitions}. Immutable.
 *
 * <p>Claim and retries of a stage are not in it: {@link Item#claim} and {@link Item#retries} derive
 * them, and the state of the plan is a register. What the move did not tell is null or empty.
 */
public sealed interface Stage {

    /** The stage without its facts. */
    StageName name();

    /** Not yet in the backlog. */
    record Upcoming() implements Stage {
        @Override
        public StageName name() {
            return StageName.UPCOMING;
        }
    }

    /** Waits to be started. */
    record Backlog() implements Stage {
        @Override
        public StageName name() {
            return StageName.BACKLOG;
        }
    }

    /** An agent or a person works on it. */
    record Coding() implements Stage {
        @Override
        public StageName name() {
            return StageName.CODING;
        }
    }

    /** Is being examined. */
    record Qa() implements Stage {
        @Override
        public StageName name() {
            return StageName.QA;
        }
    }

    /** Passed, and waits for a person's word. */
    record ReviewHold() implements Stage {
        @Override
        public StageName name() {
            return StageName.REVIEW_HOLD;
        }
    }

    /**
     * In the merge queue.
     *
     * @param ahead commits the branch is ahead, 1 or more
     * @param serverStartMs start of the node that merges, ms since 1970; a restart sees a dead job
     */
    record Merge(@Nullable String branch, @Nullable Long ahead, @Nullable Long serverStartMs)
            implements Stage {
        @Override
        public StageName name() {
            return StageName.MERGE;
        }
    }

    /**
     * A merge failed.
     *
     * @param kind what failed; {@code other} where nobody said
     */
    record MergeFailure(String kind) implements Stage {
        @Override
        public StageName name() {
            return StageName.MERGE_FAILURE;
        }
    }

    /** A merge failed and the mergemaster could not mend it. */
    record MergeFailureFinal(String kind) implements Stage {
        @Override
        public StageName name() {
            return StageName.MERGE_FAILURE_FINAL;
        }
    }

    /**
     * Landed, or done by a person's word.
     *
     * @param commit that landed; null where a person said so
     * @param generation of the merge queue's claim that landed it
     * @param mergedAtMs the author's clock, ms since 1970
     */
    record Done(@Nullable String commit, @Nullable Long generation, long mergedAtMs)
            implements Stage {
        @Override
        public StageName name() {
            return StageName.DONE;
        }
    }

    /**
     * Cannot go on.
     *
     * @param from where unblocking leads; never blocked or frozen itself
     */
    record Blocked(String reason, Stage from) implements Stage {
        @Override
        public StageName name() {
            return StageName.BLOCKED;
        }
    }

    /**
     * Put aside.
     *
     * @param resumeTo where unfreezing leads; never frozen or terminal itself
     */
    record Frozen(Stage resumeTo) implements Stage {
        @Override
        public StageName name() {
            return StageName.FROZEN;
        }
    }

    /** Given up. */
    record Abandoned() implements Stage {
        @Override
        public StageName name() {
            return StageName.ABANDONED;
        }
    }

    /**
     * Replaced by another item.
     *
     * @param by letters of that item's id, as the mover gave them
     */
    record Superseded(@Nullable String by) implements Stage {
        @Override
        public StageName name() {
            return StageName.SUPERSEDED;
        }
    }

    /** Refused. */
    record Rejected(String reason) implements Stage {
        @Override
        public StageName name() {
            return StageName.REJECTED;
        }
    }

    /** Out of sight. */
    record Archived(String reason) implements Stage {
        @Override
        public StageName name() {
            return StageName.ARCHIVED;
        }
    }

    /**
     * Whether two stages are one to a person: equal but for the clock of who wrote them. Identical
     * concurrent moves are one, not a conflict.
     */
    default boolean agrees(Stage other) {
        return canonical().equals(other.canonical());
    }

    /** One of all stages that agree with this one, always the same. */
    default Stage canonical() {
        return this instanceof Done done ? new Done(done.commit(), done.generation(), 0) : this;
    }
}
