package dev.musher.crdt;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** One machine with a key, for tests that tell a story. */
final class Desk {

    final DeviceId device;
    final MemoryHistory history = new MemoryHistory();
    final Project project = new Project(Rules.PRODUCT, history);
    final List<Patch> patches = new ArrayList<>();
    Actor actor = new Actor.User("user");
    long epoch = 1;
    long clock = 1_000;

    private Desk(DeviceId device) {
        this.device = device;
    }

    /** The founder of a fresh project, whose recovery key is that of {@link #recovery}. */
    static Desk founder() {
        Desk desk = new Desk(Histories.device("founder"));
        desk.take(genesis(desk.draft(), new Op.Genesis("p", desk.device, recovery(), 7)));
        return desk;
    }

    static DeviceId recovery() {
        return Histories.device("recovery");
    }

    static Change genesis(Header draft, Op.Genesis op) {
        Header header =
                new Header(
                        1,
                        ChangeId.ZERO,
                        draft.device(),
                        draft.epoch(),
                        1,
                        null,
                        List.of(),
                        1,
                        draft.wallMs(),
                        draft.members(),
                        0,
                        ChangeId.ZERO);
        return ChangeCodec.write(header, new Actor.User("founder"), List.of(op));
    }

    /** A machine with another key that knows what this one knows. */
    Desk other(String name) {
        Desk desk = new Desk(Histories.device(name));
        desk.clock = clock;
        desk.sees(this);
        return desk;
    }

    Desk invited(String name, Role role) {
        write(new Op.AddMember(Histories.device(name), role, name, null));
        Desk desk = other(name);
        if (role == Role.AGENT) {
            desk.actor = new Actor.Agent("agent", null);
        }
        return desk;
    }

    Desk invited(String name) {
        return invited(name, Role.MEMBER);
    }

    /** A machine with the same key. */
    Desk twin() {
        Desk desk = new Desk(device);
        desk.epoch = epoch;
        desk.sees(this);
        return desk;
    }

    void sees(Desk other) {
        for (Change change : other.changes()) {
            if (history.find(change.id()) == null) {
                take(change);
            }
        }
    }

    List<Change> changes() {
        return patches.stream().map(Patch::change).toList();
    }

    Header draft() {
        return project.next(device, epoch, clock).header();
    }

    Change change(Op... ops) {
        return ChangeCodec.write(
                project.next(device, epoch, clock, actor, List.of(ops)).header(),
                actor,
                List.of(ops));
    }

    /** Writes a change that must be admitted. */
    Change write(Op... ops) {
        return take(change(ops));
    }

    Change take(Change change) {
        Admission admission = project.check(change);
        if (!(admission instanceof Admission.Admitted admitted)) {
            throw new AssertionError(admission + " " + change);
        }
        Patch patch = project.apply(admitted);
        history.add(patch);
        patches.add(patch);
        return change;
    }

    /** What is said of a change with these ops, written as this machine would write it. */
    Admission asked(Op... ops) {
        return project.check(change(ops));
    }

    ItemKey item(String name) {
        TreeMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, new Value.Text(name));
        Op op = new Op.NewItem(project.nextNumber(), null, fields, new TreeMap<>());
        return ItemKey.of(write(op).id(), 0);
    }

    Ref note(ItemKey item, String text) {
        return new Ref(write(new Op.AddNote(item, text)).id(), 0);
    }

    Place place(Change change) {
        return Objects.requireNonNull(history.find(change.id()));
    }
}
