package dev.musher.protocol.json;

import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Value;
import org.jspecify.annotations.Nullable;

/** Finds long texts, which items hold as hash and place only, in the ops that wrote them. */
final class Texts {

    private Texts() {}

    /** The body or note that the op wrote; empty where it cleared it or wrote none. */
    static String of(Ref ref, Source source) {
        return of(source.change(ref.change()).op(ref.index()));
    }

    static String of(Op op) {
        return switch (op) {
            case Op.NewItem o -> text(o.fields().get(Field.BODY));
            case Op.SetField o -> text(o.value());
            case Op.AddNote o -> o.text();
            case Op.EditNote o -> o.text();
            default -> "";
        };
    }

    private static String text(@Nullable Value value) {
        return switch (value) {
            case Value.Text t -> t.text();
            case Value.Dropped d -> dropped(d);
            case null, default -> "";
        };
    }

    /**
     * What people read where a text was dropped: only in histories, past boards, and where a cut
     * brought back what was replaced.
     */
    static String dropped(Value.Dropped d) {
        return "(dropped by compaction: %d bytes, SHA-256 %s)"
                .formatted(d.bytes(), d.sha256().hex());
    }
}
