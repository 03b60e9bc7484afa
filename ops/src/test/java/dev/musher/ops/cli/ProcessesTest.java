package dev.musher.ops.cli;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.ops.imports.Importer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands against a node in a process of its own. */
@Timeout(240)
final class ProcessesTest extends CommandCase {

    @TempDir Path folder;

    private Path home;
    private final List<Daemon> daemons = new ArrayList<>();

    @BeforeEach
    void start() throws IOException, InterruptedException {
        home = folder.resolve("home");
        node("--home", home.toString(), "--http", "127.0.0.1:0");
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Daemon daemon : daemons) {
            Daemon.stop(daemon.process().toHandle());
        }
    }

    private Daemon node(String... args) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("node"));
        all.addAll(Arrays.asList(args));
        Daemon daemon = Daemon.start(all, folder.resolve("node.err"), false);
        daemons.add(daemon);
        return daemon;
    }

    @Test
    @Tag("T-B11")
    void acknowledgedRowsThatAreGoneAreToldWhereverPeopleLook() throws Exception {
        assertEquals(0, musher(home, "new", "bug", "kept"), said);
        Daemon.stop(daemons.getLast().process().toHandle());
        Path older = folder.resolve("older");
        copy(home.resolve("store"), older);
        node("--home", home.toString(), "--http", "127.0.0.1:0");
        assertEquals(0, musher(home, "new", "bug", "to be lost"), said);
        Daemon.stop(daemons.getLast().process().toHandle());
        // Somebody puts older files back, and the store's own note of what it promised stays.
        Path store = home.resolve("store");
        Files.copy(store.resolve("WITNESS"), older.resolve("WITNESS"), REPLACE_EXISTING);
        Files.move(store, folder.resolve("newer"));
        Files.move(older, store);
        Files.deleteIfExists(folder.resolve("node.err"));
        Daemon again = node("--home", home.toString(), "--http", "127.0.0.1:0");
        String stderr = Files.readString(folder.resolve("node.err"));
        assertTrue(
                stderr.matches("(?s).*acknowledged_lost: [1-9][0-9]* acknowledged rows are gone.*"),
                stderr);
        try (NodeClient client = Homes.connect(home, new Homes.Run(0, again.http(), null))) {
            assertEquals(
                    "[\"acknowledged_lost\"]", client.probe("/readyz").at("problems").toString());
            assertEquals(
                    "[\"acknowledged_lost\"]", client.probe("/healthz").at("problems").toString());
            String metrics = new String(client.bytes("/metrics"), StandardCharsets.UTF_8);
            assertTrue(
                    metrics.lines()
                            .anyMatch(l ->
                                    l.matches("musher_store_acknowledged_rows_lost [1-9][0-9]*")),
                    metrics);
            assertTrue(metrics.contains("\nmusher_store_tail_dropped 1\n"), metrics);
        }
        assertEquals(Failure.UNHEALTHY, musher(home, "doctor"));
        assertTrue(said.contains("acknowledged rows are gone"), said);
        assertTrue(said.contains("musher peers"), "names the next step: " + said);
        assertEquals(0, musher(home, "board"));
        assertTrue(said.contains("acknowledged rows are gone"), said);
    }

    @Test
    void aKillOfTheStarterEndsWhatShallEndWithItAndNothingElse() throws Exception {
        Process parent =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Parent.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String[] pids = parent.inputReader(StandardCharsets.UTF_8).readLine().split(" ");
        ProcessHandle bound = ProcessHandle.of(Long.parseLong(pids[0])).orElseThrow();
        ProcessHandle free = ProcessHandle.of(Long.parseLong(pids[1])).orElseThrow();
        try {
            parent.destroyForcibly().waitFor();
            bound.onExit().get(30, TimeUnit.SECONDS);
            assertTrue(free.isAlive(), "a detached daemon outlives its starter");
            assertFalse(
                    Files.exists(folder.resolve("bound").resolve("run.json")), "ended in order");
        } finally {
            bound.destroyForcibly();
            Daemon.stop(free);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private Path beads() throws IOException {
        Path dir = Files.createDirectories(folder.resolve("beads"));
        Files.writeString(
                dir.resolve("issues.jsonl"),
                """
                {"id":"a","title":"One","issue_type":"bug","status":"closed","created_at":"2026-01-01T00:00:00Z","created_by":"ada","close_reason":"fixed"}
                {"id":"b","title":"Two","issue_type":"task","status":"hooked","created_at":"2026-01-01T00:00:00Z","created_by":"ada"}
                {"id":"c","title":"cut in the mid\
                """);
        Files.writeString(
                dir.resolve("dependencies.jsonl"),
                "{\"issue_id\":\"b\",\"depends_on_id\":\"a\",\"type\":\"blocks\"}\n");
        return dir;
    }

    @Test
    @Tag("H-01")
    @Tag("H-04")
    void anItemGoesItsWay() throws IOException {
        json(home, "new", "story", "First", "--label", "x", "--todo", "try it");
        assertEquals(0, musher(home, "move", "1", "start"), said);
        assertEquals(Failure.CONFLICT, musher(home, "move", "1", "triage"), said);
        assertTrue(said.contains("triage") && said.contains("coding"), said);
        assertEquals(
                0, musher(home, "set", "1", "name=Second", "priority=1", "todo:try it=done"), said);
        assertEquals(0, musher(home, "note", "1", "a note"), said);
        Json item = json(home, "show", "1", "--history");
        assertEquals("Second", item.at("name").text());
        assertEquals("coding", item.at("stage").text());
        assertTrue(item.at("todos").items().get(0).at("checked").flag(), said);
        assertTrue(item.at("history").items().size() >= 5, said);
        assertEquals(0, musher(home, "delete", "1"), said);
        assertEquals(0, json(home, "list").at("items").items().size());
        assertEquals(Failure.NOT_FOUND, musher(home, "show", "1"), said);
        assertEquals(0, musher(home, "restore", "1"), said);
        assertEquals(1, json(home, "list").at("items").items().size());
    }

    @Test
    @Tag("H-11")
    void anEpicShowsWhatBelongsToIt() throws IOException {
        json(home, "new", "epic", "Large");
        json(home, "new", "story", "Part", "--epic", "1");
        json(home, "new", "bug", "Other");
        Json epic = json(home, "show", "1");
        assertEquals(1, epic.at("members").items().size());
        assertEquals("Part", epic.at("members").items().get(0).at("name").text());
        assertEquals(1, json(home, "list", "--type", "bug").at("items").items().size());
        assertEquals(1, json(home, "list", "--type", "epic").at("items").items().size());
    }

    @Test
    void upMakesWhatIsMissingFindsItAgainAndDownEndsIt() throws IOException {
        Path fresh = folder.resolve("up");
        String gateway = folder.resolve("gateway").toString();
        assertEquals(0, musher(fresh, "up", "--gateway-home", gateway), said);
        assertTrue(said.contains("recovery key, shown this once"), said);
        assertTrue(said.contains("/login?code="), said);
        Json again = json(fresh, "up", "--gateway-home", gateway);
        assertFalse(said.contains("recovery"), said);
        assertEquals(again.at("node").text(), Homes.run(fresh).orElseThrow().http());
        try (NodeClient client =
                Homes.connect(Path.of(gateway), Homes.run(Path.of(gateway)).orElseThrow())) {
            Json held = client.get("/api/v1/projects").at("projects");
            assertEquals(1, held.items().size());
            assertEquals("member", held.items().get(0).at("role").text());
        }
        Json down = json(fresh, "down", "--gateway-home", gateway);
        assertEquals("[\"gateway\",\"node\"]", down.at("ended").toString());
        assertTrue(Homes.run(fresh).isEmpty() && Homes.run(Path.of(gateway)).isEmpty());
    }

    @Test
    void importedTwiceIsThereOnce() throws IOException {
        Path beads = beads();
        Json first = json(home, "import", beads.toString());
        assertEquals(2, first.at("items").number());
        assertEquals(1, first.at("lost").at("not_a_json_object").number());
        Json digest = json(home, "digest");
        Json second = json(home, "import", beads.toString());
        assertEquals(first.at("ids").toString(), second.at("ids").toString());
        assertEquals(digest.toString(), json(home, "digest").toString());
        assertEquals(0, second.at("items").number());
        assertEquals(2, second.at("already_here").number());
        assertEquals("done", json(home, "show", "1").at("stage").text());
        assertEquals("1", json(home, "show", "2").at("depends_on").items().get(0).at("ref").text());
    }

    @Test
    @Tag("M-17")
    void anExportThatGrewBringsOnlyWhatIsNewAndItsLinks() throws IOException {
        Path beads = beads();
        json(home, "import", beads.toString());
        json(home, "set", "2", "name=Two, as people call it now");
        Path issues = beads.resolve("issues.jsonl");
        Files.writeString(
                issues,
                Files.readString(issues).replaceFirst("(?m)^.*cut in the mid$", "")
                        + """
                        {"id":"d","title":"Four","issue_type":"task","status":"open","notes":"look","created_at":"2026-01-01T00:00:00Z","created_by":"ada"}
                        """);
        Files.writeString(
                beads.resolve("dependencies.jsonl"),
                """
                {"issue_id":"b","depends_on_id":"a","type":"blocks"}
                {"issue_id":"b","depends_on_id":"d","type":"blocks"}
                {"issue_id":"d","depends_on_id":"a","type":"blocks"}
                """);
        Json grown = json(home, "import", beads.toString());
        assertEquals(1, grown.at("items").number());
        assertEquals(2, grown.at("already_here").number());
        assertEquals(3, json(home, "digest").at("items").number());
        Json two = json(home, "show", "2");
        assertEquals("Two, as people call it now", two.at("name").text());
        assertEquals(2, two.at("depends_on").items().size());
        Json four = json(home, "show", "3");
        assertEquals("1", four.at("depends_on").items().get(0).at("ref").text());
        assertEquals(1, four.at("notes").items().size());
        assertFalse(four.at("labels").toString().contains(Importer.UNFINISHED), four.toString());
    }

    @Test
    void aRefusedLineOfAnImportIsNamedAndTheRestIsThere() throws IOException, InterruptedException {
        try (NodeClient client = Homes.connect(home, Homes.run(home).orElseThrow())) {
            List<Json> answers =
                    Batch.send(
                            client,
                            "/api/v1/batch",
                            List.of(
                                    Json.of(Map.of("op", "note", "ref", "77", "text", "x")),
                                    Json.of(
                                            Map.of(
                                                    "op",
                                                    "create",
                                                    "type",
                                                    "bug",
                                                    "name",
                                                    "B",
                                                    "origin",
                                                    Map.of("kind", "user", "id", "u")))),
                            "");
            assertEquals(404, answers.get(0).at("status").number());
            assertEquals(200, answers.get(1).at("status").number());
            Importer.Target target = Import.target(client, "/api/v1/batch", "");
            assertEquals(0, target.batch(List.of()).size());
        }
    }

    @Test
    @Tag("M-02")
    void anExportRestoresProjectAndDigestAndAForgedOneLeavesNothing() throws IOException {
        json(home, "import", beads().toString());
        Path file = folder.resolve("x.jsonl");
        json(home, "export", "--to", file.toString());
        Path copy = folder.resolve("copy");
        Json restored = json(copy, "import", file.toString());
        Json digest = json(home, "digest");
        assertEquals(digest.at("digest").text(), restored.at("digest").text());
        assertEquals(digest.at("project").text(), restored.at("project").text());
        assertEquals(Failure.FAILED, musher(copy, "import", file.toString()), said);
        assertTrue(said.contains("belongs to a project already"), said);

        List<String> lines = Files.readAllLines(file);
        String last = lines.get(lines.size() - 1);
        int at = last.indexOf("\"signature\":\"") + "\"signature\":\"".length() + 4;
        char other = last.charAt(at) == 'A' ? 'B' : 'A';
        lines.set(lines.size() - 1, last.substring(0, at) + other + last.substring(at + 1));
        Path forged = folder.resolve("forged.jsonl");
        Files.write(forged, lines);
        Path none = folder.resolve("none");
        assertEquals(Failure.FAILED, musher(none, "import", forged.toString()), said);
        assertTrue(said.contains("signature"), said);
        assertFalse(Files.exists(none.resolve("store")), "a forged export left something");
    }

    @Test
    @Tag("M-16")
    @Tag("H-20")
    void aCompactedHomeKeepsItsStateAndItsExportRestoresIt() throws Exception {
        musher(home, "new", "story", "long");
        for (String text : List.of("first ", "second ", "third ")) {
            Path body = folder.resolve("body.md");
            Files.writeString(body, text.repeat(200));
            assertEquals(0, musher(home, "set", "1", "body=@" + body), said);
        }
        assertEquals(0, musher(home, "move", "1", "done"), said);
        String digest = json(home, "digest").at("digest").text();
        assertEquals(0, json(home, "compact", "--dry-run").at("dropped").number(), "no checkpoint");
        assertEquals(2, json(home, "checkpoint").at("outlines").number());
        Json young = json(home, "compact");
        assertEquals(2, young.at("kept").at("young").number(), young.toString());
        Json dry = json(home, "compact", "--keep-days", "0", "--dry-run");
        assertEquals(2, dry.at("dropped").number(), dry.toString());
        Json done = json(home, "compact", "--keep-days", "0");
        assertEquals(2, done.at("dropped").number(), done.toString());
        assertEquals(dry.at("bytes").number(), done.at("bytes").number());
        assertTrue(done.at("disk_after").number() <= done.at("disk_before").number());
        assertEquals(digest, json(home, "digest").at("digest").text());
        assertTrue(json(home, "show", "1").at("body").text().startsWith("third "));
        assertEquals(0, musher(home, "show", "1", "--history"), said);
        Json verified = json(home, "verify");
        assertTrue(verified.at("ok").flag(), verified.toString());

        Path file = folder.resolve("x.jsonl");
        json(home, "export", "--to", file.toString());
        assertTrue(json(home, "verify", file.toString()).at("ok").flag());
        Path copy = folder.resolve("copy");
        assertEquals(digest, json(copy, "import", file.toString()).at("digest").text());
        assertEquals(digest, json(copy, "verify").at("digest").text());

        assertEquals(0, musher(home, "down", "--keep-gateway"), said);
        assertEquals(digest, json(home, "doctor", "--rebuild").at("digest").text());
        assertTrue(json(home, "verify").at("ok").flag());

        // One byte of what stands for the body: nobody vouches for that.
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("\"outline\":true")) {
                int at = lines.get(i).indexOf("\",\"outline\"") - 70;
                char other = lines.get(i).charAt(at) == 'A' ? 'B' : 'A';
                String line = lines.get(i);
                lines.set(i, line.substring(0, at) + other + line.substring(at + 1));
                break;
            }
        }
        Path forged = folder.resolve("forged.jsonl");
        Files.write(forged, lines);
        assertEquals(Failure.UNHEALTHY, musher(home, "verify", forged.toString()), said);
        Path none = folder.resolve("none");
        assertEquals(Failure.FAILED, musher(none, "import", forged.toString()), said);
        assertFalse(Files.exists(none.resolve("store")), "a forged outline left something");
    }

    @Test
    @Tag("M-02")
    void aHomeAndAnExportAreVerifiedAndDamageIsNamedByItsLine() throws Exception {
        json(home, "import", beads().toString());
        String digest = json(home, "digest").at("digest").text();
        Json running = json(home, "verify");
        assertTrue(running.at("ok").flag(), running.toString());
        assertEquals(digest, running.at("digest").text());
        assertTrue(running.at("rows_compared").flag());
        Path file = folder.resolve("x.jsonl");
        json(home, "export", "--to", file.toString());
        assertEquals(digest, json(home, "verify", file.toString()).at("digest").text());
        Path backup = folder.resolve("backup");
        json(home, "backup", backup.toString());
        assertEquals(digest, json(backup, "verify").at("digest").text());

        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.remove(1);
        lines.set(3, lines.get(3).replaceFirst("\"bytes\":\"....", "\"bytes\":\"AAAA"));
        Path damaged = folder.resolve("damaged.jsonl");
        Files.write(damaged, lines);
        assertEquals(Failure.UNHEALTHY, musher(home, "verify", damaged.toString(), "--json"), said);
        Json found = Json.read(said.strip().getBytes(StandardCharsets.UTF_8));
        assertFalse(found.at("ok").flag());
        List<String> places =
                found.at("problems").items().stream()
                        .map(p -> p.at("kind").text() + " " + p.at("at").text())
                        .toList();
        assertTrue(places.contains("missing line 2"), places.toString());
        assertTrue(places.contains("unreadable line 4"), places.toString());
        List<String> cut = Files.readAllLines(file);
        Files.write(damaged, cut.subList(0, cut.size() - 1));
        int exit = musher(home, "verify", damaged.toString(), "--expect", digest);
        assertEquals(Failure.UNHEALTHY, exit, said);

        Daemon.stop(daemons.get(0).process().toHandle());
        assertEquals(digest, json(home, "verify").at("digest").text());
        assertFalse(Files.exists(home.resolve("verifying")));
    }

    @Test
    void aBackupOfARunningHomeIsAHome() throws IOException, InterruptedException {
        json(home, "new", "bug", "Kept");
        Json digest = json(home, "digest");
        Path backup = folder.resolve("backup");
        json(home, "backup", backup.toString());
        assertEquals(Failure.CONFLICT, musher(home, "backup", backup.toString()), said);
        Path copy = folder.resolve("copy");
        json(copy, "restore-home", backup.toString());
        Daemon.stop(daemons.get(0).process().toHandle());
        node("--home", copy.toString(), "--http", "127.0.0.1:0");
        assertEquals(digest.at("digest").text(), json(copy, "digest").at("digest").text());
        assertEquals(0, musher(copy, "new", "bug", "Written after"), said);
    }

    @Test
    void rebuiltRowsGiveTheSameDigest() throws IOException, InterruptedException {
        json(home, "import", beads().toString());
        String digest = json(home, "digest").at("digest").text();
        assertEquals(Failure.CONFLICT, musher(home, "doctor", "--rebuild"), said);
        assertEquals(Failure.UNHEALTHY, musher(home, "doctor"), said);
        assertTrue(said.contains("recovery.key is still on this machine"), said);
        Files.delete(home.resolve("recovery.key"));
        assertEquals(0, musher(home, "doctor"), said);
        assertEquals(0, musher(home, "down", "--keep-gateway"), said);
        Json rebuilt = json(home, "doctor", "--rebuild");
        assertEquals(digest, rebuilt.at("digest").text());
        node("--home", home.toString(), "--http", "127.0.0.1:0");
        assertEquals(digest, json(home, "digest").at("digest").text());
        assertEquals(0, musher(home, "note", "1", "and it goes on"), said);
    }

    @Test
    void aSecondProcessOnOneHomeIsRefusedByName() {
        Failure refused = assertThrows(Failure.class, () -> node("--home", home.toString()));
        assertEquals(Failure.FAILED, refused.exitCode());
        assertTrue(
                String.valueOf(refused.getMessage()).contains("in use by another process"),
                refused.getMessage());
        assertEquals(0, musher(home, "digest"), said);
    }

    @Test
    void aPortInUseIsRefusedByName() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String http = "127.0.0.1:" + taken.getLocalPort();
            Failure refused =
                    assertThrows(
                            Failure.class,
                            () -> node("--home", folder.resolve("h2").toString(), "--http", http));
            assertEquals(Failure.USAGE, refused.exitCode());
            assertTrue(String.valueOf(refused.getMessage()).contains(http + " is in use"));
        }
    }

    @Test
    void whatOthersReachIsSpokenToOverTlsByItsCertificateAlone() throws Exception {
        Path open = folder.resolve("open");
        Daemon daemon = node("--home", open.toString(), "--http", "0.0.0.0:0");
        assertTrue(daemon.http().startsWith("https://127.0.0.1:"), daemon.http());
        assertEquals(0, musher(open, "new", "story", "Over TLS"), said);
        assertEquals(0, musher(open, "board"), said);
        assertTrue(said.contains("Over TLS"), said);
        // Another certificate is not talked to, and sees no token.
        Path run = open.resolve("run.json");
        String told = Files.readString(run);
        assertTrue(told.contains(daemon.ready().get("certificate")), told);
        Files.writeString(run, told.replaceFirst("[0-9a-f]{64}", "0".repeat(64)));
        assertEquals(Failure.UNHEALTHY, musher(open, "board"), said);
        // Without TLS nobody answers there.
        Files.writeString(run, told.replace("https:", "http:"));
        assertEquals(Failure.UNHEALTHY, musher(open, "board"), said);
        Files.writeString(run, told);
    }

    @Test
    void aHomeOfANewerVersionIsRefusedWithItsVersion() throws IOException {
        assertEquals(0, musher(home, "down", "--keep-gateway"), said);
        Path format = home.resolve("store").resolve("FORMAT");
        assertTrue(Files.exists(format), "the store's format file has another name");
        Files.writeString(format, Files.readString(format).replaceFirst("\\d+", "99"));
        Failure refused = assertThrows(Failure.class, () -> node("--home", home.toString()));
        assertEquals(Failure.FAILED, refused.exitCode());
        assertTrue(String.valueOf(refused.getMessage()).contains("99"), refused.getMessage());
    }

    @Test
    void downEndsTheNodeAndSaysSoOnce() throws IOException {
        ProcessHandle process = daemons.get(0).process().toHandle();
        Json first = json(home, "down", "--keep-gateway");
        assertEquals("[\"node\"]", first.at("ended").toString());
        assertFalse(process.isAlive());
        assertEquals("[]", json(home, "down", "--keep-gateway").at("ended").toString());
        assertEquals(Failure.UNHEALTHY, musher(home, "board"), said);
    }

    @Test
    @Tag("M-19")
    void twoNodesJoinedByALinkSeeTheSame() throws IOException, InterruptedException {
        json(home, "new", "bug", "Here first", "--priority", "0", "--assignee", "ada");
        String link = json(home, "invite", "--role", "member").at("link").text();
        Path other = folder.resolve("other");
        node("--home", other.toString(), "--http", "127.0.0.1:0", "--join", link);
        assertEquals(Failure.CONFLICT, musher(home, "join", link), said);
        await(other, "/api/v1/items", "items");
        assertEquals("ada", json(other, "show", "1").at("assignee").text());
        assertEquals(3, json(other, "members").at("members").items().size());
    }

    @Test
    @Tag("M-03")
    void editsMadeApartStandSideBySideUntilOneIsChosen() throws IOException, InterruptedException {
        json(home, "new", "bug", "Before");
        String link = json(home, "invite").at("link").text();
        Path other = folder.resolve("other");
        node("--home", other.toString(), "--http", "127.0.0.1:0", "--join", link);
        await(other, "/api/v1/items", "items");
        assertEquals(0, musher(other, "peer", "offline"), said);
        assertEquals(0, musher(home, "set", "1", "name=Here", "priority=1"), said);
        assertEquals(0, musher(other, "set", "1", "name=There", "priority=1"), said);
        assertEquals(0, musher(other, "peer", "online"), said);
        await(home, "/api/v1/conflicts", "conflicts");

        Json conflicts = json(home, "conflicts", "1").at("conflicts");
        assertEquals(1, conflicts.items().size(), "equal values are one");
        Json name = conflicts.items().get(0);
        assertEquals("name", name.at("field").text());
        String loser = name.at("others").items().get(0).at("value").text();
        String change = name.at("others").items().get(0).at("change").text();
        assertEquals(0, musher(home, "settle", "1", "name", change.substring(0, 12)), said);
        assertEquals(loser, json(home, "show", "1").at("name").text());
        assertEquals(0, json(home, "conflicts").at("conflicts").items().size());
        assertEquals(Failure.CONFLICT, musher(home, "settle", "1", "name", "shown"), said);
    }

    /** Waits until a list of a node has an element, looking again after each event. */
    private static void await(Path of, String path, String list) {
        Homes.Run run = Homes.run(of).orElseThrow();
        try (NodeClient client = Homes.connect(of, run);
                NodeClient stream = Homes.connect(of, run)) {
            String zero =
                    client.get("/api/v1/digest").at("cursor").text().replaceFirst("-.*", "-0");
            stream.events(
                    "/api/v1/events?since=" + zero,
                    (id, name, data) -> client.get(path).at(list).items().isEmpty());
        }
    }
}
