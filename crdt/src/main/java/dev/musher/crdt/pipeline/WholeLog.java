package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Field;
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
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The parts of an item while its whole log is read in (lamport, ref) order: each op costs by what
 * it names, however much is there already. A {@link Draft} without it makes each part anew with
 * each op, which is cheaper for one op and dear for ten thousand: anybody who may write may write
 * so many to one item. Confined to one call.
 */
final class WholeLog {

    private final Map<Ref, Written> moves = new LinkedHashMap<>();
    private final Map<Field, Register.Builder<Value>> fields = new EnumMap<>(Field.class);
    private final Register.Builder<Body> body = new Register.Builder<>();
    private final Map<SetName, AddWinsSet.Builder<Value>> sets = new EnumMap<>(SetName.class);
    private final Map<String, Register.Builder<Boolean>> checks = new TreeMap<>();
    private final SortedMap<Ref, Counter> retries = new TreeMap<>();
    private final NoteList.Builder notes = new NoteList.Builder();
    private final Map<Ref, Claim> claims = new LinkedHashMap<>();

    void move(Written written, Collection<Ref> named) {
        named.forEach(moves::remove);
        named.forEach(retries::remove);
        moves.put(written.ref(), written);
    }

    void write(Ref ref, long lamport, Field field, Value value, Collection<Ref> named) {
        if (field == Field.BODY) {
            body.write(ref, lamport, Body.of(value), named);
        } else {
            fields.computeIfAbsent(field, f -> new Register.Builder<>())
                    .write(ref, lamport, value, named);
        }
    }

    AddWinsSet.Builder<Value> set(SetName set) {
        return sets.computeIfAbsent(set, s -> new AddWinsSet.Builder<>());
    }

    Register.Builder<Boolean> check(String todo) {
        return checks.computeIfAbsent(todo, t -> new Register.Builder<>());
    }

    /** Of a move that is no head, nothing. */
    void retry(Ref of, long amount) {
        if (moves.containsKey(of)) {
            retries.put(of, retries.getOrDefault(of, Counter.ZERO).add(amount));
        }
    }

    NoteList.Builder notes() {
        return notes;
    }

    Map<Ref, Claim> claims() {
        return claims;
    }

    /** Puts what was read into a draft. */
    @SuppressWarnings("EnumOrdinal") // the ordinal is the code, as its enum says
    void into(Draft draft) {
        List<Written> heads = new ArrayList<>(moves.values());
        heads.sort(Comparator.comparing(Written::key).reversed());
        draft.moves = List.copyOf(heads);
        fields.forEach((field, register) -> draft.fields[field.ordinal()] = register.build());
        draft.body = body.build();
        sets.forEach((set, elements) -> draft.sets[set.ordinal()] = elements.build());
        if (!checks.isEmpty()) {
            SortedMap<String, Register<Boolean>> out = new TreeMap<>();
            checks.forEach((todo, register) -> out.put(todo, register.build()));
            draft.checks = out;
        }
        draft.retries =
                retries.entrySet().stream()
                        .map(e -> new Retries(e.getKey(), e.getValue()))
                        .toList();
        draft.notes = notes.build();
        draft.claims = claims.values().stream().sorted(Comparator.reverseOrder()).toList();
    }
}
