package dev.musher.crdt.access;

import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Place;

/** A change that holds at least one membership op, and where it stands. */
public record AccessChange(Place place, Change change) {

    Chain chain() {
        return new Chain(change.device(), change.header().epoch());
    }
}
