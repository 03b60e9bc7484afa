package dev.musher.ops.bench;

import dev.musher.crdt.Admission;
import dev.musher.crdt.MemoryHistory;
import dev.musher.crdt.Patch;
import dev.musher.crdt.Project;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Frontier;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Signature;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Stage;
import dev.musher.protocol.codec.ChainSigning;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.crypto.Signer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A made-up but admissible history of a project: several devices, each writing runs of changes to a
 * shared set of items, signed as nodes sign. The same seed gives the same bytes.
 *
 * <p>Of the ops of a change, one in ten makes an item until there are enough; of the others most
 * set a short field, some move the item, add a note or a label.
 */
public final class Corpus {

    /** When the history begins: 2026-01-01, in ms since 1970; one change a second from there. */
    public static final long START_MS = 1_767_225_600_000L;

    private final SplittableRandom random;
    private final List<Signer> signers = new ArrayList<>();
    private final List<DeviceId> devices = new ArrayList<>();
    private final long[] epochs;
    private final MemoryHistory history = new MemoryHistory();
    private final Project project = new Project(Rules.PRODUCT, history);
    private final List<Signed> out = new ArrayList<>();
    private final List<ItemKey> items = new ArrayList<>();
    private long wallMs = START_MS;
    private int unsigned;
    private long unsignedBytes;

    private Corpus(long seed, int deviceCount) {
        random = new SplittableRandom(seed);
        epochs = new long[deviceCount];
        for (int i = 0; i < deviceCount; i++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            signers.add(new Ed25519Signer(key));
            devices.add(DeviceId.of(signers.get(i).publicKey()));
            epochs[i] = random.nextLong();
        }
    }

    /**
     * A history.
     *
     * @param seed what it is made from
     * @param devices authors, 1 or more; the first is the founder
     * @param itemsMax how many items there are in the end
     * @param changes how many changes beside the genesis and the adds of members
     * @param ops ops in each of them, 1..64
     * @param run how many changes a device writes before another goes on
     */
    public static Corpus make(long seed, int devices, int itemsMax, int changes, int ops, int run) {
        Corpus corpus = new Corpus(seed, devices);
        corpus.members();
        corpus.write(itemsMax, changes, ops, run);
        return corpus;
    }

    /** All changes in an order in which each comes after its dependencies, signed in runs. */
    public List<Signed> changes() {
        return Collections.unmodifiableList(out);
    }

    /** The state that the whole history adds up to. */
    public Project project() {
        return project;
    }

    /** The signer of a device; 0 is the founder. */
    public Signer signer(int device) {
        return signers.get(device);
    }

    private DeviceId recovery() {
        byte[] seed = new byte[32];
        random.nextBytes(seed);
        return DeviceId.of(new Ed25519Signer(seed).publicKey());
    }

    private void members() {
        Op genesis = new Op.Genesis("corpus", devices.get(0), recovery(), 1);
        Header first =
                new Header(
                        Header.VERSION,
                        ChangeId.ZERO,
                        devices.get(0),
                        epochs[0],
                        1,
                        null,
                        List.of(),
                        1,
                        wallMs,
                        Frontier.hash(List.of()),
                        0,
                        ChangeId.ZERO);
        add(0, ChangeCodec.write(first, new Actor.User("founder"), List.of(genesis)), true);
        for (int i = 1; i < devices.size(); i++) {
            append(
                    0,
                    List.of(new Op.AddMember(devices.get(i), Role.MEMBER, "device-" + i, null)),
                    true);
        }
    }

    private void write(int itemsMax, int changes, int ops, int run) {
        int device = 0;
        for (int n = 0; n < changes; n++) {
            if (n % run == 0) {
                device = random.nextInt(devices.size());
            }
            List<Op> body = new ArrayList<>(ops);
            int made = 0;
            for (int i = 0; i < ops; i++) {
                boolean create =
                        items.isEmpty()
                                || (items.size() + made < itemsMax && random.nextInt(10) == 0);
                made += create ? 1 : 0;
                body.add(
                        create
                                ? create(items.size() + made)
                                : on(items.get(random.nextInt(items.size()))));
            }
            append(device, body, (n + 1) % run == 0 || n + 1 == changes);
        }
    }

    private void append(int device, List<Op> ops, boolean last) {
        wallMs += 1_000;
        Project.Next next = project.next(devices.get(device), epochs[device], wallMs);
        if (next.joins()) {
            throw new IllegalStateException("a corpus has few heads");
        }
        add(device, ChangeCodec.write(next.header(), new Actor.User("dev-" + device), ops), last);
    }

    private void add(int device, Change change, boolean sign) {
        if (!(project.check(change) instanceof Admission.Admitted admitted)) {
            throw new IllegalStateException("refused: " + project.check(change));
        }
        Patch patch = project.apply(admitted);
        history.add(patch);
        for (int i = 0; i < change.ops().size(); i++) {
            if (change.op(i) instanceof Op.NewItem) {
                items.add(ItemKey.of(change.id(), i));
            }
        }
        boolean signed = sign || ChainSigning.mustSign(unsigned, unsignedBytes, change);
        Signature signature =
                signed
                        ? Signature.of(signers.get(device).sign(Domain.CHANGE, change.id().bytes()))
                        : null;
        unsigned = signed ? 0 : unsigned + 1;
        unsignedBytes = signed ? 0 : unsignedBytes + change.bytes().length;
        out.add(new Signed(change, signature));
    }

    private Op create(int number) {
        SortedMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, new Value.Text("Item " + number + " of the corpus"));
        fields.put(Field.TYPE, new Value.Text(number % 5 == 0 ? "bug" : "story"));
        return new Op.NewItem(
                number, new Origin(Origin.Kind.TEST, "corpus", START_MS), fields, new TreeMap<>());
    }

    private Op on(ItemKey key) {
        Item item = project.item(key);
        if (item == null) {
            throw new IllegalStateException("an item of the corpus is gone");
        }
        return switch (random.nextInt(20)) {
            case 0 ->
                    new Op.AddNote(key, "A note of some length, as people and agents write them.");
            case 1 ->
                    new Op.AddElement(
                            key, SetName.LABELS, new Value.Text("label-" + random.nextInt(10)));
            case 2, 3 -> move(item);
            case 4, 5, 6 -> set(item, Field.PRIORITY, new Value.Int(random.nextInt(5)));
            case 7, 8, 9, 10 ->
                    set(item, Field.ASSIGNEE, new Value.Text("dev-" + random.nextInt(50)));
            default ->
                    set(
                            item,
                            Field.NAME,
                            new Value.Text("Item renamed to " + random.nextInt(1_000_000)));
        };
    }

    private static Op set(Item item, Field field, Value value) {
        return new Op.SetField(item.key(), field, value, item.fieldRefs(field));
    }

    private Op move(Item item) {
        Event event =
                switch (item.stage()) {
                    case Stage.Backlog s -> Event.START;
                    case Stage.Coding s -> Event.QA;
                    case Stage.Qa s -> Event.MERGE;
                    case Stage.Merge s -> Event.DONE;
                    case Stage.Done s -> Event.REOPEN;
                    case null, default -> Event.BLOCK;
                };
        return new Op.Move(item.key(), event, item.moveRefs(), "", new TreeMap<>());
    }
}
