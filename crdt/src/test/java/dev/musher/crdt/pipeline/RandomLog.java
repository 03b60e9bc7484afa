package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The log of one item as a few devices write it that see each other now and then: mostly sensible
 * ops, some that name anything. Some are void in the end. Each op has the set of ops before it, so
 * that it can be fed in every order that a network may give.
 */
final class RandomLog {

    /** An op without its standing, and the places of all ops before it. */
    record Entry(
            Ref ref,
            long lamport,
            Actor actor,
            int device,
            Op op,
            @Nullable Written written,
            BitSet past) {}

    static final Field[] FIELDS = {
        Field.NAME, Field.BODY, Field.DELETED, Field.EPIC, Field.PRIORITY
    };
    private static final List<Value> LABELS =
            List.of(new Value.Text("a"), new Value.Text("b"), new Value.Text("ä"));
    private static final List<Value> TODOS =
            List.of(new Value.Text("x"), new Value.Text("y"), new Value.Text("z"));

    final ItemKey key;
    final List<Entry> entries = new ArrayList<>();
    final Set<Ref> voids = new HashSet<>();
    private final Map<Ref, Integer> at = new HashMap<>();
    private final Random random;

    RandomLog(long seed, int size) {
        random = new Random(seed);
        int devices = 1 + random.nextInt(4);
        double voidShare = List.of(0.0, 0.0, 0.1, 0.4).get(random.nextInt(4));
        Ref creation = new Ref(id(), random.nextInt(3));
        key = ItemKey.of(creation);
        List<BitSet> views = new ArrayList<>();
        for (int d = 0; d < devices; d++) {
            views.add(new BitSet());
        }
        add(creation, 0, user(0), creation(), views.getFirst());
        views.forEach(v -> v.set(0));
        for (int i = 1; i < size; i++) {
            int d = random.nextInt(devices);
            BitSet view = views.get(d);
            if (random.nextInt(3) == 0) {
                view.or(views.get(random.nextInt(devices)));
            }
            Actor actor = random.nextInt(3) == 0 ? Moves.SYSTEM : user(d);
            add(new Ref(id(), random.nextInt(3)), d, actor, op(view), view);
        }
        for (Entry e : entries) {
            boolean illegal = e.op() instanceof Op.Move && e.written() == null;
            if (illegal || random.nextDouble() < voidShare) {
                voids.add(e.ref());
            }
        }
    }

    /** The entries in an order in which each comes after its past. */
    List<Entry> order(Random shuffle) {
        List<Entry> out = new ArrayList<>();
        BitSet done = new BitSet();
        List<Entry> left = new ArrayList<>(entries);
        while (!left.isEmpty()) {
            List<Entry> ready = left.stream().filter(e -> within(e.past(), done)).toList();
            Entry next = ready.get(shuffle.nextInt(ready.size()));
            left.remove(next);
            out.add(next);
            done.set(at.get(next.ref()));
        }
        return out;
    }

    private static boolean within(BitSet a, BitSet b) {
        BitSet rest = (BitSet) a.clone();
        rest.andNot(b);
        return rest.isEmpty();
    }

    /** The log of some entries, with their standing among these. */
    List<Logged> log(Collection<Entry> some) {
        Set<Ref> ended = new HashSet<>();
        for (Entry e : some) {
            if (!voids.contains(e.ref())) {
                Ref ends =
                        switch (e.op()) {
                            case Op.Granted g -> g.after();
                            case Op.Expired x -> x.grant();
                            default -> null;
                        };
                if (ends != null) {
                    ended.add(ends);
                }
            }
        }
        List<Logged> out = new ArrayList<>();
        for (Entry e : some) {
            out.add(logged(e, ended.contains(e.ref())));
        }
        return out;
    }

    Logged logged(Entry e, boolean ended) {
        return new Logged(
                e.ref(),
                e.lamport(),
                e.lamport() * 10 + e.device(),
                e.actor(),
                Moves.device(e.device()),
                e.op(),
                e.written(),
                !voids.contains(e.ref()),
                ended);
    }

    private static Actor user(int device) {
        return new Actor.User("user " + device);
    }

    private ChangeId id() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return ChangeId.of(bytes);
    }

    private void add(Ref ref, int device, Actor actor, Op op, BitSet view) {
        long lamport = 1 + view.stream().mapToLong(i -> entries.get(i).lamport()).max().orElse(0);
        Written written =
                switch (op) {
                    case Op.NewItem n -> Written.created(lamport, ref);
                    case Op.Move m ->
                            Transitions.written(
                                    Moves.change(ref.change(), actor, lamport, lamport * 10, m),
                                    ref.index(),
                                    m,
                                    new ArrayList<>(
                                            m.bases().stream()
                                                    .map(b -> entries.get(at.get(b)).written())
                                                    .toList()));
                    default -> null;
                };
        at.put(ref, entries.size());
        view.clear(entries.size());
        entries.add(new Entry(ref, lamport, actor, device, op, written, (BitSet) view.clone()));
        view.set(entries.size() - 1);
    }

    private Op.NewItem creation() {
        SortedMap<Field, Value> fields = new TreeMap<>();
        for (Field f : FIELDS) {
            if (random.nextBoolean()) {
                fields.put(f, value(f));
            }
        }
        SortedMap<SetName, List<Value>> sets = new TreeMap<>();
        if (random.nextBoolean()) {
            sets.put(SetName.TODOS, List.of(TODOS.get(2), TODOS.get(0), TODOS.get(2)));
        }
        Origin origin = random.nextBoolean() ? new Origin(Origin.Kind.BOT, "import", 9) : null;
        return new Op.NewItem(1 + random.nextInt(9), origin, fields, sets);
    }

    private Value value(Field field) {
        if (random.nextInt(6) == 0) {
            return Value.NONE;
        }
        int n = random.nextInt(3);
        return switch (field.kind()) {
            case TEXT -> new Value.Text("text " + n);
            case NUMBER -> new Value.Int(n);
            case FLAG -> new Value.Flag(n == 0);
            case ITEM -> new Value.Item(new ItemKey(n, n));
        };
    }

    private Op op(BitSet view) {
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> {
                Field f = pick(List.of(FIELDS));
                yield new Op.SetField(
                        key, f, value(f), naming(view, heads(view, i -> i.fieldRefs(f))));
            }
            case 3, 4, 5, 6 -> move(view);
            case 7 -> new Op.AddNote(key, "note " + random.nextInt(3));
            case 8 -> {
                Ref note = pick(refs(view));
                yield new Op.EditNote(
                        key,
                        note,
                        "edit " + random.nextInt(3),
                        naming(
                                view,
                                heads(
                                        view,
                                        i ->
                                                i.notes().find(note) == null
                                                        ? List.of()
                                                        : i.notes().find(note).edits().refs())));
            }
            case 9, 10 -> new Op.AddElement(key, SetName.LABELS, pick(LABELS));
            case 11 -> {
                SetName set = random.nextBoolean() ? SetName.LABELS : SetName.TODOS;
                Value element = pick(set == SetName.LABELS ? LABELS : TODOS);
                yield new Op.RemoveElement(
                        key,
                        set,
                        element,
                        naming(
                                view,
                                heads(
                                        view,
                                        i ->
                                                i.set(set).find(element) == null
                                                        ? List.of()
                                                        : i.set(set).find(element).refs())));
            }
            case 12 -> {
                String todo = random.nextBoolean() ? "x" : "y";
                yield new Op.CheckTodo(
                        key,
                        todo,
                        random.nextBoolean(),
                        naming(view, heads(view, i -> i.check(todo).refs())));
            }
            case 13, 14 -> {
                CounterName counter = pick(List.of(CounterName.values()));
                Ref of = counter == CounterName.RETRIES ? pick(moves(view)) : null;
                yield new Op.Count(key, counter, random.nextInt(5), of);
            }
            default -> claim(view);
        };
    }

    private Op move(BitSet view) {
        List<Ref> bases = heads(view, Item::moveRefs);
        if (bases.isEmpty() || random.nextInt(4) == 0) {
            bases = new ArrayList<>(new HashSet<>(List.of(pick(moves(view)), pick(moves(view)))));
            bases.sort(null);
        }
        Event event = pick(List.of(Event.values()));
        for (int i = 0; i < 6 && !leads(bases, event); i++) {
            event = pick(List.of(Event.values()));
        }
        return new Op.Move(key, event, bases, "r" + random.nextInt(2), new TreeMap<>());
    }

    private boolean leads(List<Ref> bases, Event event) {
        Written first = entries.get(at.get(bases.getFirst())).written();
        return first != null
                && Transitions.step(first.stage(), Moves.op(event, Map.of(), ""), 0) != null;
    }

    private Op claim(BitSet view) {
        List<Ref> claims =
                view.stream()
                        .mapToObj(entries::get)
                        .filter(e -> e.op() instanceof Op.Granted || e.op() instanceof Op.Tentative)
                        .map(Entry::ref)
                        .toList();
        Ref after = claims.isEmpty() || random.nextInt(3) == 0 ? null : pick(claims);
        Ref arbiter = new Ref(Moves.id(0), 0);
        return switch (random.nextInt(3)) {
            case 0 ->
                    new Op.Granted(
                            key,
                            Moves.device(random.nextInt(3)),
                            1 + random.nextInt(3),
                            after,
                            arbiter,
                            List.of(),
                            1000);
            case 1 -> new Op.Tentative(key, 1 + random.nextInt(3), after, 1000);
            default ->
                    after == null
                            ? new Op.AddNote(key, "no claim")
                            : new Op.Expired(key, after, arbiter, List.of());
        };
    }

    private interface Seen {
        List<Ref> of(Item item);
    }

    /** What a device sees as heads: the fold of its view, voids unknown to it. */
    private List<Ref> heads(BitSet view, Seen seen) {
        Set<Ref> known = new HashSet<>(voids);
        voids.clear();
        List<Entry> some = view.stream().mapToObj(entries::get).toList();
        some.stream()
                .filter(e -> e.op() instanceof Op.Move && e.written() == null)
                .forEach(e -> voids.add(e.ref()));
        Item item = Item.fold(key, log(some));
        voids.clear();
        voids.addAll(known);
        return item == null ? List.of() : seen.of(item);
    }

    private List<Ref> naming(BitSet view, List<Ref> heads) {
        int dice = random.nextInt(10);
        if (dice < 6) {
            return heads;
        }
        if (dice < 8) {
            return heads.stream().filter(r -> random.nextBoolean()).toList();
        }
        return List.of(pick(refs(view)));
    }

    private List<Ref> refs(BitSet view) {
        return view.stream().mapToObj(i -> entries.get(i).ref()).toList();
    }

    private List<Ref> moves(BitSet view) {
        return view.stream()
                .mapToObj(entries::get)
                .filter(e -> e.op() instanceof Op.Move || e.op() instanceof Op.NewItem)
                .map(Entry::ref)
                .toList();
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
