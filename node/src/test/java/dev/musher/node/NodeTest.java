package dev.musher.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Value;
import dev.musher.node.http.Backend;
import dev.musher.node.replica.Published;
import dev.musher.node.store.NewerFormatException;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes in this process, on real stores and real sockets of the loopback. */
class NodeTest {

    private static final Actor USER = new Actor.User("ann");

    @TempDir Path folder;

    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void closeAll() {
        nodes.forEach(Node::close);
    }

    @Test
    @Tag("H-20")
    @Tag("H-21")
    void twoNodesWriteApartAndConverge() throws Exception {
        Node a = start("a", Map.of("project", "demo"));
        create(a, "before");
        Node b = start("b", Map.of("join", invite(a)));
        await(b, Published::ready);
        assertEquals(a.project(), b.project());
        for (int i = 0; i < 20; i++) {
            create(a, "from a");
            create(b, "from b");
        }
        await(a, p -> p.items().size() == 41);
        await(b, p -> p.items().size() == 41 && p.digest().equals(a.published().digest()));
        assertEquals(Role.MEMBER, b.published().role());
    }

    @Test
    void aRestartKeepsEverythingAndThePort() throws Exception {
        Node a = start("a", Map.of("project", "demo"));
        create(a, "one");
        String digest = await(a, p -> !p.digest().isEmpty()).digest();
        int port = a.http().getPort();
        a.close();
        Node again = start("a", Map.of());
        assertEquals(digest, await(again, p -> !p.digest().isEmpty()).digest());
        assertEquals(port, again.http().getPort());
        assertEquals("demo", again.published().projectName());
    }

    @Test
    void aPeerThatWasAwayComesBackByItself() throws Exception {
        Node a = start("a", Map.of("project", "demo"));
        Node b = start("b", Map.of("join", invite(a)));
        await(b, Published::ready);
        b.close();
        create(a, "while b was away");
        Node again = start("b", Map.of());
        await(again, p -> p.items().size() == 1);
    }

    @Test
    @Tag("T-B10")
    void aHomeInUseIsRefusedAndFreedAtTheEnd() {
        Node a = start("a", Map.of());
        HomeException refused = assertThrows(HomeException.class, () -> start("a", Map.of()));
        assertTrue(refused.getMessage().contains("in use by another process"));
        a.close();
        start("a", Map.of());
    }

    @Test
    void aStoreOfANewerVersionIsRefusedByItsVersion() throws IOException {
        start("a", Map.of()).close();
        Files.writeString(
                folder.resolve("a").resolve("store").resolve("FORMAT"), "musher store 99\n");
        NewerFormatException refused =
                assertThrows(NewerFormatException.class, () -> start("a", Map.of()));
        assertTrue(refused.getMessage().contains("99"));
    }

    @Test
    void aPortInUseIsRefused() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String http = "127.0.0.1:" + other.getLocalPort();
            ConfigException refused =
                    assertThrows(ConfigException.class, () -> start("a", Map.of("http", http)));
            assertTrue(refused.getMessage().contains(http + " is in use"));
        }
        start("a", Map.of());
    }

    @Test
    void thePortOfLastTimeIsGivenUpWhereItIsTaken() throws IOException {
        Node a = start("a", Map.of());
        int port = a.http().getPort();
        a.close();
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(port, other.getLocalPort());
            assertTrue(start("a", Map.of()).http().getPort() != port);
        }
    }

    @Test
    void anAddressThatNobodyHasIsRefused() {
        ConfigException refused =
                assertThrows(
                        ConfigException.class,
                        () -> start("a", Map.of("http", "http://0.0.0.0:0")));
        assertTrue(refused.getMessage().contains("no host"), refused.getMessage());
    }

    @Test
    void aHomeOfOneProjectDoesNotJoinAnother() throws Exception {
        Node a = start("a", Map.of());
        start("b", Map.of()).close();
        String link = invite(a);
        ConfigException refused =
                assertThrows(ConfigException.class, () -> start("b", Map.of("join", link)));
        assertTrue(refused.getMessage().contains("belongs to another project"));
    }

    @Test
    void aLinkThatWasCutIsRefused() {
        ConfigException refused =
                assertThrows(
                        ConfigException.class,
                        () -> start("a", Map.of("join", "musher-invite-AAAA")));
        assertTrue(refused.getMessage().contains("copy all of it"));
    }

    @Test
    void secretsAreForTheOwnerAlone() throws IOException {
        start("a", Map.of());
        for (String secret : List.of("device.key", "recovery.key", "token")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("a").resolve(secret))),
                    secret);
        }
        // What can be read in the store makes a member of who reads it: open invites.
        for (String own : List.of("", "store")) {
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("a").resolve(own))),
                    own);
        }
    }

    @Test
    void theReadyLineNamesRoleAddressProjectAndDevice() {
        Node a = start("a", Map.of());
        assertEquals(
                "ready role=node http="
                        + a.http()
                        + " project="
                        + a.project().hex()
                        + " device="
                        + a.device().hex(),
                a.readyLine());
    }

    /** A kill between any two steps of a rotation leaves one key that may write, and one only. */
    @Test
    @Tag("T-B2")
    void aKillWhileTheKeyIsRotatedLeavesOneUsableKey() throws Exception {
        Path home = folder.resolve("a");
        Path key = home.resolve("device.key");
        Path next = home.resolve("device.key.next");
        Node a = start("a", Map.of("project", "demo"));
        create(a, "one");
        String before = a.device().hex();
        a.close();
        // The next key is on disk, and nothing was signed for it.
        Files.writeString(next, "11".repeat(32) + "\n");
        Node b = start("a", Map.of());
        assertEquals(before, b.device().hex());
        assertTrue(Files.notExists(next));
        String oldKey = Files.readString(key);
        Backend.Told told = rotate(b);
        assertEquals(new Backend.Told.Done(""), told);
        create(b, "two");
        String after = b.device().hex();
        assertNotEquals(before, after);
        b.close();
        // The store has it, and the file was not renamed.
        Files.move(key, next);
        Files.writeString(key, oldKey);
        Node c = start("a", Map.of());
        assertEquals(after, c.device().hex());
        assertTrue(Files.notExists(next));
        create(c, "three");
        c.close();
        // Renamed, and the mark is still in the store: a later try begins anew.
        Files.writeString(next, "22".repeat(32) + "\n");
        Node d = start("a", Map.of());
        assertEquals(after, d.device().hex());
        create(d, "four");
        assertEquals(4, await(d, p -> p.items().size() == 4).items().size());
        assertEquals(new Backend.Told.Done(""), rotate(d));
        create(d, "five");
        assertEquals(
                1,
                d.published().members().stream()
                        .filter(m -> m.seniority() > 0 && m.cut() == null)
                        .count());
    }

    /** Who copied the home has its token as well as its key. */
    @Test
    @Tag("T-D3")
    void aRotationGivesEveryTokenAFreshSecretAndTheHomeAnotherCertificate() throws Exception {
        Path tokens = folder.resolve("a").resolve("token");
        start("a", Map.of("project", "demo")).close();
        Files.writeString(tokens, "x".repeat(40) + "\n" + "y".repeat(40) + " agent claude\n");
        Node a = start("a", Map.of());
        assertEquals(200, status(a, "x".repeat(40)));
        assertEquals(new Backend.Told.Done(""), rotate(a));
        assertEquals(401, status(a, "x".repeat(40)));
        assertEquals(401, status(a, "y".repeat(40)));
        assertEquals(200, status(a, a.token()));
        String[] lines = Files.readString(tokens).split("\n");
        assertEquals(2, lines.length);
        assertTrue(lines[1].endsWith(" agent claude"), lines[1]);
        assertEquals(200, status(a, lines[1].split(" ")[0]));
        Node b = start("b", Map.of("project", "other", "http", "0.0.0.0:0"));
        String certificate = b.readyLine().replaceFirst(".*certificate=", "");
        assertEquals(new Backend.Told.Done(""), rotate(b));
        assertNotEquals(certificate, b.readyLine().replaceFirst(".*certificate=", ""));
    }

    private static int status(Node node, String token) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(node.http().resolve("/api/v1/digest"))
                        .header("Authorization", "Bearer " + token)
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static Backend.Told rotate(Node node) throws Exception {
        return node.backend().rotate().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private Node start(String name, Map<String, String> flags) {
        Map<String, String> all = new TreeMap<>(Map.of("http", "127.0.0.1:0"));
        all.putAll(flags);
        all.put("home", folder.resolve(name).toString());
        Node node = NodeMain.start(NodeConfig.resolve(all, Map.of()));
        nodes.add(node);
        return node;
    }

    private static String invite(Node node) throws Exception {
        return node.driver()
                .invite(Role.MEMBER, "friend", null)
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS)
                .text();
    }

    private static void create(Node node, String name) throws Exception {
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
                        .submit(USER, List.of(create), null)
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS);
        assertInstanceOf(Outcome.Done.class, outcomes.getFirst());
    }

    /** Waits for a state; woken by each that is published. */
    private static Published await(Node node, Predicate<Published> wanted) throws Exception {
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
            return found.get(60, TimeUnit.SECONDS);
        } finally {
            node.driver().forget(look);
        }
    }
}
