package dev.musher.crdt.change;

import java.security.MessageDigest;
import java.util.List;

/**
 * The maximal membership changes of a past, counted or void. A header carries its hash, so that an
 * author cannot claim another membership than the one its past gives. There is one object for each
 * frontier of a {@link Dag}: compare with {@code ==}. Immutable.
 */
public final class Frontier {

    private final List<ChangeId> ids;
    private final List<Place> places;
    private final ChangeId hash;

    Frontier(List<ChangeId> ids, List<Place> places) {
        this.ids = List.copyOf(ids);
        this.places = List.copyOf(places);
        this.hash = hash(ids);
    }

    /** The members, sorted by id. */
    public List<ChangeId> ids() {
        return ids;
    }

    /** Their places in this node, in the order of {@link #ids}. */
    public List<Place> places() {
        return places;
    }

    /** What a header's {@code members} must be above this past. */
    public ChangeId hash() {
        return hash;
    }

    /** SHA-256 over the sorted ids, one after the other. */
    public static ChangeId hash(List<ChangeId> sortedIds) {
        MessageDigest digest = Sha256.digest();
        for (ChangeId id : sortedIds) {
            digest.update(id.bytes());
        }
        return ChangeId.of(digest.digest());
    }

    @Override
    public String toString() {
        return "frontier " + ids;
    }
}
