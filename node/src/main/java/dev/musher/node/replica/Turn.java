package dev.musher.node.replica;

import java.util.ArrayList;
import java.util.List;

/**
 * One input being taken: the time it came, the effects it has, and what of them must wait for the
 * disk. One object for the life of a replica, shared by its parts. Core thread only.
 */
final class Turn {

    private final Batches batches;
    private List<Effect> effects = new ArrayList<>();
    private List<Due> due = new ArrayList<>();
    private long wallMs;
    private long nowMs;

    /** Whether something about peers is to be published. */
    boolean peersChanged;

    Turn(Batches batches, long wallMs) {
        this.batches = batches;
        this.wallMs = wallMs;
    }

    /** Another input: the monotonic clock never goes back, whatever is said. */
    void begin(long wall, long now) {
        wallMs = wall;
        nowMs = Math.max(nowMs, now);
    }

    /** This node's clock, ms since 1970: for people. */
    long wallMs() {
        return wallMs;
    }

    /** The monotonic clock, ms: for everything that waits. */
    long nowMs() {
        return nowMs;
    }

    /** The effects so far, to add to. */
    List<Effect> effects() {
        return effects;
    }

    /** An effect that tells nobody of a change. */
    void add(Effect effect) {
        effects.add(effect);
    }

    /** An effect that leaves when everything gathered so far is on disk. */
    void whenDurable(Effect effect) {
        whenDurable(new Due.Perform(effect));
    }

    /** What happens when everything gathered so far is on disk. */
    void whenDurable(Due each) {
        if (batches.isDurable(each)) {
            due.add(each);
        }
    }

    /** Takes out what is due at once. */
    List<Due> takeDue() {
        List<Due> out = due;
        due = new ArrayList<>();
        return out;
    }

    /** Takes out the effects. */
    List<Effect> takeEffects() {
        List<Effect> out = effects;
        effects = new ArrayList<>();
        return out;
    }
}
