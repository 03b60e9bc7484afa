package dev.musher.crdt.change;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A change without the texts of items' bodies: in place of each stand its hash and length, and all
 * else is as its author wrote it. The fold knows these texts by hash and length only, so an outline
 * does whatever the change does, under every verdict and beside every change that may still come;
 * only the words cannot be read any more. Header, id and signature are those of the change.
 *
 * <p>The header has the hash of the body, not of the outline. So who has the change can check an
 * outline, and everybody else needs the word of an owner: {@link Op.Checkpoint}.
 *
 * <p>Stateless.
 */
public final class Outline {

    /** Hash and length of a text. */
    private static final int TEXT_BYTES = Bytes32.LENGTH + Integer.BYTES;

    private Outline() {}

    /** Whether an op writes the text of an item's body, or wrote one that was dropped. */
    public static boolean holdsText(Op op) {
        return switch (op) {
            case Op.SetField o -> o.field() == Field.BODY && isText(o.value());
            case Op.NewItem o -> isText(o.fields().getOrDefault(Field.BODY, Value.NONE));
            case Op.OnItem o -> false;
            case Op.Access o -> false;
            case Op.Unknown o -> false;
        };
    }

    private static boolean isText(Value value) {
        return value instanceof Value.Text || value instanceof Value.Dropped;
    }

    /**
     * The outline of a change; the same where it is one. Null where a change has none: it holds no
     * text of a body, or says who may do what, or would not be shorter.
     */
    public static @Nullable Change of(Change change) {
        if (change.isOutline()) {
            return change;
        }
        if (change.holdsAccess() || change.ops().stream().noneMatch(Outline::holdsText)) {
            return null;
        }
        List<Op> ops = change.ops().stream().map(Outline::of).toList();
        CborWriter out = new CborWriter();
        OpCodec.writeBody(out, change.actor(), ops);
        byte[] tail = out.toBytes();
        if (tail.length >= change.header().bodyBytes()) {
            return null;
        }
        int header = change.headerBytes();
        byte[] bytes = Arrays.copyOf(change.bytes(), header + tail.length);
        System.arraycopy(tail, 0, bytes, header, tail.length);
        return new Change(change.id(), change.header(), change.actor(), ops, bytes, tail.length);
    }

    private static Op of(Op op) {
        if (!holdsText(op)) {
            return op;
        }
        return switch (op) {
            case Op.SetField o ->
                    new Op.SetField(o.item(), o.field(), dropped(o.value()), o.replaces());
            case Op.NewItem o -> {
                SortedMap<Field, Value> fields = new TreeMap<>(o.fields());
                fields.computeIfPresent(Field.BODY, (field, value) -> dropped(value));
                yield new Op.NewItem(o.number(), o.origin(), fields, o.sets());
            }
            case Op.OnItem o -> o;
            case Op.Access o -> o;
            case Op.Unknown o -> o;
        };
    }

    private static Value dropped(Value value) {
        if (!(value instanceof Value.Text text)) {
            return value;
        }
        byte[] utf8 = text.text().getBytes(StandardCharsets.UTF_8);
        return new Value.Dropped(ChangeId.of(Sha256.of(utf8)), utf8.length);
    }

    /**
     * SHA-256 of the bytes behind the header of a change's outline: what is vouched for. Null where
     * the change has none.
     */
    public static @Nullable ChangeId hash(Change change) {
        Change outline = of(change);
        return outline == null
                ? null
                : ChangeId.hash(outline.bytes(), outline.headerBytes(), outline.bytes().length);
    }

    /**
     * Reads a header and an outline that fill {@code bytes} exactly; {@link Malformed} otherwise.
     * Nothing ties the two together: see {@link #hash}.
     */
    public static Change read(byte[] bytes) {
        if (bytes.length > Limits.CHANGE_BYTES) {
            throw new Malformed(
                    "outline of " + bytes.length + " bytes, at most " + Limits.CHANGE_BYTES);
        }
        CborReader head = new CborReader(bytes);
        Header header = ChangeCodec.readHeader(head);
        int from = head.position();
        CborReader in = new CborReader(bytes, from, bytes.length, true);
        List<Op> ops = new ArrayList<>();
        Actor actor = OpCodec.readBody(in, ops);
        in.expectEnd("outline");
        Change out =
                new Change(
                        ChangeId.hash(bytes, 0, from),
                        header,
                        actor,
                        ops,
                        bytes,
                        bytes.length - from);
        if (out.holdsAccess()
                || bytes.length - from >= header.bodyBytes()
                || ops.stream().noneMatch(Outline::holdsText)) {
            throw new Malformed("outline of a change that has none");
        }
        return out;
    }

    /** What stands for a text. */
    static byte[] text(Value.Dropped dropped) {
        return ByteBuffer.allocate(TEXT_BYTES)
                .put(dropped.sha256().bytes())
                .putInt(dropped.bytes())
                .array();
    }

    /** Reads what stands for a text. */
    static Value text(CborReader in) {
        ByteBuffer read = ByteBuffer.wrap(in.bytes("hash of a body", TEXT_BYTES, TEXT_BYTES));
        byte[] sha256 = new byte[Bytes32.LENGTH];
        read.get(sha256);
        int bytes = read.getInt();
        if (bytes < 0 || bytes > Limits.BODY_BYTES) {
            throw new Malformed("body of " + bytes + " bytes, at most " + Limits.BODY_BYTES);
        }
        return new Value.Dropped(ChangeId.of(sha256), bytes);
    }
}
