package dev.musher.ops.demo;

import java.util.Map;
import java.util.TreeMap;

/** What becomes of one event: one change, or nothing for a reason. */
sealed interface Step {

    /** A command of the batch interface, without {@code ref}. */
    record Write(Map<String, Object> command) implements Step {
        /** Copies the map. */
        public Write {
            command = Map.copyOf(command);
        }

        Map<String, Object> about(String ref) {
            Map<String, Object> out = new TreeMap<>(command);
            out.put("ref", ref);
            return out;
        }
    }

    /** Nothing. */
    record Skip(String reason) implements Step {}
}
