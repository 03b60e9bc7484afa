package dev.musher.crdt.change;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a chain without a fork in it, and what each of its changes has in its past.
 *
 * <p>Kept is what it knows of the branches it knows anything of, and nothing for all others: a
 * device that opens many epochs costs by what they follow, not by the square of their number.
 */
final class Branch {

    final int number;
    final Chain chain;
    final @Nullable Place parent;
    final int first;
    int head;
    ChangeId headId = ChangeId.ZERO;

    private long[] lamports = new long[4];
    private long[] walls = new long[4];
    private int[] targets = new int[1];
    private Knowledge[] knowledge = new Knowledge[1];
    private int known;
    private int[] frontierFrom = new int[1];
    private Frontier[] frontiers = new Frontier[1];
    private int runs;

    Branch(int number, Chain chain, @Nullable Place parent) {
        this.number = number;
        this.chain = chain;
        this.parent = parent;
        this.first = parent == null ? 1 : parent.seq() + 1;
        this.head = first - 1;
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
        if (runs == 0 || frontiers[runs - 1] != frontier) {
            if (runs == frontiers.length) {
                frontierFrom = Arrays.copyOf(frontierFrom, runs * 2);
                frontiers = Arrays.copyOf(frontiers, runs * 2);
            }
            frontierFrom[runs] = head;
            frontiers[runs++] = frontier;
        }
    }

    /**
     * From the next change on, everything in the past of a change of another branch is in the past,
     * that change itself included. Both sides are in ascending order, so it is one pass over them.
     */
    void learn(Branch other, int seq) {
        int at = 0;
        boolean itself = other.number == number;
        for (int i = 0; i < other.known; i++) {
            int target = other.targets[i];
            if (!itself && other.number < target) {
                at = learn(at, other.number, seq);
                itself = true;
            }
            if (target != number) {
                at = learn(at, target, other.knowledge[i].at(seq));
            }
        }
        if (!itself) {
            learn(at, other.number, seq);
        }
    }

    /** Learns of one branch; its entry is not before {@code from}. Gives where the entry stands. */
    private int learn(int from, int target, int upTo) {
        if (upTo == 0) {
            return from;
        }
        // Where both know the same branches, the common case, it is the next entry.
        int at = from;
        if (at < known && targets[at] < target) {
            at = ++at < known && targets[at] == target ? at : find(at, target);
        }
        if (at == known || targets[at] != target) {
            if (known == targets.length) {
                targets = Arrays.copyOf(targets, known * 2);
                knowledge = Arrays.copyOf(knowledge, known * 2);
            }
            System.arraycopy(targets, at, targets, at + 1, known - at);
            System.arraycopy(knowledge, at, knowledge, at + 1, known - at);
            targets[at] = target;
            knowledge[at] = new Knowledge();
            known++;
        }
        knowledge[at].learn(head + 1, upTo);
        return at;
    }

    /** The entry of a branch, or where one would stand; it is not before {@code from}. */
    private int find(int from, int target) {
        int at = Arrays.binarySearch(targets, from, known, target);
        return at >= 0 ? at : -at - 1;
    }

    /** How many other branches it knows anything of. */
    int others() {
        return known;
    }

    /** Up to which seq the change at {@code seq} knows branch {@code target}. */
    int known(int seq, int target) {
        if (target == number) {
            return seq;
        }
        int at = Arrays.binarySearch(targets, 0, known, target);
        return at < 0 ? 0 : knowledge[at].at(seq);
    }

    /** The past of the change at {@code seq}, itself included: up to which seq of each branch. */
    int[] past(int seq) {
        return raise(new int[number + 1], seq);
    }

    /** Raises {@code past} to what the change at {@code seq} has in its past, itself included. */
    int[] raise(int[] past, int seq) {
        int last = known == 0 ? number : Math.max(number, targets[known - 1]);
        int[] out = last < past.length ? past : Arrays.copyOf(past, last + 1);
        for (int i = 0; i < known; i++) {
            int target = targets[i];
            out[target] = Math.max(out[target], knowledge[i].at(seq));
        }
        out[number] = Math.max(out[number], seq);
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
