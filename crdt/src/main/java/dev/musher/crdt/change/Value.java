package dev.musher.crdt.change;

/** What a register or an element of a set holds. */
public sealed interface Value {

    /** Nothing: the field is cleared. */
    record None() implements Value {}

    /** Text. Its bound depends on the field. */
    record Text(String text) implements Value {}

    /** A number, 0..2^40. */
    record Int(long number) implements Value {}

    /** Yes or no. */
    record Flag(boolean flag) implements Value {}

    /** Another item. */
    record Item(ItemKey key) implements Value {}

    /**
     * A text that is known by its hash alone: it stands in an {@link Outline} where the body of an
     * item was. No author can write one.
     *
     * @param sha256 of the text's UTF-8
     * @param bytes of UTF-8
     */
    record Dropped(ChangeId sha256, int bytes) implements Value {}

    /** The one instance that is needed of {@link None}. */
    Value NONE = new None();
}
