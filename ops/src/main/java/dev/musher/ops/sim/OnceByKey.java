package dev.musher.ops.sim;

import dev.musher.crdt.change.ChangeId;
import dev.musher.node.replica.Input;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A caller that asks a node again with the same key is told of the change that was made the first
 * time: nothing is done twice. Not thread safe.
 */
final class OnceByKey {

    private record Asked(List<String> commands, List<ChangeId> made) {}

    private final SortedMap<Long, Input.Submit> open = new TreeMap<>();
    private final SortedMap<String, Asked> done = new TreeMap<>();

    /** A submission is on its way to the node. */
    void asked(Input.Submit submit) {
        if (submit.idempotencyKey() != null) {
            open.put(submit.ticket(), submit);
        }
    }

    /** The node answered a submission. */
    void replied(int node, long ticket, List<Outcome> outcomes) {
        Input.Submit submit = open.remove(ticket);
        List<ChangeId> made = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Done d) {
                made.add(d.change());
            }
        }
        if (submit == null || made.isEmpty()) {
            return;
        }
        Asked now = new Asked(submit.commands().stream().map(Object::toString).toList(), made);
        Asked before = done.putIfAbsent(submit.idempotencyKey(), now);
        if (before != null && !before.equals(now)) {
            throw new Violation(
                    "once", "node " + node + " did " + now + " by a key that had done " + before);
        }
    }

    /** The node has lost what it remembered, with its disk. */
    void forget() {
        open.clear();
        done.clear();
    }
}
