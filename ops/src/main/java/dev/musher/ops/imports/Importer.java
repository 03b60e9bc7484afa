package dev.musher.ops.imports;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.musher.ops.imports.ForeignItem.Link;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes foreign items into a project through its own interface: first every item with all that
 * stands in it, then what names other items, then notes, then moves. So a link never depends on the
 * order of the file, and an import that is cut off leaves whole items. Not thread safe.
 *
 * <p>What was imported carries a label with its id at the source, so that the same source, grown
 * since, makes only what is new: an item that is here is left as people have it, but for links to
 * new ones. While an item still lacks its links, notes or moves it carries {@value #UNFINISHED}
 * too; a further import finishes it.
 */
public final class Importer {

    /** Begins the label that keeps an item's id at its source. */
    public static final String MARK = "import:";

    /** The label of an item whose import was not finished. */
    public static final String UNFINISHED = "importing";

    private static final int LINES = 500;

    /** Where commands go: the batch interface of a node or a gateway. */
    @FunctionalInterface
    public interface Target {
        /**
         * Carries out commands in order and answers each.
         *
         * @throws IOException when the node cannot be reached; some may have been carried out
         * @throws InterruptedException when the caller is interrupted while it waits
         */
        List<Result> batch(List<ObjectNode> commands) throws IOException, InterruptedException;
    }

    /**
     * The answer to one command.
     *
     * @param id the item's id, null where it was refused
     * @param refusal why, null where it was done
     */
    public record Result(@Nullable String id, @Nullable String refusal) {}

    /**
     * An item of an import before.
     *
     * @param notes those it has, where it is unfinished: they are not written again
     */
    public record Present(String id, boolean unfinished, Set<String> notes) {

        /** Copies the set. */
        public Present {
            notes = Set.copyOf(notes);
        }
    }

    /**
     * What an import did.
     *
     * @param ids source id to our id, in the order of the file; those here already as well
     * @param made items that are new
     * @param changes commands carried out; those of one batch share changes
     */
    public record Report(Map<String, String> ids, int made, int changes, Tally lost) {}

    private final Map<String, Present> present;
    private final Target target;
    private final Tally lost;
    private final Set<String> made = new HashSet<>();
    private final Map<String, String> ids = new LinkedHashMap<>();
    private int changes;

    private Importer(Map<String, Present> present, Target target, Tally lost) {
        this.present = present;
        this.target = target;
        this.lost = lost;
    }

    /** Imports all of {@code items} into a project that has none of them. */
    public static Report run(ForeignItems items, Target target)
            throws IOException, InterruptedException {
        return run(items, Map.of(), target);
    }

    /**
     * Imports those of {@code items} that are not there yet, and finishes what an import left
     * unfinished.
     *
     * @param present what is there, by its label that begins with {@link #MARK}
     * @throws IOException when the node cannot be reached; run it again: what was written is known
     *     by its key and not written twice
     */
    public static Report run(ForeignItems items, Map<String, Present> present, Target target)
            throws IOException, InterruptedException {
        Importer importer = new Importer(present, target, items.lost());
        importer.create(items.items());
        Map<String, String> byAnyName = importer.names(items.items());
        List<Step> steps = new ArrayList<>();
        for (ForeignItem item : items.items()) {
            String id = importer.ids.get(item.sourceId());
            if (id != null) {
                importer.steps(item, id, byAnyName, steps);
            }
        }
        importer.send(steps, (step, id) -> {});
        return new Report(importer.ids, importer.made.size(), importer.changes, importer.lost);
    }

    private record Step(ForeignItem item, ObjectNode command) {}

    private interface Done {
        void done(Step step, String id);
    }

    private void steps(
            ForeignItem item, String id, Map<String, String> byAnyName, List<Step> steps) {
        Present before = before(item);
        links(item, id, byAnyName).ifPresent(steps::add);
        if (before != null && !before.unfinished()) {
            return;
        }
        item.notes().stream()
                .filter(n -> before == null || !before.notes().contains(n))
                .forEach(n -> steps.add(note(item, id, n)));
        moves(item, id, steps);
        if (isStepwise(item)) {
            ObjectNode finished = command("edit").put("ref", id);
            texts(finished, "remove_labels", List.of(UNFINISHED));
            steps.add(new Step(item, finished));
        }
    }

    private @Nullable Present before(ForeignItem item) {
        return item.labels().stream()
                .filter(l -> l.startsWith(MARK))
                .findFirst()
                .map(present::get)
                .orElse(null);
    }

    /** Whether more than one command makes it, and whoever finds it can tell which one it is. */
    private static boolean isStepwise(ForeignItem item) {
        return item.labels().stream().anyMatch(l -> l.startsWith(MARK))
                && !(item.links().isEmpty()
                        && item.notes().isEmpty()
                        && item.state() == ForeignItem.State.BACKLOG);
    }

    private void create(List<ForeignItem> items) throws IOException, InterruptedException {
        List<Step> steps = new ArrayList<>();
        for (ForeignItem item : items) {
            Present before = before(item);
            if (before != null) {
                ids.put(item.sourceId(), before.id());
                continue;
            }
            ObjectNode c = command("create");
            c.put("type", item.type()).put("name", item.name());
            if (!item.body().isEmpty()) {
                c.put("body", item.body());
            }
            c.putObject("origin")
                    .put("kind", item.origin().kind().word())
                    .put("id", item.origin().id())
                    .put("time", item.origin().timeMs());
            Integer priority = item.priority();
            if (priority != null) {
                c.put("priority", priority.intValue());
            }
            if (item.assignee() != null) {
                c.put("assignee", item.assignee());
            }
            List<String> labels = new ArrayList<>(item.labels());
            if (isStepwise(item)) {
                labels.add(UNFINISHED);
            }
            texts(c, "labels", labels);
            texts(c, "todos", item.todos());
            steps.add(new Step(item, c));
        }
        send(
                steps,
                (step, id) -> {
                    ids.put(step.item().sourceId(), id);
                    made.add(id);
                });
    }

    /** Links in folders of markdown go by the digits that a file name begins with, too. */
    private Map<String, String> names(List<ForeignItem> items) {
        Map<String, String> out = new LinkedHashMap<>();
        for (ForeignItem item : items) {
            String id = ids.get(item.sourceId());
            String digits = item.sourceId().replaceFirst("^(\\d*).*$", "$1");
            if (id != null && !digits.isEmpty()) {
                out.putIfAbsent(digits, id);
            }
        }
        out.putAll(ids);
        return out;
    }

    private Optional<Step> links(ForeignItem item, String id, Map<String, String> names) {
        ObjectNode edit = command("edit").put("ref", id);
        List<String> dependsOn = new ArrayList<>();
        Present before = before(item);
        boolean whole = before != null && !before.unfinished();
        for (Link link : item.links()) {
            String other = names.get(link.to());
            if (whole && (other == null || !made.contains(other))) {
                // People may have changed it since.
                continue;
            }
            if (other == null || other.equals(id)) {
                lost.add(
                        "link_to_unknown_item",
                        item.sourceId() + " " + link.kind() + " " + link.to());
            } else if (link.kind().equals("blocks")) {
                dependsOn.add(other);
            } else if (edit.has("epic")) {
                lost.add("second_epic", item.sourceId() + " " + link.to());
            } else {
                edit.put("epic", other);
            }
        }
        texts(edit, "add_depends_on", dependsOn.stream().distinct().toList());
        return edit.size() > 2 ? Optional.of(new Step(item, edit)) : Optional.empty();
    }

    private static Step note(ForeignItem item, String id, String text) {
        return new Step(item, command("note").put("ref", id).put("text", text));
    }

    private static void moves(ForeignItem item, String id, List<Step> steps) {
        List<String> events =
                switch (item.state()) {
                    case BACKLOG -> List.of();
                    case CODING -> List.of("start");
                    case QA -> List.of("start", "qa");
                    case BLOCKED -> List.of("block");
                    case FROZEN -> List.of("freeze");
                    case DONE -> List.of("done");
                    case ARCHIVED -> List.of("done", "archive");
                };
        for (String event : events) {
            ObjectNode act = command("event").put("ref", id).put("event", event);
            if (!item.reason().isEmpty() && event.equals(events.get(0))) {
                act.put("reason", item.reason());
            }
            steps.add(new Step(item, act));
        }
    }

    private void send(List<Step> steps, Done done) throws IOException, InterruptedException {
        for (int from = 0; from < steps.size(); from += LINES) {
            List<Step> part = steps.subList(from, Math.min(steps.size(), from + LINES));
            List<Result> results = target.batch(part.stream().map(Step::command).toList());
            if (results.size() != part.size()) {
                throw new IOException(
                        "the node answered "
                                + results.size()
                                + " of "
                                + part.size()
                                + " commands; run the import again");
            }
            for (int i = 0; i < part.size(); i++) {
                String id = results.get(i).id();
                if (id == null) {
                    String refusal = results.get(i).refusal();
                    lost.add(
                            "refused_" + part.get(i).command().path("op").asText(),
                            part.get(i).item().sourceId() + " " + refusal);
                } else {
                    changes++;
                    done.done(part.get(i), id);
                }
            }
        }
    }

    private static ObjectNode command(String op) {
        return JsonNodeFactory.instance.objectNode().put("op", op);
    }

    private static void texts(ObjectNode command, String field, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = command.putArray(field);
            values.forEach(array::add);
        }
    }
}
