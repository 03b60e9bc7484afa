package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.ItemKey;
import java.util.List;

/** What a reference means: one item, or a refusal that speaks. */
public sealed interface Resolution {

    /** Exactly one item answers to it. */
    record Found(ItemKey key) implements Resolution {}

    /** No item answers to it. */
    record Unknown(String text) implements Resolution {}

    /**
     * Several do.
     *
     * @param candidates at least two, by key
     */
    record Ambiguous(String text, List<Candidate> candidates) implements Resolution {
        /** Copies the list. */
        public Ambiguous {
            candidates = List.copyOf(candidates);
        }
    }

    /**
     * One of several.
     *
     * @param reference the shortest that means this one, for example {@code 42-k}
     */
    record Candidate(ItemKey key, String reference) {}
}
