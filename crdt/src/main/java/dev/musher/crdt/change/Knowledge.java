package dev.musher.crdt.change;

import java.util.Arrays;

/**
 * What one branch knows of another: from seq x on, everything up to seq y. Both rise, so a question
 * about any point of the past is a binary search.
 */
final class Knowledge {

    /** Pairs of x and y: most branches learn of another once, and there may be many branches. */
    private int[] rises = new int[2];

    private int size;

    /** From {@code seq} on, {@code known} is known, if not more. No smaller seq than before. */
    void learn(int seq, int known) {
        if (size > 0 && rises[size - 1] >= known) {
            return;
        }
        if (size > 0 && rises[size - 2] == seq) {
            rises[size - 1] = known;
            return;
        }
        if (size == rises.length) {
            rises = Arrays.copyOf(rises, size * 2);
        }
        rises[size++] = seq;
        rises[size++] = known;
    }

    /** What is known at {@code seq}; 0 for nothing. */
    int at(int seq) {
        if (size == 0 || rises[0] > seq) {
            return 0;
        }
        int low = 0;
        if (rises[size - 2] <= seq) {
            low = size - 2;
        }
        // The last rise not after seq, between low (which is one) and high (which is not).
        for (int high = size; high - low > 2; ) {
            int middle = ((low + high) >>> 2) << 1;
            if (rises[middle] <= seq) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return rises[low + 1];
    }
}
