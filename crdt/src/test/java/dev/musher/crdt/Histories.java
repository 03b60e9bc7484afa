package dev.musher.crdt;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Head;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Octets;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Sha256;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Claim;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.type.AddWinsSet;
import dev.musher.crdt.type.NoteList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Histories of several devices from a seed: real ids, every kind of op, each written as a node
 * would write it, from what the device knows. With {@code hostile} also clones of a key, cuts,
 * settlements, adoptions, demanding claims and moves of stale claims; without, nothing is ever void
 * but by concurrent moves.
 */
final class Histories {

    static final Rules RULES = new Rules(3);

    private static final String[] WORDS = {"alpha", "beta", "gamma", "delta", "epsilon"};

    private final RandomGenerator random;
    private final boolean hostile;
    private final List<Writer> writers = new ArrayList<>();
    private final List<DeviceId> devices = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private long clock = 1_700_000_000_000L;

    private Histories(RandomGenerator random, boolean hostile) {
        this.random = random;
        this.hostile = hostile;
    }

    /** One machine with a key. */
    private static final class Writer {
        final DeviceId device;
        final Site site = new Site();
        long epoch;

        Writer(DeviceId device, long epoch) {
            this.device = device;
            this.epoch = epoch;
        }
    }

    /** The admitted changes of a history of about {@code length}, a past before its future. */
    static List<Change> of(RandomGenerator random, int length, boolean hostile) {
        Histories h = new Histories(random, hostile);
        h.found();
        for (int i = 0; i < length; i++) {
            h.step();
        }
        return h.changes;
    }

    static DeviceId device(String name) {
        return DeviceId.of(Sha256.of(name.getBytes(StandardCharsets.UTF_8)));
    }

    private void found() {
        Writer founder = new Writer(device("d0"), 100);
        writers.add(founder);
        devices.add(founder.device);
        Header first = founder.site.project.next(founder.device, founder.epoch, clock).header();
        Header genesis =
                new Header(
                        first.version(),
                        ChangeId.ZERO,
                        first.device(),
                        first.epoch(),
                        1,
                        null,
                        List.of(),
                        1,
                        clock,
                        first.members(),
                        0,
                        ChangeId.ZERO);
        Op op =
                new Op.Genesis(
                        "seeds", founder.device, device("recovery"), random.nextLong(1L << 40));
        admit(founder, ChangeCodec.write(genesis, new Actor.User("d0"), List.of(op)));
        for (int i = 1; i < random.nextInt(3, 6); i++) {
            DeviceId device = device("d" + i);
            Role role = hostile && random.nextInt(4) == 0 ? Role.AGENT : Role.MEMBER;
            role = hostile && random.nextInt(4) == 0 ? Role.OWNER : role;
            write(founder, List.of(new Op.AddMember(device, role, "d" + i, null)), null);
            devices.add(device);
        }
        for (int i = 1; i < devices.size(); i++) {
            Writer writer = new Writer(devices.get(i), 100 + i);
            changes.forEach(writer.site::receive);
            writers.add(writer);
        }
    }

    private void step() {
        clock += random.nextInt(1000);
        Writer w = pick(writers);
        for (int i = random.nextInt(3); i > 0; i--) {
            learn(w, pick(writers));
        }
        if (hostile && random.nextInt(20) == 0) {
            // A clone: one key on two machines.
            Writer twin = new Writer(w.device, w.epoch);
            learn(twin, w);
            writers.add(twin);
        } else if (hostile && random.nextInt(25) == 0) {
            w.epoch = 1000L + random.nextInt(1000);
        }
        if (w.site.project.id() == null) {
            return;
        }
        List<Op> ops = new ArrayList<>();
        for (int i = random.nextInt(5) == 0 ? 3 : 1; i > 0; i--) {
            Op op = op(w);
            if (op != null) {
                ops.add(op);
            }
        }
        if (!ops.isEmpty()) {
            Claim claim = hostile && random.nextInt(3) > 0 ? claim(w, ops) : null;
            write(w, ops, claim == null ? null : claim.ref());
        }
    }

    /** A claim of an item that is moved, the writer's own or not. */
    private @Nullable Claim claim(Writer w, List<Op> ops) {
        for (Op op : ops) {
            Item item = op instanceof Op.Move m ? w.site.project.item(m.item()) : null;
            if (item != null && !item.claims().isEmpty()) {
                return pick(item.claims());
            }
        }
        return null;
    }

    private void learn(Writer w, Writer from) {
        int known =
                random.nextInt(4) == 0 ? from.site.patches.size() / 2 : from.site.patches.size();
        for (Patch patch : from.site.patches.subList(0, known)) {
            w.site.receive(patch.change());
        }
    }

    private void write(Writer w, List<Op> ops, @Nullable Ref claim) {
        Project.Next next = w.site.project.next(w.device, w.epoch, clock);
        while (next.joins()) {
            admit(w, ChangeCodec.write(next.header(), new Actor.SystemActor("join"), List.of()));
            next = w.site.project.next(w.device, w.epoch, clock);
        }
        boolean agent = claim != null || w.site.project.membership().role(w.device) == Role.AGENT;
        Actor actor =
                agent
                        ? new Actor.Agent("agent", claim)
                        : random.nextInt(6) == 0
                                ? new Actor.SystemActor("sweep")
                                : new Actor.User("user");
        next = w.site.project.next(w.device, w.epoch, clock, actor, ops);
        admit(w, ChangeCodec.write(next.header(), actor, ops));
    }

    private void admit(Writer w, Change change) {
        switch (w.site.project.check(change)) {
            case Admission.Admitted admitted -> {
                w.site.apply(admitted);
                changes.add(change);
            }
            // A hostile writer asks for more than it may; honest ones are never refused.
            case Admission.Refused r -> {
                if (!hostile) {
                    throw new IllegalStateException(r.text() + " " + change);
                }
            }
            case Admission.Duplicate d -> {}
            case Admission.Missing m -> throw new IllegalStateException("a writer lacks " + m);
        }
    }

    private @Nullable Op op(Writer w) {
        Project p = w.site.project;
        List<Item> items = List.copyOf(p.items());
        if (hostile && random.nextInt(8) == 0) {
            return access(w);
        }
        if (items.isEmpty() || random.nextInt(8) == 0) {
            return newItem(p);
        }
        Item item = pick(items);
        ItemKey key = item.key();
        return switch (random.nextInt(hostile ? 20 : 13)) {
            case 0, 1, 2, 3 -> move(item);
            case 4, 5 -> field(item);
            case 6 -> new Op.AddNote(key, word());
            case 7 -> editNote(item);
            case 8 -> new Op.AddElement(key, SetName.LABELS, new Value.Text(word()));
            case 9 -> new Op.AddElement(key, SetName.TODOS, new Value.Text(word()));
            case 10 -> remove(item);
            case 11 -> {
                String todo = word();
                yield new Op.CheckTodo(
                        key, todo, random.nextBoolean(), some(item.check(todo).refs()));
            }
            case 12 -> count(item);
            case 13 ->
                    random.nextBoolean()
                            ? new Op.Unknown(
                                    4711, Octets.of(new byte[] {(byte) 0x82, 0x19, 0x12, 0x67, 0}))
                            : new Op.Unknown(12, Octets.of(new byte[] {(byte) 0x82, 0x0c, 0}));
            case 14 ->
                    new Op.AddElement(key, SetName.DEPENDS_ON, new Value.Item(pick(items).key()));
            default -> claim(w, item);
        };
    }

    private Op newItem(Project p) {
        SortedMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, new Value.Text(word()));
        fields.put(Field.BODY, new Value.Text(longText()));
        SortedMap<SetName, List<Value>> sets = new TreeMap<>();
        sets.put(SetName.TODOS, List.of(new Value.Text(word()), new Value.Text("always")));
        return new Op.NewItem(
                p.nextNumber(), new Origin(Origin.Kind.TEST, "seeds", clock), fields, sets);
    }

    private Op move(Item item) {
        List<Ref> bases = item.moveRefs();
        if (bases.isEmpty()) {
            bases = List.of(birth(item));
        }
        bases = random.nextInt(4) == 0 ? List.of(pick(bases)) : bases;
        Event event = pick(List.of(Event.values()));
        return new Op.Move(item.key(), event, bases, word(), new TreeMap<>());
    }

    private static Ref birth(Item item) {
        return Objects.requireNonNull(item.birth()).ref();
    }

    private Op field(Item item) {
        Field field = pick(List.of(Field.values()));
        Value value =
                switch (field.kind()) {
                    case TEXT -> new Value.Text(field == Field.BODY ? longText() : word());
                    case NUMBER -> new Value.Int(random.nextInt(10));
                    case FLAG -> new Value.Flag(random.nextBoolean());
                    case ITEM -> new Value.Item(item.key());
                };
        value = field != Field.NAME && random.nextInt(6) == 0 ? Value.NONE : value;
        return new Op.SetField(item.key(), field, value, some(item.fieldRefs(field)));
    }

    private @Nullable Op editNote(Item item) {
        List<NoteList.Note> notes = item.notes().notes();
        if (notes.isEmpty()) {
            return null;
        }
        NoteList.Note note = pick(notes);
        return new Op.EditNote(item.key(), note.ref(), word(), some(note.edits().refs()));
    }

    private Op remove(Item item) {
        SetName set = pick(List.of(SetName.LABELS, SetName.TODOS));
        Value element = new Value.Text(word());
        AddWinsSet.Entry<Value> entry = item.set(set).find(element);
        List<Ref> adds = entry == null ? List.of() : entry.refs();
        return new Op.RemoveElement(item.key(), set, element, adds);
    }

    private Op count(Item item) {
        CounterName counter = pick(List.of(CounterName.values()));
        List<Ref> heads = item.moveRefs();
        boolean retries = counter == CounterName.RETRIES && !heads.isEmpty();
        return new Op.Count(
                item.key(),
                retries ? counter : CounterName.TOKENS,
                random.nextInt(100),
                retries ? pick(heads) : null);
    }

    private Op claim(Writer w, Item item) {
        Project p = w.site.project;
        List<Claim> claims = item.claims();
        Claim before = claims.isEmpty() ? null : pick(claims);
        long generation = before == null ? 1 : before.generation() + 1;
        Ref after = before == null ? null : before.ref();
        Ref arbiter = Objects.requireNonNull(p.membership().arbiters()).present();
        List<ChangeId> last = new ArrayList<>();
        if (before != null) {
            for (Head head : p.heads().list()) {
                if (head.device().equals(before.holder()) && random.nextInt(3) > 0) {
                    last.add(head.id());
                }
            }
        }
        boolean isArbiter = w.device.equals(arbiterDevice(w, arbiter));
        if (!isArbiter || random.nextInt(4) == 0) {
            return new Op.Tentative(item.key(), generation, after, 1000);
        }
        return after != null && random.nextInt(3) == 0
                ? new Op.Expired(item.key(), after, arbiter, last)
                : new Op.Granted(item.key(), pick(devices), generation, after, arbiter, last, 1000);
    }

    private static DeviceId arbiterDevice(Writer w, Ref arbiter) {
        Place place = Objects.requireNonNull(w.site.history.find(arbiter.change()));
        Op op = w.site.history.change(place).op(arbiter.index());
        return op instanceof Op.SetArbiter set ? set.device() : ((Op.Genesis) op).owner();
    }

    private Op access(Writer w) {
        Project p = w.site.project;
        DeviceId device = pick(devices);
        List<Head> heads =
                p.heads().list().stream().filter(h -> h.device().equals(device)).toList();
        List<Kept> kept = new ArrayList<>();
        for (Head h : heads) {
            if (random.nextInt(3) > 0) {
                kept.add(new Kept(h.epoch(), h.seq(), h.id(), null));
            }
        }
        return switch (random.nextInt(10)) {
            case 8 -> checkpoint(w);
            case 0 -> new Op.AddMember(pick(devices), pick(List.of(Role.values())), "again", null);
            case 1 -> {
                DeviceId fresh = device("fresh" + random.nextInt(6));
                if (!devices.contains(fresh)) {
                    devices.add(fresh);
                    writers.add(new Writer(fresh, 5000 + devices.size()));
                }
                yield new Op.AddMember(fresh, Role.MEMBER, "fresh", null);
            }
            case 2 -> new Op.SetRole(device, random.nextBoolean() ? Role.MEMBER : Role.OWNER);
            case 3 -> new Op.Cut(device, kept);
            case 4, 5 -> {
                long epoch = heads.isEmpty() ? 1 : pick(heads).epoch();
                kept.removeIf(k -> k.epoch() != epoch);
                yield new Op.SettleFork(device, epoch, kept);
            }
            case 6 ->
                    new Op.Adopt(
                            List.of(pick(w.site.patches).change().id()),
                            random.nextBoolean() && !heads.isEmpty()
                                    ? List.of(pick(heads).id())
                                    : List.of());
            case 7 -> {
                Ref after = Objects.requireNonNull(p.membership().arbiters()).present();
                Place place = Objects.requireNonNull(w.site.history.find(after.change()));
                Op op = w.site.history.change(place).op(after.index());
                long term = op instanceof Op.SetArbiter set ? set.term() : 0;
                yield new Op.SetArbiter(device, after, term + 1, Op.ArbiterKind.HOME);
            }
            default -> new Op.SetRules(random.nextInt(1, 4));
        };
    }

    private static Op checkpoint(Writer w) {
        List<Op.Vouched> outlines = new ArrayList<>();
        for (Patch patch : w.site.patches) {
            ChangeId hash = Outline.hash(patch.change());
            if (hash != null) {
                outlines.add(new Op.Vouched(patch.change().id(), hash));
            }
        }
        outlines.sort(Comparator.comparing(Op.Vouched::change));
        Digest digest = w.site.project.digest();
        return new Op.Checkpoint(digest.items(), digest.membership(), outlines);
    }

    private List<Ref> some(List<Ref> refs) {
        return random.nextInt(4) == 0 && !refs.isEmpty() ? List.of(pick(refs)) : refs;
    }

    /** Longer than what would stand for it in an outline. */
    private String longText() {
        return (word() + " ").repeat(20);
    }

    private String word() {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
