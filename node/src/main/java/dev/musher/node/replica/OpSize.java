package dev.musher.node.replica;

import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Value;
import java.util.List;

/** About how many bytes ops take, never too few for those with long texts: for filling changes. */
final class OpSize {

    private static final int BARE = 96;
    private static final int REF = 36;
    private static final int PER_CHAR = 3;

    private OpSize() {}

    static int of(List<Op> ops) {
        int sum = 0;
        for (Op op : ops) {
            sum += of(op);
        }
        return sum;
    }

    private static int of(Op op) {
        return BARE
                + switch (op) {
                    case Op.NewItem o ->
                            o.fields().values().stream().mapToInt(OpSize::of).sum()
                                    + o.sets().values().stream()
                                            .flatMap(List::stream)
                                            .mapToInt(OpSize::of)
                                            .sum()
                                    + (o.origin() == null
                                            ? 0
                                            : PER_CHAR * o.origin().id().length());
                    case Op.Move o ->
                            REF * o.bases().size()
                                    + PER_CHAR * o.reason().length()
                                    + o.details().values().stream()
                                            .mapToInt(text -> BARE + PER_CHAR * text.length())
                                            .sum();
                    case Op.SetField o -> REF * o.replaces().size() + of(o.value());
                    case Op.AddNote o -> PER_CHAR * o.text().length();
                    case Op.EditNote o -> REF * o.replaces().size() + PER_CHAR * o.text().length();
                    case Op.AddElement o -> of(o.element());
                    case Op.RemoveElement o -> REF * o.adds().size() + of(o.element());
                    case Op.CheckTodo o -> REF * o.replaces().size() + PER_CHAR * o.todo().length();
                    case Op.Count o -> REF;
                    case Op.Claim o -> 32 * REF;
                    case Op.Access o -> 256 * REF;
                    case Op.Unknown o -> 256 * REF;
                };
    }

    private static int of(Value value) {
        return switch (value) {
            case Value.Text text -> PER_CHAR * text.text().length() + 4;
            case Value.Item item -> 20;
            case Value.Int number -> 10;
            case Value.Flag flag -> 4;
            case Value.None none -> 4;
            case Value.Dropped dropped -> 40;
        };
    }
}
