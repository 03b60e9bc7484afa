package dev.musher.crdt.change;

import java.util.List;
import java.util.function.Consumer;

/**
 * The changes that the ops of a change name. Each counts as a dependency: it must be there, with a
 * smaller lamport, and is in the past. Items are named by their key and are not among these.
 */
public final class Named {

    private Named() {}

    /** Gives every named change of {@code change} to {@code out}, some of them twice. */
    public static void visit(Change change, Consumer<ChangeId> out) {
        visit(change.actor(), change.ops(), out);
    }

    /** The same of a change that is not written yet. */
    public static void visit(Actor actor, List<Op> ops, Consumer<ChangeId> out) {
        if (actor instanceof Actor.Agent agent && agent.grant() != null) {
            out.accept(agent.grant().change());
        }
        for (Op op : ops) {
            visit(op, out);
        }
    }

    private static void visit(Op op, Consumer<ChangeId> out) {
        switch (op) {
            case Op.Genesis o -> {}
            case Op.AddMember o -> {}
            case Op.SetRole o -> {}
            case Op.SetRules o -> {}
            case Op.Checkpoint o -> {}
            case Op.NewItem o -> {}
            case Op.AddNote o -> {}
            case Op.AddElement o -> {}
            case Op.Unknown o -> {}
            case Op.Cut o -> o.kept().forEach(k -> out.accept(k.id()));
            case Op.SettleFork o -> o.kept().forEach(k -> out.accept(k.id()));
            case Op.Adopt o -> {
                o.changes().forEach(out);
                o.heads().forEach(out);
            }
            case Op.SetArbiter o -> out.accept(o.after().change());
            case Op.Move o -> refs(o.bases(), out);
            case Op.SetField o -> refs(o.replaces(), out);
            case Op.EditNote o -> {
                out.accept(o.note().change());
                refs(o.replaces(), out);
            }
            case Op.RemoveElement o -> refs(o.adds(), out);
            case Op.CheckTodo o -> refs(o.replaces(), out);
            case Op.Count o -> {
                if (o.of() != null) {
                    out.accept(o.of().change());
                }
            }
            case Op.Granted o -> {
                if (o.after() != null) {
                    out.accept(o.after().change());
                }
                out.accept(o.arbiter().change());
                o.last().forEach(out);
            }
            case Op.Expired o -> {
                out.accept(o.grant().change());
                out.accept(o.arbiter().change());
                o.last().forEach(out);
            }
            case Op.Tentative o -> {
                if (o.after() != null) {
                    out.accept(o.after().change());
                }
            }
        }
    }

    private static void refs(List<Ref> refs, Consumer<ChangeId> out) {
        for (int i = 0; i < refs.size(); i++) {
            out.accept(refs.get(i).change());
        }
    }
}
