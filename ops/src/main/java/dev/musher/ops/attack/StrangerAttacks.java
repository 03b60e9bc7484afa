package dev.musher.ops.attack;

import dev.musher.protocol.codec.FrameWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** What whoever reaches the port can do, without a key of the project. */
final class StrangerAttacks {

    /** Sockets at one time, of which a node takes 32 from one address. */
    private static final int SOCKETS = 200;

    /** When a stranger is closed at the latest, from its connect. */
    private static final double CLOSED_MS = 5_000;

    /** Of a core: thousands of connections a second are accepted and closed by then. */
    private static final double CPU_PERCENT = 60;

    private static final int PATIENCE_MS = 15_000;
    private static final long DRIP_NS = 100_000_000L;
    private static final int LATER_KIND = 200;

    /** When the slowest request comes that is still answered. */
    private static final long LATE_NS = 4_000_000_000L;

    private StrangerAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack(
                        "frames larger than a stranger's",
                        "D12",
                        32,
                        CPU_PERCENT,
                        StrangerAttacks::oversize),
                new Attack(
                        "fragments without end",
                        "D12",
                        32,
                        CPU_PERCENT,
                        StrangerAttacks::fragments),
                new Attack("pings without end", "D12", 32, CPU_PERCENT, StrangerAttacks::pings),
                new Attack("headers that drip", "D12", 32, CPU_PERCENT, StrangerAttacks::headers),
                new Attack(
                        "a slow request, then silence",
                        "D12",
                        32,
                        CPU_PERCENT,
                        StrangerAttacks::late),
                new Attack("a frame that drips", "D12", 32, CPU_PERCENT, StrangerAttacks::dripping),
                new Attack(
                        "silence after the upgrade",
                        "D12",
                        32,
                        CPU_PERCENT,
                        StrangerAttacks::silence),
                new Attack(
                        "small frames before the handshake",
                        "D12",
                        32,
                        CPU_PERCENT,
                        StrangerAttacks::small),
                new Attack("a deflate bomb", "D13", 16, CPU_PERCENT, StrangerAttacks::bomb),
                new Attack("unknown keys", "D1", 32, CPU_PERCENT, StrangerAttacks::unknown),
                new Attack(
                        "a handshake replayed", "D1", 32, CPU_PERCENT, StrangerAttacks::replayed),
                new Attack(
                        "a handshake reflected",
                        "D1",
                        32,
                        CPU_PERCENT,
                        StrangerAttacks::reflected));
    }

    /** What is done on one socket, until it is closed. */
    @FunctionalInterface
    private interface OnSocket {
        void act(RawSocket socket) throws IOException;

        /** The same again and again, for as long as a socket may be open. */
        default OnSocket withoutEnd() {
            return socket -> {
                while (socket.ageMs() < PATIENCE_MS) {
                    act(socket);
                }
            };
        }

        /** This once, then another. */
        default OnSocket then(OnSocket next) {
            return socket -> {
                act(socket);
                next.act(socket);
            };
        }
    }

    /** A request for a peer socket but for its end. */
    private static final OnSocket HEAD_BEGUN =
            socket -> {
                byte[] head = socket.head("");
                socket.raw(Arrays.copyOf(head, head.length - 2));
            };

    private static final OnSocket UPGRADE = socket -> socket.upgrade("");

    private static final OnSocket DRIP =
            sends(socket -> {
                socket.raw(new byte[1]);
                LockSupport.parkNanos(DRIP_NS);
            });

    private static OnSocket sends(OnSocket each) {
        return each.withoutEnd();
    }

    private static Attack.Done oversize(Scene scene, int seconds) throws IOException {
        return many(
                scene,
                seconds,
                SOCKETS,
                "sockets with a frame of 1 MiB begun",
                UPGRADE.then(socket ->
                                socket.raw(
                                        RawSocket.encoded(
                                                RawSocket.BINARY, new byte[60_000], 1 << 20)))
                        .then(DRIP));
    }

    private static Attack.Done fragments(Scene scene, int seconds) throws IOException {
        return many(
                scene,
                seconds,
                SOCKETS,
                "sockets with a message that does not end",
                UPGRADE.then(socket -> socket.frame(RawSocket.BEGIN, new byte[1]))
                        .then(sends(socket -> socket.frame(RawSocket.MORE, new byte[0]))));
    }

    private static Attack.Done pings(Scene scene, int seconds) throws IOException {
        return many(
                scene,
                seconds,
                SOCKETS,
                "sockets that ping and do not read",
                UPGRADE.then(sends(socket -> socket.frame(RawSocket.PING, new byte[125]))));
    }

    private static Attack.Done headers(Scene scene, int seconds) throws IOException {
        return many(
                scene,
                seconds,
                SOCKETS,
                "connections whose headers never end",
                HEAD_BEGUN.then(
                        sends(socket -> {
                            socket.raw(ascii("X-A: b\r\n"));
                            LockSupport.parkNanos(DRIP_NS);
                        })));
    }

    private static Attack.Done late(Scene scene, int seconds) throws IOException {
        return many(
                scene,
                seconds,
                SOCKETS,
                "sockets asked for at the last moment, and then silent",
                HEAD_BEGUN.then(socket -> {
                    LockSupport.parkNanos(LATE_NS);
                    socket.raw(ascii("\r\n"));
                }));
    }

    private static Attack.Done dripping(Scene scene, int seconds) throws IOException {
        return many(
                scene,
                seconds,
                SOCKETS,
                "sockets with a frame that comes byte by byte",
                UPGRADE.then(socket ->
                                socket.raw(RawSocket.encoded(RawSocket.BINARY, new byte[0], 1_000)))
                        .then(DRIP));
    }

    private static Attack.Done silence(Scene scene, int seconds) throws IOException {
        return many(scene, seconds, SOCKETS, "sockets that say nothing", UPGRADE);
    }

    private static Attack.Done small(Scene scene, int seconds) throws IOException {
        byte[] frame = new FrameWriter(LATER_KIND, 0).toBytes();
        return many(
                scene,
                seconds,
                SOCKETS,
                "sockets with frames of a later version only",
                UPGRADE.then(sends(socket -> socket.frame(RawSocket.BINARY, frame))));
    }

    private static Attack.Done bomb(Scene scene, int seconds) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        Deflater raw = new Deflater(Deflater.BEST_COMPRESSION, true);
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed, raw)) {
            out.write(new byte[60 << 20]);
        }
        raw.end();
        byte[] bomb = packed.toByteArray();
        int[] negotiated = {0};
        return many(
                        scene,
                        seconds,
                        50,
                        "sockets with " + bomb.length / 1024 + " KiB that inflate to 60 MiB",
                        socket -> {
                            String head =
                                    socket.upgrade(
                                            "Sec-WebSocket-Extensions: permessage-deflate,"
                                                    + " x-webkit-deflate-frame\r\n");
                            if (head.toLowerCase(java.util.Locale.ROOT)
                                    .contains("sec-websocket-extensions")) {
                                synchronized (negotiated) {
                                    negotiated[0]++;
                                }
                            }
                            socket.frame(RawSocket.BINARY | RawSocket.DEFLATED, bomb);
                        })
                .with("compressions negotiated", negotiated[0], 0);
    }

    private static Attack.Done unknown(Scene scene, int seconds) throws IOException {
        return knock(
                scene,
                seconds,
                "handshakes by keys that nobody added",
                () -> scene.stranger().shake(scene.node(), 1));
    }

    private static Attack.Done replayed(Scene scene, int seconds) throws IOException {
        Device.Shaken member = scene.heard(scene.member(), 1);
        boolean works = member.isLetIn();
        member.socket().close();
        return knock(
                        scene,
                        seconds,
                        "times the frames of a member's handshake",
                        () -> {
                            RawSocket socket = new RawSocket(scene.node(), 0);
                            socket.upgrade("");
                            socket.message(member.hello());
                            socket.message(member.proof());
                            byte[] theirs = socket.receive(1_000);
                            return new Device.Shaken(
                                    socket, member.hello(), member.proof(), theirs);
                        })
                .with("members themselves refused", works ? 0 : 1, 0);
    }

    private static Attack.Done reflected(Scene scene, int seconds) throws IOException {
        return knock(
                scene,
                seconds,
                "times the node's own first frame",
                () -> {
                    RawSocket socket = new RawSocket(scene.node(), 0);
                    socket.upgrade("");
                    byte[] theirs = socket.receive(1_000);
                    byte[] back = theirs == null ? new byte[1] : theirs;
                    socket.message(back);
                    return new Device.Shaken(socket, back, back, theirs);
                });
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Comes again and again, until the time is over. */
    private static Attack.Done knock(
            Scene scene, int seconds, String what, Callable<Device.Shaken> handshake) {
        long endNs = System.nanoTime() + seconds * 1_000_000_000L;
        int tries = 0;
        int shut = 0;
        int letIn = 0;
        double oldestMs = 0;
        while (System.nanoTime() < endNs) {
            tries++;
            try (RawSocket socket = knock(handshake)) {
                byte[] answer = socket.receive((int) CLOSED_MS);
                letIn += answer == null ? 0 : 1;
                oldestMs = Math.max(oldestMs, socket.msUntilClosed(PATIENCE_MS));
            } catch (IOException e) {
                shut++; // not even let in to speak: too many come from here
            }
        }
        return new Attack.Done(
                tries + " " + what + ", of which " + shut + " were not even heard",
                List.of(
                        new Bound("let in", letIn, 0),
                        new Bound("longest until closed, ms", oldestMs, CLOSED_MS)));
    }

    private static RawSocket knock(Callable<Device.Shaken> handshake) throws IOException {
        try {
            return handshake.call().socket();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the handshake of the attacker itself failed", e);
        }
    }

    /** So many sockets at once, and anew until the time is over; each must be closed in time. */
    private static Attack.Done many(
            Scene scene, int seconds, int count, String what, OnSocket doing) throws IOException {
        long endNs = System.nanoTime() + seconds * 1_000_000_000L;
        double oldestMs = 0;
        int open = 0;
        int sockets = 0;
        do {
            List<Double> closedMs = round(scene, count, doing);
            sockets += count;
            for (double ms : closedMs) {
                open += ms < 0 ? 1 : 0;
                oldestMs = Math.max(oldestMs, ms);
            }
        } while (System.nanoTime() < endNs);
        return new Attack.Done(
                sockets + " " + what + ", " + count + " at a time",
                List.of(
                        new Bound("sockets left open", open, 0),
                        new Bound("longest until closed, ms", oldestMs, CLOSED_MS)));
    }

    private static List<Double> round(Scene scene, int count, OnSocket doing) throws IOException {
        List<Future<Double>> closed = new ArrayList<>();
        List<Double> ms = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                closed.add(threads.submit(() -> one(scene, doing)));
            }
            for (Future<Double> each : closed) {
                ms.add(each.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the attack was interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("an attacker failed by itself", e);
        }
        return ms;
    }

    private static double one(Scene scene, OnSocket doing) throws IOException {
        try (RawSocket socket = new RawSocket(scene.node(), 0)) {
            scene.after(PATIENCE_MS, socket);
            try {
                doing.act(socket);
            } catch (IOException e) {
                // The node closed it while something was sent: the very thing that is asked for,
                // and at the latest now.
                return socket.ageMs() < PATIENCE_MS ? socket.ageMs() : -1;
            }
            return socket.msUntilClosed(PATIENCE_MS);
        }
    }
}
