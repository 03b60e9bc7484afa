package dev.musher.gateway.view;

/**
 * How old what is shown of a project is.
 *
 * @param stale whether that is longer than {@link #STALE_MS}
 * @param ageMs time since a node of the project was last heard of, ms; 0 while one is connected
 */
public record Freshness(boolean stale, long ageMs) {

    /** Silence after which a project is marked, ms. */
    public static final long STALE_MS = 10_000;

    /**
     * At a moment.
     *
     * @param nowMs ms since 1970
     * @param heardMs when a node was last connected, ms since 1970
     */
    public static Freshness at(long nowMs, long heardMs, boolean connected) {
        long age = connected ? 0 : Math.max(0, nowMs - heardMs);
        return new Freshness(age > STALE_MS, age);
    }
}
