package dev.musher.node.replica;

import dev.musher.crdt.pipeline.Item;
import dev.musher.protocol.json.Outcome;

/** What a reference means. */
public sealed interface Resolved {

    /** Exactly one item, not deleted. */
    record Found(Item item, String display) implements Resolved {}

    /** None or several; the refusal says which, and names the candidates. */
    record Not(Outcome.Refused refusal) implements Resolved {}
}
