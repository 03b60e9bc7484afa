package dev.musher.node;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Value;
import dev.musher.node.replica.Published;
import dev.musher.node.tls.SelfSigned;
import dev.musher.node.tls.TlsIdentity;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.Invite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Nodes of a test, on real stores and sockets; closed together. */
final class Running implements AutoCloseable {

    private static final long WAIT_S = 60;

    private final Path folder;
    private final List<Node> nodes = new ArrayList<>();

    Running(Path folder) {
        this.folder = folder;
    }

    /** A node on the loopback, by default plainly. */
    Node start(String name, Map<String, String> flags) {
        Map<String, String> all = new TreeMap<>(Map.of("http", "127.0.0.1:0"));
        all.putAll(flags);
        all.put("home", folder.resolve(name).toString());
        Node node = NodeMain.start(NodeConfig.resolve(all, Map.of()));
        nodes.add(node);
        return node;
    }

    /** A node on the loopback that speaks TLS, by a certificate it was given. */
    Node startTls(String name, Map<String, String> flags) throws IOException {
        Path pem = folder.resolve(name + ".pem");
        if (Files.notExists(pem)) {
            Files.writeString(pem, certificate().pem());
        }
        Map<String, String> all = new TreeMap<>(flags);
        all.put("tls-cert", pem.toString());
        all.put("tls-key", pem.toString());
        return start(name, all);
    }

    static TlsIdentity certificate() {
        return SelfSigned.make(
                List.of("127.0.0.1"), System.currentTimeMillis(), new SecureRandom());
    }

    static String invite(Node node) throws Exception {
        return node.driver()
                .invite(Role.MEMBER, "friend", null)
                .toCompletableFuture()
                .get(WAIT_S, TimeUnit.SECONDS)
                .text();
    }

    /** The same invite, leading somewhere else, and pinning nothing. */
    static String leadingTo(String link, String address) {
        Invite invite = Invite.parse(link);
        return new Invite(invite.project(), invite.inviter(), invite.secret(), List.of(address))
                .text();
    }

    static void create(Node node, String name) throws Exception {
        Command create =
                new Command.Create(
                        new Origin(Origin.Kind.TEST, "test", 1),
                        new TreeMap<>(
                                Map.of(
                                        Field.NAME,
                                        new Value.Text(name),
                                        Field.TYPE,
                                        new Value.Text("story"))),
                        new TreeMap<>());
        List<Outcome> outcomes =
                node.driver()
                        .submit(new Actor.User("ann"), List.of(create), null)
                        .toCompletableFuture()
                        .get(WAIT_S, TimeUnit.SECONDS);
        assertInstanceOf(Outcome.Done.class, outcomes.getFirst());
    }

    /** Waits for a state; woken by each that is published. */
    static Published await(Node node, Predicate<Published> wanted) throws Exception {
        CompletableFuture<Published> found = new CompletableFuture<>();
        Runnable look =
                () -> {
                    if (wanted.test(node.published())) {
                        found.complete(node.published());
                    }
                };
        node.driver().onPublish(look);
        look.run();
        try {
            return found.get(WAIT_S, TimeUnit.SECONDS);
        } finally {
            node.driver().forget(look);
        }
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }
}
