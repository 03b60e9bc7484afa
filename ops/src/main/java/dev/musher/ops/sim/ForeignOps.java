package dev.musher.ops.sim;

import dev.musher.crdt.Project;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Head;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Octets;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Claim;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.type.AddWinsSet;
import dev.musher.crdt.type.NoteList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Draws ops of every kind there is, by what a project holds. Not thread safe. */
final class ForeignOps {

    private static final String[] WORDS = {"sled", "dog", "trail", "camp", "snow", "line"};
    private static final Event[] EVENTS = Event.values();
    private static final Field[] FIELDS = Field.values();
    private static final CounterName[] COUNTERS = CounterName.values();

    private final Project project;
    private final RandomGenerator random;

    ForeignOps(Project project, RandomGenerator random) {
        this.project = project;
        this.random = random;
    }

    /** An op on some item, or one that makes an item. */
    Op any() {
        List<Item> items = List.copyOf(project.items());
        if (items.isEmpty() || random.nextInt(8) == 0) {
            return create();
        }
        Item item = pick(items);
        ItemKey key = item.key();
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> move(item);
            case 3, 4 -> field(item, items);
            case 5 -> new Op.AddNote(key, word());
            case 6 -> note(item);
            case 7 -> new Op.AddElement(key, SetName.LABELS, new Value.Text(word()));
            case 8 -> new Op.AddElement(key, SetName.DEPENDS_ON, new Value.Item(pick(items).key()));
            case 9 -> remove(item);
            case 10 -> check(item);
            case 11 -> count(item);
            default -> unknown();
        };
    }

    /** Who works an item: by {@code author} if it is the arbiter, else tentative. */
    @Nullable Op claim(DeviceId author, List<DeviceId> holders) {
        List<Item> items = List.copyOf(project.items());
        if (items.isEmpty()) {
            return null;
        }
        Item item = pick(items);
        Claim before = item.claims().isEmpty() ? null : pick(item.claims());
        long generation = before == null ? 1 : before.generation() + 1;
        Ref after = before == null ? null : before.ref();
        Ref arbiter = Objects.requireNonNull(project.membership().arbiters()).present();
        List<ChangeId> last = new ArrayList<>();
        for (Head head : project.heads().list()) {
            if (before != null && head.device().equals(before.holder()) && random.nextInt(3) > 0) {
                last.add(head.id());
            }
        }
        if (!author.equals(arbiterDevice)) {
            return new Op.Tentative(item.key(), generation, after, 1_000);
        }
        return after != null && random.nextInt(3) == 0
                ? new Op.Expired(item.key(), after, arbiter, last)
                : new Op.Granted(
                        item.key(), pick(holders), generation, after, arbiter, last, 1_000);
    }

    /** The arbiter that this client named last, of which {@link #claim} may speak. */
    private @Nullable DeviceId arbiterDevice;

    private long term;

    /** Names an arbiter; null where the present one is not of this client's making. */
    @Nullable Op arbiter(DeviceId device, Ref genesis) {
        Ref present = Objects.requireNonNull(project.membership().arbiters()).present();
        if (term > 0 && present.equals(genesis)) {
            return null;
        }
        arbiterDevice = device;
        return new Op.SetArbiter(device, present, ++term, Op.ArbiterKind.HOME);
    }

    /** The heads of a device that a cut or settlement keeps, not always all. */
    List<Kept> kept(DeviceId device, @Nullable Long epoch, boolean all) {
        List<Kept> out = new ArrayList<>();
        for (Head head : project.heads().list()) {
            if (head.device().equals(device)
                    && (epoch == null || epoch == head.epoch())
                    && (all || random.nextInt(3) > 0)) {
                out.add(new Kept(head.epoch(), head.seq(), head.id(), null));
            }
        }
        return out;
    }

    /** Some role. */
    Role role() {
        return pick(List.of(Role.values()));
    }

    /** A move under a claim that is not ended, if there is any. */
    @Nullable Claim held(DeviceId by) {
        for (Item item : project.items()) {
            for (Claim claim : item.claims()) {
                if (claim.holder().equals(by)) {
                    return claim;
                }
            }
        }
        return null;
    }

    /** Moves the item of a claim. */
    @Nullable Op moveUnder(Claim claim) {
        for (Item item : project.items()) {
            if (item.claims().contains(claim) && !item.moves().isEmpty()) {
                return move(item);
            }
        }
        return null;
    }

    private Op create() {
        SortedMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, new Value.Text(word()));
        fields.put(Field.BODY, new Value.Text(word()));
        SortedMap<SetName, List<Value>> sets = new TreeMap<>();
        sets.put(SetName.TODOS, List.of(new Value.Text(word()), new Value.Text("always")));
        Origin origin = random.nextInt(8) == 0 ? null : new Origin(Origin.Kind.BOT, "other", 1);
        return new Op.NewItem(project.nextNumber(), origin, fields, sets);
    }

    private Op move(Item item) {
        List<Ref> bases = item.moveRefs();
        if (bases.isEmpty()) {
            bases = List.of(Objects.requireNonNull(item.birth()).ref());
        }
        bases = random.nextInt(4) == 0 ? List.of(pick(bases)) : bases;
        Event event = EVENTS[random.nextInt(EVENTS.length)];
        return new Op.Move(item.key(), event, bases, word(), new TreeMap<>());
    }

    private Op field(Item item, List<Item> items) {
        Field field = FIELDS[random.nextInt(FIELDS.length)];
        Value value =
                switch (field.kind()) {
                    case TEXT -> new Value.Text(word());
                    case NUMBER -> new Value.Int(random.nextInt(10));
                    case FLAG -> new Value.Flag(random.nextBoolean());
                    case ITEM -> new Value.Item(pick(items).key());
                };
        value = field != Field.NAME && random.nextInt(6) == 0 ? Value.NONE : value;
        return new Op.SetField(item.key(), field, value, some(item.fieldRefs(field)));
    }

    private Op note(Item item) {
        List<NoteList.Note> notes = item.notes().notes();
        if (notes.isEmpty()) {
            return new Op.AddNote(item.key(), word());
        }
        NoteList.Note note = pick(notes);
        return new Op.EditNote(item.key(), note.ref(), word(), some(note.edits().refs()));
    }

    private Op remove(Item item) {
        SetName set = random.nextBoolean() ? SetName.LABELS : SetName.TODOS;
        Value element = new Value.Text(word());
        AddWinsSet.Entry<Value> entry = item.set(set).find(element);
        return new Op.RemoveElement(
                item.key(), set, element, entry == null ? List.of() : entry.refs());
    }

    private Op check(Item item) {
        String todo = word();
        return new Op.CheckTodo(
                item.key(), todo, random.nextBoolean(), some(item.check(todo).refs()));
    }

    private Op count(Item item) {
        CounterName counter = COUNTERS[random.nextInt(COUNTERS.length)];
        List<Ref> heads = item.moveRefs();
        boolean retries = counter == CounterName.RETRIES && !heads.isEmpty();
        return new Op.Count(
                item.key(),
                retries ? counter : CounterName.TOKENS,
                random.nextInt(100),
                retries ? pick(heads) : null);
    }

    /** An array of a kind that nobody knows, or that is reserved, and a number. */
    private Op unknown() {
        return random.nextBoolean()
                ? new Op.Unknown(4711, Octets.of(new byte[] {(byte) 0x82, 0x19, 0x12, 0x67, 0}))
                : new Op.Unknown(12, Octets.of(new byte[] {(byte) 0x82, 0x0c, 0}));
    }

    private List<Ref> some(List<Ref> refs) {
        return random.nextInt(4) == 0 && !refs.isEmpty() ? List.of(pick(refs)) : refs;
    }

    private String word() {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
