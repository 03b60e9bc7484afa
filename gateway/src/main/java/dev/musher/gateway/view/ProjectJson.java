package dev.musher.gateway.view;

import dev.musher.crdt.change.Role;
import dev.musher.crdt.pipeline.Column;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.NodeHealth;
import dev.musher.protocol.json.JsonOut;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** The state of a project as JSON, for the list of projects and the events about them. */
public final class ProjectJson {

    private ProjectJson() {}

    /** {@code {projects:[...]}}. */
    public static byte[] list(List<ProjectView> projects) {
        JsonOut out = new JsonOut(1024);
        out.object().name("projects").array();
        projects.forEach(project -> {
            write(out, project);
            out.endObject();
        });
        return out.endArray().endObject().toBytes();
    }

    /** One project. */
    public static byte[] one(ProjectView project) {
        JsonOut out = new JsonOut(1024);
        write(out, project);
        return out.endObject().toBytes();
    }

    /** One project that a reader of the events has not heard of: it has to read the board. */
    public static byte[] added(ProjectView project) {
        JsonOut out = new JsonOut(1024);
        write(out, project);
        return out.member("added", true).endObject().toBytes();
    }

    /** What makes a difference to who looks on; ages and clocks left out. */
    public static String essence(ProjectView project) {
        Role role = project.state().role();
        return String.join(
                "|",
                project.name(),
                role == null ? "" : role.word(),
                project.state().health().state().name(),
                Boolean.toString(project.state().settling() > 0),
                Integer.toString(ProjectView.connections(project.state())),
                Boolean.toString(project.freshness().stale()));
    }

    /** All but the end of the object. */
    private static void write(JsonOut out, ProjectView project) {
        Role role = project.state().role();
        SortedMap<Column, Integer> counts = new TreeMap<>();
        long[] sums = new long[2];
        project.state().items().forEach((key, item) -> count(item, counts, sums));
        out.object()
                .member("id", project.id())
                .member("name", project.name())
                .member("role", role == null ? null : role.word())
                .member("writable", project.writable())
                .member("device", project.state().device().hex())
                .member("label", project.label())
                .member("state", project.state().health().state().name().toLowerCase(Locale.ROOT))
                .member(
                        "problems",
                        project.state().health().problems().stream()
                                .map(NodeHealth.Problem::text)
                                .toList())
                .member("stale", project.freshness().stale())
                .member("age_ms", project.freshness().ageMs())
                .member("peers", ProjectView.connections(project.state()))
                .member("items", sums[0])
                .member("conflicts", sums[1])
                .member("changes", project.state().changes())
                .member("digest", project.state().digest())
                .member("settling", project.state().settling())
                .name("counts")
                .object();
        for (Column column : Column.values()) {
            out.member(column.word(), counts.getOrDefault(column, 0));
        }
        out.endObject();
    }

    private static void count(Item item, SortedMap<Column, Integer> counts, long[] sums) {
        if (!item.deleted()) {
            counts.merge(item.column(), 1, Integer::sum);
            sums[0]++;
            sums[1] += item.conflicts().isEmpty() ? 0 : 1;
        }
    }
}
