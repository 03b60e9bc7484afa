package dev.musher.protocol.sync;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Octets;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.FrameReader;
import dev.musher.protocol.codec.FrameWriter;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Frames to and from their bytes. Bounds are checked before memory is taken, and what decodes
 * encodes to the same bytes; everything else is {@link Malformed}. Stateless.
 */
final class FrameCodec {
    private static final int MORE = 1;
    private static final int WIDE = 2;
    private static final int PUSH_ME = 4;
    private static final int PUSHING = 8;
    private static final int FLAGS = 15;
    private static final int LEVEL_MAX = 1_000_000;

    /** Levels that the fields of a frame of a later version may nest. */
    private static final int IGNORED_DEPTH = 8;

    private FrameCodec() {}

    /** The bytes of a frame. */
    static byte[] write(Frame frame) {
        return switch (frame) {
            case Frame.Hello f -> {
                FrameWriter out = new FrameWriter(Frames.HELLO, 4);
                out.body().integer(f.level()).integer(f.least());
                out.body().bytes(f.nonce().bytes()).bytes(f.key().bytes());
                yield out.toBytes();
            }
            case Frame.Proof f -> {
                FrameWriter out = new FrameWriter(Frames.PROOF, 2);
                out.body().bytes(f.signature().bytes()).bytes(f.hidden().bytes());
                yield out.toBytes();
            }
            case Frame.Welcome f -> {
                FrameWriter out = new FrameWriter(Frames.WELCOME, 1);
                SignedCodec.writeRun(out.body(), f.introduction());
                yield out.toBytes();
            }
            case Frame.Addresses f -> {
                FrameWriter out = new FrameWriter(Frames.ADDRESSES, 1);
                out.body().array(f.addresses().size());
                f.addresses().forEach(out.body()::text);
                yield out.toBytes();
            }
            case Frame.End f -> {
                FrameWriter out = new FrameWriter(Frames.END, 2);
                out.body().integer(f.code()).text(f.text());
                yield out.toBytes();
            }
            case Frame.Probe f -> {
                FrameWriter out = new FrameWriter(Frames.STATUS, 4);
                writeStatus(out.body(), f.status());
                out.body().flag(f.asks());
                yield out.toBytes();
            }
            case Frame.Vector f -> writeVector(f);
            case Frame.Want f -> {
                FrameWriter out = new FrameWriter(Frames.WANT, 2);
                Wire.writeHaves(out.body(), f.haves(), false);
                yield out.toBytes();
            }
            case Frame.Runs f -> {
                FrameWriter out = new FrameWriter(Frames.RUNS, 2);
                out.body().integer(f.number());
                SignedCodec.writeRun(out.body(), f.changes());
                yield out.toBytes();
            }
            case Frame.Vouch f -> {
                FrameWriter out = new FrameWriter(Frames.VOUCH, 1);
                SignedCodec.writeRun(out.body(), f.changes());
                yield out.toBytes();
            }
            case Frame.Ack f -> {
                FrameWriter out = new FrameWriter(Frames.ACK, 2);
                out.body().integer(f.number()).integer(f.credit());
                yield out.toBytes();
            }
            case Frame.TrieAsk f -> {
                FrameWriter out = new FrameWriter(Frames.TRIE_ASK, 1);
                out.body().array(f.paths().size());
                f.paths().forEach(path -> out.body().bytes(path.bytes()));
                yield out.toBytes();
            }
            case Frame.TrieTell f -> {
                FrameWriter out = new FrameWriter(Frames.TRIE_TELL, 1);
                out.body().array(f.nodes().size());
                f.nodes().forEach(node -> writeNode(out.body(), node));
                yield out.toBytes();
            }
            case Frame.Differences f -> {
                FrameWriter out = new FrameWriter(Frames.DIFFERENCES, 2);
                out.body().flag(f.complete()).array(f.items().size());
                f.items().forEach(item -> out.body().bytes(item.bytes()));
                yield out.toBytes();
            }
            case Frame.Declined f -> {
                FrameWriter out = new FrameWriter(Frames.DECLINED, 2);
                out.body().bytes(f.change()).text(f.text());
                yield out.toBytes();
            }
            case Frame.Ignored f ->
                    throw new IllegalArgumentException("kind " + f.kind() + " is not ours to send");
        };
    }

    /**
     * Reads a frame.
     *
     * @param bytesMax the longest allowed now
     */
    static Frame read(byte[] bytes, int bytesMax) {
        FrameReader in = new FrameReader(bytes, bytesMax);
        int kind = in.kind();
        if (kind >= Frames.IGNORABLE && kind != Frames.DECLINED) {
            // Whatever it says, it is a frame and nothing else: padding has no way in.
            for (int i = 0; i < in.fields(); i++) {
                in.body().skip("field of an unknown frame", IGNORED_DEPTH);
            }
            in.end();
            return new Frame.Ignored(kind);
        }
        Frame frame =
                switch (kind) {
                    case Frames.HELLO -> readHello(in);
                    case Frames.PROOF -> readProof(in);
                    case Frames.WELCOME -> readWelcome(in);
                    case Frames.ADDRESSES -> readAddresses(in);
                    case Frames.END -> readEnd(in);
                    case Frames.STATUS -> readStatus(in);
                    case Frames.VECTOR -> readVector(in);
                    case Frames.WANT -> readWant(in);
                    case Frames.RUNS -> readRuns(in);
                    case Frames.ACK -> readAck(in);
                    case Frames.VOUCH -> readVouch(in);
                    case Frames.TRIE_ASK -> readTrieAsk(in);
                    case Frames.TRIE_TELL -> readTrieTell(in);
                    case Frames.DIFFERENCES -> readDifferences(in);
                    case Frames.DECLINED -> readDeclined(in);
                    default -> throw new Malformed("frame of unknown kind " + kind);
                };
        in.end();
        return frame;
    }

    private static Frame readHello(FrameReader frame) {
        frame.expectFields("hello", 4);
        CborReader in = frame.body();
        int level = (int) in.integer("level", 1, LEVEL_MAX);
        int least = (int) in.integer("least level", 1, level);
        Nonce nonce = Nonce.of(in.bytes("nonce", Nonce.LENGTH, Nonce.LENGTH));
        return new Frame.Hello(level, least, nonce, Octets.of(in.bytes("key", 32, 32)));
    }

    private static Frame readProof(FrameReader frame) {
        frame.expectFields("proof", 2);
        CborReader in = frame.body();
        Signature signature =
                Signature.of(in.bytes("signature", Signature.LENGTH, Signature.LENGTH));
        return new Frame.Proof(
                signature, Octets.of(in.bytes("hidden part", 0, Frames.HANDSHAKE_BYTES)));
    }

    private static Frame readWelcome(FrameReader frame) {
        frame.expectFields("welcome", 1);
        int count = frame.body().array("introduction", 0, Frames.INTRODUCTION_CHANGES);
        List<Signed> introduction = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            introduction.add(SignedCodec.read(frame.body()));
        }
        return new Frame.Welcome(introduction);
    }

    private static Frame readAddresses(FrameReader frame) {
        frame.expectFields("addresses", 1);
        int count = frame.body().array("addresses", 0, Frames.ADDRESS_COUNT);
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(frame.body().text("address", Frames.ADDRESS_BYTES));
        }
        return new Frame.Addresses(addresses);
    }

    private static Frame readEnd(FrameReader frame) {
        frame.expectFields("end", 2);
        int code = (int) frame.body().integer("code", 0, 255);
        return new Frame.End(code, frame.body().text("text", Frames.TEXT_BYTES));
    }

    private static Frame readDeclined(FrameReader frame) {
        frame.expectFields("declined", 2);
        ChangeId change = frame.body().id("change");
        return new Frame.Declined(change, frame.body().text("text", Frames.TEXT_BYTES));
    }

    private static Frame readStatus(FrameReader frame) {
        frame.expectFields("status", 4);
        CborReader in = frame.body();
        ChangeId heads = in.id("digest of heads");
        ChangeId state = in.nothing() ? null : in.id("digest of state");
        int rules = (int) in.integer("rules", 0, LEVEL_MAX);
        return new Frame.Probe(new Status(heads, state, rules), in.flag("asks"));
    }

    private static void writeStatus(CborWriter out, Status status) {
        out.bytes(status.heads());
        if (status.state() == null) {
            out.nothing();
        } else {
            out.bytes(status.state());
        }
        out.integer(status.rules());
    }

    private static byte[] writeVector(Frame.Vector f) {
        FrameWriter out = new FrameWriter(Frames.VECTOR, f.samples().isEmpty() ? 4 : 6);
        int flags =
                (f.more() ? MORE : 0)
                        | (f.wide() ? WIDE : 0)
                        | (f.pushMe() ? PUSH_ME : 0)
                        | (f.pushing() ? PUSHING : 0);
        out.body().integer(f.step().ordinal()).integer(flags);
        Wire.writeHaves(out.body(), f.haves(), f.wide());
        if (!f.samples().isEmpty()) {
            Wire.writeHaves(out.body(), f.samples(), f.wide());
        }
        return out.toBytes();
    }

    private static Frame readVector(FrameReader frame) {
        if (frame.fields() != 4) {
            frame.expectFields("vector", 6);
        }
        CborReader in = frame.body();
        Frame.Step[] steps = Frame.Step.values();
        Frame.Step step = steps[(int) in.integer("step", 0, steps.length - 1)];
        int flags = (int) in.integer("flags", 0, FLAGS);
        boolean wide = (flags & WIDE) != 0;
        List<Have> haves = Wire.readHaves(in, "vector", Frames.HAVES, wide, 1);
        List<Have> samples = List.of();
        if (frame.fields() == 6) {
            samples = Wire.readHaves(in, "samples", Frames.SAMPLES, wide, 1);
            if (samples.isEmpty()) {
                throw new Malformed("samples: empty, to be left out");
            }
        }
        return new Frame.Vector(
                step,
                (flags & MORE) != 0,
                wide,
                (flags & PUSH_ME) != 0,
                (flags & PUSHING) != 0,
                haves,
                samples);
    }

    private static Frame readWant(FrameReader frame) {
        frame.expectFields("want", 2);
        return new Frame.Want(Wire.readHaves(frame.body(), "want", Frames.WANTS, false, 0));
    }

    private static Frame readRuns(FrameReader frame) {
        frame.expectFields("runs", 2);
        long number = frame.body().integer("frame number", 1, Long.MAX_VALUE);
        return new Frame.Runs(number, SignedCodec.readRun(frame.body()));
    }

    private static Frame readVouch(FrameReader frame) {
        frame.expectFields("vouch", 1);
        int count = frame.body().array("vouching changes", 1, Frames.VOUCH_CHANGES);
        List<Signed> changes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            changes.add(SignedCodec.read(frame.body()));
        }
        return new Frame.Vouch(changes);
    }

    private static Frame readAck(FrameReader frame) {
        frame.expectFields("ack", 2);
        long number = frame.body().integer("frame number", 0, Long.MAX_VALUE);
        return new Frame.Ack(number, frame.body().integer("credit", 0, Long.MAX_VALUE));
    }

    private static Frame readTrieAsk(FrameReader frame) {
        frame.expectFields("trie ask", 1);
        int count = frame.body().array("paths", 1, Frames.TRIE_PATHS);
        List<Octets> paths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] path = frame.body().bytes("path", 0, Frames.TRIE_DEPTH);
            for (byte nibble : path) {
                if (nibble < 0 || nibble > 15) {
                    throw new Malformed("path: " + nibble + " is not a nibble");
                }
            }
            paths.add(Octets.of(path));
        }
        return new Frame.TrieAsk(paths);
    }

    private static Frame readTrieTell(FrameReader frame) {
        frame.expectFields("trie tell", 1);
        int count = frame.body().array("nodes", 1, Frames.TRIE_PATHS);
        List<@Nullable TrieNode> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(readNode(frame.body()));
        }
        return new Frame.TrieTell(nodes);
    }

    private static void writeNode(CborWriter out, @Nullable TrieNode node) {
        if (node == null) {
            out.nothing();
        } else if (node.item() != null) {
            out.bytes(node.item().bytes());
        } else {
            out.map(node.children().size());
            node.children().forEach((nibble, hash) -> out.integer(nibble).bytes(hash));
        }
    }

    private static @Nullable TrieNode readNode(CborReader in) {
        if (in.nothing()) {
            return null;
        }
        if (in.nextMajor("node") == 2) {
            return TrieNode.leaf(in.itemKey("item"));
        }
        int count = in.map("node", 1, 16);
        SortedMap<Integer, ChangeId> children = new TreeMap<>();
        int previous = -1;
        for (int i = 0; i < count; i++) {
            previous = (int) in.integer("nibble", previous + 1, 15);
            children.put(previous, in.id("hash of a child"));
        }
        return TrieNode.branch(children);
    }

    private static Frame readDifferences(FrameReader frame) {
        frame.expectFields("differences", 2);
        boolean complete = frame.body().flag("complete");
        int count = frame.body().array("items", 0, Frames.DIFFERENT_ITEMS);
        List<ItemKey> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(frame.body().itemKey("item"));
        }
        return new Frame.Differences(items, complete);
    }
}
