package dev.musher.ops.demo;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What one side of the mesh sees of the issues, as far as the replay needs it to tell a change from
 * a repetition. While the mesh is whole there is one; each side of a cut has its own. Thread safe
 * by issue: events of one issue are replayed one after the other.
 */
final class Sight {

    /** What is known of one issue. */
    static final class Seen {
        String stage = "";
        String assignee = "";
        String body = "";
        final Set<String> labels = ConcurrentHashMap.newKeySet();

        /**
         * The last change to it on this side and the node that made it; null where none is known.
         */
        @Nullable Last last;
    }

    /** A change and where it was made. */
    record Last(int node, String change) {}

    private final Map<String, Seen> issues = new ConcurrentHashMap<>();

    /** What is known of an issue. */
    Seen of(String issue) {
        return issues.computeIfAbsent(issue, i -> new Seen());
    }

    /** The same knowledge once more, for the other side of a cut. */
    Sight copy() {
        Sight out = new Sight();
        issues.forEach((issue, seen) -> {
            Seen copy = out.of(issue);
            copy.stage = seen.stage;
            copy.assignee = seen.assignee;
            copy.body = seen.body;
            copy.labels.addAll(seen.labels);
            copy.last = seen.last;
        });
        return out;
    }
}
