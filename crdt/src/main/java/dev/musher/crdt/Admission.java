package dev.musher.crdt;

import dev.musher.crdt.change.ChangeId;
import java.util.List;

/** What {@link Project#check} says of a change. */
public sealed interface Admission {

    /** It may be applied. */
    record Admitted(Plan plan) implements Admission {}

    /** It was applied before. */
    record Duplicate() implements Admission {}

    /**
     * It cannot be judged yet.
     *
     * @param ids changes that it needs and that are not here, each once
     */
    record Missing(List<ChangeId> ids) implements Admission {
        /** Copies the list. */
        public Missing {
            ids = List.copyOf(ids);
        }
    }

    /**
     * It is refused for ever.
     *
     * @param text what of the change is wrong, for people
     */
    record Refused(Refusal code, String text) implements Admission {}
}
