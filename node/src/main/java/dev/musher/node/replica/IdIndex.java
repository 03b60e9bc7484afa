package dev.musher.node.replica;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Place;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where each change stands, by the first 16 bytes of its id, in memory.
 *
 * <p>Every change asks for the places of its prev, its dependencies and all it names. As rows these
 * would be random reads, and random writes too, the dearest that an ordered store knows; here they
 * cost a probe, for 48 bytes a change. Sixteen bytes: a collision costs 2^64 hashes, and would hurt
 * only who makes it.
 *
 * <p>Open addressing with linear probing, at most two thirds full. Not thread safe.
 */
final class IdIndex {

    private static final long NONE = 0;

    private long[] high = new long[1024];
    private long[] low = new long[1024];
    private long[] places = new long[1024];
    private int size;

    /** Number of changes. */
    int size() {
        return size;
    }

    /** The place of a change, or null. */
    @Nullable Place find(ChangeId id) {
        ByteBuffer bytes = ByteBuffer.wrap(id.bytes());
        long a = bytes.getLong();
        long b = bytes.getLong();
        for (int at = slot(a); places[at] != NONE; at = at + 1 & places.length - 1) {
            if (high[at] == a && low[at] == b) {
                return unpack(places[at]);
            }
        }
        return null;
    }

    /** Adds a change that is not here. */
    void put(ChangeId id, Place place) {
        ByteBuffer bytes = ByteBuffer.wrap(id.bytes());
        put(bytes.getLong(), bytes.getLong(), place);
    }

    /** Adds a change by the two halves of its id's first 16 bytes. */
    void put(long a, long b, Place place) {
        if (size * 3L >= places.length * 2L) {
            grow();
        }
        insert(a, b, pack(place));
        size++;
    }

    private void insert(long a, long b, long place) {
        int at = slot(a);
        while (places[at] != NONE) {
            at = at + 1 & places.length - 1;
        }
        high[at] = a;
        low[at] = b;
        places[at] = place;
    }

    private void grow() {
        long[] oldHigh = high;
        long[] oldLow = low;
        long[] oldPlaces = places;
        high = new long[oldHigh.length * 2];
        low = new long[oldHigh.length * 2];
        places = new long[oldHigh.length * 2];
        for (int i = 0; i < oldPlaces.length; i++) {
            if (oldPlaces[i] != NONE) {
                insert(oldHigh[i], oldLow[i], oldPlaces[i]);
            }
        }
    }

    private int slot(long a) {
        // The id is a hash, but its author chooses among hashes: mix, so that crowding costs him more.
        long mixed = (a ^ a >>> 29) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & places.length - 1;
    }

    private static long pack(Place place) {
        // Seq is 1 or more, so no place packs to NONE.
        return (long) place.branch() << 32 | place.seq();
    }

    private static Place unpack(long place) {
        return new Place((int) (place >>> 32), (int) place);
    }
}
