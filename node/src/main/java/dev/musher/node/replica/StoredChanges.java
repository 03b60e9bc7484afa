package dev.musher.node.replica;

import dev.musher.crdt.BranchRecord;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Place;
import dev.musher.node.store.Reader;
import dev.musher.node.store.StoreCorruptException;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that a store holds of changes, damaged or not: first in the order of arrival, then what no
 * arrival names. It trusts no row: one that cannot be read is told of, with its key, and the rest
 * goes on. For checking a store; a replica reads by {@link DurableHistory}.
 *
 * <p>Not thread safe.
 */
public final class StoredChanges {

    private static final int PAGE = 2_000;

    /**
     * One change, or what is in its place.
     *
     * @param key of its row, or of the row that names it, for people
     * @param place where the store says that it stands; null where that cannot be read
     * @param chain of its branch, by its own row; null where that cannot be read
     * @param signed the change; null where there is none to be read
     * @param arrival its row of ARRIVALS; null where none names it
     * @param wrong what is wrong with the rows, for people; null where nothing is
     */
    public record Row(
            String key,
            @Nullable Place place,
            @Nullable Chain chain,
            @Nullable Signed signed,
            byte @Nullable [] arrival,
            @Nullable String wrong) {}

    private record Arrived(long sequence, byte[] row, @Nullable Place place) {}

    private final Reader store;
    private final Map<Integer, Chain> chains = new TreeMap<>();
    private final NavigableMap<Integer, BitSet> seen = new TreeMap<>();
    private final List<Row> early = new ArrayList<>();
    private long last;
    private boolean arrivalsRead;
    private boolean arrivalsDamaged;
    private byte @Nullable [] restFrom = new byte[0];

    /** Over a store that nobody writes to meanwhile. */
    public StoredChanges(Reader store) {
        this.store = store;
        readChains();
    }

    /** The next changes, at most some thousand; empty at the end. Reads the store. */
    public List<Row> next() {
        List<Row> out = new ArrayList<>(early);
        early.clear();
        while (out.isEmpty() && !arrivalsRead) {
            arrived(out);
        }
        for (byte[] from = restFrom; out.isEmpty() && from != null; from = restFrom) {
            rest(from, out);
        }
        return out;
    }

    private void readChains() {
        try {
            store.scan(
                    Table.CHAINS,
                    new byte[0],
                    null,
                    (key, row) -> {
                        try {
                            BranchRecord branch = Rows.branch(key, row);
                            chains.put(branch.branch(), branch.chain());
                        } catch (BufferUnderflowException | IllegalArgumentException e) {
                            early.add(wrong(key(Table.CHAINS, key), "it is no branch"));
                        }
                        return true;
                    });
        } catch (StoreCorruptException e) {
            early.add(wrong("table CHAINS", String.valueOf(e.getMessage())));
        }
    }

    private void arrived(List<Row> out) {
        List<Arrived> page = new ArrayList<>(PAGE);
        try {
            store.scan(
                    Table.ARRIVALS,
                    Rows.arrivalKey(last + 1),
                    null,
                    (key, row) -> {
                        page.add(new Arrived(Rows.sequence(key), row, place(row)));
                        return page.size() < PAGE;
                    });
        } catch (StoreCorruptException e) {
            out.add(
                    wrong(
                            "table ARRIVALS after "
                                    + (last + page.size())
                                    + ", what follows is read without it",
                            String.valueOf(e.getMessage())));
            arrivalsDamaged = true;
            arrivalsRead = true;
        }
        arrivalsRead |= page.isEmpty();
        Map<Place, byte[]> rows = changes(page);
        for (Arrived each : page) {
            if (each.sequence() != last + 1) {
                out.add(
                        wrong(
                                "table ARRIVALS",
                                "sequence "
                                        + (last + 1)
                                        + " is not there, "
                                        + each.sequence()
                                        + " follows "
                                        + last));
                arrivalsDamaged = true;
            }
            last = each.sequence();
            out.add(row(each, rows));
        }
    }

    private static @Nullable Place place(byte[] arrivalRow) {
        try {
            Place place = Rows.place(arrivalRow);
            return place.branch() < 0 || place.seq() < 1 ? null : place;
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    private Row row(Arrived arrived, Map<Place, byte[]> rows) {
        Place place = arrived.place();
        if (place == null) {
            return wrong(
                    key(Table.ARRIVALS, Rows.arrivalKey(arrived.sequence())), "it is no arrival");
        }
        Chain chain = chains.get(place.branch());
        String key =
                key(Table.CHANGES, Rows.changeKey(place)) + " (arrival " + arrived.sequence() + ")";
        BitSet ofBranch = seen.computeIfAbsent(place.branch(), k -> new BitSet());
        if (ofBranch.get(place.seq())) {
            return new Row(
                    key,
                    place,
                    chain,
                    null,
                    arrived.row(),
                    "arrival " + arrived.sequence() + " names a change that arrived before");
        }
        ofBranch.set(place.seq());
        try {
            byte[] row = rows.get(place);
            row = row != null ? row : store.get(Table.CHANGES, Rows.changeKey(place));
            if (row == null) {
                return new Row(key, place, chain, null, arrived.row(), "the change is not there");
            }
            return new Row(key, place, chain, Rows.signed(row), arrived.row(), null);
        } catch (Malformed | StoreCorruptException e) {
            return new Row(key, place, chain, null, arrived.row(), String.valueOf(e.getMessage()));
        }
    }

    /** The rows of changes that arrived together, by one scan a branch; none where one is bad. */
    private Map<Place, byte[]> changes(List<Arrived> page) {
        SortedMap<Integer, int[]> ranges = new TreeMap<>();
        for (Arrived each : page) {
            Place place = each.place();
            if (place != null) {
                int[] range =
                        ranges.computeIfAbsent(
                                place.branch(), k -> new int[] {place.seq(), place.seq()});
                range[0] = Math.min(range[0], place.seq());
                range[1] = Math.max(range[1], place.seq());
            }
        }
        Map<Place, byte[]> out = new HashMap<>(2 * page.size());
        try {
            ranges.forEach((branch, range) -> changes(branch, range[0], range[1], out));
        } catch (StoreCorruptException e) {
            // Each is read by itself then, and those that cannot be are told of by name.
            return Map.of();
        }
        return out;
    }

    private void changes(int branch, int from, int to, Map<Place, byte[]> into) {
        // Where the order of arrival is damaged, a range may be the whole branch.
        int end = (int) Math.min(to, from + 2L * PAGE);
        store.scan(
                Table.CHANGES,
                Rows.changeKey(branch, from),
                Rows.changeKey(branch, end + 1),
                (key, row) -> {
                    into.put(new Place(branch, Rows.seq(key)), row);
                    return true;
                });
    }

    /**
     * Whether all rows of changes were named by arrivals, told from the ends of the branches: then
     * not all need to be read once more.
     */
    private boolean isAllNamed() {
        byte[] before = Rows.branchKey(Integer.MAX_VALUE);
        for (Map.Entry<Integer, BitSet> each : seen.descendingMap().entrySet()) {
            int branch = each.getKey();
            BitSet seqs = each.getValue();
            int first = seqs.nextSetBit(0);
            Reader.Row last = store.lastBefore(Table.CHANGES, before);
            if (last == null
                    || seqs.cardinality() != seqs.length() - first
                    || !Arrays.equals(last.key(), Rows.changeKey(branch, seqs.length() - 1))) {
                return false;
            }
            before = Rows.changeKey(branch, first);
        }
        return store.lastBefore(Table.CHANGES, before) == null;
    }

    /** Changes that no arrival names, a page of them. */
    private void rest(byte[] from, List<Row> out) {
        restFrom = null;
        try {
            if (from.length == 0 && isAllNamed()) {
                return;
            }
        } catch (StoreCorruptException e) {
            out.add(wrong("table CHANGES", String.valueOf(e.getMessage())));
        }
        try {
            store.scan(
                    Table.CHANGES,
                    from,
                    null,
                    (key, row) -> {
                        if (out.size() == PAGE) {
                            restFrom = key;
                            return false;
                        }
                        if (key.length != 8) {
                            out.add(wrong(key(Table.CHANGES, key), "it is no place"));
                            return true;
                        }
                        int branch = ByteBuffer.wrap(key).getInt();
                        int seq = Rows.seq(key);
                        BitSet ofBranch = seen.get(branch);
                        if (ofBranch == null || seq < 0 || !ofBranch.get(seq)) {
                            out.add(unnamed(key, new Place(branch, seq), row));
                        }
                        return true;
                    });
        } catch (StoreCorruptException e) {
            out.add(wrong("table CHANGES", String.valueOf(e.getMessage())));
        }
    }

    private Row unnamed(byte[] key, Place place, byte[] row) {
        Chain chain = chains.get(place.branch());
        String name = key(Table.CHANGES, key);
        // Where the arrivals could not be read, that was told once.
        String wrong = arrivalsDamaged ? null : "no arrival names the change";
        try {
            return new Row(name, place, chain, Rows.signed(row), null, wrong);
        } catch (Malformed e) {
            return new Row(name, place, chain, null, null, e.getMessage());
        }
    }

    private static Row wrong(String key, String text) {
        return new Row(key, null, null, null, null, text);
    }

    /** A row as people are told of it. */
    static String key(Table table, byte[] key) {
        return "row " + table + " " + HexFormat.of().formatHex(key);
    }
}
