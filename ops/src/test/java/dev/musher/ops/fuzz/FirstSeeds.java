package dev.musher.ops.fuzz;

import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Signature;
import dev.musher.crdt.change.Value;
import dev.musher.node.tls.SelfSigned;
import dev.musher.protocol.codec.FrameWriter;
import dev.musher.protocol.codec.Links;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import dev.musher.protocol.sync.Fingerprint;
import dev.musher.protocol.sync.Invite;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Inputs that every decoder takes: from these Jazzer begins. */
final class FirstSeeds {

    private static final DeviceId DEVICE = DeviceId.of(new byte[32]);
    private static final ChangeId ID = ChangeId.hash(new byte[] {1}, 0, 1);
    private static final Ref REF = new Ref(ID, 2);
    private static final ItemKey ITEM = new ItemKey(5, 6);
    private static final List<Kept> KEPT =
            List.of(new Kept(4, 9, ID, Signature.of(new byte[64])), new Kept(5, 1, ID, null));

    private FirstSeeds() {}

    static List<byte[]> of(FuzzTarget target) {
        return switch (target) {
            case FRAME -> List.of(frames());
            case LINK -> List.of(said(probe(), want(), news()), said(trie(), run(1)), said(rest()));
            case RUN -> List.of(run());
            case BODY_OF_CHANGE ->
                    ops().stream().map(op -> Bodies.body(Bodies.change(op))).toList();
            case HEADER -> List.of(header());
            case INVITE -> List.of(ascii(invite(null).text()), ascii(invite(PIN).text()));
            case INVITE_INSIDE -> List.of(inside(invite(null)), inside(invite(PIN)));
            case FINGERPRINT ->
                    List.of(ascii(PIN.hex()), ascii(PIN.hex().replaceAll("(..)(?=.)", "$1:")));
            case ADDRESS ->
                    texts("127.0.0.1:1", "wss://node.example:7400", "[::1]:9", "https://a:1/");
            case PEM ->
                    List.of(
                            ascii(
                                    SelfSigned.make(
                                                    List.of("node.example", "192.0.2.1"),
                                                    0,
                                                    new SecureRandom())
                                            .pem()));
            case HTTP_BODY ->
                    texts(
                            "\0{\"type\":\"bug\",\"name\":\"n\",\"origin\":{\"kind\":\"user\",\"id\":\"a\"},"
                                + "\"labels\":[\"x\"],\"todos\":[\"t\"],\"priority\":3}",
                            "\1{\"name\":\"m\",\"add_labels\":[\"x\"],\"seen\":\"abc\"}",
                            "\2{\"event\":\"start\",\"reason\":\"r\",\"details\":{\"kind\":\"k\"}}",
                            "\3{\"text\":\"note\"}");
            case HTTP_LINE ->
                    texts(
                            "{\"op\":\"note\",\"ref\":\"1\",\"text\":\"t\"}",
                            "{\"op\":\"create\",\"type\":\"story\",\"name\":\"n\",\"origin\":"
                                    + "{\"kind\":\"test\",\"id\":\"x\"}}");
            case IMPORT_EXPORT -> List.of(export());
            case IMPORT_NDJSON ->
                    texts(
                            "{\"id\":\"a\",\"title\":\"T\",\"type\":\"bug\",\"status\":\"open\",\"labels\":[\"x\"],\"todos\":[\"y\"],\"priority\":1,\"depends_on\":[\"b\"],\"notes\":[\"n\"]}\n"
                                + "{\"name\":\"b\"}\n");
            case IMPORT_BEADS ->
                    texts(
                            "{\"id\":\"a\",\"title\":\"T\",\"issue_type\":\"task\",\"status\":\"open\",\"acceptance_criteria\":\"-"
                                + " [ ] x\",\"dependencies\":[{\"type\":\"blocks\",\"depends_on_id\":\"b\"}]}\n");
            case IMPORT_MARKDOWN ->
                    texts(
                            "---\n"
                                    + "name: N\n"
                                    + "labels: [a, b]\n"
                                    + "type: bug\n"
                                    + "---\n"
                                    + "# Title\n"
                                    + "- [x] done\n"
                                    + "- [ ] due\n");
        };
    }

    private static final Fingerprint PIN = Fingerprint.of(new byte[] {1});

    private static Invite invite(@org.jspecify.annotations.Nullable Fingerprint pin) {
        return new Invite(ID, DEVICE, new byte[16], List.of("wss://h:1", "127.0.0.1:2"), pin);
    }

    private static byte[] inside(Invite invite) {
        byte[] whole =
                java.util.Base64.getUrlDecoder()
                        .decode(invite.text().substring("musher-invite-".length()));
        return Arrays.copyOf(whole, whole.length - 4);
    }

    private static byte[] run() {
        CborWriter out = new CborWriter();
        SignedCodec.writeRun(
                out,
                List.of(
                        new Signed(
                                Bodies.change(new Op.SetRules(2)),
                                Signature.of(new byte[64]),
                                Links.NONE)));
        return out.toBytes();
    }

    private static byte[] header() {
        Change change = Bodies.change(new Op.SetRules(2));
        return Arrays.copyOf(change.bytes(), change.bytes().length - change.header().bodyBytes());
    }

    /** A hello and a proof, as far as anybody can make them without knowing the project. */
    private static byte[] frames() {
        CborWriter hello = new CborWriter().array(5).integer(0).integer(1).integer(1);
        hello.bytes(new byte[32]).bytes(new byte[32]);
        CborWriter proof = new CborWriter().array(3).integer(1);
        proof.bytes(new byte[64]).bytes(new byte[40]);
        return said(hello.toBytes(), proof.toBytes());
    }

    /** A line of an export. */
    private static byte[] export() {
        Change change = Bodies.change(new Op.SetRules(2));
        Base64.Encoder base64 = Base64.getEncoder();
        return ascii(
                "{\"id\":\"%s\",\"bytes\":\"%s\",\"signature\":\"%s\",\"view\":{}}\n"
                        .formatted(
                                change.id().hex(),
                                base64.encodeToString(change.bytes()),
                                base64.encodeToString(new byte[64])));
    }

    // What a member says after the handshake, in the words of protocol/PROTOCOL.md.

    private static byte[] said(byte[]... frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            out.write(frame.length >> 8);
            out.write(frame.length);
            out.writeBytes(frame);
        }
        return out.toByteArray();
    }

    private static byte[] frame(int kind, int fields, Consumer<CborWriter> body) {
        FrameWriter out = new FrameWriter(kind, fields);
        body.accept(out.body());
        return out.toBytes();
    }

    private static byte[] probe() {
        return frame(8, 4, b -> b.bytes(new byte[32]).nothing().integer(1).flag(true));
    }

    private static byte[] news() {
        return frame(9, 4, b -> b.integer(4).integer(0).bytes(new byte[24]).array(1).integer(1));
    }

    private static byte[] want() {
        return frame(10, 2, b -> b.bytes(new byte[24]).array(1).integer(0));
    }

    private static byte[] trie() {
        return frame(16, 1, b -> b.array(2).bytes(new byte[0]).bytes(new byte[] {3}));
    }

    private static byte[] run(int number) {
        return frame(11, 2, b -> b.integer(number).raw(run()));
    }

    /** Addresses, an acknowledgement, and a frame of a later version. */
    private static byte[][] rest() {
        return new byte[][] {
            frame(3, 1, b -> b.array(1).text("10.0.0.9:1")),
            frame(12, 2, b -> b.integer(0).integer(8 << 20)),
            frame(200, 1, b -> b.bytes(new byte[9]))
        };
    }

    private static List<byte[]> texts(String... texts) {
        return Arrays.stream(texts).map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static List<Op> ops() {
        Map<Field, Value> fields =
                Map.of(
                        Field.NAME,
                        new Value.Text("n\u00e4me"),
                        Field.PRIORITY,
                        new Value.Int(3),
                        Field.EPIC,
                        new Value.Item(ITEM));
        Map<SetName, List<Value>> sets =
                Map.of(
                        SetName.LABELS,
                        List.of(new Value.Text("a")),
                        SetName.DEPENDS_ON,
                        List.of(new Value.Item(ITEM)));
        Origin origin = new Origin(Origin.Kind.BOT, "import", 12);
        return List.of(
                new Op.Genesis("project", DEVICE, DEVICE, 99),
                new Op.AddMember(DEVICE, Role.AGENT, "label", 1_000L),
                new Op.SetRole(DEVICE, Role.OWNER),
                new Op.Cut(DEVICE, KEPT),
                new Op.SettleFork(DEVICE, -1, KEPT),
                new Op.Adopt(List.of(ID), List.of(ID)),
                new Op.SetArbiter(DEVICE, REF, 4, Op.ArbiterKind.GIT),
                new Op.SetRules(2),
                new Op.NewItem(42, origin, new TreeMap<>(fields), new TreeMap<>(sets)),
                new Op.Move(
                        ITEM,
                        Event.LANDED,
                        List.of(REF),
                        "why",
                        new TreeMap<>(Map.of("commit", "abc"))),
                new Op.SetField(ITEM, Field.DELETED, new Value.Flag(true), List.of(REF)),
                new Op.SetField(ITEM, Field.BODY, Value.NONE, List.of()),
                new Op.AddNote(ITEM, "text"),
                new Op.EditNote(ITEM, REF, "text", List.of(REF)),
                new Op.AddElement(ITEM, SetName.TODOS, new Value.Text("todo")));
    }
}
