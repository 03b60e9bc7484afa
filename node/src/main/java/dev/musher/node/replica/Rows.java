package dev.musher.node.replica;

import dev.musher.crdt.ArrivalRecord;
import dev.musher.crdt.BranchRecord;
import dev.musher.crdt.LogRecord;
import dev.musher.crdt.Unsettled;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.Links;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.sync.Stored;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Records of the fold as rows, and back. Numbers in keys are big-endian, so that rows of one
 * branch, or of one item by logical time, lie side by side.
 *
 * <pre>
 *   CHAINS    branch                          -> device, epoch, parent branch + 1, seq it leaves it at
 *   CHANGES   branch, seq                     -> 0 | 1 signature | 2 signature, links; then the change's
 *                                                bytes as received. 4 more: header and outline instead
 *   ARRIVALS  sequence                        -> place, 16 bytes of the id, lamport, clock, flags,
 *                                                parents, items made
 *   ITEMS     item                            -> Item.stored
 *   ITEM_LOG  item, lamport, branch, seq, op  -> Written or nothing
 * </pre>
 *
 * <p>There is no table of ids: {@link IdIndex} is filled from ARRIVALS.
 */
final class Rows {

    private static final int ACCESS = 1;
    private static final int REREAD = 2;
    private static final int OUTLINE = 4;
    private static final int LAMPORT_BYTES = 6;

    private Rows() {}

    static byte[] branchKey(int branch) {
        return new RowWriter().fixed(branch, 4).toBytes();
    }

    static byte[] branch(BranchRecord record) {
        Place parent = record.parent();
        return new RowWriter()
                .bytes32(record.chain().device())
                .fixed(record.chain().epoch(), 8)
                .varint(parent == null ? 0 : parent.branch() + 1)
                .varint(parent == null ? 0 : parent.seq())
                .toBytes();
    }

    static BranchRecord branch(byte[] key, byte[] row) {
        RowWriter.In in = new RowWriter.In(row);
        DeviceId device = DeviceId.of(in.raw(DeviceId.LENGTH));
        long epoch = in.fixed8();
        int parent = (int) in.varint() - 1;
        int seq = (int) in.varint();
        return new BranchRecord(
                ByteBuffer.wrap(key).getInt(),
                new Chain(device, epoch),
                parent < 0 ? null : new Place(parent, seq));
    }

    static byte[] changeKey(Place place) {
        return changeKey(place.branch(), place.seq());
    }

    static byte[] changeKey(int branch, int seq) {
        byte[] key = new byte[8];
        for (int i = 0; i < 4; i++) {
            key[i] = (byte) (branch >>> (24 - 8 * i));
            key[4 + i] = (byte) (seq >>> (24 - 8 * i));
        }
        return key;
    }

    static int seq(byte[] changeKey) {
        return ByteBuffer.wrap(changeKey, 4, 4).getInt();
    }

    /**
     * 0 and the change, 1 and a signature before it, or 2, both and the links between; 4 more where
     * an outline stands in place of the body.
     */
    static byte[] change(Signed signed) {
        byte[] bytes = signed.change().bytes();
        byte[] links = signed.links().bytes();
        Signature signature = signed.signature();
        int linksFrom = 1 + Signature.LENGTH + Integer.BYTES;
        int from =
                signature == null
                        ? 1
                        : links.length == 0 ? 1 + Signature.LENGTH : linksFrom + links.length;
        byte[] row = new byte[from + bytes.length];
        if (signature != null) {
            row[0] = 1;
            System.arraycopy(signature.bytes(), 0, row, 1, Signature.LENGTH);
            if (links.length > 0) {
                row[0] = 2;
                ByteBuffer.wrap(row).putInt(1 + Signature.LENGTH, links.length);
                System.arraycopy(links, 0, row, linksFrom, links.length);
            }
        }
        if (signed.change().isOutline()) {
            row[0] = (byte) (row[0] | OUTLINE);
        }
        System.arraycopy(bytes, 0, row, from, bytes.length);
        return row;
    }

    /** {@link Malformed} where the row is of no such form. */
    static Stored stored(byte[] row) {
        int outlined = row.length == 0 ? 0 : row[0] & OUTLINE;
        int proof = row.length == 0 ? -1 : row[0] - outlined;
        int least = proof == 0 ? 1 : 1 + Signature.LENGTH;
        least += proof == 2 ? Integer.BYTES : 0;
        if (row.length < least || proof < 0 || proof > 2) {
            throw new Malformed("a row of " + row.length + " bytes that holds no change");
        }
        boolean outline = outlined != 0;
        if (proof == 0) {
            return new Stored(Arrays.copyOfRange(row, 1, row.length), outline, null, Links.NONE);
        }
        int from = 1 + Signature.LENGTH;
        Signature signature = Signature.of(Arrays.copyOfRange(row, 1, from));
        Links links = Links.NONE;
        if (proof == 2) {
            int linksFrom = from + Integer.BYTES;
            int length = ByteBuffer.wrap(row).getInt(from);
            if (length < 0 || length > row.length - linksFrom) {
                throw new Malformed("a row with " + length + " bytes of links");
            }
            from = linksFrom + length;
            links = Links.of(row, linksFrom, from);
        }
        return new Stored(Arrays.copyOfRange(row, from, row.length), outline, signature, links);
    }

    static Signed signed(byte[] row) {
        Stored stored = stored(row);
        Change change =
                stored.isOutline()
                        ? Outline.read(stored.bytes())
                        : ChangeCodec.read(stored.bytes());
        return new Signed(change, stored.signature(), stored.links());
    }

    static byte[] arrivalKey(long sequence) {
        return new RowWriter().fixed(sequence, 8).toBytes();
    }

    static long sequence(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    static byte[] arrival(ArrivalRecord record, ChangeId id) {
        RowWriter out = new RowWriter();
        out.varint(record.place().branch()).varint(record.place().seq());
        out.raw(Arrays.copyOf(id.bytes(), IdIndex.ID_BYTES));
        out.varint(record.lamport()).varint(record.wallMs());
        out.varint((record.access() ? ACCESS : 0) | (record.reread() ? REREAD : 0));
        out.varint(record.parents().size());
        for (Place parent : record.parents()) {
            out.varint(parent.branch()).varint(parent.seq());
        }
        for (ItemKey created : record.created()) {
            out.key(created);
        }
        return out.toBytes();
    }

    /** An arrival and the two halves of its change's id as {@link IdIndex} keeps them. */
    record StoredArrival(ArrivalRecord record, long idHigh, long idLow) {}

    static StoredArrival arrival(byte[] row) {
        RowWriter.In in = new RowWriter.In(row);
        Place place = new Place((int) in.varint(), (int) in.varint());
        long high = in.fixed8();
        long low = in.fixed8();
        long lamport = in.varint();
        long wallMs = in.varint();
        int flags = (int) in.varint();
        int count = (int) in.varint();
        List<Place> parents = count == 0 ? List.of() : new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            parents.add(new Place((int) in.varint(), (int) in.varint()));
        }
        int made = in.remaining() / ItemKey.LENGTH;
        List<ItemKey> created = made == 0 ? List.of() : new ArrayList<>(made);
        for (int i = 0; i < made; i++) {
            created.add(in.key());
        }
        ArrivalRecord record =
                new ArrivalRecord(
                        place,
                        lamport,
                        wallMs,
                        parents,
                        (flags & ACCESS) != 0,
                        (flags & REREAD) != 0,
                        created);
        return new StoredArrival(record, high, low);
    }

    /** Only the place of an arrival. */
    static Place place(byte[] arrivalRow) {
        RowWriter.In in = new RowWriter.In(arrivalRow);
        return new Place((int) in.varint(), (int) in.varint());
    }

    /** What is to be folded again: count of runs, each branch, from and to; then items. */
    static byte[] unsettled(Unsettled left) {
        RowWriter out = new RowWriter().varint(left.runs().size());
        left.runs()
                .forEach((branch, run) -> out.varint(branch).varint(run.from()).varint(run.to()));
        left.items().forEach(out::key);
        return out.toBytes();
    }

    static Unsettled unsettled(byte[] row) {
        RowWriter.In in = new RowWriter.In(row);
        SortedMap<Integer, Unsettled.Run> runs = new TreeMap<>();
        for (long left = in.varint(); left > 0; left--) {
            runs.put((int) in.varint(), new Unsettled.Run((int) in.varint(), (int) in.varint()));
        }
        SortedSet<ItemKey> items = new TreeSet<>();
        while (in.remaining() > 0) {
            items.add(in.key());
        }
        return new Unsettled(runs, items);
    }

    static byte[] logKey(LogRecord record) {
        return new RowWriter()
                .key(record.item())
                .fixed(record.lamport(), LAMPORT_BYTES)
                .fixed(record.place().branch(), 4)
                .fixed(record.place().seq(), 4)
                .fixed(record.index(), 1)
                .toBytes();
    }

    static byte[] logRow(LogRecord record) {
        return record.written() == null ? new byte[0] : record.written().toBytes();
    }

    static Place logPlace(byte[] key) {
        ByteBuffer in = ByteBuffer.wrap(key, ItemKey.LENGTH + LAMPORT_BYTES, 8);
        return new Place(in.getInt(), in.getInt());
    }

    static int logIndex(byte[] key) {
        return key[key.length - 1];
    }

    static byte[] firstLogOf(ItemKey item) {
        return item.bytes();
    }

    /** The first key after those of an item; null where there can be none. */
    static byte @Nullable [] afterLogOf(ItemKey item) {
        byte[] key = item.bytes();
        for (int i = key.length - 1; i >= 0; i--) {
            if (++key[i] != 0) {
                return key;
            }
        }
        return null;
    }
}
