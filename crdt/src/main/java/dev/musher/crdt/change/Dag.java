package dev.musher.crdt.change;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The graph of admitted changes: who knew what. An edge leads from a change to its previous one, to
 * its deps and to every change that an op of it names.
 *
 * <p>A past is a prefix of every branch, so it is one number a branch (a vector, after Fidge and
 * Mattern, 1988). Kept is, for each branch, where its knowledge of each other branch rose: about 8
 * bytes a rise. {@link #inPast} is then a binary search, and nothing walks the history. Appending
 * costs one pass over the branches for each parent that is not known already.
 *
 * <p>Mutable; one thread.
 */
public final class Dag {

    private final List<Branch> branches = new ArrayList<>();
    private final Map<Chain, List<Integer>> chains = new HashMap<>();
    private final Map<ChangeId, Integer> headIds = new HashMap<>();
    private final Frontiers frontiers = new Frontiers(this);
    private int maxBranches;
    private long forkedChanges;

    /** Number of branches; they are 0.. in order of arrival. */
    public int branches() {
        return branches.size();
    }

    /** The chain a branch is of. */
    public Chain chain(int branch) {
        return branches.get(branch).chain;
    }

    /** Where a branch leaves the other branch of its chain; null where it begins the chain. */
    public @Nullable Place parent(int branch) {
        return branches.get(branch).parent;
    }

    /** The seq of the first change of a branch. */
    public int first(int branch) {
        return branches.get(branch).first;
    }

    /** The last change of a branch. */
    public Place head(int branch) {
        return new Place(branch, branches.get(branch).head);
    }

    /** The id of the last change of a branch. */
    public ChangeId headId(int branch) {
        return branches.get(branch).headId;
    }

    /** The branch whose last change this is, or null. */
    public @Nullable Place headPlace(ChangeId id) {
        Integer branch = headIds.get(id);
        return branch == null ? null : head(branch);
    }

    /** The branches of a chain in order of arrival; empty where none is known. */
    public List<Integer> branchesOf(Chain chain) {
        return chains.getOrDefault(chain, List.of());
    }

    /** The number of branches of the chain that has most. */
    public int maxBranches() {
        return maxBranches;
    }

    /**
     * Changes appended so far to chains that had several branches: while it stands, all that shows
     * a fork stands.
     */
    public long forkedChanges() {
        return forkedChanges;
    }

    /** The logical time of a change. */
    public long lamport(Place place) {
        return branches.get(place.branch()).lamport(place.seq());
    }

    /** The author's clock at a change, ms since 1970. */
    public long wallMs(Place place) {
        return branches.get(place.branch()).wallMs(place.seq());
    }

    /** Whether {@code a} is {@code of} or in its past. */
    public boolean inPast(Place a, Place of) {
        return branches.get(of.branch()).known(of.seq(), a.branch()) >= a.seq();
    }

    /** The past of a change, itself included: up to which seq of every branch. A copy. */
    public int[] past(Place place) {
        return branches.get(place.branch()).past(place.seq());
    }

    /** The pasts of several changes, themselves included, in one. */
    public int[] past(Collection<Place> places) {
        int[] out = new int[0];
        for (Place place : places) {
            out = branches.get(place.branch()).raise(out, place.seq());
        }
        return out;
    }

    /** A past raised to hold a change and its past; may be {@code past} itself, written. */
    public int[] with(int[] past, Place place) {
        return branches.get(place.branch()).raise(past, place.seq());
    }

    /** All that is known, as a past. */
    public int[] everything() {
        return branches.stream().mapToInt(b -> b.head).toArray();
    }

    /** The frontier of nothing. */
    public Frontier noFrontier() {
        return frontiers.empty();
    }

    /** The frontier of the past of a change, itself included. */
    public Frontier frontier(Place place) {
        return branches.get(place.branch()).frontier(place.seq());
    }

    /** The frontier of what a branch leaves from: of nothing where it has no parent. */
    public Frontier frontierBefore(int branch) {
        Place parent = branches.get(branch).parent;
        return parent == null ? frontiers.empty() : frontier(parent);
    }

    /** The frontier of the union of two pasts. */
    public Frontier merge(Frontier a, Frontier b) {
        return frontiers.merge(a, b);
    }

    /** Opens a branch and gives its number. */
    public int open(Chain chain, @Nullable Place parent) {
        Branch branch = new Branch(branches.size(), chain, parent);
        branches.add(branch);
        List<Integer> all = chains.computeIfAbsent(chain, k -> new ArrayList<>());
        all.add(branch.number);
        maxBranches = Math.max(maxBranches, all.size());
        if (parent != null) {
            branch.learn(branches.get(parent.branch()), parent.seq());
        }
        return branch.number;
    }

    /**
     * Appends the next change of a branch.
     *
     * @param id null while the graph is rebuilt; then {@link #nameHead} follows once for the branch
     * @param parents further places in its past that the previous change does not know
     * @param before the frontier of its past
     * @param access whether it is a membership change; then {@code id} is needed
     */
    public Place append(
            int branch,
            @Nullable ChangeId id,
            long lamport,
            long wallMs,
            Collection<Place> parents,
            Frontier before,
            boolean access) {
        Branch b = branches.get(branch);
        for (Place parent : parents) {
            b.learn(branches.get(parent.branch()), parent.seq());
        }
        Place place = new Place(branch, b.head + 1);
        if (access && id == null) {
            throw new IllegalArgumentException("a membership change without its id at " + place);
        }
        if (maxBranches > 1 && branchesOf(b.chain).size() > 1) {
            forkedChanges++;
        }
        b.append(lamport, wallMs, access && id != null ? frontiers.single(id, place) : before);
        headIds.remove(b.headId);
        if (id != null) {
            nameHead(branch, id);
        }
        return place;
    }

    /** Says which change the last one of a branch is. */
    public void nameHead(int branch, ChangeId id) {
        Branch b = branches.get(branch);
        headIds.remove(b.headId);
        b.headId = id;
        headIds.put(id, branch);
    }

    /** The last change of every branch. */
    public Heads heads() {
        return new Heads(
                branches.stream()
                        .map(b -> new Head(b.chain.device(), b.chain.epoch(), b.head, b.headId))
                        .toList());
    }

    /** Chains with several branches that a reader of the project should hear of. */
    public List<Chain> forked() {
        return chains.entrySet().stream()
                .filter(e -> e.getValue().size() > 1)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /**
     * Chains that have more than {@code headsMax} heads within a past, each with the seq of its
     * lowest fork there.
     */
    public Map<Chain, Integer> overfull(int[] past, int headsMax) {
        Map<Chain, Integer> out = new LinkedHashMap<>();
        for (Branch branch : branches) {
            // One entry a chain, at its first branch; a chain of few branches has few heads.
            List<Integer> all = branchesOf(branch.chain);
            if (all.size() > headsMax && all.getFirst() == branch.number) {
                int low = lowestFork(all, past, headsMax);
                if (low > 0) {
                    out.put(branch.chain, low);
                }
            }
        }
        return out;
    }

    /**
     * The lowest seq that two changes share, or 0 where there are no more than {@code max} heads.
     */
    private int lowestFork(List<Integer> all, int[] past, int max) {
        List<Branch> in = new ArrayList<>();
        Set<Place> parents = new HashSet<>();
        for (int number : all) {
            Branch b = branches.get(number);
            if (at(past, number) >= b.first) {
                in.add(b);
                if (b.parent != null) {
                    parents.add(b.parent);
                }
            }
        }
        long heads =
                in.stream()
                        .filter(b -> !parents.contains(new Place(b.number, past[b.number])))
                        .count();
        if (heads <= max) {
            return 0;
        }
        in.sort((a, b) -> Integer.compare(a.first, b.first));
        int end = 0;
        for (Branch b : in) {
            if (b.first <= end) {
                return b.first;
            }
            end = Math.max(end, past[b.number]);
        }
        throw new IllegalStateException("several heads without a fork: " + in.getFirst().chain);
    }

    /** Up to which seq of {@code branch} a past reaches; 0 for nothing. */
    public static int at(int[] past, int branch) {
        return branch < past.length ? past[branch] : 0;
    }

    /** Whether a past holds a change. */
    public static boolean contains(int[] past, Place place) {
        return at(past, place.branch()) >= place.seq();
    }
}
