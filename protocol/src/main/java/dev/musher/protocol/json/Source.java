package dev.musher.protocol.json;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;

/** What views of one item read beside the item: long texts and authors stand in the changes. */
@FunctionalInterface
public interface Source {

    /** The change with this id, which the item names; may read the disk. */
    Change change(ChangeId id);
}
