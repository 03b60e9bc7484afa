package dev.musher.ops.bench;

import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.node.replica.Effect;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.Setup;
import dev.musher.node.store.Batch;
import dev.musher.node.store.GroupCommit;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreException;
import dev.musher.node.store.StoreOptions;
import dev.musher.protocol.codec.FrameReader;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.crypto.Ed25519Verifier;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.json.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * What a node takes in from a peer: the frames that a peer sent are played to a replica over
 * RocksDB with its store thread, so that the sender takes none of the cores. Beside it, in the same
 * run, RocksDB alone writes the very same rows.
 */
final class IngestBench implements Bench {

    private static final int CHANGES = 50_000;
    private static final int WIDE_CHANGES = 4_000;
    private static final int WIDE_OPS = 64;
    private static final int ITEMS = 5_000;
    private static final int MEMBERS = 200;
    private static final int BLOCK = 512;
    private static final long SEED_B = 12;

    /** Kinds of frames: the handshake ends with a proof, changes are in runs. */
    private static final int PROOF = 1;

    private static final int RUNS = 11;

    @Override
    public void run(Path folder, double scale, Consumer<Figure> out) throws InterruptedException {
        one(folder.resolve("one"), "one-op", (int) (CHANGES * scale), 1, out);
        one(folder.resolve("wide"), "64-op", (int) (WIDE_CHANGES * scale), WIDE_OPS, out);
        members(folder.resolve("members"), (int) (CHANGES * scale), out);
        cut((int) (CHANGES * scale), out);
    }

    /** How long a node is busy with the one change that flips the verdict on many. */
    private static void cut(int changes, Consumer<Figure> out) {
        Pair pair = new Pair();
        Pair.Side a = pair.found();
        Pair.Side b = pair.join(a, SEED_B);
        pair.start(b);
        pair.connect(b, a);
        fill(pair, b, changes, 1);
        pair.connect(b, a);
        DeviceId device = DeviceId.of(b.signer.publicKey());
        long beganNs = System.nanoTime();
        pair.give(a, submit(0, new Command.Revoke(device, List.of())));
        double voided = (System.nanoTime() - beganNs) / 1e9;
        if (a.view().items().size() > 0) {
            throw new IllegalStateException("the cut left items");
        }
        beganNs = System.nanoTime();
        pair.give(a, submit(0, new Command.AdoptDevice(device)));
        double back = (System.nanoTime() - beganNs) / 1e9;
        out.accept(
                Figure.plain(
                        "a cut that voids all a device wrote, and the adoption of it",
                        String.format(Locale.ROOT, "%.2f s, %.2f s", voided, back),
                        String.format(
                                Locale.ROOT,
                                "%,d one-op changes over %,d items; core thread alone, without"
                                        + " the disk",
                                changes,
                                ITEMS)));
    }

    /** What it costs that others take part: every change is judged by the whole membership. */
    private static void members(Path folder, int changes, Consumer<Figure> out)
            throws InterruptedException {
        Recorded few = record(changes, 1, 0);
        Recorded many = record(changes, 1, MEMBERS);
        List<Double> shares = new ArrayList<>();
        for (int round = 0; round < 7; round++) {
            double alone = ingest(folder.resolve("few-" + round), few).aChange;
            double among = ingest(folder.resolve("many-" + round), many).aChange;
            shares.add(100 * (among / alone - 1));
        }
        shares.sort(null);
        double median = shares.get(shares.size() / 2);
        out.accept(
                new Figure(
                        "ingest among " + MEMBERS + " members, half of them revoked",
                        String.format(Locale.ROOT, "%+.1f %% of the core thread a change", median),
                        String.format(
                                Locale.ROOT,
                                "least %+.1f, most %+.1f",
                                shares.getFirst(),
                                shares.getLast()),
                        "<= 5 %",
                        median <= 5,
                        String.format(
                                Locale.ROOT,
                                "%,d one-op changes of the founder beside the same in a project of"
                                        + " two devices, in turn; median of 7 rounds; after the"
                                        + " first tenth, in which the members are added",
                                changes)));
    }

    private static void one(Path folder, String name, int changes, int ops, Consumer<Figure> out)
            throws InterruptedException {
        Recorded recorded = record(changes, ops, 0);
        List<Double> alone = new ArrayList<>();
        List<Double> whole = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            alone.add(
                    recorded.changes
                            / rocksAlone(folder.resolve("alone-" + round), recorded.batches));
            Took took = ingest(folder.resolve("node-" + round), recorded);
            whole.add(recorded.changes / took.first);
            again.add(recorded.changes / took.again);
        }
        double a = best(alone);
        double w = best(whole);
        long rows = recorded.batches.stream().mapToLong(Batch::count).sum();
        String corpus =
                String.format(
                        Locale.ROOT,
                        "%,d changes of %d op(s) by one device over %,d items; core and store"
                                + " thread of one process; best of 5 rounds, in turn",
                        recorded.changes,
                        ops,
                        ITEMS);
        out.accept(
                new Figure(
                        "ingest of " + name + " changes from a peer",
                        String.format(Locale.ROOT, "%,.0f/s", w),
                        String.format(
                                Locale.ROOT,
                                "RocksDB alone, same rows: %,.0f/s; ratio %.0f %%",
                                a,
                                100 * w / a),
                        ops == 1 ? ">= 75,000/s, or >= 50 % of RocksDB alone" : null,
                        ops == 1 ? (Boolean) (w >= 75_000 || w >= a / 2) : null,
                        corpus));
        out.accept(
                Figure.plain(
                        "rows written a " + name + " change",
                        String.format(Locale.ROOT, "%.2f", (double) rows / recorded.changes),
                        corpus));
        double duplicateUs = 1e6 / best(again);
        out.accept(
                new Figure(
                        "a " + name + " change that is here already",
                        String.format(Locale.ROOT, "%.2f us", duplicateUs),
                        null,
                        ops == 1 ? "<= 20 us" : null,
                        ops == 1 ? (Boolean) (duplicateUs <= 20) : null,
                        "the same frames over a second link"));
    }

    private static double best(List<Double> rates) {
        return rates.stream().mapToDouble(r -> r).max().orElse(0);
    }

    /**
     * Seconds.
     *
     * @param first that the frames took
     * @param again that they took when they came again
     * @param aChange of the core thread that a change took, after the first tenth of them
     */
    private record Took(double first, double again, double aChange) {}

    /** What B was sent, and what it wrote. */
    private record Recorded(
            int changes,
            Setup setup,
            Signer signer,
            List<byte[]> frames,
            List<Batch> batches,
            String digest) {}

    private static Recorded record(int changes, int ops, int members) {
        Pair pair = new Pair();
        Pair.Side a = pair.found();
        people(pair, a, members);
        fill(pair, a, changes, ops);
        Pair.Side b = pair.join(a, SEED_B);
        b.keepBatches = true;
        pair.start(b);
        a.sent.clear();
        pair.connect(b, a);
        for (int i = 0; i < 20 && b.view().digest().isEmpty(); i++) {
            pair.pass(1_000);
        }
        String digest = b.view().digest();
        int took = (int) b.view().changes();
        return new Recorded(took, b.setup, b.signer, a.sent, b.committed, digest);
    }

    /** Adds devices, and revokes every second one. */
    private static void people(Pair pair, Pair.Side side, int count) {
        for (int i = 0; i < count; i++) {
            byte[] seed = new byte[Ed25519Signer.SEED_BYTES];
            seed[0] = 1;
            seed[1] = (byte) i;
            DeviceId device = DeviceId.of(new Ed25519Signer(seed).publicKey());
            pair.give(side, submit(0, new Command.AddMember(device, Role.MEMBER, "m" + i)));
            if (i % 2 == 0) {
                pair.give(side, submit(0, new Command.Revoke(device, List.of())));
            }
        }
    }

    private static void fill(Pair pair, Pair.Side side, int changes, int ops) {
        SplittableRandom random = new SplittableRandom(5);
        List<String> items = new ArrayList<>();
        List<Input> block = new ArrayList<>();
        for (int i = 0; i < Math.min(ITEMS, changes / 2); i++) {
            block.add(submit(i, Typical.create(i)));
        }
        send(pair, side, block);
        side.view().items().forEach((key, item) -> items.add(key.text()));
        block.clear();
        for (int i = items.size(); i < changes; i++) {
            String ref = items.get(random.nextInt(items.size()));
            block.add(submit(i, ops == 1 ? Typical.edit(ref, 1, random) : wide(ref, ops, random)));
        }
        send(pair, side, block);
    }

    private static void send(Pair pair, Pair.Side side, List<Input> inputs) {
        for (int from = 0; from < inputs.size(); from += BLOCK) {
            side.inbox.addAll(inputs.subList(from, Math.min(inputs.size(), from + BLOCK)));
            pair.pass(1);
        }
    }

    private static Input submit(long ticket, Command command) {
        return new Input.Submit(ticket, Typical.ACTOR, List.of(command), null);
    }

    /** Many labels of one item in one change. */
    private static Command wide(String ref, int ops, SplittableRandom random) {
        SortedMap<SetName, Command.SetEdit> sets = new TreeMap<>();
        List<String> labels = new ArrayList<>();
        int base = random.nextInt(1_000);
        for (int i = 0; i < ops; i++) {
            labels.add("label-" + (base + i));
        }
        sets.put(SetName.LABELS, new Command.SetEdit(null, labels, List.of()));
        return new Command.Edit(ref, new TreeMap<>(), sets, null);
    }

    private static double rocksAlone(Path folder, List<Batch> batches) {
        try (RocksStore store = RocksStore.open(folder, StoreOptions.defaults())) {
            long beganNs = System.nanoTime();
            for (Batch batch : batches) {
                store.commit(batch);
            }
            return (System.nanoTime() - beganNs) / 1e9;
        }
    }

    private static Took ingest(Path folder, Recorded recorded) throws InterruptedException {
        BlockingQueue<Input> answers = new LinkedBlockingQueue<>();
        SplittableRandom random = new SplittableRandom(SEED_B);
        try (RocksStore store = RocksStore.open(folder, StoreOptions.defaults());
                GroupCommit commits = new GroupCommit(store, GroupCommit.Limits.defaults())) {
            Replica replica =
                    Replica.open(
                            recorded.setup,
                            store,
                            new byte[] {12, 1, 1, 1, 1, 1, 1, 1},
                            recorded.signer,
                            new Ed25519Verifier(),
                            random.split(),
                            Pair.START_MS);
            Player player = new Player(replica, commits, answers, recorded.changes / 10);
            player.perform(replica.start(Pair.START_MS, 0));
            player.drain(false);
            byte[] nonce = new byte[32];
            random.nextBytes(nonce);
            player.give(new Input.Connected(1, true, "a:1", nonce));
            long beganNs = System.nanoTime();
            for (byte[] frame : recorded.frames) {
                while (replica.saturated()) {
                    player.drain(true);
                }
                player.give(new Input.Frame(1, frame.clone()));
                player.drain(false);
            }
            while (player.changes < recorded.changes) {
                player.drain(true);
            }
            double seconds = (System.nanoTime() - beganNs) / 1e9;
            double aChange = player.sinceTenth();
            player.finish(recorded.digest);
            player.give(new Input.Closed(1, "played"));
            player.drain(false);
            player.give(new Input.Connected(2, true, "a:1", nonce.clone()));
            long againNs = System.nanoTime();
            for (byte[] frame : recorded.frames) {
                // Only what a link must begin with, and changes: the rest answers questions that
                // nobody asks this time.
                int kind = new FrameReader(frame).kind();
                if (kind <= PROOF || kind == RUNS) {
                    player.give(new Input.Frame(2, frame.clone()));
                    player.drain(false);
                }
            }
            double again = (System.nanoTime() - againNs) / 1e9;
            player.finish(recorded.digest);
            return new Took(seconds, again, aChange);
        }
    }

    /** The core thread of the replica that frames are played to. */
    private static final class Player {
        private final Replica replica;
        private final GroupCommit commits;
        private final BlockingQueue<Input> answers;
        private long changes;
        private String digest = "";
        private long nowMs = 1;
        private final long tenth;
        private long atTenth;
        private long tenthNs;

        Player(Replica replica, GroupCommit commits, BlockingQueue<Input> answers, long tenth) {
            this.tenth = tenth;
            this.replica = replica;
            this.commits = commits;
            this.answers = answers;
        }

        void give(Input input) {
            perform(replica.receive(input, Pair.START_MS, nowMs));
        }

        /** Takes what the store thread answered; waits for one if asked to. */
        void drain(boolean wait) throws InterruptedException {
            for (Input input = wait ? answers.take() : answers.poll();
                    input != null;
                    input = answers.poll()) {
                give(input);
            }
        }

        void perform(List<Effect> effects) {
            for (Effect effect : effects) {
                switch (effect) {
                    case Effect.Commit e -> commit(e);
                    case Effect.Send e -> answers.add(new Input.Sent(e.link()));
                    case Effect.Dial e -> answers.add(new Input.DialFailed(e.address(), "by hand"));
                    case Effect.Publish e -> {
                        changes = e.published().changes();
                        if (atTenth == 0 && changes >= tenth) {
                            atTenth = changes;
                            tenthNs = Cpu.threadNs();
                        }
                        digest = e.published().digest();
                    }
                    case Effect.Close e ->
                            throw new IllegalStateException(
                                    "the replica closes the link: " + e.why());
                    case Effect.Stop e -> throw new IllegalStateException(e.why());
                    default -> {} // readers and callers, of whom there are none here
                }
            }
        }

        private void commit(Effect.Commit e) {
            commits.submit(
                    e.rows(),
                    new GroupCommit.Completion() {
                        @Override
                        public void committed() {
                            answers.add(new Input.Committed(e.batch()));
                        }

                        @Override
                        public void failed(StoreException cause) {
                            answers.add(
                                    new Input.CommitFailed(
                                            e.batch(), false, String.valueOf(cause.getMessage())));
                        }
                    });
        }

        /** Seconds of this thread a change since the first tenth of them was here. */
        double sinceTenth() {
            return (Cpu.threadNs() - tenthNs) / 1e9 / (changes - atTenth);
        }

        /** The state must be the one the recording ended with. */
        void finish(String wanted) throws InterruptedException {
            for (int i = 0; i < 20 && digest.isEmpty(); i++) {
                nowMs += 1_000;
                give(new Input.Tick());
                drain(false);
            }
            if (!digest.equals(wanted)) {
                throw new IllegalStateException("the frames gave another state when played again");
            }
        }
    }
}
