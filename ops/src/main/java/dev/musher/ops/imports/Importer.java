package dev.musher.ops.imports;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.musher.ops.imports.ForeignItem.Link;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes foreign items into a project through its own interface: first every item with all that
 * stands in it, then what names other items, then notes, then moves. So a link never depends on the
 * order of the file, and an import that is cut off leaves whole items. Not thread safe.
 */
public final class Importer {

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
     * What an import did.
     *
     * @param ids source id to our id, in the order of the file
     * @param changes commands carried out; those of one batch share changes
     */
    public record Report(Map<String, String> ids, int changes, Tally lost) {}

    private final Target target;
    private final Tally lost;
    private final Map<String, String> ids = new LinkedHashMap<>();
    private int changes;

    private Importer(Target target, Tally lost) {
        this.target = target;
        this.lost = lost;
    }

    /**
     * Imports all of {@code items}.
     *
     * @throws IOException when the node cannot be reached; run it again: what was written is known
     *     by its key and not written twice
     */
    public static Report run(ForeignItems items, Target target)
            throws IOException, InterruptedException {
        Importer importer = new Importer(target, items.lost());
        importer.create(items.items());
        Map<String, String> byAnyName = importer.names(items.items());
        List<Step> steps = new ArrayList<>();
        for (ForeignItem item : items.items()) {
            String id = importer.ids.get(item.sourceId());
            if (id != null) {
                importer.links(item, id, byAnyName).ifPresent(steps::add);
                item.notes().forEach(n -> steps.add(note(item, id, n)));
                moves(item, id, steps);
            }
        }
        importer.send(steps, (step, id) -> {});
        return new Report(importer.ids, importer.changes, importer.lost);
    }

    private record Step(ForeignItem item, ObjectNode command) {}

    private interface Done {
        void done(Step step, String id);
    }

    private void create(List<ForeignItem> items) throws IOException, InterruptedException {
        List<Step> steps = new ArrayList<>();
        for (ForeignItem item : items) {
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
            texts(c, "labels", item.labels());
            texts(c, "todos", item.todos());
            steps.add(new Step(item, c));
        }
        send(steps, (step, id) -> ids.put(step.item().sourceId(), id));
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
        for (Link link : item.links()) {
            String other = names.get(link.to());
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
        texts(edit, "depends_on", dependsOn.stream().distinct().toList());
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
