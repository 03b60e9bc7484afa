package dev.musher.ops.bench;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Value;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Setup;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.sync.Invite;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a reconnect costs: two nodes over a history of 50,000 changes on 5 and 30 chains, each with
 * 0, 1, 100 or 1,000 changes that the other lacks. A chain is a device's stretch of work; here the
 * chains are epochs of two devices, which cost the same on the wire as epochs of thirty.
 */
final class ReconnectBench implements Bench {

    private static final int CHANGES = 50_000;
    private static final int BLOCK = 512;

    private long ticket = 10;

    @Override
    public void run(Path folder, double scale, Consumer<Figure> out) {
        for (int chains : new int[] {5, 30}) {
            Pair pair = new Pair();
            DeviceId recovery = DeviceId.of(signer(3).publicKey());
            Pair.Side a =
                    new Pair.Side(
                            "a:1", signer(1), Setup.founding("a", "a0", "bench", recovery), 1);
            pair.start(a);
            pair.give(a, new Input.MakeInvite(1, Role.MEMBER, "b"));
            Pair.Side b =
                    new Pair.Side(
                            "b:1",
                            signer(2),
                            Setup.joining("b", "b0", Invite.parse(String.valueOf(a.told))),
                            2);
            pair.start(b);
            pair.connect(b, a);
            int each = (int) (CHANGES * scale) / chains;
            List<String> items = create(pair, a);
            pair.connect(a, b);
            for (int chain = 0; chain < chains; chain++) {
                Pair.Side side = chain % 2 == 0 ? a : b;
                write(pair, side, items, each);
                pair.connect(a, b);
                if (chain + 2 < chains) {
                    side.setup = stamped(side.setup, side.address + chain);
                    pair.start(side);
                }
            }
            pair.connect(a, b);
            for (int different : new int[] {0, 1, 100, 1_000}) {
                figure(pair, a, b, items, chains, different, out);
            }
        }
    }

    private void figure(
            Pair pair,
            Pair.Side a,
            Pair.Side b,
            List<String> items,
            int chains,
            int different,
            Consumer<Figure> out) {
        pair.pass(2_000);
        pair.connect(a, b);
        write(pair, a, items, different);
        write(pair, b, items, different);
        pair.pass(2_000);
        Pair.Cost cost = pair.connect(a, b);
        long besides = cost.bytes() - cost.changeBytes();
        boolean goal = different == 0 || different == 100 && chains == 30;
        out.accept(
                new Figure(
                        String.format(
                                Locale.ROOT,
                                "reconnect, %d differences a side, %d chains",
                                different,
                                chains),
                        String.format(
                                Locale.ROOT,
                                "%d bytes besides changes, %.1f round trips",
                                besides,
                                cost.trips() / 2.0),
                        null,
                        different == 0
                                ? "<= 250 bytes, 1 round trip"
                                : goal ? "<= 3 kB, 1.5 round trips of P1" : null,
                        !goal
                                ? null
                                : different == 0
                                        ? (Boolean) (besides <= 250 && cost.trips() <= 2)
                                        : (Boolean) (besides <= 3_000),
                        cost.changeBytes()
                                + " bytes of changes, handshake "
                                + cost.handshakeBytes()
                                + " bytes; two replicas in one thread; acknowledgements are in it,"
                                + " trips are counted from the first digest"));
        if (!a.view().digest().equals(b.view().digest())) {
            pair.pass(2_000);
            if (!a.view().digest().equals(b.view().digest())) {
                throw new IllegalStateException("the two differ after a reconnect");
            }
        }
    }

    private List<String> create(Pair pair, Pair.Side side) {
        for (int i = 0; i < 500; i++) {
            SortedMap<Field, Value> fields = new TreeMap<>();
            fields.put(Field.NAME, new Value.Text("Item " + i));
            fields.put(Field.TYPE, new Value.Text("story"));
            submit(
                    side,
                    new Command.Create(
                            new Origin(Origin.Kind.TEST, "bench", 1), fields, new TreeMap<>()));
        }
        pair.pass(1);
        List<String> items = new ArrayList<>();
        side.view().items().forEach((key, item) -> items.add(key.text()));
        return items;
    }

    private void write(Pair pair, Pair.Side side, List<String> items, int count) {
        SplittableRandom random = new SplittableRandom(count);
        for (int i = 0; i < count; i++) {
            SortedMap<Field, Value> fields = new TreeMap<>();
            fields.put(Field.NAME, new Value.Text("Item renamed to " + random.nextInt(1_000_000)));
            submit(
                    side,
                    new Command.Edit(
                            items.get(random.nextInt(items.size())),
                            fields,
                            new TreeMap<>(),
                            null));
            if (i % BLOCK == BLOCK - 1) {
                pair.pass(1);
            }
        }
        pair.pass(1);
    }

    private void submit(Pair.Side side, Command command) {
        side.inbox.add(new Input.Submit(ticket++, new Actor.User("bench"), List.of(command), null));
    }

    private static Setup stamped(Setup setup, String stamp) {
        return new Setup(
                setup.label(),
                stamp,
                false,
                null,
                null,
                setup.peers(),
                setup.rules(),
                setup.sync());
    }

    private static Ed25519Signer signer(int number) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) number);
        return new Ed25519Signer(seed);
    }
}
