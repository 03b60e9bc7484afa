package dev.musher.node.replica;

import dev.musher.protocol.codec.Signed;
import java.util.List;

/** What waits for a batch to be on disk. */
sealed interface Due {

    /** An effect that tells somebody of it. */
    record Perform(Effect effect) implements Due {}

    /** The acknowledgement of what a frame brought. */
    record Applied(long link, long frame) implements Due {}

    /** The answer to a newcomer, whose add is in the batch. */
    record Welcome(long link, List<Signed> introduction) implements Due {
        /** Copies the list. */
        public Welcome {
            introduction = List.copyOf(introduction);
        }
    }
}
