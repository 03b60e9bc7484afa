package dev.musher.node.replica;

import java.util.List;

/** The answer to "what came after this cursor". */
public sealed interface EventPage {

    /**
     * The next arrivals.
     *
     * @param events in order, none when the reader has all there is
     * @param cursor where to go on, also when there were none
     */
    record Events(List<Arrival> events, String cursor) implements EventPage {
        /** Copies the list. */
        public Events {
            events = List.copyOf(events);
        }
    }

    /**
     * The cursor is of another store or of a time that this one does not know: read everything anew
     * and go on at {@code cursor}.
     */
    record Resync(String cursor) implements EventPage {}
}
