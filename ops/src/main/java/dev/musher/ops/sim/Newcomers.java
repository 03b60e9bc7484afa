package dev.musher.ops.sim;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Role;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Setup;
import dev.musher.protocol.sync.Invite;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Brings nodes into the mesh by invite: a founder's first ones, and others in the middle of it. */
final class Newcomers {

    private final World world;

    /** Who invited whom, by index: until a newcomer is in, its host keeps its disk. */
    private final SortedMap<Integer, SimNode> hosts = new TreeMap<>();

    /** Newcomers that do not hold yet what was done when they began. */
    private final SortedMap<Integer, Began> began = new TreeMap<>();

    private boolean busy;
    private long slowestMs;

    private record Began(long atMs, List<ChangeId> done) {}

    Newcomers(World world) {
        this.world = world;
    }

    /** Asks {@code host} for an invite and starts {@code newcomer} with it when it comes. */
    void invite(SimNode host, SimNode newcomer, Role role) {
        String label = "node-" + newcomer.index();
        long ticket = host.nextTicket();
        world.whenAnswered(
                host,
                ticket,
                answer -> {
                    if (answer.code().isEmpty() && !world.nodes().contains(newcomer)) {
                        hosts.put(newcomer.index(), host);
                        world.add(newcomer);
                        if (busy) {
                            begin(newcomer);
                        }
                        newcomer.open(
                                Setup.joining(
                                        label,
                                        "stamp-" + newcomer.index(),
                                        Invite.parse(answer.text())));
                    }
                });
        host.receive(new Input.MakeInvite(ticket, role, label));
    }

    /** From now on newcomers come to a mesh that is at work: it is told how long they take. */
    void busy() {
        busy = true;
    }

    private void begin(SimNode newcomer) {
        began.put(
                newcomer.index(),
                new Began(world.agenda().nowMs(), List.copyOf(world.acknowledged().keySet())));
    }

    /** A node shows something new. */
    void published(SimNode node) {
        Began of = began.get(node.index());
        if (of != null && of.done().stream().allMatch(node::holds)) {
            began.remove(node.index());
            slowestMs = Math.max(slowestMs, world.agenda().nowMs() - of.atMs());
        }
    }

    /** The longest that one took until it held all that was done when it began, 0 if none did. */
    long slowestMs() {
        return slowestMs;
    }

    /** Whether somebody joins at this node just now, or is about to. */
    boolean awaited(SimNode host) {
        hosts.keySet().removeIf(index -> joined(index));
        return hosts.containsValue(host);
    }

    private boolean joined(int index) {
        return world.nodes().stream().anyMatch(n -> n.index() == index && n.joined());
    }
}
