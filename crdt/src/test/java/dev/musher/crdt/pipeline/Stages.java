package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Event;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Stages in the words of the table of the model: {@code Frozen(Blocked(Coding))}. */
final class Stages {

    private Stages() {}

    static String text(Stage stage) {
        return switch (stage) {
            case Stage.Blocked b -> "Blocked(" + text(b.from()) + ")";
            case Stage.Frozen f -> "Frozen(" + text(f.resumeTo()) + ")";
            default -> stage.getClass().getSimpleName();
        };
    }

    /** Every stage that events lead to from the first two, by its words. */
    static Map<String, Stage> reachable() {
        Map<String, Stage> out = new LinkedHashMap<>();
        ArrayDeque<Stage> todo =
                new ArrayDeque<>(List.of(new Stage.Upcoming(), new Stage.Backlog()));
        while (!todo.isEmpty()) {
            Stage at = todo.remove();
            if (out.putIfAbsent(text(at), at) == null) {
                for (Event event : Event.values()) {
                    Stage next = Transitions.step(at, Moves.op(event, Map.of(), "why"), 5);
                    if (next != null) {
                        todo.add(next);
                    }
                }
            }
        }
        return out;
    }
}
