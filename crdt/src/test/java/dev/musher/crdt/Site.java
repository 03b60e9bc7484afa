package dev.musher.crdt;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.pipeline.Item;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A project with its history in memory, that takes changes in any order. */
final class Site {

    final MemoryHistory history = new MemoryHistory();
    final Project project = new Project(Histories.RULES, history);
    final List<Patch> patches = new ArrayList<>();
    private List<Change> waiting = new ArrayList<>();

    /** Takes a change, and those that waited for it. */
    void receive(Change change) {
        boolean moved = judge(change);
        if (!moved) {
            waiting.add(change);
        }
        while (moved) {
            List<Change> still = new ArrayList<>();
            for (Change c : waiting) {
                if (!judge(c)) {
                    still.add(c);
                }
            }
            moved = still.size() < waiting.size() && !still.isEmpty();
            waiting = still;
        }
    }

    private boolean judge(Change change) {
        return switch (project.check(change)) {
            case Admission.Missing missing -> false;
            case Admission.Duplicate duplicate -> true;
            case Admission.Refused refused ->
                    throw new IllegalStateException(refused.text() + " " + change);
            case Admission.Admitted admitted -> {
                apply(admitted);
                yield true;
            }
        };
    }

    Patch apply(Admission.Admitted admitted) {
        Patch patch = project.apply(admitted);
        history.add(patch);
        patches.add(patch);
        return patch;
    }

    boolean idle() {
        return waiting.isEmpty();
    }

    /** The same project after a restart. */
    Project restarted() {
        Project.Loader loader = new Project(Histories.RULES, history).loader();
        for (Patch patch : patches) {
            if (patch.newBranch() != null) {
                loader.branch(patch.newBranch());
            }
        }
        patches.forEach(patch -> loader.arrival(patch.arrival()));
        project.items().forEach(item -> loader.item(item.key(), item.stored()));
        return loader.finish();
    }

    /** Every row as text, by key. */
    SortedMap<String, String> rows() {
        return rows(project);
    }

    static SortedMap<String, String> rows(Project project) {
        SortedMap<String, String> out = new TreeMap<>();
        for (Item item : project.items()) {
            out.put(item.key().text(), HexFormat.of().formatHex(item.row()));
        }
        return out;
    }

    List<Place> places() {
        return patches.stream().map(Patch::place).toList();
    }
}
