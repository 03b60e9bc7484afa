package dev.musher.crdt.change;

/** The add-wins sets of an item. The ordinal is the wire code. */
public enum SetName {
    /** Items that must be done first; elements are {@link Value.Item}. */
    DEPENDS_ON("depends_on"),
    /** Labels; elements are {@link Value.Text} of 1..300 characters. */
    LABELS("labels"),
    /**
     * Acceptance criteria; elements are {@link Value.Text}; each has a register {@code checked}.
     */
    TODOS("todos");

    private final String word;

    SetName(String word) {
        this.word = word;
    }

    /** The name in JSON and on the command line. */
    public String word() {
        return word;
    }
}
