package dev.musher.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.crypto.Ed25519Signer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands about devices ask of a node. */
final class MembersTest {

    private static final String ANN = "aa11".repeat(16);
    private static final String BOB = "bb22".repeat(16);
    private static final String BOB2 = "bb23".repeat(16);

    @TempDir Path home;

    private FakeNode node;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        node = new FakeNode(home);
        node.on(
                "GET /api/v1/members",
                200,
                "{\"members\":["
                        + member(ANN, "ann", true)
                        + ","
                        + member(BOB, "bob", false)
                        + ","
                        + member(BOB2, "bob", false)
                        + "]}");
        for (String path : List.of("revoke", "adopt", "forks/settle", "roles", "rotate")) {
            node.on("POST /api/v1/" + path, 200, "{\"change\":\"ffff\"}");
        }
        node.on("POST /api/v1/members", 201, "{\"change\":\"ffff\"}");
        node.on("POST /api/v1/invites", 201, "{\"link\":\"musher:x\"}");
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    private static String member(String device, String label, boolean self) {
        return "{\"device\":\""
                + device
                + "\",\"short\":\""
                + label
                + "short\",\"label\":\""
                + label
                + "\",\"role\":\"member\",\"self\":"
                + self
                + "}";
    }

    private int musher(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--home");
        all.add(home.toString());
        return Main.execute(
                new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    /** The last that was not only looked up. */
    private String sent() {
        FakeNode.Asked last =
                node.asked.reversed().stream()
                        .filter(asked -> asked.line().startsWith("POST"))
                        .findFirst()
                        .orElseThrow();
        return last.line() + " " + last.body();
    }

    @Test
    void revokeNamesTheDeviceAndWhatToKeep() {
        assertEquals(0, musher("revoke", "bb22"), err.toString());
        assertEquals("POST /api/v1/revoke {\"device\":\"" + BOB + "\"}", sent());
        assertEquals(0, musher("revoke", "bb22", "--keep", "none"), err.toString());
        assertTrue(sent().contains("\"keep\":[]"), sent());
        assertEquals(0, musher("revoke", "--keep", "7,00ff:9", "bb22"), err.toString());
        assertTrue(sent().contains("\"keep\":[\"7\",\"00ff:9\"]"), sent());
        assertEquals(Failure.USAGE, musher("revoke", "bb22", "--keep", "none,7"));
    }

    @Test
    void aWordForSeveralDevicesOrNoneIsRefusedByName() {
        assertEquals(Failure.CONFLICT, musher("revoke", "bob"));
        assertTrue(err.toString().contains("bb22bb22bb"), err.toString());
        assertTrue(err.toString().contains("bb23bb23bb"), err.toString());
        assertEquals(Failure.NOT_FOUND, musher("revoke", "carl"));
        assertTrue(err.toString().contains("`musher members` lists them"), err.toString());
    }

    @Test
    void aLabelStandsNeitherForAnothersKeyNorForThisDevice() {
        node.on(
                "GET /api/v1/members",
                200,
                "{\"members\":["
                        + member(ANN, "ann", true)
                        + ","
                        + member(BOB, "self", false)
                        + ","
                        + member(BOB2, "aa11aa11", false)
                        + "]}");
        assertEquals(0, musher("adopt", "--device", "self"), err.toString());
        assertTrue(sent().contains(ANN), sent());
        assertEquals(Failure.CONFLICT, musher("adopt", "--device", "aa11aa11"));
        assertTrue(err.toString().contains("this node"), err.toString());
    }

    /** A thief with an owner's key lets others in, who stay when it is shut out. */
    @Test
    void revokeNamesTheDevicesThatGoOn() {
        node.on(
                "GET /api/v1/members",
                200,
                "{\"members\":["
                        + member(ANN, "ann", true)
                        + ","
                        + member(BOB, "bob", false)
                        + ","
                        + added(BOB2, "friend", BOB)
                        + ","
                        + added("cc33".repeat(16), "friend's friend", BOB2)
                        + ","
                        + added("dd44".repeat(16), "mine", ANN)
                        + "]}");
        assertEquals(0, musher("revoke", "bob"), err.toString());
        String said = out.toString();
        assertTrue(said.contains("friend (bb23bb23bb), member"), said);
        assertTrue(said.contains("friend's friend (cc33cc33cc), member"), said);
        assertFalse(said.contains("dd44"), said);
    }

    private static String added(String device, String label, String by) {
        return member(device, label, false).replace("}", ",\"added_by\":\"" + by + "\"}");
    }

    @Test
    void whatIsNoRecoveryKeyIsSaidBeforeAnythingIsSent() throws IOException {
        Path file = Files.writeString(home.resolve("key"), "not a key");
        int asked = node.asked.size();
        assertEquals(Failure.USAGE, musher("revoke", "ann", "--recovery-key", file.toString()));
        assertTrue(err.toString().contains("64 hexadecimal digits"), err.toString());
        Files.writeString(file, "0011");
        assertEquals(Failure.USAGE, musher("revoke", "ann", "--recovery-key", file.toString()));
        assertTrue(err.toString().contains("cut off"), err.toString());
        assertTrue(
                node.asked.subList(asked, node.asked.size()).stream()
                        .noneMatch(a -> a.line().startsWith("POST")));
    }

    @Test
    void aDraftOfSomethingElseIsNotSigned() throws IOException {
        Path file = Files.writeString(home.resolve("key"), "11".repeat(32) + "\n");
        byte[] seed = HexFormat.of().parseHex("11".repeat(32));
        DeviceId author = DeviceId.of(new Ed25519Signer(seed).publicKey());
        DeviceId bob = DeviceId.of(HexFormat.of().parseHex(BOB));
        node.on("POST /api/v1/changes", 200, "{\"change\":\"ffff\"}");
        String[] revoke = {"revoke", "bb22", "--recovery-key", file.toString()};
        draft(author, new Op.SetRole(bob, Role.OWNER));
        assertEquals(Failure.FAILED, musher(revoke));
        assertTrue(err.toString().contains("nothing was signed"), err.toString());
        assertTrue(sent().startsWith("POST /api/v1/drafts/"), sent());
        draft(author, new Op.Cut(bob, List.of()));
        assertEquals(0, musher(revoke), err.toString());
        assertTrue(sent().startsWith("POST /api/v1/changes"), sent());
        // What is kept is its holder's word, too.
        Kept last = new Kept(255, 9, ChangeId.ZERO, null);
        draft(author, new Op.Cut(bob, List.of(last)));
        assertEquals(Failure.FAILED, keeping("none", file));
        assertEquals(Failure.FAILED, keeping("8", file));
        assertEquals(Failure.FAILED, keeping("00000000000000fe:9", file));
        assertEquals(0, keeping("7,00000000000000ff:9", file), err.toString());
        assertEquals(0, keeping("9", file), err.toString());
        assertEquals(0, keeping("all", file), err.toString());
    }

    private int keeping(String words, Path file) {
        return musher("revoke", "bb22", "--keep", words, "--recovery-key", file.toString());
    }

    private void draft(DeviceId author, Op op) {
        Header header =
                new Header(
                        Header.VERSION,
                        ChangeId.ZERO,
                        author,
                        1,
                        1,
                        null,
                        List.of(ChangeId.ZERO),
                        2,
                        0,
                        ChangeId.ZERO,
                        0,
                        ChangeId.ZERO);
        Change change = ChangeCodec.write(header, new Actor.User("ann"), List.of(op));
        node.on(
                "POST /api/v1/drafts/" + author.hex(),
                200,
                "{\"id\":\""
                        + change.id().hex()
                        + "\",\"change\":\""
                        + HexFormat.of().formatHex(change.bytes())
                        + "\"}");
    }

    @Test
    void theOthersSayWhatIsAsked() {
        assertEquals(0, musher("adopt", "--device", "bb23"), err.toString());
        assertEquals("POST /api/v1/adopt {\"device\":\"" + BOB2 + "\"}", sent());
        assertEquals(Failure.USAGE, musher("adopt"));
        assertEquals(0, musher("forks", "settle"), err.toString());
        assertEquals("POST /api/v1/forks/settle {}", sent());
        assertEquals(0, musher("forks", "settle", "self"), err.toString());
        assertEquals("POST /api/v1/forks/settle {\"device\":\"" + ANN + "\"}", sent());
        assertEquals(0, musher("members", "role", "bb22", "owner"), err.toString());
        assertTrue(sent().contains("\"role\":\"owner\""), sent());
        assertEquals(
                0,
                musher(
                        "members",
                        "add",
                        BOB,
                        "agent",
                        "coder",
                        "--expires",
                        "2030-01-01T00:00:00Z"),
                err.toString());
        assertTrue(sent().contains("\"expires\":\"2030-01-01T00:00:00Z\""), sent());
        assertEquals(0, musher("invite", "--role", "agent", "--expires", "30d"), err.toString());
        assertTrue(sent().matches(".*\"expires\":\"20[0-9-]{8}T.*Z\".*"), sent());
        assertEquals(Failure.USAGE, musher("invite", "--expires", "soon"));
        assertEquals(Failure.USAGE, musher("invite", "--expires", "2020-01-01T00:00:00Z"));
        assertEquals(0, musher("rotate"), err.toString());
        assertEquals("POST /api/v1/rotate {}", sent());
    }
}
