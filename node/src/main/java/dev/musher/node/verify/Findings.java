package dev.musher.node.verify;

import java.util.ArrayList;
import java.util.List;

/** Collects problems up to a bound and counts the rest. Not thread safe. */
final class Findings {

    /** So many are kept: whoever has more than these to mend needs another copy. */
    static final int KEPT = 1_000;

    private final List<Problem> problems = new ArrayList<>();
    private long count;

    void add(Problem problem) {
        count++;
        if (problems.size() < KEPT) {
            problems.add(problem);
        }
    }

    List<Problem> kept() {
        return List.copyOf(problems);
    }

    long count() {
        return count;
    }
}
