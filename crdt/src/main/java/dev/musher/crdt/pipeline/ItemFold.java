package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.type.NoteList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From a log to an item. A write replaces, through void ones too: a void write that a counted one
 * names hands on what it names itself, within one register. So cutting the author of a link in the
 * middle does not bring back what was replaced long ago.
 */
final class ItemFold {

    private static final Comparator<Logged> ORDER =
            Comparator.comparingLong(Logged::lamport).thenComparing(Logged::ref);

    /** More names than this are looked up in a set. */
    private static final int FEW = 8;

    private ItemFold() {}

    static @Nullable Item fold(ItemKey key, Collection<Logged> log) {
        List<Logged> sorted = new ArrayList<>(log);
        sorted.sort(ORDER);
        Draft draft = new Draft(key);
        WholeLog whole = new WholeLog();
        draft.whole = whole;
        Map<Ref, Op> voids = new HashMap<>();
        Ref before = null;
        for (Logged l : sorted) {
            if (l.ref().equals(before)) {
                continue;
            }
            before = l.ref();
            if (l.op() instanceof Op.NewItem op) {
                draft.create(l, op);
            }
            if (l.counts()) {
                draft.count(l, through(l.op(), voids));
            } else {
                draft.hasVoid = true;
                if (isLink(l)) {
                    draft.hasVoidLink = true;
                    voids.put(l.ref(), l.op());
                }
            }
        }
        whole.into(draft);
        return draft.there ? new Item(draft) : null;
    }

    static Item apply(Item item, Logged l) {
        if (!item.canApply(l)) {
            throw new IllegalStateException("must be folded from its log: " + item.key());
        }
        Draft draft = item.draft();
        if (l.op() instanceof Op.NewItem op) {
            draft.create(l, op);
        }
        if (l.counts()) {
            List<Ref> named = named(l.op());
            draft.count(l, named.size() > FEW ? new HashSet<>(named) : named);
        } else {
            draft.hasVoid = true;
            draft.hasVoidLink |= isLink(l);
        }
        return new Item(draft);
    }

    static boolean namesHeadsOnly(Item item, Op op) {
        return switch (op) {
            case Op.Move o -> holds(item.moveRefs(), o.bases());
            case Op.SetField o -> holds(item.fieldRefs(o.field()), o.replaces());
            case Op.CheckTodo o -> holds(item.check(o.todo()).refs(), o.replaces());
            case Op.EditNote o -> {
                NoteList.Note note = item.notes().find(o.note());
                yield note == null || holds(note.edits().refs(), o.replaces());
            }
            case Op.NewItem o -> true;
            case Op.AddNote o -> true;
            case Op.AddElement o -> true;
            case Op.RemoveElement o -> true;
            case Op.Count o -> true;
            case Op.Claim o -> true;
            case Op.Access o -> true;
            case Op.Unknown o -> true;
        };
    }

    private static boolean holds(List<Ref> heads, List<Ref> named) {
        return (named.size() > FEW ? new HashSet<>(heads) : heads).containsAll(named);
    }

    /** Whether a void op can stand between a counted write and what that replaces. */
    private static boolean isLink(Logged l) {
        // An illegal move is void for ever, and a move that names it is illegal as well.
        return l.op() instanceof Op.Move ? l.written() != null : !named(l.op()).isEmpty();
    }

    private static List<Ref> named(Op op) {
        return switch (op) {
            case Op.Move o -> o.bases();
            case Op.SetField o -> o.replaces();
            case Op.CheckTodo o -> o.replaces();
            case Op.EditNote o -> o.replaces();
            case Op.RemoveElement o -> o.adds();
            case Op.NewItem o -> List.of();
            case Op.AddNote o -> List.of();
            case Op.AddElement o -> List.of();
            case Op.Count o -> List.of();
            case Op.Claim o -> List.of();
            case Op.Access o -> List.of();
            case Op.Unknown o -> List.of();
        };
    }

    /**
     * What {@code op} names, and what void writes of the same register among that name in turn. A
     * void write is walked once in the whole fold: what it led to came before and is gone already.
     */
    private static Collection<Ref> through(Op op, Map<Ref, Op> voids) {
        List<Ref> named = named(op);
        if (voids.isEmpty() || named.isEmpty()) {
            return named;
        }
        Set<Ref> out = new HashSet<>(named);
        ArrayDeque<Ref> todo = new ArrayDeque<>(named);
        while (!todo.isEmpty()) {
            Ref ref = todo.remove();
            Op link = voids.get(ref);
            if (link != null && oneRegister(op, link)) {
                voids.remove(ref);
                for (Ref r : named(link)) {
                    if (out.add(r)) {
                        todo.add(r);
                    }
                }
            }
        }
        return out;
    }

    private static boolean oneRegister(Op a, Op b) {
        return switch (a) {
            case Op.Move m -> b instanceof Op.Move;
            case Op.SetField s -> b instanceof Op.SetField t && t.field() == s.field();
            case Op.CheckTodo c -> b instanceof Op.CheckTodo t && t.todo().equals(c.todo());
            case Op.EditNote e -> b instanceof Op.EditNote t && t.note().equals(e.note());
            case Op.RemoveElement o -> false;
            case Op.NewItem o -> false;
            case Op.AddNote o -> false;
            case Op.AddElement o -> false;
            case Op.Count o -> false;
            case Op.Claim o -> false;
            case Op.Access o -> false;
            case Op.Unknown o -> false;
        };
    }
}
