package dev.musher.ops.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher set}. */
@Command(
        name = "set",
        description = {
            "Write fields of an item, together in one change.",
            "FIELD=VALUE writes, FIELD= clears, body=@FILE reads a file.",
            "labels, depends_on and todos: =a,b is the whole set, +=a adds, -=a takes away.",
            "todo:TEXT=done or =open checks one (a change of its own)."
        })
final class SetFields extends OnNode {

    private static final Set<String> SETS = Set.of("labels", "depends_on", "todos");
    private static final String TODO = "todo:";

    private static final Set<String> FIELDS =
            Set.of(
                    "name",
                    "type",
                    "body",
                    "priority",
                    "assignee",
                    "agent",
                    "epic",
                    "order",
                    "qa_mode",
                    "plan_state");

    @Parameters(index = "0", paramLabel = "REF", description = "The item.")
    String ref;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "FIELD=VALUE",
            description =
                    "name, type, body, priority, assignee, agent, epic, order, qa_mode,"
                            + " plan_state; labels, depends_on, todos; todo:TEXT.")
    List<String> writes = new ArrayList<>();

    @Override
    int run(Screen screen, NodeClient node) throws IOException {
        Map<String, @org.jspecify.annotations.Nullable Object> fields = new LinkedHashMap<>();
        List<Map<String, Object>> checks = new ArrayList<>();
        for (String write : writes) {
            int equals = write.indexOf('=', write.startsWith(TODO) ? write.lastIndexOf('=') : 0);
            if (equals < 1) {
                throw new Failure(Failure.USAGE, "'" + write + "': give FIELD=VALUE");
            }
            String name = write.substring(0, equals);
            String value = write.substring(equals + 1);
            if (name.startsWith(TODO)) {
                checks.add(check(name.substring(TODO.length()), value));
            } else {
                field(fields, name, value);
            }
        }
        Json done = Json.NOTHING;
        for (Map<String, Object> check : checks) {
            done = Batch.one(node, check);
        }
        if (!fields.isEmpty()) {
            done = node.write("PATCH", item(ref), fields);
        }
        return Written.say(screen, done, "set");
    }

    private Map<String, Object> check(String todo, String value) {
        if (!value.equals("done") && !value.equals("open")) {
            throw new Failure(Failure.USAGE, "todo:" + todo + ": give =done or =open");
        }
        return Map.of("op", "check", "ref", ref, "todo", todo, "checked", value.equals("done"));
    }

    private static void field(
            Map<String, @org.jspecify.annotations.Nullable Object> fields,
            String name,
            String value)
            throws IOException {
        char last = name.charAt(name.length() - 1);
        String bare = last == '+' || last == '-' ? name.substring(0, name.length() - 1) : name;
        if (SETS.contains(bare)) {
            String member = last == '+' ? "add_" + bare : last == '-' ? "remove_" + bare : bare;
            fields.put(
                    member, List.of(value.split(",")).stream().filter(e -> !e.isBlank()).toList());
        } else if (!FIELDS.contains(name)) {
            throw new Failure(
                    Failure.USAGE,
                    "there is no field '"
                            + name
                            + "': fields are "
                            + new TreeSet<>(FIELDS)
                            + ", sets "
                            + new TreeSet<>(SETS)
                            + ", and todo:TEXT");
        } else if (value.isEmpty()) {
            fields.put(name, null);
        } else if (name.equals("priority")) {
            fields.put(name, number(value));
        } else if (name.equals("body") && value.startsWith("@")) {
            fields.put(name, file(Path.of(value.substring(1))));
        } else {
            fields.put(name, value);
        }
    }

    private static long number(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new Failure(Failure.USAGE, "priority=" + value + ": give a number, 0..9", e);
        }
    }

    private static String file(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new Failure(Failure.NOT_FOUND, "body: there is no file " + file);
        }
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
