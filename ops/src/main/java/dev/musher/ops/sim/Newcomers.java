package dev.musher.ops.sim;

import dev.musher.crdt.change.Role;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Setup;
import dev.musher.protocol.sync.Invite;
import java.util.SortedMap;
import java.util.TreeMap;

/** Brings nodes into the mesh by invite: a founder's first ones, and others in the middle of it. */
final class Newcomers {

    private final World world;

    /** Who invited whom, by index: until a newcomer is in, its host keeps its disk. */
    private final SortedMap<Integer, SimNode> hosts = new TreeMap<>();

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
                        newcomer.open(
                                Setup.joining(
                                        label,
                                        "stamp-" + newcomer.index(),
                                        Invite.parse(answer.text())));
                    }
                });
        host.receive(new Input.MakeInvite(ticket, role, label));
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
