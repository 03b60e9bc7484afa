package dev.musher.ops.demo;

import dev.musher.ops.cli.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an event of the recorded tracker means here. Its states are four of ours; where our table
 * has no way from one to the other, the event is counted as such and not forced.
 */
final class Translator {

    private static final String UNCHANGED = "unchanged";

    private Translator() {}

    /** The change for an event, given what the node it is dealt to sees. */
    static Step step(DemoEvent e, Sight.Seen seen) {
        return switch (e.type()) {
            case "created" -> new Step.Skip("made_by_import");
            case "status_changed" -> status(e, seen);
            case "reopened" ->
                    seen.stage.equals("done")
                            ? event("reopen", Map.of("reason", "reopened by " + e.actor()))
                            : new Step.Skip(UNCHANGED);
            case "closed" -> closed(e, seen);
            case "updated" -> updated(e, seen);
            case "label_added" -> label(e, seen, true);
            case "label_removed" -> label(e, seen, false);
            case "renamed" ->
                    note("Renamed in beads: " + e.before().text() + " to " + e.after().text());
            default -> new Step.Skip("unknown_event");
        };
    }

    /** Keeps in mind what a step that was carried out did. */
    static void done(Step.Write write, Sight.Seen seen) {
        Json c = Json.of(write.command());
        switch (c.at("event").text()) {
            case "start", "reopen" -> seen.stage = "coding";
            case "done" -> seen.stage = "done";
            default -> {}
        }
        if (write.command().containsKey("assignee")) {
            seen.assignee = c.at("assignee").text();
        }
        if (write.command().containsKey("body")) {
            seen.body = c.at("body").text();
        }
        c.at("add_labels").items().forEach(l -> seen.labels.add(l.text()));
        c.at("remove_labels").items().forEach(l -> seen.labels.remove(l.text()));
    }

    private static Step status(DemoEvent e, Sight.Seen seen) {
        Json after = e.after();
        String target =
                switch (after.at("status").text()) {
                    case "open", "pinned" -> "backlog";
                    case "hooked", "in_progress" -> "coding";
                    case "closed" -> "done";
                    default -> "";
                };
        Map<String, Object> more = new TreeMap<>();
        String assignee = after.at("assignee").text();
        if (!assignee.isBlank() && !assignee.equals(seen.assignee)) {
            more.put("assignee", assignee);
        }
        String text = after.at("notes").text(after.at("description").text());
        if (!text.isBlank()) {
            more.put("text", text);
        }
        if (target.equals("coding") && seen.stage.equals("backlog")) {
            return event("start", more);
        }
        if (target.equals("coding") && seen.stage.equals("done")) {
            return event("reopen", more);
        }
        if (target.equals("done") && !seen.stage.equals("done")) {
            return event("done", more);
        }
        if (more.containsKey("assignee")) {
            more.remove("text");
            more.put("op", "edit");
            return new Step.Write(more);
        }
        if (more.containsKey("text")) {
            return note(text);
        }
        boolean same = e.before().at("status").text().equals(after.at("status").text());
        return new Step.Skip(same || target.equals(seen.stage) ? UNCHANGED : "no_transition");
    }

    private static Step closed(DemoEvent e, Sight.Seen seen) {
        String reason = e.after().isObject() ? "" : e.after().text();
        if (seen.stage.equals("done")) {
            return new Step.Skip(UNCHANGED);
        }
        return event("done", Map.of("reason", cut(reason.isBlank() ? "closed" : reason)));
    }

    private static Step updated(DemoEvent e, Sight.Seen seen) {
        Json after = e.after();
        if (after.names().isEmpty()) {
            return new Step.Skip("empty_update");
        }
        if (after.at("description").exists()) {
            String body = after.at("description").text();
            return body.equals(seen.body) || body.isBlank()
                    ? new Step.Skip(UNCHANGED)
                    : new Step.Write(Map.of("op", "edit", "body", body));
        }
        for (String section : List.of("notes", "design")) {
            String text = after.at(section).text();
            if (!text.isBlank()) {
                return note(section.equals("design") ? "Design:\n" + text : text);
            }
        }
        return new Step.Skip("field_not_kept");
    }

    private static Step label(DemoEvent e, Sight.Seen seen, boolean add) {
        if (e.label().isEmpty()) {
            return new Step.Skip("no_label_named");
        }
        if (seen.labels.contains(e.label()) == add) {
            return new Step.Skip(UNCHANGED);
        }
        return new Step.Write(
                Map.of("op", "edit", add ? "add_labels" : "remove_labels", List.of(e.label())));
    }

    private static Step event(String event, Map<String, Object> more) {
        Map<String, Object> command = new TreeMap<>(more);
        command.put("op", "event");
        command.put("event", event);
        return new Step.Write(command);
    }

    private static Step note(String text) {
        return new Step.Write(Map.of("op", "note", "text", text));
    }

    private static String cut(String reason) {
        int max = 1_000; // characters; the bound is 2 KiB of UTF-8, and the texts are plain
        return reason.length() <= max ? reason : reason.substring(0, max);
    }
}
