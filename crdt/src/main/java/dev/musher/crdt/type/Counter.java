package dev.musher.crdt.type;

/**
 * An exact sum of increments, none of which is ever lost: an increment says by how much, not what
 * the total is.
 *
 * <p>The law: the total is the sum over the set of counted increments. Addition commutes and
 * associates; each op arrives once, so a duplicate cannot count twice. The sum stops at {@link
 * Long#MAX_VALUE}, which keeps both laws, as no increment is negative.
 *
 * @param total 0..2^63-1
 */
public record Counter(long total) {

    /** Nothing counted. */
    public static final Counter ZERO = new Counter(0);

    /** Refuses a negative total. */
    public Counter {
        if (total < 0) {
            throw new IllegalArgumentException("a counter is never negative: " + total);
        }
    }

    /** The counter after an increment of 0 or more. */
    public Counter add(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("an increment is never negative: " + amount);
        }
        long sum = total + amount;
        return new Counter(sum < 0 ? Long.MAX_VALUE : sum);
    }
}
