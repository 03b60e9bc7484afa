package dev.musher.crdt.access;

import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cut of a device, or the settlement of one of its epochs, that counts.
 *
 * @param by the op
 * @param settled the chain a settlement is about; null for a cut, which is about all of them
 * @param kept the pasts of the kept heads
 * @param also changes kept beside them: a device's removals of itself keep each other
 */
public record Removal(Ref by, @Nullable Chain settled, int[] kept, Set<Place> also) {

    boolean keeps(Place place) {
        return Dag.contains(kept, place) || also.contains(place);
    }
}
