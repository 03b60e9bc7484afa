package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.ItemKey;

/** Skeleton. */
public final class References {
    public void put(Item item) {}
    public void remove(ItemKey key) {}
    public Resolution resolve(String text) { return new Resolution.Unknown(text); }
    public Resolution resolveDeleted(String text) { return new Resolution.Unknown(text); }
    public String reference(ItemKey key) { return key.shortId(); }
    public long nextNumber() { return 1; }
}
