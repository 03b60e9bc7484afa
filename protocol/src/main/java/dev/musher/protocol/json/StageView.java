package dev.musher.protocol.json;

import dev.musher.crdt.change.Event;
import dev.musher.crdt.pipeline.Stage;
import dev.musher.crdt.pipeline.Transitions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The facts of a stage (H-03): only those that are known. */
final class StageView {

    private StageView() {}

    /** The word of a stage; an item whose creation is void and that never moved has none. */
    static @Nullable String word(@Nullable Stage stage) {
        return stage == null ? null : stage.name().word();
    }

    /** Where a held item returns to, or null. */
    static @Nullable String resumeTo(@Nullable Stage stage) {
        return switch (stage) {
            case null -> null;
            case Stage.Frozen s -> s.resumeTo().name().word();
            case Stage.Blocked s -> s.from().name().word();
            default -> null;
        };
    }

    /** Words of the events that the table allows next. */
    static List<String> allowed(@Nullable Stage stage) {
        return stage == null
                ? List.of()
                : Transitions.allowed(stage).stream().map(Event::word).toList();
    }

    /** Writes the facts as one object. */
    static void details(JsonOut out, @Nullable Stage stage) {
        out.object();
        switch (stage) {
            case null -> {}
            case Stage.Upcoming s -> {}
            case Stage.Backlog s -> {}
            case Stage.Coding s -> {}
            case Stage.Qa s -> {}
            case Stage.ReviewHold s -> {}
            case Stage.Abandoned s -> {}
            case Stage.Merge s -> {
                text(out, "branch", s.branch());
                number(out, "ahead", s.ahead());
                time(out, "server_start", s.serverStartMs());
            }
            case Stage.MergeFailure s -> text(out, "kind", s.kind());
            case Stage.MergeFailureFinal s -> text(out, "kind", s.kind());
            case Stage.Done s -> {
                time(out, "merged_at", s.mergedAtMs());
                text(out, "commit", s.commit());
                number(out, "generation", s.generation());
            }
            case Stage.Blocked s -> {
                text(out, "reason", s.reason());
                text(out, "from", s.from().name().word());
            }
            case Stage.Frozen s -> text(out, "resume_to", s.resumeTo().name().word());
            case Stage.Superseded s -> text(out, "by", s.by());
            case Stage.Rejected s -> text(out, "reason", s.reason());
            case Stage.Archived s -> text(out, "reason", s.reason());
        }
        out.endObject();
    }

    private static void text(JsonOut out, String name, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            out.member(name, text);
        }
    }

    private static void number(JsonOut out, String name, @Nullable Long number) {
        if (number != null) {
            out.member(name, number.longValue());
        }
    }

    private static void time(JsonOut out, String name, @Nullable Long ms) {
        if (ms != null) {
            out.name(name).time(ms);
        }
    }
}
