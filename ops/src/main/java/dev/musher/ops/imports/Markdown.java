package dev.musher.ops.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.musher.ops.imports.ForeignItem.State;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of markdown files, one item a file: an optional head of YAML between {@code ---} lines
 * ({@code name}, {@code type}, {@code depends_on}, {@code labels}, {@code epic}, {@code priority},
 * {@code stage}), then the body. The name is the head's, else the first heading's, else the file's.
 * The stage is the head's, else that of a folder on the way ({@code 2_current}). {@code - [ ]}
 * lines are todos. Links go by file name without {@code .md}, or by the digits it begins with.
 */
public final class Markdown {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final int FILES = 100_000;
    private static final long FILE_BYTES = 4L * 1024 * 1024;

    private final Tally lost = new Tally();
    private final Map<String, ForeignItem> items = new LinkedHashMap<>();

    private Markdown() {}

    /**
     * Reads all {@code .md} files below {@code folder}, or the one file; symbolic links are left
     * alone.
     *
     * @throws IOException when the folder cannot be listed
     */
    public static ForeignItems read(Path folder) throws IOException {
        Markdown reader = new Markdown();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder, 16)) {
            files =
                    walk.filter(p -> p.toString().endsWith(".md"))
                            .filter(p -> Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS))
                            .sorted()
                            .limit(FILES + 1L)
                            .toList();
        }
        for (Path file : files.subList(0, Math.min(files.size(), FILES))) {
            reader.file(folder, file);
        }
        if (files.size() > FILES) {
            reader.lost.add("files_over_" + FILES, folder.toString());
        }
        return new ForeignItems(
                folder.getFileName().toString(), List.copyOf(reader.items.values()), reader.lost);
    }

    private void file(Path folder, Path file) throws IOException {
        String shown =
                folder.equals(file)
                        ? file.getFileName().toString()
                        : folder.relativize(file).toString();
        if (Files.size(file) > FILE_BYTES) {
            lost.add("file_over_4_mib", shown);
            return;
        }
        String text;
        try {
            text = Files.readString(file).replace("\r\n", "\n");
        } catch (CharacterCodingException e) {
            lost.add("file_not_utf8", shown);
            return;
        }
        JsonNode head = null;
        String body = text;
        int end = text.startsWith("---\n") ? text.indexOf("\n---\n", 3) : -1;
        if (end >= 0) {
            head = head(text.substring(4, Math.max(4, end + 1)), shown);
            body = head == null ? text : text.substring(end + 5);
        }
        String id = file.getFileName().toString().replaceFirst("\\.md$", "");
        Draft item = new Draft(id, shown, lost);
        item.name(name(head, body, id));
        item.label(Importer.MARK + id);
        item.body(body.strip());
        strings(head, "labels").forEach(item::label);
        strings(head, "depends_on").forEach(d -> item.link("blocks", d));
        strings(head, "epic").forEach(e -> item.link("parent-child", e));
        item.type(first(head, "type"));
        item.origin(Files.getLastModifiedTime(file).toMillis());
        item.priority(head == null ? null : head.get("priority"));
        item.assignee(first(head, "assignee"));
        todos(body).forEach(item::todo);
        if (strings(head, "stage").stream().noneMatch(item::state)) {
            folderState(folder, file).ifPresent(item::state);
        }
        if (items.putIfAbsent(id, item.item()) != null) {
            lost.add("name_twice", shown);
        }
    }

    private @Nullable JsonNode head(String yaml, String shown) {
        try {
            JsonNode node = YAML.readTree(yaml);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            lost.add(
                    "head_not_yaml",
                    shown + " " + e.getOriginalMessage().lines().findFirst().orElse(""));
            return null;
        }
        return null;
    }

    private static String name(@Nullable JsonNode head, String body, String id) {
        return Stream.of(
                        strings(head, "name").stream(),
                        strings(head, "title").stream(),
                        body.lines().filter(l -> l.startsWith("# ")).map(l -> l.substring(2)),
                        Stream.of(id))
                .flatMap(names -> names)
                .findFirst()
                .orElseThrow();
    }

    private static Optional<State> folderState(Path folder, Path file) {
        for (Path p = file.getParent(); p != null && p.startsWith(folder); p = p.getParent()) {
            Optional<State> state =
                    p.getFileName() == null
                            ? Optional.empty()
                            : Words.state(p.getFileName().toString());
            if (state.isPresent()) {
                return state;
            }
        }
        return Optional.empty();
    }

    private static List<String> todos(String body) {
        return body.lines()
                .map(String::strip)
                .filter(l -> l.matches("[-*] \\[[ xX]\\] .*\\S.*"))
                .map(l -> l.substring(6))
                .toList();
    }

    private static String first(@Nullable JsonNode head, String field) {
        return strings(head, field).stream().findFirst().orElse("");
    }

    private static List<String> strings(@Nullable JsonNode head, String field) {
        JsonNode value = head == null ? null : head.get(field);
        List<String> out = new ArrayList<>();
        if (value != null && value.isArray()) {
            value.forEach(v -> out.add(v.asText()));
        } else if (value != null && !value.isNull()) {
            out.add(value.asText());
        }
        out.removeIf(String::isBlank);
        return out;
    }
}
