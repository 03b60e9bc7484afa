package dev.musher.crdt.change;

import java.util.Arrays;

/**
 * What one branch knows of another: from seq x on, everything up to seq y. Both rise, so a question
 * about any point of the past is a binary search.
 */
final class Knowledge {

    private int[] from = new int[2];
    private int[] upTo = new int[2];
    private int size;

    /** From {@code seq} on, {@code known} is known. Both no smaller than before. */
    void learn(int seq, int known) {
        if (size > 0 && from[size - 1] == seq) {
            upTo[size - 1] = known;
            return;
        }
        if (size == from.length) {
            from = Arrays.copyOf(from, size * 2);
            upTo = Arrays.copyOf(upTo, size * 2);
        }
        from[size] = seq;
        upTo[size++] = known;
    }

    /** What is known at {@code seq}; 0 for nothing. */
    int at(int seq) {
        if (size == 0 || from[0] > seq) {
            return 0;
        }
        if (from[size - 1] <= seq) {
            return upTo[size - 1];
        }
        int at = Arrays.binarySearch(from, 0, size, seq);
        return upTo[at >= 0 ? at : -at - 2];
    }
}
