package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Malformed;
import org.jspecify.annotations.Nullable;

/** Stages as bytes: the code alone, or an array of the code and the facts. */
@SuppressWarnings("EnumOrdinal") // the ordinal is the code, as its enum says
final class StageCodec {

    /** Above any number of a stage; times in ms need more than {@link Limits#NUMBER}. */
    static final long NUMBER_MAX = 1L << 50;

    private static final StageName[] NAMES = StageName.values();

    private StageCodec() {}

    static void write(CborWriter out, Stage stage) {
        int code = stage.name().ordinal();
        switch (stage) {
            case Stage.Upcoming s -> out.integer(code);
            case Stage.Backlog s -> out.integer(code);
            case Stage.Coding s -> out.integer(code);
            case Stage.Qa s -> out.integer(code);
            case Stage.ReviewHold s -> out.integer(code);
            case Stage.Abandoned s -> out.integer(code);
            case Stage.Merge s -> {
                text(out.array(4).integer(code), s.branch());
                number(out, s.ahead());
                number(out, s.serverStartMs());
            }
            case Stage.MergeFailure s -> out.array(2).integer(code).text(s.kind());
            case Stage.MergeFailureFinal s -> out.array(2).integer(code).text(s.kind());
            case Stage.Done s -> {
                text(out.array(4).integer(code), s.commit());
                number(out, s.generation());
                out.integer(s.mergedAtMs());
            }
            case Stage.Blocked s -> write(out.array(3).integer(code).text(s.reason()), s.from());
            case Stage.Frozen s -> write(out.array(2).integer(code), s.resumeTo());
            case Stage.Superseded s -> text(out.array(2).integer(code), s.by());
            case Stage.Rejected s -> out.array(2).integer(code).text(s.reason());
            case Stage.Archived s -> out.array(2).integer(code).text(s.reason());
        }
    }

    static Stage read(CborReader in) {
        return read(in, 2);
    }

    /**
     * Frozen may hold blocked, and that an open one: bounded, so that no bytes overflow the stack.
     */
    private static Stage read(CborReader in, int levels) {
        boolean bare = in.nextMajor("stage") == 0;
        int parts = bare ? 1 : in.array("stage", 2, 4);
        StageName name = NAMES[(int) in.integer("stage", 0, NAMES.length - 1)];
        if (parts != parts(name)) {
            throw new Malformed("stage " + name.word() + ": " + parts + " parts");
        }
        if (levels < (name == StageName.FROZEN ? 2 : name == StageName.BLOCKED ? 1 : 0)) {
            throw new Malformed("stage " + name.word() + ": nested too deeply");
        }
        return switch (name) {
            case UPCOMING -> new Stage.Upcoming();
            case BACKLOG -> new Stage.Backlog();
            case CODING -> new Stage.Coding();
            case QA -> new Stage.Qa();
            case REVIEW_HOLD -> new Stage.ReviewHold();
            case ABANDONED -> new Stage.Abandoned();
            case MERGE -> new Stage.Merge(text(in, "branch"), number(in, 1), number(in, 0));
            case MERGE_FAILURE -> new Stage.MergeFailure(string(in, "kind"));
            case MERGE_FAILURE_FINAL -> new Stage.MergeFailureFinal(string(in, "kind"));
            case DONE ->
                    new Stage.Done(
                            text(in, "commit"),
                            number(in, 0),
                            in.integer("merged at", 0, Long.MAX_VALUE));
            case BLOCKED -> new Stage.Blocked(string(in, "reason"), inner(in, 0));
            case FROZEN -> new Stage.Frozen(inner(in, 1));
            case SUPERSEDED -> new Stage.Superseded(text(in, "by"));
            case REJECTED -> new Stage.Rejected(string(in, "reason"));
            case ARCHIVED -> new Stage.Archived(string(in, "reason"));
        };
    }

    /** What a held stage returns to: {@code levels} of holding may still be in it. */
    private static Stage inner(CborReader in, int levels) {
        Stage out = read(in, levels);
        if (!out.name().open()) {
            throw new Malformed("stage: nothing returns to " + out.name().word());
        }
        return out;
    }

    private static int parts(StageName name) {
        return switch (name) {
            case UPCOMING, BACKLOG, CODING, QA, REVIEW_HOLD, ABANDONED -> 1;
            case MERGE_FAILURE, MERGE_FAILURE_FINAL, FROZEN, SUPERSEDED, REJECTED, ARCHIVED -> 2;
            case BLOCKED -> 3;
            case MERGE, DONE -> 4;
        };
    }

    private static void text(CborWriter out, @Nullable String text) {
        if (text == null) {
            out.nothing();
        } else {
            out.text(text);
        }
    }

    private static @Nullable String text(CborReader in, String what) {
        return in.nothing() ? null : string(in, what);
    }

    private static String string(CborReader in, String what) {
        return in.text(what, Limits.REASON_BYTES);
    }

    private static void number(CborWriter out, @Nullable Long number) {
        if (number == null) {
            out.nothing();
        } else {
            out.integer(number);
        }
    }

    private static @Nullable Long number(CborReader in, long min) {
        return in.nothing() ? null : in.integer("number of a stage", min, NUMBER_MAX);
    }
}
