package dev.musher.protocol.sync;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * From where on each branch is on its way to a peer, in frames that it has not acknowledged. A
 * sliding minimum for each branch, so a question costs the same whatever is under way, though the
 * peer decides how much that is. Not thread safe.
 */
final class InFlight {

    private record Part(long frame, int first) {}

    private final Map<Integer, Deque<Part>> parts = new HashMap<>();
    private long acknowledged;

    /** A frame leaves with changes of a branch from this one on. */
    void sent(long frame, int branch, int first) {
        Deque<Part> of = parts.computeIfAbsent(branch, b -> new ArrayDeque<>(2));
        arrived(of);
        if (!of.isEmpty() && of.getLast().frame() == frame && of.getLast().first() <= first) {
            return;
        }
        while (!of.isEmpty() && of.getLast().first() >= first) {
            of.removeLast();
        }
        of.addLast(new Part(frame, first));
    }

    /** The peer has taken all frames up to this one. */
    void acknowledged(long frame, boolean all) {
        acknowledged = Math.max(acknowledged, frame);
        if (all) {
            parts.clear();
        }
    }

    /** The first change of a branch that is on its way; {@code Integer.MAX_VALUE} if none is. */
    int first(int branch) {
        Deque<Part> of = parts.get(branch);
        if (of != null) {
            arrived(of);
        }
        return of == null || of.isEmpty() ? Integer.MAX_VALUE : of.getFirst().first();
    }

    private void arrived(Deque<Part> of) {
        while (!of.isEmpty() && of.getFirst().frame() <= acknowledged) {
            of.removeFirst();
        }
    }
}
