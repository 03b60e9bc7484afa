package dev.musher.ops.bench;

import dev.musher.node.replica.Input;
import dev.musher.node.replica.Setup;
import dev.musher.protocol.json.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
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
            Pair.Side a = pair.found();
            Pair.Side b = pair.join(a, 12);
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
                                : goal ? "<= 3 kB, 1.5 round trips after the digest" : null,
                        !goal
                                ? null
                                : different == 0
                                        ? (Boolean) (besides <= 250 && cost.trips() <= 2)
                                        : (Boolean) (besides <= 3_000 && cost.trips() <= 1 + 3),
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
            submit(side, Typical.create(i));
        }
        pair.pass(1);
        List<String> items = new ArrayList<>();
        side.view().items().forEach((key, item) -> items.add(key.text()));
        return items;
    }

    private void write(Pair pair, Pair.Side side, List<String> items, int count) {
        SplittableRandom random = new SplittableRandom(count);
        for (int i = 0; i < count; i++) {
            submit(side, Typical.edit(items.get(random.nextInt(items.size())), 1, random));
            if (i % BLOCK == BLOCK - 1) {
                pair.pass(1);
            }
        }
        pair.pass(1);
    }

    private void submit(Pair.Side side, Command command) {
        side.inbox.add(new Input.Submit(ticket++, Typical.ACTOR, List.of(command), null));
    }

    private static Setup stamped(Setup setup, String stamp) {
        return new Setup(
                setup.label(),
                stamp,
                null,
                null,
                null,
                setup.peers(),
                setup.rules(),
                setup.sync(),
                setup.foldAtOnce());
    }
}
