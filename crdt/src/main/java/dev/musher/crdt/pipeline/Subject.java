package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Ref;

/** What of an item a conflict is about. */
public sealed interface Subject {

    /** The name in JSON and on the command line. */
    String word();

    /** The stage: settled by {@code CHOOSE}, naming all heads, first the chosen one. */
    record OfStage() implements Subject {
        @Override
        public String word() {
            return "stage";
        }
    }

    /** A register: settled by a write that names all heads. */
    record OfField(Field field) implements Subject {
        @Override
        public String word() {
            return field.word();
        }
    }

    /** Whether a todo is checked: settled by a check that names all heads. */
    record OfTodo(String todo) implements Subject {
        @Override
        public String word() {
            return "todo:" + todo;
        }
    }

    /** The text of a note: settled by an edit that names all heads. */
    record OfNote(Ref note) implements Subject {
        @Override
        public String word() {
            return "note:" + note.change().shortText() + "." + note.index();
        }
    }
}
