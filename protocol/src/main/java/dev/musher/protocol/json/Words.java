package dev.musher.protocol.json;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Value;
import org.jspecify.annotations.Nullable;

/** Ops in words that people read in a history or a feed. Titles and texts are cut, never whole. */
public final class Words {

    private static final int SHOWN = 80;

    private final Names names;

    /** Words that call things by {@code names}. */
    public Words(Names names) {
        this.names = names;
    }

    /** The word of an op's kind, stable for programs. */
    public static String kind(Op op) {
        return switch (op) {
            case Op.Genesis o -> "genesis";
            case Op.AddMember o -> "add_member";
            case Op.SetRole o -> "set_role";
            case Op.Cut o -> "cut";
            case Op.SettleFork o -> "settle_fork";
            case Op.Adopt o -> "adopt";
            case Op.SetArbiter o -> "set_arbiter";
            case Op.SetRules o -> "set_rules";
            case Op.Checkpoint o -> "checkpoint";
            case Op.NewItem o -> "create";
            case Op.Move o -> "event";
            case Op.SetField o -> "set";
            case Op.AddNote o -> "note";
            case Op.EditNote o -> "edit_note";
            case Op.AddElement o -> "add_element";
            case Op.RemoveElement o -> "remove_element";
            case Op.CheckTodo o -> "check";
            case Op.Count o -> "count";
            case Op.Granted o -> "granted";
            case Op.Expired o -> "expired";
            case Op.Tentative o -> "tentative";
            case Op.Unknown o -> "unknown";
        };
    }

    /** The item an op is on, made by it or named by it; null where it is on none. */
    static @Nullable ItemKey item(Op op, ChangeId change, int index) {
        return switch (op) {
            case Op.NewItem o -> ItemKey.of(new Ref(change, index));
            case Op.OnItem o -> o.item();
            case Op.Access o -> null;
            case Op.Unknown o -> null;
        };
    }

    /** A whole line for a feed: {@code #42 moved by start}. */
    public String line(Op op, ChangeId change, int index) {
        ItemKey key = item(op, change, index);
        return key == null ? phrase(op) : "#" + names.reference(key) + " " + phrase(op);
    }

    /** What happened, without the item: {@code moved by start}. */
    public String phrase(Op op) {
        return switch (op) {
            case Op.Genesis o -> "project " + quoted(o.name()) + " founded";
            case Op.AddMember o -> "device " + quoted(o.label()) + " added as " + o.role().word();
            case Op.SetRole o -> "device " + names.device(o.device()) + " made " + o.role().word();
            case Op.Cut o -> "device " + names.device(o.device()) + " revoked";
            case Op.SettleFork o -> "fork of device " + names.device(o.device()) + " settled";
            case Op.Adopt o ->
                    "void work adopted: " + (o.changes().size() + o.heads().size()) + " named";
            case Op.SetArbiter o -> "arbiter of claims: " + names.device(o.device());
            case Op.SetRules o -> "rules raised to version " + o.version();
            case Op.Checkpoint o -> "checkpoint over " + o.outlines().size() + " outlines";
            case Op.NewItem o ->
                    "created: "
                            + word(o.fields().get(Field.TYPE))
                            + " "
                            + quoted(word(o.fields().get(Field.NAME)));
            case Op.Move o ->
                    "moved by "
                            + o.event().word()
                            + (o.reason().isEmpty() ? "" : ": " + cut(o.reason()));
            case Op.SetField o -> set(o);
            case Op.AddNote o -> "note: " + cut(o.text());
            case Op.EditNote o -> "note edited: " + cut(o.text());
            case Op.AddElement o -> o.set().word() + ": added " + value(o.element());
            case Op.RemoveElement o -> o.set().word() + ": removed " + value(o.element());
            case Op.CheckTodo o ->
                    "todo " + quoted(o.todo()) + (o.checked() ? " checked" : " unchecked");
            case Op.Count o -> o.counter().word() + " + " + o.amount();
            case Op.Granted o -> "given to " + names.device(o.holder());
            case Op.Expired o -> "claim ended";
            case Op.Tentative o -> "taken while the arbiter was out of reach";
            case Op.Unknown o -> "something of a later version (kind " + o.kind() + ")";
        };
    }

    private String set(Op.SetField o) {
        if (o.field() == Field.DELETED) {
            return o.value().equals(new Value.Flag(true)) ? "deleted" : "brought back";
        }
        if (o.value() instanceof Value.None) {
            return o.field().word() + " cleared";
        }
        return o.field() == Field.BODY
                ? "body written"
                : o.field().word() + " set to " + value(o.value());
    }

    private String value(Value value) {
        return switch (value) {
            case Value.None n -> "nothing";
            case Value.Text t -> quoted(t.text());
            case Value.Int i -> Long.toString(i.number());
            case Value.Flag f -> f.flag() ? "yes" : "no";
            case Value.Item i -> "#" + names.reference(i.key());
            case Value.Dropped d -> Texts.dropped(d);
        };
    }

    private static String word(@Nullable Value value) {
        return value instanceof Value.Text t ? t.text() : "";
    }

    private static String quoted(String text) {
        return "\u201c" + cut(text) + "\u201d";
    }

    private static String cut(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        if (line.length() <= SHOWN) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN;
        return line.substring(0, end) + "\u2026";
    }
}
