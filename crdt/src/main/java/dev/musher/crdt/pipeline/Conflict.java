package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.type.Body;
import java.util.ArrayList;
import java.util.List;

/**
 * Concurrent values of one thing: the one that is shown and those beside it. Never lost silently.
 *
 * @param others at least one, in the order in which they would be shown
 * @param heads all writes that a settling write names, also those of equal values
 */
public record Conflict(
        Subject subject, Alternative shown, List<Alternative> others, List<Ref> heads) {

    /** Copies the lists. */
    public Conflict {
        others = List.copyOf(others);
        heads = List.copyOf(heads);
    }

    /**
     * One of the values.
     *
     * @param ref the newest op that wrote it; its change names the author
     */
    public record Alternative(Content content, Ref ref, long lamport) {}

    /** A value in conflict. */
    public sealed interface Content {}

    /** Of a register other than the body. */
    public record OfValue(Value value) implements Content {}

    /** Of the body or a note: the text is in the op that {@link Alternative#ref} names. */
    public record OfText(Body text) implements Content {}

    /** Of a todo. */
    public record OfCheck(boolean checked) implements Content {}

    /** Of the stage. */
    public record OfStage(Stage stage) implements Content {}

    /** All alternatives: choice 1 is the shown one, as people count them. */
    public List<Alternative> choices() {
        List<Alternative> out = new ArrayList<>(others.size() + 1);
        out.add(shown);
        out.addAll(others);
        return out;
    }
}
