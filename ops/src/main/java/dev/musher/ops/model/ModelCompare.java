package dev.musher.ops.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.musher.crdt.Admission;
import dev.musher.crdt.ArrivalRecord;
import dev.musher.crdt.BranchRecord;
import dev.musher.crdt.Digest;
import dev.musher.crdt.MemoryHistory;
import dev.musher.crdt.Patch;
import dev.musher.crdt.Project;
import dev.musher.crdt.Refusal;
import dev.musher.crdt.Rules;
import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.pipeline.Item;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Feeds histories of the model to the fold, in each of their orders of arrival, and names every
 * difference: in admission, in the verdict on an op, in the state at the end and half-way, between
 * two orders, between the live state and one rebuilt from what was recorded.
 *
 * <pre>
 * python3 crdt/src/test/model/dump.py --histories 20000 | java ... dev.musher.ops.model.ModelCompare
 * </pre>
 */
public final class ModelCompare {

    private final List<String> differences = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final ObjectMapper json = new ObjectMapper();

    /** Reads histories from standard input; exits with 1 if any differs. */
    public static void main(String[] args) throws IOException {
        ModelCompare compare = new ModelCompare();
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                compare.compare(line);
            }
        }
        compare.counts().forEach((what, n) -> System.out.printf("%-24s %d%n", what, n));
        System.out.printf("%-24s %d%n", "differences", compare.differences().size());
        compare.differences().stream().limit(10).forEach(d -> System.out.println("  " + d));
        if (!compare.differences().isEmpty() || compare.counts().isEmpty()) {
            System.exit(1);
        }
    }

    /** What differed so far: history, order and both readings. */
    public List<String> differences() {
        return List.copyOf(differences);
    }

    /** How much was compared. */
    public Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }

    /** Compares one history, a line of {@code dump.py}. */
    public void compare(String line) throws IOException {
        ModelHistory history = new ModelHistory(json.readTree(line));
        count("histories", 1);
        Digest first = null;
        List<List<Integer>> orders = history.orders();
        for (int k = 0; k < orders.size(); k++) {
            Run run = new Run(history, "order " + k);
            for (int n = 0; n < orders.get(k).size(); n++) {
                run.receive(orders.get(k).get(n));
                if (k == 0 && n + 1 == history.halfAfter()) {
                    run.compareHalf();
                }
            }
            run.compareEnd();
            Digest digest = run.project.digest();
            first = first == null ? digest : first;
            if (!first.equals(digest)) {
                differences.add(history.name() + ": digest depends on order " + k);
            }
            count("orders", 1);
        }
    }

    private void count(String what, int n) {
        counts.merge(what, n, Integer::sum);
    }

    /** One order of arrival. */
    private final class Run {

        private final ModelHistory history;
        private final String order;
        private final MemoryHistory memory = new MemoryHistory();
        private final Project project;
        private final Map<Integer, Change> waiting = new LinkedHashMap<>();
        private final Map<Integer, String> refused = new HashMap<>();
        private final Map<Integer, Place> places = new HashMap<>();
        private final List<BranchRecord> branches = new ArrayList<>();
        private final List<ArrivalRecord> arrivals = new ArrayList<>();

        Run(ModelHistory history, String order) {
            this.history = history;
            this.order = order;
            project = new Project(new Rules(history.headsMax()), memory);
        }

        void receive(int index) {
            if (!refused.containsKey(index)) {
                waiting.put(index, history.changes().get(index));
            }
            boolean moved = true;
            while (moved) {
                moved = false;
                for (Map.Entry<Integer, Change> e : List.copyOf(waiting.entrySet())) {
                    moved |= judge(e.getKey(), e.getValue());
                }
            }
        }

        private boolean judge(int index, Change change) {
            switch (project.check(change)) {
                case Admission.Missing missing -> {
                    return false;
                }
                case Admission.Duplicate duplicate -> {}
                case Admission.Refused r -> refused.put(index, word(r.code()));
                case Admission.Admitted admitted -> {
                    Patch patch = project.apply(admitted);
                    memory.add(patch);
                    places.put(index, patch.place());
                    if (patch.newBranch() != null) {
                        branches.add(patch.newBranch());
                    }
                    arrivals.add(patch.arrival());
                }
            }
            waiting.remove(index);
            return true;
        }

        void compareHalf() {
            JsonNode expected = history.halfState();
            if (expected != null) {
                same("half-way state", expected, FoldState.of(project, history));
                count("half-way states", 1);
            }
        }

        void compareEnd() {
            for (int i = 0; i < history.changes().size(); i++) {
                Place place = places.get(i);
                String why = history.refused(i);
                // A refused change may be in the pool twice, under one id.
                same("admission of change " + i, why, place != null ? null : refused.get(i));
                if (place != null && why == null) {
                    List<String> verdicts =
                            project.verdicts(place).stream().map(Run::word).toList();
                    same("verdicts on change " + i, history.verdicts(i), verdicts);
                    verdicts.forEach(v -> count("op " + v, 1));
                } else {
                    count("refused " + why, 1);
                }
            }
            same("state", history.state(), FoldState.of(project, history));
            for (Item item : project.items()) {
                same("fold of " + item.key(), item, project.audit(item.key()));
            }
            rebuilt();
        }

        /** A restart: the same state from what was recorded, and the same verdicts. */
        private void rebuilt() {
            Project.Loader loader = new Project(new Rules(history.headsMax()), memory).loader();
            branches.forEach(loader::branch);
            arrivals.forEach(loader::arrival);
            project.items().forEach(item -> loader.item(item.key(), item.stored()));
            Project again = loader.finish();
            same("digest after a restart", project.digest(), again.digest());
            same("heads after a restart", project.heads(), again.heads());
            for (Place place : places.values()) {
                same("verdicts after a restart", project.verdicts(place), again.verdicts(place));
            }
        }

        private void same(String what, @Nullable Object model, @Nullable Object fold) {
            if (!Objects.equals(model, fold)) {
                differences.add(
                        "%s, %s, %s:\n    model %s\n    fold  %s"
                                .formatted(history.name(), order, what, model, fold));
            }
        }

        private static String word(Verdict verdict) {
            return switch (verdict) {
                case NOT_A_MEMBER -> "not a member";
                case COUNTS, ILLEGAL, CUT, ROLE, ARBITER, CLAIM, GENERATION, UNKNOWN ->
                        verdict.name().toLowerCase(Locale.ROOT);
            };
        }

        private static String word(Refusal refusal) {
            return switch (refusal) {
                case NOT_A_MEMBER -> "not a member";
                case FROM_WITHIN -> "settle from within";
                case KEPT -> "kept of another";
                case ARBITER -> "not the arbiter";
                case CLAIM -> "agent without claim";
                case GENESIS,
                        SEQ,
                        LAMPORT,
                        NAMED,
                        MEMBERS,
                        CUT,
                        ROLE,
                        KNOWN,
                        SENIOR,
                        TERM,
                        GENERATION,
                        PROJECT,
                        VERSION,
                        ITEM,
                        OUTLINE ->
                        refusal.name().toLowerCase(Locale.ROOT);
            };
        }
    }
}
