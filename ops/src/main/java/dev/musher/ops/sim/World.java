package dev.musher.ops.sim;

import dev.musher.crdt.change.ChangeId;
import dev.musher.node.replica.Arrival;
import dev.musher.node.replica.Effect;
import dev.musher.node.replica.Published;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All there is in one simulated mesh: time, network, nodes, what was promised. Not thread safe. */
final class World {

    private final SimOptions options;
    private final Agenda agenda;
    private final SimNetwork network;
    private final Trace trace;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<Invariant> invariants;
    private final SortedMap<ChangeId, Integer> acknowledged = new TreeMap<>();
    private final SortedMap<Integer, Effect.Answer> answers = new TreeMap<>();

    World(
            SimOptions options,
            Agenda agenda,
            SimNetwork network,
            Trace trace,
            List<Invariant> invariants) {
        this.options = options;
        this.agenda = agenda;
        this.network = network;
        this.trace = trace;
        this.invariants = List.copyOf(invariants);
    }

    void add(SimNode node) {
        nodes.add(node);
    }

    SimOptions options() {
        return options;
    }

    Agenda agenda() {
        return agenda;
    }

    SimNetwork network() {
        return network;
    }

    Trace trace() {
        return trace;
    }

    List<SimNode> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /** Changes that callers were told are done, with the node that said so. */
    SortedMap<ChangeId, Integer> acknowledged() {
        return Collections.unmodifiableSortedMap(acknowledged);
    }

    /** A node's answer to the input with this ticket, if it was the last it gave. */
    Effect.@Nullable Answer answer(SimNode node, long ticket) {
        Effect.Answer last = answers.get(node.index());
        return last != null && last.ticket() == ticket ? last : null;
    }

    void dial(SimNode from, String address) {
        for (SimNode node : nodes) {
            if (node.address().equals(address)) {
                network.dial(from, node, address);
                return;
            }
        }
        throw new Violation(
                "addresses", "node " + from.index() + " dials " + address + ", which nobody has");
    }

    void acknowledged(SimNode node, ChangeId change) {
        acknowledged.put(change, node.index());
        for (Invariant invariant : invariants) {
            invariant.acknowledged(this, node, change);
        }
    }

    void answered(SimNode node, Effect.Answer answer) {
        trace.event(agenda.nowMs(), node.index(), "answer", answer.text());
        answers.put(node.index(), answer);
    }

    void alarm(SimNode node, String text) {
        trace.event(agenda.nowMs(), node.index(), "alarm", text);
    }

    void published(SimNode node, List<Arrival> arrivals) {
        for (Invariant invariant : invariants) {
            invariant.published(this, node, arrivals);
        }
    }

    /** Looks closely at a node, if it shows all that its disk holds just now. */
    void look(SimNode node) {
        Published shown = node.published();
        if (node.up() && !node.busy() && shown != null && !shown.digest().isEmpty()) {
            for (Invariant invariant : invariants) {
                invariant.shown(this, node, shown);
            }
        }
    }

    void atEnd() {
        for (Invariant invariant : invariants) {
            invariant.atEnd(this);
        }
    }

    /** Whether all nodes are up and show the same digest and the same heads. */
    boolean converged() {
        Published first = null;
        for (SimNode node : nodes) {
            Published here = node.published();
            if (!node.up()
                    || node.busy()
                    || here == null
                    || !here.ready()
                    || here.digest().isEmpty()) {
                return false;
            }
            if (first == null) {
                first = here;
            } else if (!here.digest().equals(first.digest()) || here.changes() != first.changes()) {
                return false;
            }
        }
        return first != null;
    }
}
