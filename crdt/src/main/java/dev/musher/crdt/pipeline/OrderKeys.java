package dev.musher.crdt.pipeline;

import org.jspecify.annotations.Nullable;

/** Skeleton. */
public final class OrderKeys {
    private OrderKeys() {}
    public static String of(Item item) { throw new UnsupportedOperationException(); }
    public static String between(@Nullable String low, @Nullable String high) { throw new UnsupportedOperationException(); }
}
