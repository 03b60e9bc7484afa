package dev.musher.node.replica;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Place;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Where each change stands, by the first 16 bytes of its id, in memory.
 *
 * <p>Every change asks for the places of its prev, its dependencies and all it names. As rows these
 * would be random reads, and random writes too, the dearest that an ordered store knows; here they
 * cost a probe, for 36 to 72 bytes a change. Sixteen bytes: a collision costs 2^64 hashes, and
 * would hurt only who makes it.
 *
 * <p>Open addressing with linear probing, at most two thirds full. One thread writes; any may read
 * beside it without a lock, as an entry's place is written last, with release, and read first, with
 * acquire, and a larger table is published whole.
 */
final class IdIndex {

    /** Bytes of an id that tell changes apart. */
    static final int ID_BYTES = 16;

    private static final long NONE = 0;
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private record Table(long[] high, long[] low, long[] places) {
        static Table of(int slots) {
            return new Table(new long[slots], new long[slots], new long[slots]);
        }

        int slots() {
            return places.length;
        }

        long placeAt(int slot) {
            return (long) ELEMENT.getAcquire(places, slot);
        }

        void insert(long a, long b, long place) {
            int at = slot(a, slots());
            while (places[at] != NONE) {
                at = at + 1 & slots() - 1;
            }
            high[at] = a;
            low[at] = b;
            ELEMENT.setRelease(places, at, place);
        }
    }

    private volatile Table table = Table.of(1024);
    private int size;

    /** The place of a change, or null. Any thread. */
    @Nullable Place find(ChangeId id) {
        byte[] bytes = id.bytes();
        long a = longAt(bytes, 0);
        long b = longAt(bytes, 8);
        Table now = table;
        for (int at = slot(a, now.slots()); ; at = at + 1 & now.slots() - 1) {
            long place = now.placeAt(at);
            if (place == NONE) {
                return null;
            }
            if (now.high[at] == a && now.low[at] == b) {
                return unpack(place);
            }
        }
    }

    /** Adds a change that is not here. */
    void put(ChangeId id, Place place) {
        byte[] bytes = id.bytes();
        put(longAt(bytes, 0), longAt(bytes, 8), place);
    }

    /** Adds a change by the two halves of its id's first 16 bytes. */
    void put(long a, long b, Place place) {
        if (size * 3L >= table.slots() * 2L) {
            table = grown(table);
        }
        table.insert(a, b, pack(place));
        size++;
    }

    private static Table grown(Table old) {
        Table larger = Table.of(old.slots() * 2);
        for (int i = 0; i < old.slots(); i++) {
            if (old.places[i] != NONE) {
                larger.insert(old.high[i], old.low[i], old.places[i]);
            }
        }
        return larger;
    }

    private static int slot(long a, int slots) {
        // The id is a hash, but its author chooses among hashes: mixed, crowding costs him more.
        long mixed = (a ^ a >>> 29) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & slots - 1;
    }

    private static long longAt(byte[] bytes, int from) {
        long out = 0;
        for (int i = from; i < from + 8; i++) {
            out = out << 8 | bytes[i] & 0xff;
        }
        return out;
    }

    private static long pack(Place place) {
        // Seq is 1 or more, so no place packs to NONE.
        return (long) place.branch() << 32 | place.seq();
    }

    private static Place unpack(long place) {
        return new Place((int) (place >>> 32), (int) place);
    }
}
