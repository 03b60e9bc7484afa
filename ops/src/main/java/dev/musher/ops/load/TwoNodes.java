package dev.musher.ops.load;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Value;
import dev.musher.node.Node;
import dev.musher.node.NodeConfig;
import dev.musher.node.NodeMain;
import dev.musher.protocol.json.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A home to be damaged, as a kill leaves it (table files, and a log that is not in them yet), and a
 * peer in this process that has the same history. The peer runs until {@link #close}.
 */
final class TwoNodes implements AutoCloseable {

    private static final long WAIT_S = 120;
    private static final int FLYING = 500;

    private final Path pristine;
    private final Node peer;
    private final String digest;
    private final long changes;

    private TwoNodes(Path pristine, Node peer, String digest, long changes) {
        this.pristine = pristine;
        this.peer = peer;
        this.digest = digest;
        this.changes = changes;
    }

    /** Makes both, with a history of about so many changes. */
    static TwoNodes make(Path folder, int changes) throws IOException, InterruptedException {
        Path live = folder.resolve("live");
        Path pristine = folder.resolve("pristine");
        Node peer = null;
        boolean made = false;
        try {
            try (Node first = start(live, Map.of("project", "faults"))) {
                write(first, changes / 2);
                String link = invite(first, Role.MEMBER, "peer");
                peer = start(folder.resolve("peer"), Map.of("join", link));
                untilEqual(first, peer, WAIT_S);
            }
            try (Node again = start(live, Map.of())) {
                write(again, changes - changes / 2);
                if (!untilEqual(again, peer, WAIT_S)) {
                    throw new IllegalStateException("the peer did not get the history");
                }
                Folders.copy(live, pristine);
                made = true;
                return new TwoNodes(
                        pristine, peer, again.published().digest(), again.published().changes());
            }
        } finally {
            if (!made && peer != null) {
                peer.close();
            }
        }
    }

    /** The home as it was copied. */
    Path pristine() {
        return pristine;
    }

    /** The digest of both. */
    String digest() {
        return digest;
    }

    /** Changes of both. */
    long changes() {
        return changes;
    }

    /**
     * Starts a node on a home and waits until it has what the peer has; whether it came to that.
     */
    boolean heals(Path home) throws InterruptedException {
        try (Node node = start(home, Map.of("peers", peer.http().getAuthority()))) {
            return untilEqual(node, peer, WAIT_S);
        }
    }

    @Override
    public void close() {
        peer.close();
    }

    static Node start(Path home, Map<String, String> flags) {
        Map<String, String> all = new TreeMap<>(flags);
        all.put("home", home.toString());
        all.put("http", "127.0.0.1:0");
        return NodeMain.start(NodeConfig.resolve(all, Map.of()));
    }

    /** A link by which another joins. */
    static String invite(Node node, Role role, String label) {
        return node.driver().invite(role, label, null).toCompletableFuture().join().text();
    }

    /** Waits until two nodes have the same; whether they came to that. */
    static boolean untilEqual(Node a, Node b) throws InterruptedException {
        return untilEqual(a, b, WAIT_S);
    }

    /** Makes items, many at once: so they share commits and signatures. */
    static void write(Node node, int count) {
        for (int from = 0; from < count; from += FLYING) {
            CompletableFuture<?>[] all = new CompletableFuture<?>[Math.min(FLYING, count - from)];
            for (int i = 0; i < all.length; i++) {
                all[i] =
                        node.driver()
                                .submit(
                                        new Actor.User("faults"),
                                        List.of(create("item " + (from + i))),
                                        null)
                                .toCompletableFuture();
            }
            CompletableFuture.allOf(all).join();
        }
    }

    /** Waits until a node knows its digest; whether it came to that. */
    static boolean untilSettled(Node node) throws InterruptedException {
        return until(node, node, () -> !node.published().digest().isEmpty(), WAIT_S);
    }

    private static boolean untilEqual(Node a, Node b, long seconds) throws InterruptedException {
        return until(
                a,
                b,
                () ->
                        !a.published().digest().isEmpty()
                                && a.published().digest().equals(b.published().digest())
                                && a.published().changes() == b.published().changes(),
                seconds);
    }

    /** Waits until something holds that two nodes publish; whether it came to that. */
    static boolean until(Node a, Node b, BooleanSupplier holds, long seconds)
            throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        Runnable look =
                () -> {
                    if (holds.getAsBoolean()) {
                        done.countDown();
                    }
                };
        a.driver().onPublish(look);
        b.driver().onPublish(look);
        try {
            look.run();
            return done.await(seconds, TimeUnit.SECONDS);
        } finally {
            a.driver().forget(look);
            b.driver().forget(look);
        }
    }

    private static Command create(String name) {
        return new Command.Create(
                new Origin(Origin.Kind.TEST, "faults", 1),
                new TreeMap<>(
                        Map.of(
                                Field.NAME,
                                new Value.Text(name),
                                Field.TYPE,
                                new Value.Text("story"))),
                new TreeMap<>());
    }
}
