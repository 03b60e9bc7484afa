package dev.musher.crdt.change;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A stretch of a chain without a fork in it, and what each of its changes has in its past. */
final class Branch {

    private static final Knowledge NOTHING = new Knowledge();

    final int number;
    final Chain chain;
    final @Nullable Place parent;
    final int first;
    int head;
    ChangeId headId = ChangeId.ZERO;

    /** The past of the head, by branch, the head itself included. Longer or shorter than needed. */
    int[] past;

    private long[] lamports = new long[4];
    private long[] walls = new long[4];
    private Knowledge[] knowledge = new Knowledge[0];
    private int[] frontierFrom = new int[1];
    private Frontier[] frontiers = new Frontier[1];
    private int runs;

    Branch(int number, Chain chain, @Nullable Place parent) {
        this.number = number;
        this.chain = chain;
        this.parent = parent;
        this.first = parent == null ? 1 : parent.seq() + 1;
        this.head = first - 1;
        this.past = new int[number + 1];
    }

    long lamport(int seq) {
        return lamports[seq - first];
    }

    long wallMs(int seq) {
        return walls[seq - first];
    }

    /** Appends the next change; its parents are learned before, with its seq. */
    void append(long lamport, long wallMs, Frontier frontier) {
        int at = ++head - first;
        if (at == lamports.length) {
            lamports = Arrays.copyOf(lamports, at * 2);
            walls = Arrays.copyOf(walls, at * 2);
        }
        lamports[at] = lamport;
        walls[at] = wallMs;
        past[number] = head;
        if (runs == 0 || frontiers[runs - 1] != frontier) {
            if (runs == frontiers.length) {
                frontierFrom = Arrays.copyOf(frontierFrom, runs * 2);
                frontiers = Arrays.copyOf(frontiers, runs * 2);
            }
            frontierFrom[runs] = head;
            frontiers[runs++] = frontier;
        }
    }

    /** From the next change on, everything in {@code other} is in the past. */
    void learn(int[] other) {
        if (past.length < other.length) {
            past = Arrays.copyOf(past, other.length);
        }
        for (int t = 0; t < other.length; t++) {
            if (other[t] > past[t]) {
                past[t] = other[t];
                knowledge(t).learn(head + 1, other[t]);
            }
        }
    }

    private Knowledge knowledge(int target) {
        if (knowledge.length <= target) {
            int size = knowledge.length;
            knowledge = Arrays.copyOf(knowledge, Math.max(target + 1, size * 2));
            Arrays.fill(knowledge, size, knowledge.length, NOTHING);
        }
        if (knowledge[target] == NOTHING) {
            knowledge[target] = new Knowledge();
        }
        return knowledge[target];
    }

    /** Up to which seq the change at {@code seq} knows branch {@code target}. */
    int known(int seq, int target) {
        if (target == number) {
            return seq;
        }
        if (seq == head) {
            return target < past.length ? past[target] : 0;
        }
        return target < knowledge.length ? knowledge[target].at(seq) : 0;
    }

    /** The past of the change at {@code seq}, itself included; not to be written. */
    int[] past(int seq) {
        if (seq == head) {
            return past;
        }
        int[] out = new int[Math.max(knowledge.length, number + 1)];
        for (int t = 0; t < knowledge.length; t++) {
            out[t] = knowledge[t].at(seq);
        }
        out[number] = seq;
        return out;
    }

    /** The frontier of the past of the change at {@code seq}, itself included. */
    Frontier frontier(int seq) {
        int last = runs - 1;
        if (frontierFrom[last] <= seq) {
            return frontiers[last];
        }
        int at = Arrays.binarySearch(frontierFrom, 0, runs, seq);
        return frontiers[at >= 0 ? at : -at - 2];
    }
}
