package dev.musher.ops.sim;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Role;
import dev.musher.node.replica.HeadView;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.MemberView;
import dev.musher.node.replica.PeerView;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Replica;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** What people do to nodes, besides their work on items. Not thread safe. */
final class Operators {

    /** Where nobody answers. */
    static final String NOWHERE = "nowhere.example:1";

    private static final Role[] ROLES = Role.values();
    private static final int EXPORTED = 1_000;

    private final World world;
    private final RandomGenerator random;
    private boolean calm;

    Operators(World world, RandomGenerator random) {
        this.world = world;
        this.random = random;
    }

    /** Does something to a node that is ready. */
    void one(SimNode node, Published published) {
        long ticket = node.nextTicket();
        switch (random.nextInt(12)) {
            case 0 -> node.receive(new Input.ListVoid(ticket));
            case 1 -> node.receive(new Input.AddPeer(ticket, any().address()));
            case 2 ->
                    node.receive(
                            new Input.AddPeer(
                                    ticket, random.nextBoolean() ? NOWHERE : "no address"));
            case 3 -> {
                List<PeerView> peers = published.peers();
                String address =
                        peers.isEmpty() || random.nextInt(6) == 0
                                ? "unheard.example:1"
                                : peers.get(random.nextInt(peers.size())).address();
                node.receive(new Input.RemovePeer(ticket, address));
            }
            case 4 -> {
                node.receive(new Input.Offline(ticket, true));
                world.agenda()
                        .in(
                                500 + random.nextInt(5_000),
                                () -> {
                                    if (!calm) {
                                        online(node);
                                    }
                                });
            }
            case 5, 6 ->
                    node.receive(
                            new Input.MakeInvite(
                                    ticket, ROLES[random.nextInt(ROLES.length)], "later"));
            case 7 -> {
                node.receive(new Input.Stop());
                int of = node.generation();
                world.agenda()
                        .in(
                                1 + random.nextInt(100),
                                () -> {
                                    if (node.up() && node.generation() == of) {
                                        node.crash();
                                        world.agenda().in(random.nextInt(1_000), node::restart);
                                    }
                                });
            }
            case 8 -> copyHistory(any(), node, ticket);
            default -> {
                // A full disk while it joins: it has no history to speak of.
                if (!published.members().isEmpty()) {
                    submit(node, access(published));
                }
            }
        }
    }

    /** Undoes what keeps nodes apart. */
    void calm() {
        calm = true;
        for (SimNode node : world.nodes()) {
            online(node);
            for (SimNode other : world.nodes()) {
                if (other != node) {
                    node.receive(new Input.AddPeer(node.nextTicket(), other.address()));
                }
            }
            node.receive(new Input.RemovePeer(node.nextTicket(), NOWHERE));
        }
    }

    private static void online(SimNode node) {
        node.receive(new Input.Offline(node.nextTicket(), false));
    }

    /** The export of one node is given to another. */
    private static void copyHistory(SimNode from, SimNode to, long ticket) {
        if (from.up() && !from.busy()) {
            List<Signed> all = Replica.exported(from.disk(), 0, EXPORTED);
            to.receive(new Input.Restore(ticket, all));
        }
    }

    private Command access(Published published) {
        List<MemberView> members = published.members();
        DeviceId member = members.get(random.nextInt(members.size())).device();
        return switch (random.nextInt(4)) {
            case 0 -> new Command.AddMember(member, Role.MEMBER, "again");
            case 1 -> {
                byte[] key = new byte[DeviceId.LENGTH];
                random.nextBytes(key);
                yield new Command.AddMember(
                        DeviceId.of(key), ROLES[random.nextInt(ROLES.length)], "a new one");
            }
            case 2 -> new Command.SetRole(member, ROLES[random.nextInt(ROLES.length)]);
            default -> {
                List<ChangeId> heads = new ArrayList<>();
                for (HeadView head : published.heads()) {
                    heads.add(head.id());
                }
                ChangeId head = heads.get(random.nextInt(heads.size()));
                yield random.nextBoolean()
                        ? new Command.Adopt(List.of(head), List.of())
                        : new Command.Adopt(List.of(), List.of(head));
            }
        };
    }

    private static void submit(SimNode node, Command command) {
        node.receive(
                new Input.Submit(
                        node.nextTicket(), new Actor.User("operator"), List.of(command), null));
    }

    private SimNode any() {
        return world.nodes().get(random.nextInt(world.nodes().size()));
    }
}
