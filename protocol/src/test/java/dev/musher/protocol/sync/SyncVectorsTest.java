package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Octets;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.crypto.Ed25519Verifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The test vectors of sections 8 and 9 of PROTOCOL.md. They are made here, from fixed seeds, and
 * must be what is in the resource: a change of the wire format does not go unseen. To write them
 * anew: {@code -Dmusher.vectors=<file to write>}.
 */
@Tag("H-21")
class SyncVectorsTest {
    private static final String RESOURCE = "sync-vectors.json";
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void theBytesAreThoseOfTheResource() throws IOException {
        String made = made();
        String target = System.getProperty("musher.vectors");
        if (target != null) {
            Files.writeString(Path.of(target), made);
            return;
        }
        try (InputStream in =
                Objects.requireNonNull(getClass().getResourceAsStream(RESOURCE), RESOURCE)) {
            assertEquals(new String(in.readAllBytes(), StandardCharsets.UTF_8), made);
        }
    }

    @Test
    void theMalformedOnesAreRefused() {
        malformed()
                .forEach((name, hex) ->
                        assertThrows(
                                Malformed.class,
                                () -> FrameCodec.read(HEX.parseHex(hex), 1 << 20),
                                name));
    }

    private static String made() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            DefaultPrettyPrinter printer =
                    new DefaultPrettyPrinter()
                            .withObjectIndenter(
                                    new com.fasterxml.jackson.core.util.DefaultIndenter("  ", "\n"))
                            .withArrayIndenter(
                                    new com.fasterxml.jackson.core.util.DefaultIndenter(
                                            "  ", "\n"));
            out.setPrettyPrinter(printer);
            out.writeStartObject();
            out.writeStringField("about", "Handshake and sync, PROTOCOL.md sections 8 and 9.");
            trace(out);
            invite(out);
            frames(out);
            out.writeArrayFieldStart("malformed");
            for (Map.Entry<String, String> entry : malformed().entrySet()) {
                out.writeStartObject();
                out.writeStringField("why", entry.getKey());
                out.writeStringField("frame", entry.getValue());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        return text + "\n";
    }

    /** All frames of two members that meet, each with changes the other lacks. */
    private static void trace(JsonGenerator out) throws IOException {
        byte[] seedA = seed(1);
        byte[] seedB = seed(2);
        Ed25519Verifier verifier = new Ed25519Verifier();
        Scribe scribeA = new Scribe(new Ed25519Signer(seedA), 11, Scribe.PROJECT);
        Scribe scribeB = new Scribe(new Ed25519Signer(seedB), 12, Scribe.PROJECT);
        MemoryNode a = new MemoryNode(scribeA, Scribe.PROJECT, verifier, SyncLimits.DEFAULT);
        MemoryNode b = new MemoryNode(scribeB, Scribe.PROJECT, verifier, SyncLimits.DEFAULT);
        MemoryNode.acquaint(a, b);
        a.write(2);
        b.write(1);
        Link link =
                new Link(
                        a,
                        PeerSetup.dialled(Link.nonce(1)).telling(List.of("10.0.0.1:7400")),
                        b,
                        PeerSetup.accepted(Link.nonce(2)),
                        0);
        out.writeObjectFieldStart("session");
        out.writeStringField("project", Scribe.PROJECT.hex());
        out.writeStringField("channel", "");
        side(out, "dialler", seedA, scribeA, Link.nonce(1));
        side(out, "accepter", seedB, scribeB, Link.nonce(2));
        out.writeArrayFieldStart("frames");
        for (int i = 0; i < 20; i++) {
            for (PeerSession session : List.of(link.out, link.in)) {
                byte[] frame = session.next(0);
                if (frame == null) {
                    continue;
                }
                boolean dialler = session == link.out;
                out.writeStartObject();
                out.writeStringField("from", dialler ? "dialler" : "accepter");
                out.writeStringField("kind", name(frame));
                out.writeStringField("frame", HEX.formatHex(frame));
                out.writeEndObject();
                MemoryNode to = dialler ? b : a;
                PeerSession other = dialler ? link.in : link.out;
                to.handle(other, other.receive(frame, 0));
                to.commit();
            }
        }
        out.writeEndArray();
        assertEquals(3, a.changes());
        assertEquals(3, b.changes());
        transcript(out, link.out, scribeA, scribeB);
        out.writeEndObject();
    }

    private static void side(
            JsonGenerator out, String name, byte[] seed, Scribe scribe, Nonce nonce)
            throws IOException {
        out.writeObjectFieldStart(name);
        out.writeStringField("seed", HEX.formatHex(seed));
        out.writeStringField("key", scribe.device.hex());
        out.writeStringField("nonce", HEX.formatHex(nonce.bytes()));
        byte[] masked = Mask.key(Scribe.PROJECT, nonce, scribe.device.bytes());
        out.writeStringField("hidden_key", HEX.formatHex(masked));
        out.writeEndObject();
    }

    /** Computed here once more from the words of the specification, not by the handshake. */
    private static void transcript(JsonGenerator out, PeerSession used, Scribe a, Scribe b)
            throws IOException {
        byte[] helloA = hello(a, Link.nonce(1));
        byte[] helloB = hello(b, Link.nonce(2));
        dev.musher.crdt.change.CborWriter cbor = new dev.musher.crdt.change.CborWriter();
        cbor.array(6).bytes(helloA).bytes(helloB).bytes(a.device).bytes(b.device);
        byte[] all = cbor.bytes(Scribe.PROJECT).text("").toBytes();
        out.writeStringField("transcript", ChangeId.hash(all, 0, all.length).hex());
        assertEquals(b.device, used.peer());
    }

    private static byte[] hello(Scribe scribe, Nonce nonce) {
        Octets key = Octets.of(Mask.key(Scribe.PROJECT, nonce, scribe.device.bytes()));
        return FrameCodec.write(new Frame.Hello(Frames.LEVEL, Frames.LEVEL_LEAST, nonce, key));
    }

    private static void invite(JsonGenerator out) throws IOException {
        byte[] secret = Arrays.copyOf(seed(3), Invite.SECRET_BYTES);
        Invite invite =
                new Invite(Scribe.PROJECT, Scribe.device(1), secret, List.of("10.0.0.1:7400"));
        out.writeObjectFieldStart("invite");
        out.writeStringField("project", Scribe.PROJECT.hex());
        out.writeStringField("inviter", Scribe.device(1).hex());
        out.writeStringField("secret", HEX.formatHex(secret));
        out.writeStringField("address", "10.0.0.1:7400");
        out.writeStringField("text", invite.text());
        out.writeStringField("number", HEX.toHexDigits(invite.number()));
        byte[] transcript = new byte[32];
        out.writeStringField(
                "tag_over_32_zero_bytes", HEX.formatHex(Invite.tag(secret, transcript)));
        out.writeEndObject();
    }

    private static void frames(JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("frames");
        for (Frame frame : SyncFuzzTest.frames()) {
            byte[] bytes = FrameCodec.write(frame);
            assertArrayEquals(bytes, FrameCodec.write(FrameCodec.read(bytes, bytes.length)));
            out.writeStartObject();
            out.writeStringField("kind", name(bytes));
            out.writeStringField("frame", HEX.formatHex(bytes));
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static Map<String, String> malformed() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("no bytes", "");
        all.put("not an array", "00");
        all.put("an unknown kind below 128", "81184d");
        all.put("a kind above 255", "81190100");
        all.put("an ack with a field too many", "840c010203");
        all.put("an ack in more bytes than needed", "830c180102");
        all.put("an ack with a byte behind it", "830c010200");
        all.put("an array of indefinite length", "9f0c0102ff");
        all.put("a hello with a nonce of 31 bytes", "85000101581f" + "00".repeat(31) + "5820");
        all.put("a vector with an unknown step", "8509050040" + "80");
        all.put("a vector with an unknown flag", "8509001040" + "80");
        all.put("a vector with 24 bytes for no entry", "850900005818" + "00".repeat(24) + "80");
        all.put("a vector with seq 0", "850900005818" + "00".repeat(24) + "8100");
        all.put("samples that are there and empty", "87090000" + "4080" + "4080");
        all.put("a vouch with nothing", "820d80");
        all.put("a path with a digit of 16", "8210" + "8141" + "10");
        all.put(
                "a branch with its children out of order",
                "8211" + "81" + "a2015820" + "00".repeat(32) + "005820" + "00".repeat(32));
        return all;
    }

    /** As PROTOCOL.md calls the kinds. */
    private static String name(byte[] frame) {
        int kind = Link.kind(frame);
        return switch (kind) {
            case Frames.HELLO -> "hello";
            case Frames.PROOF -> "proof";
            case Frames.WELCOME -> "welcome";
            case Frames.ADDRESSES -> "addresses";
            case Frames.END -> "end";
            case Frames.STATUS -> "status";
            case Frames.VECTOR -> "vector";
            case Frames.WANT -> "want";
            case Frames.RUNS -> "runs";
            case Frames.ACK -> "ack";
            case Frames.VOUCH -> "vouch";
            case Frames.TRIE_ASK -> "ask";
            case Frames.TRIE_TELL -> "tell";
            case Frames.DIFFERENCES -> "differences";
            case Frames.DECLINED -> "declined";
            default -> throw new AssertionError("kind " + kind);
        };
    }

    private static byte[] seed(int number) {
        byte[] seed = new byte[Ed25519Signer.SEED_BYTES];
        Arrays.fill(seed, (byte) number);
        return seed;
    }
}
