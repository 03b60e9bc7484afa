package dev.musher.ops.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Origin;
import dev.musher.ops.imports.ForeignItem.State;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an import keeps, and that it names what it cannot. */
class ImportsTest {

    @TempDir Path folder;

    @Test
    @Tag("M-17")
    void theRealBeadsExportIsReadWithAllItsOddities() throws IOException {
        for (String file : List.of("issues", "dependencies", "labels", "comments")) {
            try (var in =
                    Objects.requireNonNull(
                            Beads.class.getResourceAsStream("/demo/" + file + ".jsonl"))) {
                Files.copy(in, folder.resolve(file + ".jsonl"));
            }
        }
        assertTrue(Beads.matches(folder));
        ForeignItems read = Beads.read(folder);
        assertEquals(677, read.items().size());
        assertEquals(136, count(read, i -> i.type().equals("bug")));
        assertEquals(24, count(read, i -> i.type().equals("epic")));
        assertEquals(427, count(read, i -> i.labels().contains("beads:task")));
        assertEquals(643, count(read, i -> i.state() == State.DONE));
        assertEquals(1, count(read, i -> i.state() == State.CODING));
        // 233 links name ids that are nowhere in the export; none is dropped in silence
        int links = read.items().stream().mapToInt(i -> i.links().size()).sum();
        Map<String, Integer> lost = read.lost().counts();
        assertEquals(233, lost.get("link_as_note_unknown_id"));
        assertEquals(
                315,
                links
                        + lost.get("link_as_note_unknown_id")
                        + lost.getOrDefault("link_as_note_other_link", 0));
        assertEquals(
                14,
                read.items().stream()
                        .flatMap(i -> i.notes().stream())
                        .filter(n -> n.contains("Z:\n"))
                        .count());
        assertTrue(
                read.lost().lines().stream().anyMatch(l -> l.contains("unknown_id: gt-")), "named");
        ForeignItem help =
                read.items().stream()
                        .filter(i -> i.sourceId().equals("gt-00us"))
                        .findFirst()
                        .orElseThrow();
        assertEquals("--help", help.name());
        assertEquals("Garbage bead from --help flag-parsing bug", help.reason());
        assertEquals(
                new Origin(Origin.Kind.AGENT, "gastown/polecats/dementus", 1772251109000L).kind(),
                help.origin().kind());
    }

    @Test
    void aFileCutInTheMiddleLosesItsLastLineByName() throws IOException {
        Path file = folder.resolve("issues.jsonl");
        String whole = issue("a", "\"title\":\"One\"") + issue("b", "\"title\":\"Two\"");
        Files.writeString(file, whole.substring(0, whole.length() - 12));
        ForeignItems read = Beads.read(file);
        assertEquals(List.of("a"), read.items().stream().map(ForeignItem::sourceId).toList());
        assertEquals(List.of("1 not_a_json_object: issues.jsonl line 2"), read.lost().lines());
    }

    @Test
    void hostileLinesAreCountedAndTheRestIsRead() throws IOException {
        Path file = folder.resolve("issues.jsonl");
        String deep = "[".repeat(100_000);
        Files.write(
                file,
                List.of(
                        deep,
                        "{\"id\":\"a\",\"id\":\"b\",\"title\":\"twice\",\"issue_type\":\"bug\"}",
                        "42",
                        "{\"id\":\"\",\"title\":\"no id\"}",
                        issue("y", "\"title\":\"half \\ud834\"").strip(),
                        issue("x", "\"title\":\"whole\",\"priority\":77,\"closed_at\":\"x\"")
                                .strip(),
                        issue("x", "\"title\":\"again\"").strip()),
                StandardCharsets.UTF_8);
        ForeignItems read = Beads.read(file);
        assertEquals(
                List.of("half \ufffd", "whole"),
                read.items().stream().map(ForeignItem::name).toList());
        assertEquals(
                Map.of(
                        "not_a_json_object",
                        3,
                        "issue_without_id",
                        1,
                        "issue_twice",
                        1,
                        "priority_out_of_range",
                        1,
                        "field_closed_at",
                        1),
                read.lost().counts());
    }

    @Test
    void whatIsNotAsBeadsWritesItIsCountedAndNotPassedOver() throws IOException {
        Path file = folder.resolve("issues.jsonl");
        Files.writeString(
                file,
                issue(
                        "a",
                        "\"title\":\"one\",\"labels\":\"text\",\"comments\":{},"
                                + "\"dependencies\":7,\"updated_at\":\"2026-01-01T00:00:00Z\""));
        Map<String, Integer> lost = Beads.read(file).lost().counts();
        assertEquals(3, lost.get("field_not_a_list"));
        assertEquals(4, lost.values().stream().mapToInt(n -> n).sum(), "the time too: " + lost);
    }

    @Test
    void bytesThatAreNoTextMakeNoItem() throws IOException {
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        Files.write(folder.resolve("noise.md"), bytes);
        ForeignItems read = Markdown.read(folder);
        assertEquals(List.of(), read.items());
        assertEquals(Map.of("file_not_utf8", 1), read.lost().counts());
    }

    @Test
    void aLineWithoutAnEndIsCountedAndNotHeld() throws IOException {
        Path file = folder.resolve("issues.jsonl");
        byte[] much = new byte[1 << 20];
        Arrays.fill(much, (byte) 'x');
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < 20; i++) {
                out.write(much);
            }
            out.write(
                    ("\n" + issue("a", "\"title\":\"after it\"")).getBytes(StandardCharsets.UTF_8));
        }
        ForeignItems read = Beads.read(file);
        assertEquals(List.of("a"), read.items().stream().map(ForeignItem::sourceId).toList());
        assertEquals(List.of("1 line_too_long: issues.jsonl line 1"), read.lost().lines());
    }

    @Test
    void longTextsAreSplitAndNothingOfThemIsLost() throws IOException {
        String body = "zeile äöü\n".repeat(9_000);
        String title = "t".repeat(400);
        Path file = folder.resolve("issues.jsonl");
        Files.writeString(
                file,
                issue(
                        "a",
                        "\"title\":\""
                                + title
                                + "\",\"description\":\""
                                + body.replace("\n", "\\n")
                                + "\""));
        ForeignItem item = Beads.read(file).items().get(0);
        assertTrue(item.name().length() <= Limits.NAME_CHARS);
        assertTrue(item.notes().stream().anyMatch(n -> n.contains(title)));
        String all =
                item.body()
                        + item.notes().stream()
                                .filter(n -> n.startsWith("zeile"))
                                .collect(Collectors.joining());
        assertEquals(body, all);
        assertTrue(item.body().getBytes(StandardCharsets.UTF_8).length <= Limits.BODY_BYTES);
    }

    @Test
    void everyFormatKeepsTheWholeOfALongNameAndCountsLabelsThatAreTooMany() throws IOException {
        String title = "t".repeat(400);
        List<String> labels = new ArrayList<>();
        for (int i = 0; i <= Limits.ELEMENTS; i++) {
            labels.add("\"l" + i + "\"");
        }
        Path lines = folder.resolve("items.ndjson");
        Files.writeString(lines, "{\"name\":\"" + title + "\",\"labels\":" + labels + "}\n");
        Path markdown = folder.resolve("1.md");
        Files.writeString(markdown, "---\nlabels: " + labels + "\n---\n# " + title + "\n");
        for (ForeignItems read : List.of(NdjsonItems.read(lines), Markdown.read(markdown))) {
            ForeignItem item = read.items().get(0);
            assertEquals(List.of("Whole title: " + title), item.notes(), read.source());
            assertEquals(Limits.ELEMENTS, item.labels().size());
            assertEquals(Map.of("labels_over_" + Limits.ELEMENTS, 1), read.lost().counts());
        }
    }

    @Test
    @Tag("H-07")
    void oldStageWordsAreStillRead() throws IOException {
        List<String> words =
                List.of("1_backlog", "2_current", "3_qa", "4_merge", "5_done", "6_archived");
        Path file = folder.resolve("items.ndjson");
        List<String> lines = new ArrayList<>();
        for (String word : words) {
            lines.add("{\"name\":\"" + word + "\",\"stage\":\"" + word + "\"}");
            Path stage = Files.createDirectories(folder.resolve("md").resolve(word));
            Files.writeString(
                    stage.resolve("7" + word + ".md"), "# At " + word + "\n- [ ] a todo\n");
        }
        Files.write(file, lines);
        List<State> wanted =
                List.of(
                        State.BACKLOG,
                        State.CODING,
                        State.QA,
                        State.QA,
                        State.DONE,
                        State.ARCHIVED);
        assertEquals(
                wanted, NdjsonItems.read(file).items().stream().map(ForeignItem::state).toList());
        ForeignItems markdown = Markdown.read(folder.resolve("md"));
        assertEquals(wanted, markdown.items().stream().map(ForeignItem::state).toList());
        assertEquals(List.of("a todo"), markdown.items().get(0).todos());
        assertEquals("At 1_backlog", markdown.items().get(0).name());
    }

    @Test
    void aHeadOfYamlSaysWhatTheFileNameCannot() throws IOException {
        Files.writeString(
                folder.resolve("12-a.md"),
                "---\nname: First\ntype: bug\nlabels: [x, y]\npriority: 1\n---\nText\n");
        Files.writeString(folder.resolve("13-b.md"), "---\nname: [\n---\nText\n");
        Files.writeString(
                folder.resolve("14-c.md"), "---\ndepends_on: [12, gone]\ntype: chore\n---\n");
        ForeignItems read = Markdown.read(folder);
        ForeignItem first = read.items().get(0);
        assertEquals(
                List.of("First", "bug", "Text"), List.of(first.name(), first.type(), first.body()));
        assertEquals(1, first.priority());
        assertNull(first.assignee());
        assertEquals(1, read.lost().counts().get("head_not_yaml"));
        assertTrue(read.items().get(2).labels().contains("type:chore"));
    }

    @Test
    void anImportWritesItemsBeforeTheLinksBetweenThem() throws Exception {
        Files.writeString(folder.resolve("1-late.md"), "---\ndepends_on: [2]\nstage: done\n---\n");
        Files.writeString(folder.resolve("2-first.md"), "---\nepic: gone\n---\n");
        List<ObjectNode> sent = new ArrayList<>();
        Importer.Report report =
                Importer.run(
                        Markdown.read(folder),
                        commands ->
                                commands.stream()
                                        .map(c -> {
                                            sent.add(c);
                                            return new Importer.Result("id" + sent.size(), null);
                                        })
                                        .toList());
        assertEquals(
                List.of("create", "create", "edit", "event", "edit", "edit"),
                sent.stream().map(c -> c.get("op").asText()).toList());
        assertEquals("id2", sent.get(2).get("add_depends_on").get(0).asText());
        assertEquals(6, report.changes());
        assertEquals(1, report.lost().counts().get("link_to_unknown_item"));
        assertTrue(sent.get(0).has("origin"), "creation carries its origin");
    }

    @Test
    void anImportThatWasCutOffIsFinishedAndNothingIsWrittenTwice() throws Exception {
        Files.writeString(
                folder.resolve("issues.jsonl"),
                issue("a", "\"title\":\"One\",\"notes\":\"first\",\"design\":\"second\""));
        ForeignItems read = Beads.read(folder.resolve("issues.jsonl"));
        List<String> notes = read.items().getFirst().notes();
        assertEquals(2, notes.size());
        List<ObjectNode> sent = new ArrayList<>();
        Importer.Target target =
                commands -> {
                    sent.addAll(commands);
                    return commands.stream().map(c -> new Importer.Result("x", null)).toList();
                };
        Importer.Report report =
                Importer.run(
                        read,
                        Map.of(
                                "import:a",
                                new Importer.Present("x", true, Set.of(notes.getFirst()))),
                        target);
        assertEquals(0, report.made());
        assertEquals(
                List.of("note", "edit"), sent.stream().map(c -> c.get("op").asText()).toList());
        assertEquals(notes.getLast(), sent.getFirst().get("text").asText());
        assertEquals("importing", sent.getLast().get("remove_labels").get(0).asText());
        sent.clear();
        Importer.run(read, Map.of("import:a", new Importer.Present("x", false, Set.of())), target);
        assertEquals(List.of(), sent, "what is whole is left alone");
    }

    @Test
    void whatTheNodeRefusesIsCountedByName() throws Exception {
        Files.writeString(folder.resolve("a.md"), "# A");
        Importer.Report report =
                Importer.run(
                        Markdown.read(folder),
                        c -> List.of(new Importer.Result(null, "too many open items")));
        assertEquals(0, report.changes());
        assertFalse(report.ids().containsKey("a"));
        assertEquals(List.of("1 refused_create: a too many open items"), report.lost().lines());
    }

    private static long count(ForeignItems items, Function<ForeignItem, Boolean> what) {
        return items.items().stream().filter(what::apply).count();
    }

    private static String issue(String id, String more) {
        return "{\"id\":\""
                + id
                + "\",\"issue_type\":\"bug\",\"status\":\"open\",\"created_at\":\"2026-01-01T00:00:00+01:00\","
                + more
                + "}\n";
    }
}
