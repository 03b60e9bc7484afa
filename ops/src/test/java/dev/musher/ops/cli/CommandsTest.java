package dev.musher.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What commands print, send and end with, against a node that answers what it is told. */
final class CommandsTest {

    private static final String CARD =
            "{\"id\":\"abcdefghij\",\"ref\":\"42\",\"number\":42,\"type\":\"bug\",\"name\":\"Fix\\u001b[31m"
                + " it\","
                + "\"stage\":\"Coding\",\"column\":\"coding\",\"badge\":\"blocked\",\"priority\":1,"
                + "\"assignee\":\"ada\",\"labels\":[\"x\"],\"conflicts\":[\"name\"],\"version\":\"v1\"}";

    @TempDir Path home;

    private FakeNode node;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        node = new FakeNode(home);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void theListOfCommandsSaysWhatEachDoesInOneSentence() {
        for (CommandLine command : Main.commandLine().getSubcommands().values()) {
            String[] said = command.getCommandSpec().usageMessage().description();
            String name = command.getCommandName();
            assertTrue(said.length > 0 && said[0].endsWith("."), name + " says only half of it");
        }
    }

    private int musher(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--home");
        all.add(home.toString());
        return Main.execute(
                new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    private static String columns(String card) {
        return "{\"cursor\":\"c1\",\"columns\":[{\"column\":\"backlog\",\"items\":[]},"
                + "{\"column\":\"coding\",\"items\":["
                + card
                + "]}]}";
    }

    @Test
    void boardAlignsItemsAndLetsNoNameSpeakToTheTerminal() {
        node.on("GET /api/v1/board", 200, columns(CARD));
        assertEquals(0, musher("board"), err.toString());
        assertTrue(out.toString().contains("CODING  1"), out.toString());
        assertTrue(
                out.toString()
                        .contains("#42  bug   1  ada       [blocked] [conflict] Fix\ufffd[31m it"),
                out.toString());
        assertFalse(out.toString().contains("\u001b"), "an escape sequence got through");
        assertEquals("Bearer secret", node.asked.get(0).headers().get("authorization"));
    }

    @Test
    void boardAsksForThePast() {
        node.on("GET /api/v1/board?at=2026-02-27T12%3A00%3A00Z", 200, columns(CARD));
        assertEquals(0, musher("board", "--at", "2026-02-27T12:00:00Z"), err.toString());
        assertEquals(Failure.USAGE, musher("board", "--at", "x", "--watch"));
    }

    @Test
    void jsonIsTheLastLineAndNothingElse() throws IOException {
        node.on("GET /api/v1/board", new FakeNode.Given(200, columns(CARD), true, true));
        assertEquals(0, musher("board", "--json"), err.toString());
        Json printed = Json.read(out.toString().strip().getBytes(StandardCharsets.UTF_8));
        assertEquals("c1", printed.at("cursor").text());
        assertEquals(1, out.toString().lines().count());
    }

    @Test
    void listReadsEveryPage() {
        node.on(
                "GET /api/v1/items?limit=500&column=coding",
                200,
                "{\"items\":[" + CARD + "],\"next\":\"p 2\"}");
        node.on(
                "GET /api/v1/items?limit=500&column=coding&cursor=p%202",
                200, "{\"items\":[" + CARD.replace("\"42\"", "\"43\"") + "],\"next\":null}");
        assertEquals(0, musher("list", "--column", "coding", "--quiet"), err.toString());
        assertEquals(2, out.toString().lines().count());
        assertTrue(out.toString().contains("#43"));
    }

    @Test
    @Tag("H-10")
    void newItemSaysWhoMadesItAndPrintsItsReference() {
        node.on(
                "POST /api/v1/items",
                201,
                "{\"id\":\"abcdefghij\",\"ref\":\"7\",\"change\":\"ff\"}");
        assertEquals(
                0,
                musher(
                        "new",
                        "bug",
                        "It breaks",
                        "--label",
                        "a,b",
                        "--depends",
                        "3",
                        "--priority",
                        "1"),
                err.toString());
        assertEquals("#7  abcdefghij", out.toString().strip());
        String body = node.asked.get(0).body();
        assertTrue(body.contains("\"origin\":{"), body);
        assertTrue(body.contains("\"kind\":\"user\""), body);
        assertTrue(body.contains("\"labels\":[\"a\",\"b\"]"), body);
        assertTrue(body.contains("\"depends_on\":[\"3\"]"), body);
    }

    @Test
    void setWritesClearsAddsAndTakesAway() {
        node.on("PATCH /api/v1/items/42", 200, "{\"ref\":\"42\",\"change\":\"ff\"}");
        assertEquals(
                0,
                musher("set", "42", "priority=3", "epic=", "labels+=x", "labels-=y", "name=a=b"));
        String body = node.asked.get(0).body();
        assertEquals(
                "{\"priority\":3,\"epic\":null,\"add_labels\":[\"x\"],\"remove_labels\":[\"y\"],\"name\":\"a=b\"}",
                body);
        assertEquals(Failure.USAGE, musher("set", "42", "priority=high"));
        assertEquals(Failure.USAGE, musher("set", "42", "nothing"));
    }

    @Test
    void setChecksATodo() {
        node.on(
                "POST /api/v1/batch",
                200,
                "{\"line\":1,\"status\":200,\"ref\":\"42\",\"change\":\"ff\"}\n");
        assertEquals(0, musher("set", "42", "todo:a = b=done"), err.toString());
        assertEquals(
                "{\"checked\":true,\"op\":\"check\",\"ref\":\"42\",\"todo\":\"a = b\"}",
                sorted(node.asked.get(0).body()));
    }

    @Test
    @Tag("H-04")
    void aRefusedMoveEndsWithConflictAndSaysWhatTheNodeSays() throws IOException {
        node.on(
                "POST /api/v1/items/42/events",
                409,
                "{\"code\":\"illegal_transition\",\"detail\":\"item 42 is in stage Done, from which"
                        + " `qa` does not lead\",\"stage\":\"Done\"}");
        assertEquals(Failure.CONFLICT, musher("move", "42", "qa", "--json"));
        assertTrue(err.toString().contains("is in stage Done"), err.toString());
        Json printed = Json.read(out.toString().strip().getBytes(StandardCharsets.UTF_8));
        assertEquals("illegal_transition", printed.at("code").text());
    }

    @Test
    void anAmbiguousReferenceNamesAllCandidates() {
        node.on(
                "GET /api/v1/items/42",
                409,
                "{\"code\":\"ambiguous_reference\",\"detail\":\"42 means 2"
                    + " items\",\"candidates\":[{\"ref\":\"42-k\",\"name\":\"one\"},{\"ref\":\"42-q\",\"name\":\"two\"}]}");
        assertEquals(Failure.CONFLICT, musher("show", "42"));
        assertTrue(err.toString().contains("42-k") && err.toString().contains("42-q"));
    }

    @Test
    void anUnknownReferenceIsNotFound() {
        node.on(
                "GET /api/v1/items/9",
                404,
                "{\"code\":\"unknown_reference\",\"detail\":\"no item 9\"}");
        assertEquals(Failure.NOT_FOUND, musher("show", "9"));
    }

    @Test
    @Tag("M-03")
    void conflictsShowBothValuesAndHowToChoose() {
        node.on(
                "GET /api/v1/conflicts",
                200,
                "{\"conflicts\":[{\"ref\":\"42\",\"field\":\"name\",\"shown\":{\"value\":\"Left\",\"by\":{\"name\":\"ada\"},\"change\":\"aaaaaaaaaaaa\"},"
                    + "\"others\":[{\"value\":\"Right\",\"by\":{\"name\":\"ben\"},\"change\":\"bbbbbbbbbbbb\"}]}]}");
        assertEquals(0, musher("conflicts"), err.toString());
        String text = out.toString();
        assertTrue(text.contains("Left") && text.contains("Right"), text);
        assertTrue(text.contains("musher settle 42 name CHOICE"), text);
        assertTrue(text.contains("bbbbbbbbbb"), text);
    }

    @Test
    void settleSendsFieldAndChoice() {
        node.on("POST /api/v1/items/42/settle", 200, "{\"ref\":\"42\",\"change\":\"ff\"}");
        assertEquals(0, musher("settle", "42", "name", "bbbbbbbb"), err.toString());
        assertEquals(
                "{\"choice\":\"bbbbbbbb\",\"field\":\"name\"}", sorted(node.asked.get(0).body()));
    }

    @Test
    void whySaysWhatAnItemWaitsForAndWhatToDo() {
        node.on(
                "GET /api/v1/items/42/why",
                200,
                "{\"ref\":\"42\",\"stage\":\"backlog\",\"reasons\":[{\"text\":\"It waits for 1.\","
                        + "\"action\":\"musher why 1\"}]}");
        assertEquals(0, musher("why", "42"), err.toString());
        assertTrue(out.toString().contains("It waits for 1.  musher why 1"), out.toString());
        assertEquals(Failure.NOT_FOUND, musher("why", "9"));
    }

    @Test
    void aFieldThatIsNoneIsRefusedWithAllThatAre() {
        assertEquals(Failure.USAGE, musher("set", "42", "nme=x"));
        assertTrue(err.toString().contains("no field 'nme'"), err.toString());
        assertTrue(err.toString().contains("assignee"), err.toString());
        assertEquals(0, node.asked.size());
    }

    @Test
    void aDeadNodeIsUnhealthyAndSaysWhatToDo() throws IOException {
        node.close();
        assertEquals(Failure.UNHEALTHY, musher("board"));
        assertTrue(err.toString().contains("musher up"), err.toString());
        Files.delete(home.resolve("run.json"));
        assertEquals(Failure.UNHEALTHY, musher("board"));
    }

    @Test
    void anotherProcessWithTheNumberOfACrashedNodeIsLeftAlone() throws IOException {
        Files.setLastModifiedTime(
                home.resolve("run.json"), java.nio.file.attribute.FileTime.fromMillis(0));
        assertEquals(Failure.UNHEALTHY, musher("board"));
        assertEquals(0, musher("down", "--keep-gateway"), err.toString());
        assertTrue(out.toString().contains("nothing runs here"), out.toString());
    }

    @Test
    void wrongUsageSaysHowItIsUsed() {
        assertEquals(Failure.USAGE, musher("new", "bug"));
        assertTrue(err.toString().contains("musher new"), err.toString());
        assertEquals(Failure.USAGE, musher("bord"));
        assertTrue(err.toString().contains("board"), err.toString());
        assertEquals(Failure.USAGE, musher("peer"));
    }

    @Test
    void everyCommandHasHelp() {
        for (String name : Main.names()) {
            StringWriter help = new StringWriter();
            PrintWriter to = new PrintWriter(help, true);
            assertEquals(0, Main.execute(to, to, "help", name), name + ": " + help);
            assertTrue(help.toString().startsWith("Usage: musher " + name), help.toString());
        }
    }

    @Test
    void importTwiceSendsTheSameKeys() throws IOException {
        Path file = Files.writeString(home.resolve("x.jsonl"), "{\"id\":\"1\",\"name\":\"One\"}\n");
        node.on("GET /api/v1/items?limit=1000", 200, "{\"items\":[],\"next\":null}");
        node.on(
                "POST /api/v1/batch",
                200,
                "{\"line\":1,\"status\":200,\"id\":\"abcdefghij\",\"change\":\"ff\"}\n");
        assertEquals(0, musher("import", file.toString()), err.toString());
        assertEquals(0, musher("import", file.toString()), err.toString());
        List<String> keys =
                node.asked.stream()
                        .filter(a -> a.line().startsWith("POST"))
                        .map(a -> a.headers().getOrDefault("idempotency-key", ""))
                        .toList();
        assertEquals(2, keys.size());
        assertEquals(keys.get(0), keys.get(1));
        assertFalse(keys.get(0).isEmpty());
    }

    private static String sorted(String object) {
        try {
            Json json = Json.read(object.strip().getBytes(StandardCharsets.UTF_8));
            return Json.of(new java.util.TreeMap<>(json.members())).toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A reader's page cannot show its project before others let the gateway in; all else works. */
    @Test
    void upOfWhoMayNotInviteSaysSoAndStillOpensThePage(@TempDir Path gatewayHome) throws Exception {
        try (FakeNode gateway = new FakeNode(gatewayHome)) {
            node.on("GET /api/v1/health", 200, "{\"state\":\"ready\",\"problems\":[]}");
            node.on("GET /api/v1/digest", 200, "{\"project\":\"aa\"}");
            node.on(
                    "POST /api/v1/invites",
                    403,
                    "{\"code\":\"not_allowed\",\"detail\":\"this device is reader\"}");
            gateway.on("GET /api/v1/projects", 200, "{\"projects\":[]}");
            gateway.on("POST /api/v1/sessions", 201, "{\"link\":\"/login?code=1\"}");
            String words = gatewayHome.toString();
            assertEquals(0, musher("up", "--gateway-home", words, "--json"), err.toString());
            Json said = Json.read(out.toString().strip().getBytes(StandardCharsets.UTF_8));
            assertTrue(said.at("page").text().endsWith("/login?code=1"), out.toString());
            assertTrue(
                    said.at("problems").items().getFirst().text().contains("gateway add"),
                    out.toString());
        }
    }

    /**
     * A daemon that is killed amid the handshake showed no certificate, a wrong one least of all.
     */
    @Test
    void whoHangsUpAmidTheHandshakeIsNotSaidToShowAnotherCertificate(@TempDir Path other)
            throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread hangsUp =
                    Thread.ofPlatform()
                            .daemon()
                            .start(() -> {
                                try {
                                    server.accept().close();
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
            Files.writeString(other.resolve("token"), "secret\n");
            Files.writeString(
                    other.resolve("run.json"),
                    "{\"pid\":"
                            + ProcessHandle.current().pid()
                            + ",\"http\":\"https://127.0.0.1:"
                            + server.getLocalPort()
                            + "\",\"certificate\":\""
                            + "ab".repeat(32)
                            + "\"}");
            int exit =
                    Main.execute(
                            new PrintWriter(out, true),
                            new PrintWriter(err, true),
                            "digest",
                            "--home",
                            other.toString());
            hangsUp.join();
            assertEquals(Failure.UNHEALTHY, exit, err.toString());
            assertTrue(err.toString().contains("did not answer"), err.toString());
        }
    }
}
