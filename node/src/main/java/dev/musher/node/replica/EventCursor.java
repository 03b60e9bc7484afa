package dev.musher.node.replica;

/** A place in the feed of events: the store's id, and the sequence of the last arrival seen. */
record EventCursor(String storeId, long sequence) {

    private static final int DIGITS_MAX = 18;

    /** The text form. */
    static String of(String storeId, long sequence) {
        return storeId + "-" + sequence;
    }

    /** Reads the text form; a damaged one is a cursor of no store. */
    static EventCursor parse(String text) {
        int dash = text.indexOf('-');
        String digits = text.substring(dash + 1);
        if (dash < 0
                || digits.isEmpty()
                || digits.length() > DIGITS_MAX
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return new EventCursor("", 0);
        }
        return new EventCursor(text.substring(0, dash), Long.parseLong(digits));
    }
}
