package dev.musher.ops.attack;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Value;
import dev.musher.protocol.codec.Signed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** What a member gone bad can do, whose key opens the door. */
final class MemberAttacks {

    private static final int FRAME_CHANGES = 1_000;

    /** From the first bad frame until the node has ended the session and closed. */
    private static final double DROPPED_MS = 5_000;

    private static final int PATIENCE_MS = 15_000;
    private static final int PUSH_ME = 4;

    /** Changes under one signature, and what they take at the most. */
    private static final int RUN = 64;

    private static final int FRAME_BYTES = 64 * 1024;

    /** Bounds of a dialogue that leads nowhere: rounds, what the node says, its work a round. */
    private static final double ROUNDS = 64;

    private static final double SAID_MIB = 4;
    private static final double ROUND_MS = 200;

    private static final String BAD_SIGNATURES =
            "musher_peer_sessions_ended_total{reason=\"bad_signature\"}";
    private static final String DOWNGRADES =
            "musher_peer_sessions_ended_total{reason=\"downgrade\"}";
    private static final String READ_BYTES = "musher_peer_bytes_total{way=\"in\"}";
    private static final String PARKED_BYTES = "musher_changes_parked_bytes";
    private static final double PARKED_MIB = 16;
    private static final String DELAYED = "musher_changes_delayed";

    /** How long it takes at the least until the quota shows. */
    private static final int QUOTA_S = 15;

    /** Changes a second of a member that writes without end, and when that is noticed, ms. */
    private static final int WRITES_A_SECOND = 10_000;

    private static final double DELAYED_MS = 10_000;
    private static final long LOOK_NS = 250_000_000L;

    /** Changes a second that are taken beyond the quota's first: its 1,000, and what people do. */
    private static final double RATE = 1_500;

    /** Event streams at once, and what each may take of the node. */
    static final int STREAMS = 50;

    private static final int STREAM_MIB = 4;

    private MemberAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack("valid changes at full speed", "D8", 100, 150, MemberAttacks::valid),
                new Attack("bad signatures at full speed", "D9", 32, 25, MemberAttacks::forged),
                new Attack("changes without parents", "D10", 16, 25, MemberAttacks::orphans),
                new Attack("the same changes again", "D5", 32, 25, MemberAttacks::again),
                new Attack("changes of another project", "D5", 32, 25, MemberAttacks::foreign),
                new Attack("a lower level than before", "D6", 32, 25, (s, n) -> downgrade(s)),
                new Attack("heads that do not exist", "D11", 32, 25, MemberAttacks::heads),
                new Attack("questions without end", "D11", 32, 25, MemberAttacks::questions),
                new Attack("parents promised and withheld", "D10", 16, 25, MemberAttacks::withheld),
                new Attack("half of a run", "D10", 16, 25, MemberAttacks::half),
                new Attack("acknowledgements and padding", "D9", 32, 25, MemberAttacks::padding),
                new Attack(
                        "event streams that nobody reads",
                        "D14",
                        STREAMS * STREAM_MIB,
                        150,
                        UnreadStreams::run),
                new Attack(
                        "everything asked for and nothing read",
                        "D14",
                        64,
                        25,
                        MemberAttacks::deaf));
    }

    /** What is said on a link, again and again until it ends. */
    @FunctionalInterface
    private interface Say {
        void on(Line line) throws IOException;
    }

    /**
     * What came of saying something until the node dropped it, coming back, and so on.
     *
     * @param allowed how often it was said on the first link
     * @param taken how often the node looked at it there: what it said last may never be read
     * @param heard bytes that the node said on that one
     * @param cpuMs processor time of the node while that one stood
     */
    private record Siege(
            long said,
            long allowed,
            double taken,
            long heard,
            int comes,
            int letIn,
            double droppedMs,
            double cpuMs) {

        Attack.Done done(String what, double firstMs) {
            return new Attack.Done(
                    said
                            + " "
                            + what
                            + ", "
                            + allowed
                            + " of them on the first link; came "
                            + comes
                            + " times, "
                            + letIn
                            + " past the door",
                    List.of(new Bound("dropped after, ms", droppedMs, firstMs)));
        }

        /** With the bounds of a dialogue. */
        Attack.Done dialogue(String what, double firstMs) {
            return done(what, firstMs)
                    .with("rounds until dropped", taken, ROUNDS)
                    .with("MiB said by the node", heard / (double) (1 << 20), SAID_MIB)
                    .with("processor a round, ms of work", cpuMs / Math.max(1, taken), ROUND_MS);
        }
    }

    /** Says something until it is dropped, comes back, and so on until the time is over. */
    private static Siege insist(Scene scene, int seconds, Say say) throws IOException {
        long endNs = System.nanoTime() + seconds * 1_000_000_000L;
        Device device = scene.member();
        Gauge gauge = scene.gauge();
        double readBefore = scene.metric(READ_BYTES);
        double taken = 0;
        long said = 0;
        int comes = 0;
        int letIn = 0;
        double droppedMs = -1;
        double cpuMs = 0;
        long allowed = -1;
        long heard = 0;
        while (System.nanoTime() < endNs || comes == 0) {
            comes++;
            Line line;
            try {
                line = letIn == 0 ? Line.dial(scene, device, true) : Line.rush(scene, device);
            } catch (IOException e) {
                continue; // too many come from here
            }
            if (line == null) {
                continue;
            }
            letIn++;
            try (line) {
                while (!line.ended()
                        && (System.nanoTime() < endNs
                                || droppedMs < 0 && line.ageMs() < PATIENCE_MS)) {
                    say.on(line);
                    said++;
                }
            } catch (IOException e) {
                // dropped while it spoke
            }
            if (droppedMs < 0) {
                // A write fails before the other thread, which reads, has seen the end.
                droppedMs = line.msUntilClosed(PATIENCE_MS);
                allowed = said;
                heard = line.heard();
                cpuMs = gauge.cpuMs();
                double each = line.said() / (double) Math.max(1, said);
                taken = (scene.metric(READ_BYTES) - readBefore) / Math.max(1, each);
            }
        }
        return new Siege(said, allowed, taken, heard, comes, letIn, droppedMs, cpuMs);
    }

    /**
     * A member's own chain, {@value #WRITES_A_SECOND} changes a second as long as the node's credit
     * lets it: nothing in it is wrong.
     */
    private static Attack.Done valid(Scene scene, int seconds) throws IOException {
        Device device = scene.member();
        Past now = Past.of(scene.owner());
        Line line = Line.dial(scene, device, true);
        if (line == null) {
            throw new IOException("a member was not let in");
        }
        long beganNs = System.nanoTime();
        long endNs = beganNs + Math.max(seconds, QUOTA_S) * 1_000_000_000L;
        long lastS = 4;
        long counted = -1;
        long used = 0;
        int sent = 0;
        double delayedBefore = scene.metric(DELAYED);
        double delayedMs = -1;
        int free = 0;
        long lookNs = beganNs;
        Change last = null;
        try (line) {
            while (System.nanoTime() < endNs && !line.ended()) {
                long nowNs = System.nanoTime();
                if (delayedMs < 0 && nowNs >= lookNs) {
                    lookNs = nowNs + LOOK_NS;
                    if (scene.metric(DELAYED) > delayedBefore) {
                        delayedMs = (System.nanoTime() - beganNs) / 1e6;
                        free = sent;
                    }
                }
                if (sent > (nowNs - beganNs) / 1e9 * WRITES_A_SECOND) {
                    LockSupport.parkNanos(1_000_000);
                    continue;
                }
                if (counted < 0 && endNs - System.nanoTime() < lastS * 1_000_000_000L) {
                    counted = count(scene);
                }
                if (used + FRAME_BYTES > line.credit()) {
                    LockSupport.parkNanos(1_000_000); // the credit of the node is used up
                    continue;
                }
                List<Signed> run = new ArrayList<>();
                for (int i = 0; i < RUN; i++) {
                    Op made =
                            new Op.NewItem(
                                    100_000 + sent,
                                    null,
                                    new TreeMap<>(Map.of(Field.NAME, new Value.Text("x" + sent))),
                                    new TreeMap<>());
                    Signed next =
                            device.change(
                                    17,
                                    last,
                                    last == null ? List.of(now.head()) : List.of(),
                                    now.lamport() + 1 + sent++,
                                    now.members(),
                                    made);
                    last = next.change();
                    run.add(i == RUN - 1 ? next : next.unsigned());
                }
                used += line.runs(run);
            }
            double rate = (count(scene) - counted) / (double) lastS;
            return new Attack.Done(
                    sent
                            + " valid changes in "
                            + (System.nanoTime() - beganNs) / 1_000_000_000
                            + " s, of which "
                            + (count(scene) - now.changes().size())
                            + " are in; "
                            + Math.round(free / delayedMs * 1_000)
                            + " a second until they were delayed",
                    List.of(
                            new Bound("delayed after, ms", delayedMs, DELAYED_MS),
                            new Bound("changes a second at the end", rate, RATE),
                            new Bound("times refused", line.ended() ? 1 : 0, 0)));
        }
    }

    private static long count(Scene scene) {
        return scene.owner().get("/api/v1/digest").at("changes").number();
    }

    private static Attack.Done forged(Scene scene, int seconds) throws IOException {
        Device author = scene.stranger();
        List<Signed> bad = author.orphans(FRAME_CHANGES).stream().map(author::forged).toList();
        double looked = scene.metric(BAD_SIGNATURES);
        Siege siege = insist(scene, seconds, line -> line.runs(bad));
        return siege.done("frames of " + FRAME_CHANGES + " bad signatures", DROPPED_MS)
                .with("links on which one was looked at", scene.metric(BAD_SIGNATURES) - looked, 1);
    }

    private static Attack.Done orphans(Scene scene, int seconds) throws IOException {
        List<Signed> orphans = scene.stranger().orphans(FRAME_CHANGES);
        double[] parked = {0};
        int[] frames = {0};
        Siege siege =
                insist(
                        scene,
                        seconds,
                        line -> {
                            line.runs(orphans);
                            if (frames[0]++ % 8 == 0) {
                                parked[0] = Math.max(parked[0], scene.metric(PARKED_BYTES));
                            }
                        });
        return siege.done(
                        "frames of "
                                + FRAME_CHANGES
                                + " good signatures on changes without parents",
                        seconds * 1_000.0 + DROPPED_MS)
                .with("MiB that wait for parents", parked[0] / (1 << 20), PARKED_MIB);
    }

    private static Attack.Done again(Scene scene, int seconds) throws IOException {
        List<Signed> past = Past.of(scene.owner()).changes();
        List<Signed> all = new ArrayList<>();
        while (all.size() < FRAME_CHANGES) {
            all.addAll(past.subList(0, Math.min(past.size(), FRAME_CHANGES - all.size())));
        }
        return insist(scene, seconds, line -> line.runs(all))
                .done(
                        "frames of " + FRAME_CHANGES + " changes that the node has",
                        seconds * 1_000.0 + DROPPED_MS);
    }

    private static Attack.Done foreign(Scene scene, int seconds) throws IOException {
        Device elsewhere = new Device(ChangeId.hash(new byte[] {1}, 0, 1), 7);
        return insist(scene, seconds, line -> line.runs(elsewhere.orphans(1)))
                .done("changes signed for another project", DROPPED_MS);
    }

    private static Attack.Done downgrade(Scene scene) throws IOException {
        Device device = scene.member();
        boolean higher = isLetIn(scene.heard(device, 2));
        double noticed = scene.metric(DOWNGRADES);
        boolean lower = isLetIn(scene.heard(device, 1));
        return new Attack.Done(
                "level 2 shown, then level 1",
                List.of(
                        new Bound("times the lower one was taken", lower ? 1 : 0, 0),
                        new Bound(
                                "times it was refused for another reason",
                                1 - (scene.metric(DOWNGRADES) - noticed),
                                0),
                        new Bound("times the higher one was refused", higher ? 0 : 1, 0)));
    }

    private static boolean isLetIn(Device.Shaken shaken) throws IOException {
        try (RawSocket socket = shaken.socket()) {
            return shaken.isLetIn();
        }
    }

    private static Attack.Done heads(Scene scene, int seconds) throws IOException {
        Device noise = scene.stranger();
        return insist(
                        scene,
                        seconds,
                        line -> {
                            line.vector(Line.NEWS, 0, noise.noise(24 * 1_000));
                            line.vector(Line.OPEN, PUSH_ME, noise.noise(24 * 8_000));
                        })
                .dialogue("vectors of 8,000 heads that do not exist", DROPPED_MS);
    }

    private static Attack.Done questions(Scene scene, int seconds) throws IOException {
        Device noise = scene.stranger();
        return insist(
                        scene,
                        seconds,
                        line -> {
                            line.status(noise.noise(32));
                            line.want(noise.noise(24 * 1_000));
                        })
                .dialogue("comparisons and pulls of 1,000 chains", DROPPED_MS);
    }

    private static Attack.Done withheld(Scene scene, int seconds) throws IOException {
        Device device = scene.member();
        Line line = Line.dial(scene, device, true);
        if (line == null) {
            throw new IOException("a member was not let in");
        }
        long endNs = System.nanoTime() + seconds * 1_000_000_000L;
        int promised = 0;
        try (line) {
            while (System.nanoTime() < endNs && !line.ended()) {
                // Slowly enough never to be a flood: it looks like a peer with much to give.
                line.vector(Line.NEWS, 0, scene.stranger().noise(24 * 100));
                promised += 100;
                LockSupport.parkNanos(200_000_000L);
            }
        }
        return new Attack.Done(promised + " heads told, none of them given", List.of());
    }

    private static Attack.Done half(Scene scene, int seconds) throws IOException {
        Past past = Past.of(scene.owner());
        Op note = new Op.AddNote(new ItemKey(1, 1), "half");
        Signed first =
                scene.stranger()
                        .change(
                                7,
                                null,
                                List.of(past.head()),
                                past.lamport() + 1,
                                past.members(),
                                note)
                        .unsigned();
        return insist(scene, seconds, line -> line.runs(List.of(first)))
                .done("runs whose end, with the signature, never comes", DROPPED_MS);
    }

    private static Attack.Done padding(Scene scene, int seconds) throws IOException {
        return insist(
                        scene,
                        seconds,
                        line -> {
                            line.later(100_000);
                            line.ack(0, 8 << 20);
                        })
                .done(
                        "acknowledgements of nothing, each with 100 KiB of padding",
                        seconds * 1_000.0 + DROPPED_MS);
    }

    private static Attack.Done deaf(Scene scene, int seconds) throws IOException {
        Past past = Past.of(scene.owner());
        Device device = scene.member();
        // A history worth asking for, written as a member may.
        Change last = null;
        Line writer = Line.dial(scene, device, true);
        if (writer == null) {
            throw new IOException("a member was not let in");
        }
        try (writer) {
            for (int i = 0; i < 300; i++) {
                Signed next =
                        device.change(
                                11,
                                last,
                                last == null ? List.of(past.head()) : List.of(),
                                past.lamport() + 1 + i,
                                past.members(),
                                new Op.AddNote(past.item(), "x".repeat(16_000)));
                last = next.change();
                writer.runs(List.of(next));
            }
            Scene.until(
                    "the node has the long notes",
                    60,
                    () ->
                            scene.owner().get("/api/v1/digest").at("changes").number()
                                    >= past.changes().size() + 300);
        }
        List<Line> deaf = new ArrayList<>();
        double closedMs = 0;
        try {
            for (int i = 0; i < 4; i++) {
                Line line = Line.dial(scene, scene.member(), false);
                if (line != null) {
                    deaf.add(line);
                    line.vector(Line.OPEN, PUSH_ME, new byte[0]);
                }
            }
            for (Line line : deaf) {
                scene.after(PATIENCE_MS + seconds * 1_000L, line);
                closedMs = Math.max(closedMs, line.ageMs());
            }
            LockSupport.parkNanos(seconds * 1_000_000_000L);
        } finally {
            for (Line line : deaf) {
                line.close();
            }
        }
        return new Attack.Done(
                deaf.size() + " members that want all, some 5 MB, and read nothing",
                List.of(new Bound("members refused", 4 - deaf.size(), 0)));
    }
}
