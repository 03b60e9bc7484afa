package dev.musher.protocol.json;

import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;

/** What views call things. Answers for what is unknown too: with the beginning of its id. */
public interface Names {

    /** What to call an item: {@code 42}, or {@code 42-k} where items share the number. */
    String reference(ItemKey key);

    /** The item's title; empty where it is unknown or deleted. */
    String title(ItemKey key);

    /** What people call a device. */
    String device(DeviceId device);
}
