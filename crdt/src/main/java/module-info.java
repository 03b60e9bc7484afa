/** Changes, merge rules, the item and its stages, membership, and the fold over all of them. */
module dev.musher.crdt {
    requires static transitive org.jspecify;

    exports dev.musher.crdt;
    exports dev.musher.crdt.access;
    exports dev.musher.crdt.change;
    exports dev.musher.crdt.pipeline;
    exports dev.musher.crdt.type;
}
