package dev.musher.crdt;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Named;
import java.util.HashSet;
import java.util.Set;

/**
 * The project as it was at a time, by its authors' clocks: the fold of the changes whose clock says
 * no later and whose past is so too. A change whose clock ran behind that of something it had seen
 * is left out with it. Nothing is kept between two calls.
 */
public final class PastBoard {

    private PastBoard() {}

    /**
     * Folds the past. May run on any thread that may read {@code arrivals}; costs a fresh fold of
     * what it takes in, about 10 µs a change.
     *
     * @param arrivals changes that were admitted, each after those in its past
     * @param atMs ms since 1970
     */
    public static Project fold(Rules rules, Iterable<Change> arrivals, long atMs) {
        MemoryHistory history = new MemoryHistory();
        Project project = new Project(rules, history);
        Set<ChangeId> taken = new HashSet<>();
        for (Change change : arrivals) {
            if (change.header().wallMs() <= atMs && isPastIn(change, taken)) {
                if (!(project.check(change) instanceof Admission.Admitted admitted)) {
                    throw new IllegalStateException("not admitted again: " + change);
                }
                history.add(project.apply(admitted));
                taken.add(change.id());
            }
        }
        return project;
    }

    private static boolean isPastIn(Change change, Set<ChangeId> taken) {
        Header header = change.header();
        if ((header.prev() != null && !taken.contains(header.prev()))
                || !taken.containsAll(header.deps())) {
            return false;
        }
        boolean[] in = {true};
        Named.visit(change, id -> in[0] &= taken.contains(id));
        return in[0];
    }
}
