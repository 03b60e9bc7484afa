package dev.musher.node.verify;

import dev.musher.crdt.change.ChangeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verification found.
 *
 * @param project the genesis' id; null where there is none
 * @param changes that were read, good or bad
 * @param applied those of them that were admitted and folded
 * @param waiting those that build on what is missing or refused, and so cannot be judged
 * @param items with a row at the end, deleted ones too
 * @param itemsWithVoid of them, those with ops that do not count
 * @param digest of the state; null where there is no project
 * @param rowsCompared whether derived rows were compared: not those of a file, which has none, nor
 *     where changes are missing, since they would all differ
 * @param problems the first of them, at most 1,000
 * @param problemCount all of them
 */
public record Report(
        @Nullable ChangeId project,
        long changes,
        long applied,
        long waiting,
        int chains,
        long signatures,
        int items,
        int itemsWithVoid,
        @Nullable String digest,
        boolean rowsCompared,
        List<Fork> forks,
        List<Problem> problems,
        long problemCount) {

    /** Copies the lists. */
    public Report {
        forks = List.copyOf(forks);
        problems = List.copyOf(problems);
    }

    /** Of a store that does not open. */
    public static Report of(List<Problem> problems) {
        return new Report(
                null, 0, 0, 0, 0, 0, 0, 0, null, false, List.of(), problems, problems.size());
    }

    /** The same with further problems, which come first. */
    public Report with(List<Problem> further) {
        List<Problem> all = new ArrayList<>(further);
        all.addAll(problems);
        return new Report(
                project,
                changes,
                applied,
                waiting,
                chains,
                signatures,
                items,
                itemsWithVoid,
                digest,
                rowsCompared,
                forks,
                all,
                problemCount + further.size());
    }

    /** Whether nothing is wrong. */
    public boolean isWell() {
        return problemCount == 0;
    }
}
