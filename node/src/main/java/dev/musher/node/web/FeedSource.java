package dev.musher.node.web;

import java.util.List;

/** Where a {@link Feed} reads events from: a log that only grows, read by cursor. */
public interface FeedSource {

    /** The cursor of the newest event there is. Any thread; does not block. */
    String newest();

    /**
     * Events after a cursor, oldest first. Called on a worker thread; may read the disk.
     *
     * @param cursor whatever a caller sent
     * @param max at most so many
     */
    Page after(String cursor, int max);

    /**
     * Calls {@code more} whenever there may be further events. Any thread calls it; it returns at
     * once.
     */
    void onMore(Runnable more);

    /** Does not call {@code more} any more. Any thread. */
    void forget(Runnable more);

    /** What {@link #after} answers. */
    sealed interface Page {

        /**
         * Events, none where the reader has all there is.
         *
         * @param cursor where the reader stands after them, written as the source writes it
         */
        record Events(List<Event> events, String cursor) implements Page {
            /** Copies the list. */
            public Events {
                events = List.copyOf(events);
            }
        }

        /** The cursor means nothing here: the caller has to read the state anew. */
        record Foreign() implements Page {}
    }

    /**
     * One event.
     *
     * @param cursor where a reader stands once it has this event; without line breaks
     * @param type a word
     * @param json one JSON text without line breaks
     */
    record Event(String cursor, String type, byte[] json) {}
}
