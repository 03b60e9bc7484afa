package dev.musher.ops.sim;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Value;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.PeerView;
import dev.musher.node.replica.Published;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.sync.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When nothing breaks any more, a change is on every node soon, not only at the next comparison ten
 * seconds later, which would hide that nobody was told. Not thread safe.
 */
final class Prompt {

    /** Changes that are followed, a node each. */
    static final int CHANGES = 3;

    /** Frames and syncs that follow each other on the way from one node to the next, at most. */
    private static final int STEPS = 5;

    /** Nodes on the way through a mesh that is no full one, at most. */
    private static final int HOPS = 4;

    private static final int SLACK_MS = 300;

    /** A link that is made anew, in times of what a frame takes. */
    private static final int BACK = 3;

    private final World world;
    private final RandomGenerator random;
    private @Nullable SimNode writer;
    private SortedSet<ChangeId> before = new TreeSet<>();

    Prompt(World world, RandomGenerator random) {
        this.world = world;
        this.random = random;
    }

    /**
     * Whether every node has the links it wants, all beyond the handshake: those that came later
     * too, and those that know only where they came in.
     */
    boolean linked() {
        return isLinked(world.nodes());
    }

    /** Says who lacks links. */
    Violation apart() {
        List<String> out = new ArrayList<>();
        for (SimNode node : world.nodes()) {
            out.add("node " + node.index() + " has " + links(node, world.nodes()) + peers(node));
        }
        return new Violation(
                "links",
                "of " + wanted(world.nodes()) + " that each wants, " + String.join(", ", out));
    }

    private static boolean isLinked(List<SimNode> nodes) {
        return nodes.stream().allMatch(n -> links(n, nodes) >= wanted(nodes));
    }

    private static int wanted(List<SimNode> nodes) {
        int others = nodes.size() - 1;
        return Topology.fullMesh(others) ? others : Topology.LINKS;
    }

    private static long links(SimNode node, List<SimNode> among) {
        Published shown = node.published();
        List<DeviceId> devices = among.stream().map(SimNode::device).toList();
        return shown == null
                ? 0
                : shown.peers().stream()
                        .filter(Prompt::established)
                        .map(PeerView::device)
                        .filter(devices::contains)
                        .distinct()
                        .count();
    }

    private static String peers(SimNode node) {
        Published shown = node.published();
        return shown == null
                ? ""
                : shown.peers().stream()
                        .map(p -> p.address() + ' ' + p.state() + ' ' + p.detail())
                        .toList()
                        .toString();
    }

    /** Some node goes away, works alone, and comes back. Only where all have links to all. */
    @Nullable SimNode traveller() {
        List<SimNode> able = writers();
        return Topology.fullMesh(world.nodes().size() - 1)
                        && isLinked(world.nodes())
                        && able.size() > 1
                ? able.get(random.nextInt(able.size()))
                : null;
    }

    /** Whether a node has no links. */
    static boolean alone(SimNode node) {
        Published shown = node.published();
        return shown != null
                && shown.peers().stream().allMatch(p -> p.state() == PeerView.State.WAITING);
    }

    /** Gives a command to some node that may write. */
    void write() {
        List<SimNode> able = writers();
        write(able.get(random.nextInt(able.size())));
    }

    /** Gives a command to a node. */
    void write(SimNode node) {
        SortedMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, new Value.Text("soon everywhere"));
        fields.put(Field.TYPE, new Value.Text("story"));
        Command command =
                new Command.Create(
                        new Origin(Origin.Kind.TEST, "prompt", 1), fields, new TreeMap<>());
        writer = node;
        before = new TreeSet<>(node.acknowledged());
        node.receive(
                new Input.Submit(
                        node.nextTicket(), new Actor.User("prompt"), List.of(command), null));
    }

    private List<SimNode> writers() {
        return world.nodes().stream().filter(n -> mayWrite(n.published())).toList();
    }

    private List<ChangeId> written() {
        return writer == null
                ? List.of()
                : writer.acknowledged().stream().filter(c -> !before.contains(c)).toList();
    }

    /** Whether what was written last is on every disk. */
    boolean everywhere() {
        List<ChangeId> written = written();
        return !written.isEmpty()
                && world.nodes().stream().allMatch(n -> written.stream().allMatch(n::holds));
    }

    /** How long a change may take to be everywhere, ms. */
    long withinMs() {
        SimOptions options = world.options();
        boolean full = Topology.fullMesh(world.nodes().size() - 1);
        long hop = SLACK_MS + STEPS * (options.network().delayMs() + 2L * options.diskMs());
        return full ? hop : hop * HOPS;
    }

    /** How long it may take after a node has come back: handshake and comparison come first. */
    long backWithinMs() {
        return BACK * withinMs();
    }

    /** Says which node lacks what. */
    Violation late(long afterMs) {
        List<String> lacking = new ArrayList<>();
        for (SimNode node : world.nodes()) {
            for (ChangeId change : written()) {
                if (!node.holds(change)) {
                    lacking.add("node " + node.index() + " lacks " + change);
                }
            }
        }
        return new Violation(
                "prompt", afterMs + " ms after it was written, " + String.join(", ", lacking));
    }

    private static boolean established(PeerView peer) {
        return peer.state() == PeerView.State.SYNCING || peer.state() == PeerView.State.IN_SYNC;
    }

    private static boolean mayWrite(@Nullable Published shown) {
        return shown != null && shown.role() != null && shown.role().compareTo(Role.MEMBER) >= 0;
    }
}
