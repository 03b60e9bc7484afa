package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.type.AddWinsSet;
import dev.musher.crdt.type.Body;
import dev.musher.crdt.type.Counter;
import dev.musher.crdt.type.NoteList;
import dev.musher.crdt.type.Register;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An item while it is being changed: takes counted ops one by one, each after the ops it names. The
 * parts are values; a draft replaces them and never writes into one. Confined to one call.
 */
@SuppressWarnings("EnumOrdinal") // the ordinal is the code, as its enum says
final class Draft {

    static final int FIELDS = Field.values().length;
    static final int SETS = SetName.values().length;

    final ItemKey key;
    @Nullable Birth birth;
    boolean there;
    boolean hasVoid;
    boolean hasVoidLink;
    long updatedWallMs;
    List<Written> moves = List.of();
    final @Nullable Register<Value>[] fields;
    Register<Body> body = Register.empty();
    final @Nullable AddWinsSet<Value>[] sets;
    SortedMap<String, Register<Boolean>> checks = Item.NO_CHECKS;
    Counter tokens = Counter.ZERO;
    Counter microDollars = Counter.ZERO;
    List<Retries> retries = List.of();
    NoteList notes = NoteList.empty();
    List<Claim> claims = List.of();

    /** The parts of a log that is read as a whole, in order; else each is made anew here. */
    @Nullable WholeLog whole;

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type, filled here only
    Draft(ItemKey key) {
        this.key = key;
        fields = new Register[FIELDS];
        sets = new AddWinsSet[SETS];
    }

    /** Takes a creation's facts, which stand even if it is void. */
    void create(Logged l, Op.NewItem op) {
        birth =
                new Birth(
                        l.ref(),
                        l.lamport(),
                        l.wallMs(),
                        op.number(),
                        op.origin(),
                        l.actor(),
                        l.device());
    }

    /**
     * Takes a counted op.
     *
     * @param named what it replaces or removes: what it names, and what void writes among that name
     */
    void count(Logged l, Collection<Ref> named) {
        there |= !(l.op() instanceof Op.Claim);
        updatedWallMs = Math.max(updatedWallMs, l.wallMs());
        switch (l.op()) {
            case Op.NewItem op -> countNew(l, op);
            case Op.Move op -> move(l, named);
            case Op.SetField op -> write(l, op.field(), op.value(), named);
            case Op.AddNote op -> note(l, op);
            case Op.EditNote op -> edit(l, op, named);
            case Op.AddElement op -> add(l, op.set(), op.element(), 0);
            case Op.RemoveElement op -> {
                if (whole != null) {
                    whole.set(op.set()).remove(op.element(), named);
                    return;
                }
                AddWinsSet<Value> set = sets[op.set().ordinal()];
                if (set != null) {
                    sets[op.set().ordinal()] = set.remove(op.element(), named);
                }
            }
            case Op.CheckTodo op -> check(l, op, named);
            case Op.Count op -> increment(op);
            case Op.Granted op -> {
                end(op.after());
                claim(l, true, op.holder(), op.generation(), op.ttlMs());
            }
            case Op.Expired op -> end(op.grant());
            case Op.Tentative op -> claim(l, false, l.device(), op.generation(), op.ttlMs());
            case Op.Access op -> throw notOfAnItem(op);
            case Op.Unknown op -> throw notOfAnItem(op);
        }
    }

    private static IllegalArgumentException notOfAnItem(Op op) {
        return new IllegalArgumentException("not an op of an item: " + op);
    }

    private void countNew(Logged l, Op.NewItem op) {
        move(l, List.of());
        op.fields().forEach((field, value) -> write(l, field, value, List.of()));
        op.sets()
                .forEach((set, elements) -> {
                    for (int i = 0; i < elements.size(); i++) {
                        add(l, set, elements.get(i), i);
                    }
                });
    }

    private void move(Logged l, Collection<Ref> named) {
        Written written = l.written();
        if (written == null) {
            if (!(l.op() instanceof Op.NewItem)) {
                throw new IllegalArgumentException("an illegal move never counts: " + l.op());
            }
            written = Written.created(l.lamport(), l.ref());
        }
        if (whole != null) {
            whole.move(written, named);
            return;
        }
        List<Written> out = new ArrayList<>(moves.size() + 1);
        for (Written w : moves) {
            if (!named.contains(w.ref())) {
                out.add(w);
            }
        }
        out.add(written);
        if (out.size() > 1) {
            out.sort(Comparator.comparing(Written::key).reversed());
        }
        moves = List.copyOf(out);
        if (!retries.isEmpty()) {
            Set<Ref> heads = new HashSet<>();
            moves.forEach(w -> heads.add(w.ref()));
            retries = retries.stream().filter(r -> heads.contains(r.of())).toList();
        }
    }

    boolean isHead(Ref move) {
        return moves.stream().anyMatch(w -> w.ref().equals(move));
    }

    private void write(Logged l, Field field, Value value, Collection<Ref> named) {
        if (whole != null) {
            whole.write(l.ref(), l.lamport(), field, value, named);
            return;
        }
        if (field == Field.BODY) {
            body = body.write(l.ref(), l.lamport(), Body.of(value), named);
            return;
        }
        Register<Value> before = fields[field.ordinal()];
        fields[field.ordinal()] =
                (before == null ? Register.<Value>empty() : before)
                        .write(l.ref(), l.lamport(), value, named);
    }

    private void add(Logged l, SetName set, Value element, int position) {
        if (whole != null) {
            whole.set(set).add(element, l.ref(), l.lamport(), position);
            return;
        }
        AddWinsSet<Value> before = sets[set.ordinal()];
        sets[set.ordinal()] =
                (before == null ? AddWinsSet.<Value>empty() : before)
                        .add(element, l.ref(), l.lamport(), position);
    }

    private void note(Logged l, Op.AddNote op) {
        if (whole != null) {
            whole.notes().add(l.ref(), l.lamport(), Body.of(op.text()));
        } else {
            notes = notes.add(l.ref(), l.lamport(), Body.of(op.text()));
        }
    }

    private void edit(Logged l, Op.EditNote op, Collection<Ref> named) {
        Body text = Body.of(op.text());
        if (whole != null) {
            whole.notes().edit(op.note(), l.ref(), l.lamport(), text, named);
        } else {
            notes = notes.edit(op.note(), l.ref(), l.lamport(), text, named);
        }
    }

    private void check(Logged l, Op.CheckTodo op, Collection<Ref> named) {
        if (whole != null) {
            whole.check(op.todo()).write(l.ref(), l.lamport(), op.checked(), named);
            return;
        }
        SortedMap<String, Register<Boolean>> out = new TreeMap<>(checks);
        out.put(
                op.todo(),
                out.getOrDefault(op.todo(), Register.empty())
                        .write(l.ref(), l.lamport(), op.checked(), named));
        checks = out;
    }

    /** Retries of a move that was replaced are of the past: only heads keep a count. */
    private void increment(Op.Count op) {
        switch (op.counter()) {
            case TOKENS -> tokens = tokens.add(op.amount());
            case MICRO_DOLLARS -> microDollars = microDollars.add(op.amount());
            case RETRIES -> {
                Ref of = op.of();
                if (of != null && whole != null) {
                    whole.retry(of, op.amount());
                } else if (of != null && isHead(of)) {
                    retry(of, op.amount());
                }
            }
        }
    }

    private void retry(Ref of, long amount) {
        List<Retries> out = new ArrayList<>(retries);
        Counter before = Counter.ZERO;
        for (Retries r : retries) {
            if (r.of().equals(of)) {
                before = r.count();
                out.remove(r);
            }
        }
        out.add(new Retries(of, before.add(amount)));
        out.sort(Comparator.comparing(Retries::of));
        retries = List.copyOf(out);
    }

    private void end(@Nullable Ref claim) {
        if (claim != null && whole != null) {
            whole.claims().remove(claim);
        } else if (claim != null) {
            claims = claims.stream().filter(c -> !c.ref().equals(claim)).toList();
        }
    }

    private void claim(Logged l, boolean granted, DeviceId holder, long generation, long ttlMs) {
        if (l.ended()) {
            return;
        }
        Claim claim = new Claim(l.ref(), l.lamport(), granted, holder, generation, ttlMs);
        if (whole != null) {
            whole.claims().put(l.ref(), claim);
            return;
        }
        List<Claim> out = new ArrayList<>(claims);
        out.add(claim);
        out.sort(Comparator.reverseOrder());
        claims = List.copyOf(out);
    }
}
