package dev.musher.gateway.view;

import dev.musher.crdt.change.Role;
import dev.musher.node.replica.MemberView;
import dev.musher.node.replica.NodeHealth;
import dev.musher.node.replica.PeerView;
import dev.musher.node.replica.Published;
import dev.musher.protocol.json.Names;

/**
 * What the gateway knows of one project at one moment. Immutable, as {@link Published} is.
 *
 * @param names what its things are called in {@code state}
 * @param freshness how old it is
 */
public record ProjectView(Published state, Names names, Freshness freshness) {

    /** Its id: 64 hexadecimal digits. */
    public String id() {
        return state.project().hex();
    }

    /** Its name; a shortened id while its history is not here yet. */
    public String name() {
        return state.projectName().isEmpty() ? id().substring(0, 8) : state.projectName();
    }

    /** Whether the gateway's device may change items of it. */
    public boolean writable() {
        Role role = state.role();
        return role != null
                && role.compareTo(Role.MEMBER) >= 0
                && state.health().state() != NodeHealth.State.OUTDATED;
    }

    /** Whether a node of it is connected. */
    public static boolean connected(Published state) {
        return connections(state) > 0;
    }

    /** Nodes of it that are connected. */
    public static int connections(Published state) {
        int n = 0;
        for (PeerView peer : state.peers()) {
            switch (peer.state()) {
                case SYNCING, IN_SYNC -> n++;
                case WAITING, CONNECTING -> {}
            }
        }
        return n;
    }

    /** What people call the gateway's device there. */
    public String label() {
        for (MemberView member : state.members()) {
            if (member.device().equals(state.device())) {
                return member.label();
            }
        }
        return state.device().shortText();
    }
}
