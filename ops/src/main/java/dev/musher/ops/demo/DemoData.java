package dev.musher.ops.demo;

import dev.musher.ops.cli.Json;
import dev.musher.ops.imports.Beads;
import dev.musher.ops.imports.ForeignItem;
import dev.musher.ops.imports.ForeignItem.State;
import dev.musher.ops.imports.ForeignItems;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The recorded issues as they were before the first event, and the events. The export holds the
 * issues as they were at the end, so what events did to them is taken back: the first event about
 * an issue that tells how it was says how it is imported.
 *
 * @param items issues to import
 * @param events in their order
 */
record DemoData(ForeignItems items, List<DemoEvent> events) {

    private static final List<String> FILES =
            List.of(
                    "issues.jsonl",
                    "dependencies.jsonl",
                    "labels.jsonl",
                    "comments.jsonl",
                    "events.jsonl");

    DemoData {
        events = List.copyOf(events);
    }

    /**
     * Reads the resources.
     *
     * @param scratch an empty folder to unpack them to
     * @param limit at most this many events
     */
    static DemoData read(Path scratch, int limit) throws IOException {
        for (String file : FILES) {
            try (InputStream in = DemoData.class.getResourceAsStream("/demo/" + file)) {
                if (in == null) {
                    throw new IOException("the resource demo/" + file + " is missing");
                }
                Files.copy(in, scratch.resolve(file));
            }
        }
        List<DemoEvent> events = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(scratch.resolve("events.jsonl"))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (events.size() < limit) {
                    events.add(DemoEvent.of(Json.read(line.getBytes(StandardCharsets.UTF_8))));
                }
            }
        }
        ForeignItems end = Beads.read(scratch);
        return new DemoData(before(end, events), events);
    }

    private static ForeignItems before(ForeignItems end, List<DemoEvent> events) {
        Map<String, Json> first = new HashMap<>();
        Set<String> touched = new HashSet<>();
        Map<String, Map<String, Boolean>> labels = new HashMap<>();
        for (DemoEvent e : events) {
            touched.add(e.issue());
            if (e.before().isObject()) {
                first.putIfAbsent(e.issue(), e.before());
            }
            if (!e.label().isEmpty()) {
                labels.computeIfAbsent(e.issue(), i -> new HashMap<>())
                        .putIfAbsent(e.label(), e.type().equals("label_removed"));
            }
        }
        List<ForeignItem> items = new ArrayList<>();
        for (ForeignItem item : end.items()) {
            items.add(
                    touched.contains(item.sourceId())
                            ? before(
                                    item,
                                    first.getOrDefault(item.sourceId(), Json.NOTHING),
                                    labels.getOrDefault(item.sourceId(), Map.of()))
                            : item);
        }
        return new ForeignItems("the gastown data", items, end.lost());
    }

    /**
     * @param was the issue at its first event; nothing where all events only made and labelled it
     * @param labels of each label that events are about, whether it was there before them
     */
    private static ForeignItem before(ForeignItem item, Json was, Map<String, Boolean> labels) {
        Set<String> kept = new LinkedHashSet<>(item.labels());
        labels.forEach((label, there) -> {
            if (there) {
                kept.add(label);
            } else {
                kept.remove(label);
            }
        });
        String status = was.at("status").text("open");
        State state =
                switch (status) {
                    case "hooked", "in_progress" -> State.CODING;
                    case "closed" -> State.DONE;
                    default -> State.BACKLOG;
                };
        boolean known = was.exists();
        String assignee = was.at("assignee").text();
        return new ForeignItem(
                item.sourceId(),
                item.type(),
                item.name(),
                known ? was.at("description").text() : item.body(),
                item.origin(),
                item.priority(),
                known ? (assignee.isBlank() ? null : assignee) : item.assignee(),
                List.copyOf(kept),
                item.todos(),
                item.notes(),
                item.links(),
                state,
                state == State.DONE ? item.reason() : "");
    }
}
