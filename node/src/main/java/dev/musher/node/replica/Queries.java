package dev.musher.node.replica;

import dev.musher.crdt.PastBoard;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.store.Reader;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What readers ask of a node: HTTP, the gateway, MCP. Any thread; answers are of what is on disk.
 * Methods that say so read the store and may block on the disk: not on an event loop.
 */
public final class Queries {

    /** Newest arrivals kept in memory for the feed. */
    private static final int RECENT = 4_096;

    private final Reader store;
    private final String storeId;
    private final DurableHistory history;
    private final Rules rules;
    private final ConcurrentSkipListMap<Long, Arrival> recent = new ConcurrentSkipListMap<>();
    private volatile @Nullable Published published;

    Queries(Reader store, byte[] storeId, DurableHistory history, Rules rules) {
        this.store = store;
        this.storeId = HexFormat.of().formatHex(storeId);
        this.history = history;
        this.rules = rules;
    }

    /** Shows a newer state from now on. Called by the driver, on one thread. */
    public void accept(Effect.Publish publish) {
        for (Arrival arrival : publish.arrivals()) {
            recent.put(arrival.sequence(), arrival);
            if (recent.size() > RECENT) {
                recent.pollFirstEntry();
            }
        }
        published = publish.published();
    }

    /** The state now. {@link IllegalStateException} before the first one. */
    public Published now() {
        Published now = published;
        if (now == null) {
            throw new IllegalStateException("nothing was published yet");
        }
        return now;
    }

    /** What a reference means now; never a deleted item. */
    public Resolved resolve(String reference) {
        return resolve(now(), reference, false);
    }

    /**
     * What a reference means in a state.
     *
     * @param deletedToo whether a deleted item is meant where no other is: for history and restore
     */
    public static Resolved resolve(Published state, String reference, boolean deletedToo) {
        return lookup(state).resolve(reference, deletedToo);
    }

    /**
     * The reference to show in a state: {@code 42}, or {@code 42-k} where items share the number.
     */
    public static String display(Published state, Item item) {
        return lookup(state).display(item);
    }

    /** Items that are not deleted and that {@code wanted} takes, in the order of their keys. */
    public List<Item> items(Predicate<Item> wanted) {
        List<Item> out = new ArrayList<>();
        now().items()
                .forEach((key, item) -> {
                    if (!item.deleted() && wanted.test(item)) {
                        out.add(item);
                    }
                });
        return out;
    }

    /** The change with this id, or null. Reads the store. */
    public @Nullable Change change(ChangeId id) {
        Place place = history.find(id);
        return place == null ? null : history.change(place);
    }

    /** Every op on an item, void ones too, in the order of merging. Reads the store. */
    public List<HistoryEntry> history(ItemKey item) {
        List<HistoryEntry> out = new ArrayList<>();
        history.itemLog(
                item,
                (place, index, written) ->
                        out.add(new HistoryEntry(history.change(place), index, written)));
        out.sort(
                Comparator.comparingLong((HistoryEntry e) -> e.change().lamport())
                        .thenComparing(e -> e.change().id())
                        .thenComparingInt(HistoryEntry::index));
        return out;
    }

    /**
     * The outlines of changes whose texts may be dropped: each text is of an item that is closed,
     * and was replaced there; and those of changes whose texts were dropped already. Whether they
     * count is for who drops them to say. Ascending by id. Reads the whole store, and takes long.
     */
    public List<Op.Vouched> replaced() {
        Map<ChangeId, Integer> texts = new HashMap<>();
        SortedMap<ChangeId, Change> found = new TreeMap<>();
        now().items().forEach((key, item) -> replaced(item, texts, found));
        List<Op.Vouched> out = new ArrayList<>();
        found.forEach((id, change) -> {
            long all = change.ops().stream().filter(Outline::holdsText).count();
            ChangeId hash = Outline.hash(change);
            if (hash != null && (change.isOutline() || texts.getOrDefault(id, 0) == all)) {
                out.add(new Op.Vouched(id, hash));
            }
        });
        return out;
    }

    private void replaced(
            Item item, Map<ChangeId, Integer> texts, SortedMap<ChangeId, Change> found) {
        boolean closed = Compaction.isClosed(item);
        history.itemLog(
                item.key(),
                (place, index, written) -> {
                    Change change = history.change(place);
                    if (!Outline.holdsText(change.op(index))) {
                        return;
                    }
                    boolean shown = item.body().refs().contains(new Ref(change.id(), index));
                    if (closed && !shown) {
                        texts.merge(change.id(), 1, Integer::sum);
                    }
                    if (change.isOutline() || (closed && !shown)) {
                        found.put(change.id(), change);
                    }
                });
    }

    /**
     * The items as they were at a moment: the changes with a clock not after it whose past is so
     * too. Reads the store, and takes long.
     *
     * @param wallMs ms since 1970 UTC
     */
    public List<Item> past(long wallMs) {
        Iterable<Change> arrivals =
                () ->
                        new ArrivalPages(
                                (from, to) -> stored(from, to, wallMs), now().lastSequence());
        return List.copyOf(PastBoard.fold(rules, arrivals, wallMs).items());
    }

    /**
     * What came after a cursor, oldest first. Reads the store where the reader is far behind.
     *
     * @param cursor of {@link Published#cursor} or an earlier page
     * @param max events in the page, 1 or more
     */
    public EventPage events(String cursor, int max) {
        Published now = now();
        EventCursor from = EventCursor.parse(cursor);
        if (!from.storeId().equals(storeId) || from.sequence() > now.lastSequence()) {
            return new EventPage.Resync(now.cursor());
        }
        long to = Math.min(now.lastSequence(), from.sequence() + max);
        List<Arrival> events = inMemory(from.sequence() + 1, to);
        if (events.size() < to - from.sequence()) {
            events = stored(from.sequence() + 1, to, Long.MAX_VALUE);
        }
        return new EventPage.Events(events, EventCursor.of(storeId, to));
    }

    /**
     * Changes after the first {@code after} that arrived, at most {@code max}, with the signatures
     * kept, in the order of arrival. Reads the store.
     */
    public List<Signed> exported(long after, int max) {
        return Replica.exported(store, after, max);
    }

    private static Lookup lookup(Published state) {
        return new Lookup(state.items(), state.numbers());
    }

    private List<Arrival> inMemory(long from, long to) {
        List<Arrival> out = new ArrayList<>();
        for (long at = from; at <= to; at++) {
            Arrival arrival = recent.get(at);
            if (arrival == null) {
                break;
            }
            out.add(arrival);
        }
        return out;
    }

    /** Arrivals of the store, without those whose clock is after {@code wallMs}. */
    private List<Arrival> stored(long from, long to, long wallMs) {
        List<Long> sequences = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        store.scan(
                Table.ARRIVALS,
                Rows.arrivalKey(from),
                Rows.arrivalKey(to + 1),
                (key, row) -> {
                    if (wallMs == Long.MAX_VALUE || Rows.arrival(row).record().wallMs() <= wallMs) {
                        sequences.add(Rows.sequence(key));
                        places.add(Rows.place(row));
                    }
                    return true;
                });
        List<Change> changes = history.changes(places);
        List<Arrival> out = new ArrayList<>(changes.size());
        for (int i = 0; i < changes.size(); i++) {
            out.add(new Arrival(sequences.get(i), changes.get(i)));
        }
        return out;
    }
}
