package dev.musher.crdt.change;

/** The exact counters of an item. The ordinal is the wire code. */
public enum CounterName {
    /** Retries within the present stage: belongs to a stage move, so it starts again by itself. */
    RETRIES("retries"),
    /** Tokens spent by agents. */
    TOKENS("tokens"),
    /** Cost in millionths of a dollar. */
    MICRO_DOLLARS("micro_dollars");

    private final String word;

    CounterName(String word) {
        this.word = word;
    }

    /** The name in JSON. */
    public String word() {
        return word;
    }
}
