package dev.musher.crdt.access;

import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of a project its nodes must agree on, and what they tell each other of. Live is what stands,
 * with its past: a void change on which a counted one builds is live too, and so is what is
 * adopted, as its adopt names it. Told is what is live, and of an epoch that acts as cut because of
 * its many heads enough to show that: its first branches here, one more than heads are allowed, and
 * the one that forks lowest, all with their past.
 *
 * <p>Which branches are told depends on what came first here, so nodes may tell others of an epoch;
 * all come to the same verdict by them. One who forks without end is told of no further than that,
 * and anew only for a fork below all before it.
 *
 * <p>Arrays are by branch, up to which seq; below the branch's first for nothing of it. They are
 * the caller's, not copied.
 *
 * @param live what must be agreed on
 * @param told what peers are told of, and given; at least {@code live}
 * @param voids epochs that act as cut, each with its lowest fork
 */
public record Live(int[] live, int[] told, SortedMap<Chain, Integer> voids) {

    /**
     * What is live of the changes up to {@code upTo}.
     *
     * @param headsMax more heads than this make an epoch act as cut
     */
    public static Live of(Dag dag, Membership membership, int[] upTo, int headsMax) {
        int[] live = standing(dag, membership, upTo);
        if (!Arrays.equals(live, upTo)) {
            addPast(dag, live, upTo);
        }
        SortedMap<Chain, Integer> voids = new TreeMap<>();
        int[] told = live;
        for (Map.Entry<Chain, Integer> each : membership.overfull().entrySet()) {
            Chain chain = each.getKey();
            if (membership.isOverfull(chain)) {
                voids.put(chain, each.getValue());
                List<Integer> branches =
                        dag.branchesOf(chain).stream()
                                .filter(b -> b < upTo.length && upTo[b] >= dag.first(b))
                                .toList();
                told = told == live ? live.clone() : told;
                if (branches.size() > 1) {
                    prove(dag, branches, upTo, headsMax, told);
                }
            }
        }
        if (told != live) {
            // Nobody can admit a change without its past, and that may be void for other reasons.
            addPast(dag, told, upTo);
        }
        return new Live(live, told, voids);
    }

    private static int[] standing(Dag dag, Membership membership, int[] upTo) {
        int[] out = new int[upTo.length];
        for (int b = 0; b < out.length; b++) {
            int low = dag.first(b) - 1;
            out[b] = Math.max(low, membership.standing(b, dag.chain(b), upTo[b]));
        }
        for (Place place : membership.selfRemovals()) {
            int b = place.branch();
            if (b < out.length
                    && place.seq() <= upTo[b]
                    && membership.stands(place, dag.chain(b))) {
                out[b] = Math.max(out[b], place.seq());
            }
        }
        return out;
    }

    /** Raises what is there of every branch to what the past of all of it holds. */
    private static void addPast(Dag dag, int[] live, int[] upTo) {
        List<Place> heads = new ArrayList<>();
        for (int b = 0; b < live.length; b++) {
            if (live[b] >= dag.first(b)) {
                heads.add(new Place(b, live[b]));
            }
        }
        // The latest first: most others are in its past, and so is what they know.
        heads.sort(Comparator.comparingLong(dag::lamport).reversed());
        int[] past = new int[0];
        for (Place head : heads) {
            if (!Dag.contains(past, head)) {
                past = dag.with(past, head);
            }
        }
        for (int b = 0; b < live.length; b++) {
            live[b] = Math.max(live[b], Math.min(upTo[b], Dag.at(past, b)));
        }
    }

    /**
     * Raises {@code told} to what shows that an epoch has too many heads, and its lowest fork.
     * Every branch but the first forks where it begins; its first change, and of the branch it
     * leaves the change beside that, show it.
     */
    private static void prove(
            Dag dag, List<Integer> branches, int[] upTo, int headsMax, int[] told) {
        int lowest = branches.get(1);
        for (int b : branches.subList(1, branches.size())) {
            lowest = dag.first(b) < dag.first(lowest) ? b : lowest;
        }
        TreeSet<Integer> chosen =
                new TreeSet<>(branches.subList(0, Math.min(branches.size(), headsMax + 1)));
        chosen.add(lowest);
        chosen.add(branches.getFirst());
        // A branch leaves one that came before it, so from the last to the first all are met.
        for (Integer b = chosen.last(); b != null; b = chosen.lower(b)) {
            told[b] = Math.max(told[b], dag.first(b));
            Place parent = dag.parent(b);
            if (parent != null) {
                int p = parent.branch();
                chosen.add(p);
                told[p] = Math.max(told[p], Math.min(upTo[p], parent.seq() + 1));
            }
        }
    }
}
