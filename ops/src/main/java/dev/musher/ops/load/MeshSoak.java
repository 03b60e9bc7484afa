package dev.musher.ops.load;

import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Five nodes over TLS, each in a network of its own, under a steady load, with one fault after the
 * other: packets lost, a way cut in one direction, the mesh split, a wire that flaps, and in each
 * of them a node killed without warning and started again. After each fault the mesh must agree in
 * time, and in the end hold every change that was acknowledged. One thread, but for {@link #end}.
 */
final class MeshSoak {

    static final int NODES = 5;

    /** From a heal until all agree, s: row D18. */
    private static final double AGREE_S = 60;

    private static final double FAULT_S = 20;
    private static final double KILL_AT_S = 4;
    private static final double BACK_AFTER_S = 3;
    private static final long TICK_MS = 100;
    private static final double LOSS_EVERY_S = 0.5;
    private static final double FLAP_EVERY_S = 2;
    private static final double SAMPLE_EVERY_S = 10;
    private static final int EDITS_AN_ITEM = 20;

    /** What goes wrong. */
    enum Fault {
        /** Each way loses its packets for 5 to 30 % of the time, in bursts. */
        LOSS,
        /** One node is not heard by two others, and hears them. */
        ONE_WAY,
        /** Two nodes on one side, three on the other. */
        SPLIT,
        /** The wire of one node goes out and in. */
        FLAP
    }

    private final Path folder;
    private final double lastS;
    private final double everyS;
    private final long readySMax;
    private final SplittableRandom random;
    private final Consumer<String> say;
    private final MeshReport report = new MeshReport();
    private final Footprint footprint = new Footprint();
    private final List<MeshNode> nodes = new CopyOnWriteArrayList<>();
    private final Set<Integer> away = new TreeSet<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final double[] dials = new double[NODES];
    private volatile @Nullable Namespaces networks;
    private long beganNs;
    private double sampledS;
    private String item = "";
    private int edits;

    /**
     * A run that has not begun.
     *
     * @param lastS how long, s
     * @param everyS from one fault to the next, s; more than {@value #FAULT_S}
     */
    MeshSoak(
            Path folder,
            double lastS,
            double everyS,
            long readySMax,
            long seed,
            Consumer<String> say) {
        this.folder = folder;
        this.lastS = lastS;
        this.everyS = everyS;
        this.readySMax = readySMax;
        this.random = new SplittableRandom(seed);
        this.say = say;
    }

    /** Runs it to its end. */
    MeshReport run() throws IOException, InterruptedException {
        try (Namespaces network = Namespaces.open(NODES)) {
            networks = network;
            soak(network);
        }
        report.seconds = seconds();
        report.acknowledged = acknowledged.size();
        report.footprint = footprint.figures();
        return report;
    }

    private void soak(Namespaces network) throws IOException, InterruptedException {
        try {
            for (int i = 0; i < NODES; i++) {
                nodes.add(new MeshNode(i, folder, network, readySMax));
                nodes.get(i).start(i == 0 ? null : nodes.getFirst().invite("node-" + i));
            }
            beganNs = System.nanoTime();
            agree("the start");
            int round = random.nextInt(Fault.values().length);
            while (seconds() < lastS) {
                double roundS = seconds();
                fault(network, Fault.values()[round++ % Fault.values().length]);
                load(roundS + everyS);
            }
            agree("the end");
            verify();
            for (MeshNode node : nodes) {
                report.alarms += node.counter("musher_states_differ");
            }
            if (report.alarms > 0) {
                report.breach("states differed at equal heads, see the logs of the nodes");
            }
        } finally {
            // Before the networks, which live as long as a process is in them.
            stopAll();
        }
    }

    /** Kills what runs, and takes the networks away: for the end of this process. */
    void end() {
        nodes.forEach(MeshNode::end);
        Namespaces made = networks;
        if (made != null) {
            try {
                made.close();
            } catch (IOException e) {
                say.accept("the networks could not be taken away: " + e);
            }
        }
    }

    private void fault(Namespaces network, Fault fault) throws IOException, InterruptedException {
        double from = seconds();
        int struck = 1 + random.nextInt(NODES - 1);
        int killed = 1 + random.nextInt(NODES - 1);
        double lost = 0.05 + random.nextInt(26) / 100.0;
        double nextS = 0;
        boolean wired = true;
        boolean dead = false;
        boolean wasKilled = false;
        double backS = 0;
        report.faults.merge(fault.name(), 1, Integer::sum);
        if (fault == Fault.ONE_WAY || fault == Fault.SPLIT) {
            network.lose(fault == Fault.ONE_WAY ? unheard(struck) : split(struck));
        }
        while (seconds() - from < FAULT_S || dead) {
            double now = seconds() - from;
            if (now >= nextS && fault == Fault.LOSS) {
                nextS = now + LOSS_EVERY_S;
                network.lose(some(lost));
            } else if (now >= nextS && fault == Fault.FLAP) {
                nextS = now + FLAP_EVERY_S;
                wired = !wired;
                away(struck, !wired);
                network.wire(struck, wired);
            }
            if (!wasKilled && now >= KILL_AT_S && !away.contains(killed)) {
                away(killed, true);
                nodes.get(killed).kill();
                report.kills++;
                wasKilled = true;
                dead = true;
                backS = now + BACK_AFTER_S;
            } else if (dead && now >= backS) {
                nodes.get(killed).start(null);
                dials[killed] = 0;
                dead = false;
                away(killed, false);
            }
            tick();
        }
        network.lose(Set.of());
        network.wire(struck, true);
        away(struck, false);
        agree(fault.name());
    }

    private Set<Namespaces.Way> some(double share) {
        Set<Namespaces.Way> out = new TreeSet<>();
        for (int from = 0; from < NODES; from++) {
            for (int to = 0; to < NODES; to++) {
                if (from != to && random.nextDouble() < share) {
                    out.add(new Namespaces.Way(from, to));
                }
            }
        }
        return out;
    }

    private static Set<Namespaces.Way> unheard(int node) {
        Set<Namespaces.Way> out = new TreeSet<>();
        out.add(new Namespaces.Way(node, (node + 1) % NODES));
        out.add(new Namespaces.Way(node, (node + 2) % NODES));
        return out;
    }

    private static Set<Namespaces.Way> split(int node) {
        Set<Namespaces.Way> out = new TreeSet<>();
        for (int here : List.of(node, (node + 1) % NODES)) {
            for (int there = 0; there < NODES; there++) {
                if (there != node && there != (node + 1) % NODES) {
                    out.add(new Namespaces.Way(here, there));
                    out.add(new Namespaces.Way(there, here));
                }
            }
        }
        return out;
    }

    private void away(int node, boolean now) {
        if (now) {
            away.add(node);
        } else {
            away.remove(node);
        }
        nodes.get(node).forget();
    }

    private void load(double untilS) throws IOException, InterruptedException {
        while (seconds() < untilS && seconds() < lastS) {
            tick();
        }
    }

    /** One write, and what else is due. */
    private void tick() throws IOException, InterruptedException {
        long began = System.nanoTime();
        write();
        if (seconds() - sampledS >= SAMPLE_EVERY_S) {
            double overS = seconds() - sampledS;
            sampledS = seconds();
            footprint.sample(nodes.getFirst().pid(), sampledS);
            countDials(overS);
        }
        long leftMs = TICK_MS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        if (leftMs > 0) {
            TimeUnit.MILLISECONDS.sleep(leftMs);
        }
    }

    private void countDials(double overS) throws IOException {
        for (MeshNode node : nodes) {
            if (away.contains(node.index())) {
                continue;
            }
            double now;
            try {
                now = node.counter("musher_peer_dials");
            } catch (Failure e) {
                node.forget();
                continue;
            }
            double rate = (now - dials[node.index()]) / overS / (NODES - 1);
            dials[node.index()] = now;
            report.dialsMax = Math.max(report.dialsMax, rate);
            if (rate > 1) {
                report.breach("node " + node.index() + " dialled " + rate + " times a s and peer");
            }
        }
    }

    private void write() throws IOException {
        MeshNode node = nodes.get(random.nextInt(NODES));
        if (away.contains(node.index())) {
            return;
        }
        try {
            Json done;
            if (item.isEmpty() || edits == EDITS_AN_ITEM) {
                done =
                        node.client()
                                .write(
                                        "POST",
                                        "/api/v1/items",
                                        Map.of(
                                                "type",
                                                "story",
                                                "name",
                                                "at " + seconds(),
                                                "origin",
                                                Map.of("kind", "test", "id", "soak")));
                item = done.at("id").text();
                edits = 0;
            } else {
                edits++;
                done =
                        node.client()
                                .write(
                                        "PATCH",
                                        "/api/v1/items/" + item,
                                        Map.of("assignee", "a" + random.nextInt()));
            }
            acknowledged.add(done.at("change").text());
        } catch (Failure e) {
            if (!e.problem().exists() || e.code().equals("outcome_unknown")) {
                report.unknown++;
                node.forget();
            } else {
                // An item made on another side of a cut is not known here yet.
                report.refused.merge(e.code(), 1, Integer::sum);
            }
        }
    }

    /** Waits until all nodes show one digest, with no load; a breach where that takes too long. */
    private void agree(String after) throws IOException, InterruptedException {
        double from = seconds();
        while (true) {
            Set<String> digests = new TreeSet<>();
            for (MeshNode node : nodes) {
                digests.add(node.digest());
            }
            double took = seconds() - from;
            if (digests.size() == 1 && !digests.contains("")) {
                report.agreed(took);
                say.accept(
                        "%6.0f s  after %s all agree in %.1f s; %d changes acknowledged"
                                .formatted(seconds(), after, took, acknowledged.size()));
                return;
            }
            if (took > AGREE_S) {
                report.agreed(took);
                report.breach(
                        "after %s not all agree in %.0f s: %s".formatted(after, AGREE_S, digests));
                return;
            }
            TimeUnit.MILLISECONDS.sleep(TICK_MS);
        }
    }

    /** All nodes agree, so what one has all have. */
    private void verify() throws IOException {
        Set<String> missing = new HashSet<>(acknowledged);
        long after = 0;
        List<Json> page = nodes.getFirst().changes(after);
        while (!page.isEmpty()) {
            page.forEach(change -> missing.remove(change.at("id").text()));
            after += page.size();
            page = nodes.getFirst().changes(after);
        }
        report.changes = after;
        report.lost = missing.size();
        if (!missing.isEmpty()) {
            report.breach(missing.size() + " acknowledged changes are lost: " + missing);
        }
    }

    private void stopAll() throws InterruptedException {
        for (MeshNode node : nodes) {
            node.stop();
        }
    }

    private double seconds() {
        return (System.nanoTime() - beganNs) / 1e9;
    }
}
