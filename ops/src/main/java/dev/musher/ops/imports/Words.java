package dev.musher.ops.imports;

import dev.musher.ops.imports.ForeignItem.State;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Words of other trackers, and old words of ours, for types and stages. */
final class Words {

    private static final Set<String> TYPES = Set.of("story", "bug", "spike", "refactor", "epic");

    private Words() {}

    /** Our type with this name; empty where we have none. */
    static Optional<String> type(String word) {
        String low = word.strip().toLowerCase(Locale.ROOT);
        return TYPES.contains(low) ? Optional.of(low) : Optional.empty();
    }

    /**
     * Where an item stands by a stage, status or folder word; the old numbered words are read too.
     */
    static Optional<State> state(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_')) {
            case "1_backlog", "backlog", "upcoming", "open", "todo", "to_do", "new", "pinned" ->
                    Optional.of(State.BACKLOG);
            case "2_current", "current", "coding", "in_progress", "doing", "hooked", "started" ->
                    Optional.of(State.CODING);
            case "3_qa", "qa", "review", "in_review" -> Optional.of(State.QA);
            // A merge cannot be taken over half-way: the work starts again at its checks.
            case "4_merge", "merge" -> Optional.of(State.QA);
            case "5_done", "done", "closed", "resolved", "completed" -> Optional.of(State.DONE);
            case "6_archived", "archived" -> Optional.of(State.ARCHIVED);
            case "blocked" -> Optional.of(State.BLOCKED);
            case "frozen", "deferred", "on_hold" -> Optional.of(State.FROZEN);
            default -> Optional.empty();
        };
    }
}
