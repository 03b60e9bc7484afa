package dev.musher.crdt.change;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Well-formed changes of every kind of op from a seed. They need not be admissible. */
final class RandomChanges {

    private static final String[] TEXTS = {"a", "Grüße", "𝄞 clef", "x\ny\u0000z", "ⅷ", "--help"};

    private final RandomGenerator random;

    RandomChanges(RandomGenerator random) {
        this.random = random;
    }

    Change change() {
        long seq = random.nextInt(4) == 0 ? 1 : random.nextLong(2, Limits.NUMBER + 1);
        List<ChangeId> deps = new ArrayList<>(list(Limits.DEPS, this::id));
        deps.sort(null);
        Header draft =
                new Header(
                        1,
                        id(),
                        device(),
                        random.nextLong(),
                        seq,
                        seq == 1 ? null : id(),
                        deps,
                        number(1),
                        random.nextLong(Long.MAX_VALUE),
                        id(),
                        0,
                        ChangeId.ZERO);
        Actor actor =
                switch (random.nextInt(3)) {
                    case 0 -> new Actor.User(text());
                    case 1 -> new Actor.Agent(text(), maybe(this::ref));
                    default -> new Actor.SystemActor(text());
                };
        return ChangeCodec.write(draft, actor, list(12, this::op));
    }

    private Op checkpoint() {
        List<Op.Vouched> outlines = new ArrayList<>(list(3, () -> new Op.Vouched(id(), id())));
        outlines.sort(Comparator.comparing(Op.Vouched::change));
        return new Op.Checkpoint(id(), id(), outlines);
    }

    Op op() {
        return switch (random.nextInt(21)) {
            case 20 -> checkpoint();
            case 0 ->
                    new Op.Genesis(
                            text(),
                            device(),
                            device(),
                            random.nextLong(Long.MAX_VALUE),
                            random.nextBoolean() ? text() : "");
            case 1 ->
                    new Op.AddMember(device(), pick(Role.values()), text(), maybe(() -> number(0)));
            case 2 -> new Op.SetRole(device(), pick(Role.values()));
            case 3 -> new Op.Cut(device(), list(3, this::kept));
            case 4 -> new Op.SettleFork(device(), random.nextLong(), list(3, this::kept));
            case 5 -> new Op.Adopt(list(3, this::id), list(3, this::id));
            case 6 -> new Op.SetArbiter(device(), ref(), number(1), pick(Op.ArbiterKind.values()));
            case 7 -> new Op.SetRules(random.nextInt(1, 1000));
            case 8 -> newItem();
            case 9 -> new Op.Move(item(), pick(Event.values()), atLeastOne(), text(), details());
            case 10 -> {
                Field field = pick(Field.values());
                yield new Op.SetField(item(), field, value(field), list(3, this::ref));
            }
            case 11 -> new Op.AddNote(item(), text());
            case 12 -> new Op.EditNote(item(), ref(), text(), list(3, this::ref));
            case 13 -> {
                SetName set = pick(SetName.values());
                yield new Op.AddElement(item(), set, element(set));
            }
            case 14 -> {
                SetName set = pick(SetName.values());
                yield new Op.RemoveElement(item(), set, element(set), list(3, this::ref));
            }
            case 15 -> new Op.CheckTodo(item(), text(), random.nextBoolean(), list(3, this::ref));
            case 16 -> {
                CounterName counter = pick(CounterName.values());
                yield new Op.Count(
                        item(), counter, number(0), counter == CounterName.RETRIES ? ref() : null);
            }
            case 17 ->
                    new Op.Granted(
                            item(),
                            device(),
                            number(1),
                            maybe(this::ref),
                            ref(),
                            list(3, this::id),
                            number(0));
            case 18 -> new Op.Expired(item(), ref(), ref(), list(3, this::id));
            default -> new Op.Tentative(item(), number(1), maybe(this::ref), number(0));
        };
    }

    private Op newItem() {
        SortedMap<Field, Value> fields = new TreeMap<>();
        for (Field f : list(4, () -> pick(Field.values()))) {
            fields.put(f, value(f));
        }
        SortedMap<SetName, List<Value>> sets = new TreeMap<>();
        for (SetName s : list(2, () -> pick(SetName.values()))) {
            sets.put(s, List.of(element(s)));
        }
        Origin origin = maybe(() -> new Origin(pick(Origin.Kind.values()), text(), number(0)));
        return new Op.NewItem(number(1), origin, fields, sets);
    }

    private SortedMap<String, String> details() {
        SortedMap<String, String> out = new TreeMap<>();
        for (String key : list(3, () -> pick(new String[] {"commit", "by", "kind", "ahead"}))) {
            out.put(key, text());
        }
        return out;
    }

    private Value value(Field field) {
        if (random.nextInt(5) == 0) {
            return Value.NONE;
        }
        return switch (field.kind()) {
            case TEXT -> new Value.Text(text());
            case NUMBER -> new Value.Int(number(0));
            case FLAG -> new Value.Flag(random.nextBoolean());
            case ITEM -> new Value.Item(item());
        };
    }

    private Value element(SetName set) {
        return set == SetName.DEPENDS_ON ? new Value.Item(item()) : new Value.Text(text());
    }

    private Kept kept() {
        byte[] signature = new byte[Signature.LENGTH];
        random.nextBytes(signature);
        return new Kept(random.nextLong(), number(1), id(), maybe(() -> Signature.of(signature)));
    }

    private List<Ref> atLeastOne() {
        List<Ref> out = new ArrayList<>(list(2, this::ref));
        out.add(ref());
        return out;
    }

    private ChangeId id() {
        byte[] bytes = new byte[Bytes32.LENGTH];
        random.nextBytes(bytes);
        return ChangeId.of(bytes);
    }

    private DeviceId device() {
        return DeviceId.of(id().bytes());
    }

    private ItemKey item() {
        return new ItemKey(random.nextLong(), random.nextLong());
    }

    private Ref ref() {
        return new Ref(id(), random.nextInt(3) == 0 ? random.nextInt(Limits.OPS) : 0);
    }

    private long number(long min) {
        return random.nextLong(min, random.nextBoolean() ? 30 : Limits.NUMBER + 1);
    }

    private String text() {
        return pick(TEXTS);
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <T> List<T> list(int max, Supplier<T> value) {
        List<T> out = new ArrayList<>();
        for (int i = random.nextInt(max + 1); i > 0; i--) {
            out.add(value.get());
        }
        return out;
    }
}
