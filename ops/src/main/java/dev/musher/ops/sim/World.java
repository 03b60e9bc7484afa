package dev.musher.ops.sim;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.node.replica.Arrival;
import dev.musher.node.replica.Effect;
import dev.musher.node.replica.Published;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** All there is in one simulated mesh: time, network, nodes, what was promised. Not thread safe. */
final class World {

    private final SimOptions options;
    private final Agenda agenda;
    private final SimNetwork network;
    private final Trace trace;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<Invariant> invariants;
    private final SortedMap<ChangeId, Integer> acknowledged = new TreeMap<>();
    private final SortedMap<Integer, SortedMap<Long, Consumer<Effect.Answer>>> asking =
            new TreeMap<>();
    private final SortedSet<Integer> rotten = new TreeSet<>();
    private final SortedSet<Integer> twins = new TreeSet<>();
    private final SortedSet<Integer> dishonest = new TreeSet<>();
    private final SortedSet<DeviceId> equivocators = new TreeSet<>();
    private final List<SimNode> hidden = new ArrayList<>();
    private final Newcomers newcomers = new Newcomers(this);
    private Consumer<SimNode> settling = node -> {};

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

    /** The node is against the others: nothing is asked of it, and nothing it says is believed. */
    void dishonest(SimNode node) {
        dishonest.add(node.index());
    }

    /** All that the others are promised holds for the node again. */
    void honestAgain(SimNode node) {
        dishonest.remove(node.index());
    }

    /** A dishonest node that has a key of its own no longer: {@code second} writes with it too. */
    void equivocator(SimNode node, SimNode second) {
        dishonest(node);
        twin(node);
        equivocators.add(node.device());
        dishonest(second);
        hidden.add(second);
    }

    /** Whether a device is known to sign two branches. */
    boolean isEquivocator(DeviceId device) {
        return equivocators.contains(device);
    }

    /** Whether all that the others are promised holds for a node. */
    boolean isHonest(SimNode node) {
        return !dishonest.contains(node.index());
    }

    /** The nodes that are for each other, of which there is one at least. */
    List<SimNode> honest() {
        return dishonest.isEmpty() ? nodes() : nodes.stream().filter(this::isHonest).toList();
    }

    /** Changes that callers were told are done, with the node that said so. */
    SortedMap<ChangeId, Integer> acknowledged() {
        return Collections.unmodifiableSortedMap(acknowledged);
    }

    /** Who joins, and where. */
    Newcomers newcomers() {
        return newcomers;
    }

    /** Whether somebody is about to join at this node. */
    boolean awaited(SimNode node) {
        return newcomers.awaited(node);
    }

    /** Calls back when a node answers an input, unless it stops before. */
    void whenAnswered(SimNode node, long ticket, Consumer<Effect.Answer> then) {
        asking.computeIfAbsent(node.index(), k -> new TreeMap<>()).put(ticket, then);
    }

    /** A derived row of the node is damaged: what it shows is wrong until a peer has told it. */
    void rotten(SimNode node) {
        rotten.add(node.index());
    }

    /** The node was put back and not told: it may use a place in its chain twice. */
    void twin(SimNode node) {
        twins.add(node.index());
    }

    /** Whether the node was put back and not told. */
    boolean isTwin(SimNode node) {
        return twins.contains(node.index());
    }

    /** After a disk came back older: what no honest disk holds any more cannot be asked for. */
    void forgetLost() {
        acknowledged.keySet().removeIf(c -> honest().stream().noneMatch(n -> n.holds(c)));
    }

    void dial(SimNode from, String address) {
        for (List<SimNode> some : List.of(nodes, hidden)) {
            for (SimNode node : some) {
                if (node.address().equals(address)) {
                    network.dial(from, node, address);
                    return;
                }
            }
        }
        if (!address.equals(Operators.NOWHERE)) {
            throw new Violation(
                    "addresses",
                    "node " + from.index() + " dials " + address + ", which nobody has");
        }
        network.dialNowhere(from, address);
    }

    void acknowledged(SimNode node, ChangeId change) {
        if (isHonest(node)) {
            acknowledged.put(change, node.index());
        }
        for (Invariant invariant : invariants) {
            invariant.acknowledged(this, node, change);
        }
    }

    void answered(SimNode node, Effect.Answer answer) {
        trace.event(agenda.nowMs(), node.index(), "answer", answer.text());
        Consumer<Effect.Answer> then =
                asking.getOrDefault(node.index(), new TreeMap<>()).remove(answer.ticket());
        if (then != null) {
            then.accept(answer);
        }
    }

    void alarm(SimNode node, String text) {
        trace.event(agenda.nowMs(), node.index(), "alarm", text);
    }

    /** Whom to tell of each node that shows items to which a late verdict was not applied yet. */
    void onSettling(Consumer<SimNode> listener) {
        settling = listener;
    }

    void published(SimNode node, List<Arrival> arrivals) {
        if (hidden.contains(node)) {
            return; // none of those that anything is asked of
        }
        newcomers.published(node);
        Published shown = node.published();
        if (shown != null && shown.settling() > 0) {
            settling.accept(node);
        }
        for (Invariant invariant : invariants) {
            invariant.published(this, node, arrivals);
        }
    }

    /** Looks closely at a node, if it shows all that its disk holds just now; whether it did. */
    boolean look(SimNode node) {
        Published shown = node.published();
        if (!node.up()
                || node.busy()
                || rotten.contains(node.index())
                || shown == null
                || shown.digest().isEmpty()) {
            return false;
        }
        for (Invariant invariant : invariants) {
            invariant.shown(this, node, shown);
        }
        return true;
    }

    void atEnd() {
        for (Invariant invariant : invariants) {
            invariant.atEnd(this);
        }
    }

    /** Whether all honest nodes are up, show the same digest and hold the same live changes. */
    boolean converged() {
        SimNode first = null;
        for (SimNode node : honest()) {
            Published here = node.published();
            if (!node.up()
                    || node.busy()
                    || here == null
                    || !here.ready()
                    || here.digest().isEmpty()) {
                return false;
            }
            if (first == null) {
                first = node;
            } else if (!sameAs(first, node)) {
                return false;
            }
        }
        return first != null;
    }

    private boolean sameAs(SimNode one, SimNode other) {
        Published a = Objects.requireNonNull(one.published());
        Published b = Objects.requireNonNull(other.published());
        // What was void when it came, and is no past of what counts, does not travel.
        boolean mayDiffer =
                switch (options.adversity().kind()) {
                    case REVOCATIONS, EQUIVOCATORS, ROTATIONS -> true;
                    case NONE, LIARS, CLOCKS, NEWER, HERMIT, COMPACTION -> false;
                };
        return a.digest().equals(b.digest())
                && (mayDiffer || a.changes() == b.changes())
                && Objects.equals(one.liveHeads(), other.liveHeads());
    }
}
