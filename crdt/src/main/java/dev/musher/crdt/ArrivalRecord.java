package dev.musher.crdt;

import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Place;
import java.util.List;

/**
 * That a change was applied: all that a start needs to rebuild the graph without reading it.
 *
 * @param wallMs the author's clock, ms since 1970
 * @param parents places in its past that its previous change does not know
 * @param access whether it holds a membership op
 * @param reread whether it must be read again at a start: it holds a membership op, a claim op, a
 *     move under a claim of another item, or an op of an unknown kind
 * @param created the items that its ops make
 */
public record ArrivalRecord(
        Place place,
        long lamport,
        long wallMs,
        List<Place> parents,
        boolean access,
        boolean reread,
        List<ItemKey> created) {

    /** Copies the lists. */
    public ArrivalRecord {
        parents = List.copyOf(parents);
        created = List.copyOf(created);
    }
}
