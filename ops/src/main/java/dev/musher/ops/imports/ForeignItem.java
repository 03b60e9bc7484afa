package dev.musher.ops.imports;

import dev.musher.crdt.change.Origin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One item as another tracker knew it, in our words.
 *
 * @param sourceId its id there, unique within one import
 * @param type story, bug, spike, refactor or epic
 * @param name 1..300 characters
 * @param origin who made it there, and when
 * @param priority 0..9, or null
 * @param links to other items of the import, kept in order
 * @param state where it stood
 * @param reason why it was closed; empty where nobody said
 */
public record ForeignItem(
        String sourceId,
        String type,
        String name,
        String body,
        Origin origin,
        @Nullable Integer priority,
        @Nullable String assignee,
        List<String> labels,
        List<String> todos,
        List<String> notes,
        List<Link> links,
        State state,
        String reason) {

    /** Copies the lists. */
    public ForeignItem {
        labels = List.copyOf(labels);
        todos = List.copyOf(todos);
        notes = List.copyOf(notes);
        links = List.copyOf(links);
    }

    /** Where an item stood, as far as a tracker without our stages can say. */
    public enum State {
        /** Waits. */
        BACKLOG,
        /** Somebody works on it. */
        CODING,
        /** Is being checked. */
        QA,
        /** Waits for something. */
        BLOCKED,
        /** Put aside. */
        FROZEN,
        /** Closed by hand. */
        DONE,
        /** Put away. */
        ARCHIVED
    }

    /**
     * A link to another item.
     *
     * @param kind {@code blocks} (the other comes first), {@code parent-child}, or another word
     * @param to source id of the other
     */
    public record Link(String kind, String to) {}
}
