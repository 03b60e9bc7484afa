package dev.musher.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.Header;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who takes part and who no longer does, with nodes in processes of their own. How soon is shown in
 * virtual time, by the tests of the replica.
 */
@Timeout(240)
final class TrustTest extends CommandCase {

    @TempDir Path folder;

    private final Map<Path, Daemon> daemons = new TreeMap<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Daemon daemon : daemons.values()) {
            Daemon.stop(daemon.process().toHandle());
        }
    }

    @Test
    @Tag("M-04")
    @Tag("T-D2")
    void aRevokedDeviceIsShutOutAndSaysSoItself() throws Exception {
        Path ann = node("ann");
        Path bob = joined(ann, "bob", "member");
        assertEquals(0, musher(bob, "new", "bug", "by bob"), said);
        await(ann, "/api/v1/items", a -> a.at("items").items().size() == 1);
        assertEquals(Failure.FAILED, musher(bob, "revoke", "ann"), said);
        assertTrue(said.contains("only an owner can revoke a device"), said);
        assertTrue(said.contains("--recovery-key FILE"), said);
        assertEquals(0, musher(ann, "revoke", "bob"), said);
        await(
                ann,
                "/api/v1/peers",
                a -> a.at("peers").items().stream().noneMatch(TrustTest::isLinked));
        assertEquals(Failure.FAILED, musher(bob, "new", "bug", "too late"));
        assertTrue(said.contains("this device was revoked by "), said);
        assertTrue(said.contains(" on ann at "), said);
        assertEquals(0, musher(bob, "board"), said);
        assertTrue(said.contains("by bob"), said);
        assertTrue(said.contains("this device was revoked by "), said);
        assertEquals(0, musher(ann, "members"), said);
        assertTrue(said.contains("revoked by "), said);
        assertEquals(0, musher(ann, "void"), said);
        assertTrue(said.contains("every change counts"), said);
        assertEquals(0, musher(ann, "rotate"), said);
        assertTrue(said.contains(" has ended"), said);
        end(ann);
        start(ann);
        assertEquals(0, musher(ann, "new", "bug", "by the new key"), said);
    }

    @Test
    @Tag("T-D1")
    void whoComesWithALinkThatIsNotTakenIsToldAndMayTryAgain() throws Exception {
        Path ann = node("ann");
        String link = json(ann, "invite", "--label", "bob").at("link").text();
        Path bob = folder.resolve("bob");
        Path eve = folder.resolve("eve");
        assertEquals(Failure.USAGE, musher(eve, "join", ""), said);
        assertEquals(0, musher(bob, "join", link), said);
        assertTrue(said.contains("joined project"), said);
        assertEquals(Failure.CONFLICT, musher(eve, "join", link), said);
        assertTrue(said.contains("does not take the invite"), said);
        assertTrue(said.contains("unknown, used, or older than 24 hours"), said);
        assertFalse(Files.exists(eve.resolve("device.key")));
        String another = json(ann, "invite").at("link").text();
        assertEquals(0, musher(eve, "join", another), said);
        assertEquals(0, musher(ann, "members"), said);
        assertTrue(said.contains("  bob  "), said);
        assertEquals(0, musher(eve, "down", "--keep-gateway"), said);
        assertEquals(0, musher(bob, "down", "--keep-gateway"), said);
    }

    @Test
    @Tag("M-04")
    void aLostFoundersDeviceIsReplacedWithTheRecoveryKeyAndNothingElse() throws Exception {
        Path ann = node("ann");
        Path bob = joined(ann, "bob", "member");
        assertEquals(0, musher(ann, "new", "bug", "by ann"), said);
        await(bob, "/api/v1/items", a -> a.at("items").items().size() == 1);
        Path recovery = folder.resolve("usb-stick");
        Files.move(ann.resolve("recovery.key"), recovery);
        // The disk is gone; and nobody is there to talk to.
        end(ann);
        end(bob);
        assertEquals(0, musher(bob, "revoke", "ann", "--recovery-key", recovery.toString()), said);
        assertTrue(said.contains("with the recovery key"), said);
        assertFalse(Files.exists(bob.resolve("run.json")), "the node of a moment has ended");
        String[] role = {"members", "role", "bob", "owner", "--recovery-key", recovery.toString()};
        assertEquals(0, musher(bob, role), said);
        start(bob);
        Path anew = joined(bob, "ann2", "owner");
        assertEquals(0, musher(anew, "new", "bug", "by ann again"), said);
        Json members = json(anew, "members");
        List<String> shown =
                members.at("members").items().stream()
                        .map(m -> m.at("label").text() + " " + m.at("cut").flag())
                        .toList();
        assertEquals(List.of("recovery key false", "ann true", "bob false", "ann2 false"), shown);
        Files.writeString(recovery, "00".repeat(32));
        assertEquals(
                Failure.FAILED,
                musher(bob, "revoke", "ann2", "--recovery-key", recovery.toString()));
        assertTrue(said.contains("neither this project's recovery key nor a member's"), said);
    }

    @Test
    @Tag("T-B11")
    void oneHomeOnTwoLaptopsIsNamedToBothAndNoNumberIsUsedTwice() throws Exception {
        Path hub = node("hub");
        Path ann = joined(hub, "ann", "member");
        assertEquals(0, musher(ann, "new", "bug", "before"), said);
        await(hub, "/api/v1/items", a -> a.at("items").items().size() == 1);
        end(ann);
        Path copied = folder.resolve("copied");
        try (Stream<Path> all = Files.walk(ann)) {
            for (Path each : all.toList()) {
                Files.copy(each, copied.resolve(ann.relativize(each).toString()));
            }
        }
        start(ann);
        start(copied);
        for (Path each : List.of(ann, copied)) {
            await(each, "/api/v1/health", a -> codes(a).contains("twin"));
        }
        assertEquals(0, musher(ann, "new", "bug", "by one"), said);
        assertEquals(0, musher(copied, "new", "bug", "by the other"), said);
        assertEquals(0, musher(copied, "board"), said);
        assertTrue(said.contains("another copy of this device's home"), said);
        await(hub, "/api/v1/items", a -> a.at("items").items().size() == 3);
        Set<String> places = new HashSet<>();
        Path file = folder.resolve("export.ndjson");
        assertEquals(0, musher(hub, "export", "--to", file.toString()), said);
        for (String line : Files.readAllLines(file)) {
            Json bytes = Json.read(line.getBytes(StandardCharsets.UTF_8)).at("bytes");
            Header header = ChangeCodec.read(Base64.getDecoder().decode(bytes.text())).header();
            String place = header.device() + " " + header.epoch() + " " + header.seq();
            assertTrue(places.add(place), place);
        }
        assertEquals(0, musher(hub, "forks"), said);
        assertTrue(said.contains("no forks"), said);
    }

    private static List<String> codes(Json health) {
        return health.at("problems").items().stream().map(p -> p.at("code").text()).toList();
    }

    private static boolean isLinked(Json peer) {
        return List.of("syncing", "in_sync").contains(peer.at("state").text());
    }

    // ---- nodes and commands ------------------------------------------------------------------

    private Path node(String name, String... more) throws IOException, InterruptedException {
        Path home = folder.resolve(name);
        start(home, more);
        return home;
    }

    private void start(Path home, String... more) throws IOException, InterruptedException {
        String name = String.valueOf(home.getFileName());
        List<String> all = new ArrayList<>(List.of("node", "--home", home.toString()));
        all.addAll(List.of("--http", "127.0.0.1:0", "--label", name, "--user", name));
        all.addAll(Arrays.asList(more));
        daemons.put(home, Daemon.start(all, folder.resolve(name + ".err"), false));
    }

    private void end(Path home) throws InterruptedException {
        Daemon daemon = daemons.remove(home);
        if (daemon != null) {
            Daemon.stop(daemon.process().toHandle());
        }
    }

    private Path joined(Path inviter, String name, String role) throws Exception {
        String link = json(inviter, "invite", "--role", role).at("link").text();
        Path home = node(name, "--join", link);
        await(home, "/api/v1/health", a -> a.at("state").text().equals("ready"));
        return home;
    }

    /** Asks again and again until the answer is as wanted, for a minute at most. */
    private static void await(Path of, String path, Predicate<Json> wanted) throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        try (ScheduledExecutorService asking = Executors.newSingleThreadScheduledExecutor();
                NodeClient client = Homes.connect(of, Homes.run(of).orElseThrow())) {
            asking.scheduleWithFixedDelay(
                    () -> {
                        try {
                            if (wanted.test(client.get(path))) {
                                seen.complete(null);
                            }
                        } catch (Failure e) {
                            seen.completeExceptionally(e);
                        }
                    },
                    0,
                    50,
                    TimeUnit.MILLISECONDS);
            seen.get(60, TimeUnit.SECONDS);
            asking.shutdownNow();
        }
    }
}
