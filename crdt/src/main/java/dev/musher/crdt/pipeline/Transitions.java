package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one table of what may happen to a stage, and what a move writes. Legality looks at the move
 * and at what the moves it names wrote, void by a cut or not: so it is fixed at admission, and an
 * illegal move is void everywhere alike.
 *
 * <p>Details of a move: {@code branch}, {@code ahead}, {@code server_start} of {@code merge} and
 * {@code retry}; {@code kind} of {@code merge-failed}; {@code commit}, {@code generation} of {@code
 * landed}; {@code by} of {@code supersede}. One that is missing is unknown; one that is not what it
 * must be (a number of commits below 1) makes the move illegal. Pure; thread safe.
 */
public final class Transitions {

    private static final ItemKey NO_ITEM = new ItemKey(0, 0);
    private static final SortedMap<String, String> NO_DETAILS =
            Collections.unmodifiableSortedMap(new TreeMap<>());

    private Transitions() {}

    /**
     * The stage that {@code op} leads to from {@code from}, or null if the table does not allow it.
     * {@link Event#CHOOSE} looks at heads, not at a stage: here it is never allowed.
     *
     * @param wallMs the mover's clock, for the time of a merge
     */
    public static @Nullable Stage step(Stage from, Op.Move op, long wallMs) {
        StageName at = from.name();
        return switch (op.event()) {
            case TRIAGE -> at == StageName.UPCOMING ? new Stage.Backlog() : null;
            case START ->
                    at == StageName.UPCOMING || at == StageName.BACKLOG ? new Stage.Coding() : null;
            case QA -> at == StageName.CODING ? new Stage.Qa() : null;
            case QA_FAILED -> at == StageName.QA ? new Stage.Coding() : null;
            case HOLD -> at == StageName.QA ? new Stage.ReviewHold() : null;
            case MERGE ->
                    at == StageName.CODING || at == StageName.QA || at == StageName.REVIEW_HOLD
                            ? merge(op)
                            : null;
            case MERGE_FAILED -> at == StageName.MERGE ? new Stage.MergeFailure(kind(op)) : null;
            case FIXUP -> failed(at) ? new Stage.Coding() : null;
            case RETRY -> failed(at) ? merge(op) : null;
            case REQUEUE_QA ->
                    at == StageName.CODING || at == StageName.MERGE || at == StageName.MERGE_FAILURE
                            ? new Stage.Qa()
                            : null;
            case MERGEMASTER_ATTEMPTED ->
                    from instanceof Stage.MergeFailure f
                            ? new Stage.MergeFailureFinal(f.kind())
                            : null;
            case MERGE_ABORTED -> at == StageName.MERGE ? new Stage.Coding() : null;
            case LANDED -> at == StageName.MERGE || failed(at) ? landed(op, wallMs) : null;
            case DONE -> at.open() ? new Stage.Done(null, null, wallMs) : null;
            case REOPEN -> at == StageName.DONE ? new Stage.Coding() : null;
            case BLOCK -> at.open() ? blocked(from, op.reason()) : null;
            case UNBLOCK -> from instanceof Stage.Blocked b ? b.from() : null;
            case FREEZE -> at.open() ? new Stage.Frozen(from) : null;
            case UNFREEZE -> from instanceof Stage.Frozen f ? f.resumeTo() : null;
            case ABANDON -> closable(at) ? new Stage.Abandoned() : null;
            case SUPERSEDE -> closable(at) ? new Stage.Superseded(op.details().get("by")) : null;
            case REJECT -> closable(at) ? new Stage.Rejected(op.reason()) : null;
            case ARCHIVE ->
                    at.terminal() && at != StageName.ARCHIVED
                            ? new Stage.Archived(op.reason())
                            : null;
            case RESTORE -> at == StageName.ARCHIVED ? new Stage.Backlog() : null;
            case CHOOSE -> null;
        };
    }

    /**
     * What the move at {@code index} of {@code c} writes, or null if it is illegal.
     *
     * @param bases what each of the move's bases wrote, in the move's order, null for an illegal
     *     one. That all are of the move's item is the caller's to check.
     */
    public static @Nullable Written written(
            Change c, int index, Op.Move op, List<@Nullable Written> bases) {
        List<Written> known = new ArrayList<>(bases.size());
        for (Written base : bases) {
            if (base == null) {
                return null;
            }
            known.add(base);
        }
        boolean person = c.actor() instanceof Actor.User;
        if (known.isEmpty() || !person && personsWord(op.event())) {
            return null;
        }
        if (op.event() == Event.CHOOSE) {
            return chosen(c, index, known);
        }
        Written winner = known.getFirst();
        for (Written w : known) {
            winner = w.key().compareTo(winner.key()) > 0 ? w : winner;
        }
        Stage stage = step(winner.stage(), op, c.header().wallMs());
        return stage == null
                ? null
                : new Written(
                        new StageKey(
                                winner.key().life() + (newLife(op.event()) ? 1 : 0),
                                rank(op.event(), person, winner.key().rank()),
                                person,
                                c.lamport(),
                                c.id(),
                                index),
                        stage);
    }

    /** Whether only a person may say so. */
    public static boolean personsWord(Event event) {
        return switch (event) {
            case DONE, REOPEN, RESTORE, CHOOSE -> true;
            case TRIAGE,
                    START,
                    QA,
                    QA_FAILED,
                    HOLD,
                    MERGE,
                    MERGE_FAILED,
                    FIXUP,
                    RETRY,
                    REQUEUE_QA,
                    MERGEMASTER_ATTEMPTED,
                    MERGE_ABORTED,
                    LANDED,
                    BLOCK,
                    UNBLOCK,
                    FREEZE,
                    UNFREEZE,
                    ABANDON,
                    SUPERSEDE,
                    REJECT,
                    ARCHIVE ->
                    false;
        };
    }

    /** The events that the table allows from a stage, for menus and for refusals that speak. */
    public static List<Event> allowed(Stage from) {
        List<Event> out = new ArrayList<>();
        for (Event e : Event.values()) {
            Op.Move bare = new Op.Move(NO_ITEM, e, List.of(), "", NO_DETAILS);
            if (step(from, bare, 0) != null) {
                out.add(e);
            }
        }
        return Collections.unmodifiableList(out);
    }

    /** A person's pick among heads: the item goes on from the first one named. */
    private static @Nullable Written chosen(Change c, int index, List<Written> bases) {
        Written first = bases.getFirst();
        long life = 0;
        HashSet<StageKey> distinct = new HashSet<>();
        for (Written w : bases) {
            life = Math.max(life, w.key().life());
            distinct.add(w.key());
        }
        if (distinct.size() < 2) {
            return null;
        }
        int rank = Math.max(StageKey.PERSON, first.key().rank());
        return new Written(
                new StageKey(life, rank, true, c.lamport(), c.id(), index), first.stage());
    }

    /** {@code archive} keeps the rank of what it archives, whoever does it. */
    private static int rank(Event event, boolean person, int left) {
        int own =
                event == Event.LANDED
                        ? StageKey.LANDED
                        : person ? personsRank(event) : StageKey.OTHER;
        return event == Event.ARCHIVE ? Math.max(own, left) : own;
    }

    private static int personsRank(Event event) {
        return switch (event) {
            case ABANDON, SUPERSEDE, REJECT, DONE -> StageKey.CLOSED;
            case FREEZE, BLOCK, HOLD -> StageKey.HELD;
            case LANDED -> StageKey.LANDED;
            case TRIAGE,
                    START,
                    QA,
                    QA_FAILED,
                    MERGE,
                    MERGE_FAILED,
                    FIXUP,
                    RETRY,
                    REQUEUE_QA,
                    MERGEMASTER_ATTEMPTED,
                    MERGE_ABORTED,
                    REOPEN,
                    UNBLOCK,
                    UNFREEZE,
                    ARCHIVE,
                    RESTORE,
                    CHOOSE ->
                    StageKey.PERSON;
        };
    }

    private static boolean newLife(Event event) {
        return event == Event.REOPEN || event == Event.RESTORE;
    }

    private static boolean failed(StageName at) {
        return at == StageName.MERGE_FAILURE || at == StageName.MERGE_FAILURE_FINAL;
    }

    private static boolean closable(StageName at) {
        return at.open() || at == StageName.FROZEN;
    }

    /** Blocking what is blocked keeps where it came from. */
    private static Stage blocked(Stage from, String reason) {
        return new Stage.Blocked(reason, from instanceof Stage.Blocked b ? b.from() : from);
    }

    private static @Nullable Stage merge(Op.Move op) {
        Told ahead = number(op, "ahead", 1);
        Told start = number(op, "server_start", 0);
        return ahead.wrong() || start.wrong()
                ? null
                : new Stage.Merge(op.details().get("branch"), ahead.value(), start.value());
    }

    private static @Nullable Stage landed(Op.Move op, long wallMs) {
        Told generation = number(op, "generation", 0);
        return generation.wrong()
                ? null
                : new Stage.Done(op.details().get("commit"), generation.value(), wallMs);
    }

    private static String kind(Op.Move op) {
        return op.details().getOrDefault("kind", "other");
    }

    /** A number among the details: absent, told, or wrong. */
    private record Told(@Nullable Long value, boolean wrong) {}

    private static Told number(Op.Move op, String name, long min) {
        String text = op.details().get(name);
        if (text == null) {
            return new Told(null, false);
        }
        boolean digits =
                !text.isEmpty()
                        && text.length() <= 16
                        && text.chars().allMatch(c -> c >= '0' && c <= '9');
        long value = digits ? Long.parseLong(text) : -1;
        boolean fits = value >= min && value <= StageCodec.NUMBER_MAX;
        return new Told(fits ? value : null, !fits);
    }
}
