package dev.musher.node.replica;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Signature;
import dev.musher.crdt.change.Value;
import dev.musher.node.store.ModelStore;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.KeyedHashSigner;
import dev.musher.protocol.crypto.KeyedHashVerifier;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.Invite;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * Replicas on model stores, joined by links in memory: performs their effects in one fixed order.
 * Commits can be held back, to see what happens before they are answered.
 */
final class World {

    static final Actor USER = new Actor.User("ann");
    private static final byte[] SECRET = new byte[32];

    final Random random = new Random(7);
    final List<Node> nodes = new ArrayList<>();
    final Map<Long, Ends> links = new TreeMap<>();
    long wallMs = 1_700_000_000_000L;
    long nowMs;

    /** What invites call the device; empty: as it calls itself. */
    String invitedAs = "";

    private long nextLink = 1;

    /** Both ends of a link; each end has its own number. */
    record Ends(Node near, Node far, long farNumber) {}

    /** One node. */
    final class Node {
        final String address;
        KeyedHashSigner signer;
        ModelStore store;
        Replica replica;
        Queries queries;
        boolean holdCommits;
        boolean down;

        /** Whether nobody can dial it, as behind a router. */
        boolean hidden;

        /** Whether its own dials come to nothing. */
        boolean dialsInVain;

        Effect.Commit held;
        final Deque<Effect> pending = new ArrayDeque<>();
        final Map<Long, List<Outcome>> replies = new TreeMap<>();
        final Map<Long, Effect.Answer> answers = new TreeMap<>();
        final List<Effect> log = new ArrayList<>();
        private long nextTicket = 1;

        Node(String address) {
            this.address = address;
            byte[] seed = new byte[32];
            random.nextBytes(seed);
            this.signer = new KeyedHashSigner(SECRET, seed);
            byte[] id = new byte[8];
            random.nextBytes(id);
            this.store = new ModelStore(id, ModelStore.Sync.ON_COMMIT);
        }

        DeviceId device() {
            return DeviceId.of(signer.publicKey());
        }

        void open(Setup setup) {
            replica =
                    Replica.open(
                            setup,
                            store,
                            store.id(),
                            signer,
                            new KeyedHashVerifier(SECRET),
                            random,
                            wallMs);
            queries = replica.queries(store, store.id());
            down = false;
            take(replica.start(wallMs, nowMs));
            give(new Input.Listening(address));
        }

        Published shown() {
            return queries.now();
        }

        void give(Input input) {
            if (!down) {
                take(replica.receive(input, wallMs, nowMs));
            }
        }

        private void take(List<Effect> effects) {
            pending.addAll(effects);
            log.addAll(effects);
        }

        long submit(String key, Command... commands) {
            long ticket = nextTicket++;
            give(new Input.Submit(ticket, USER, List.of(commands), key));
            return ticket;
        }

        /** Submits, lets everything happen, gives the outcomes. */
        List<Outcome> does(Command... commands) {
            long ticket = submit(null, commands);
            settle();
            return replies.get(ticket);
        }

        /** The answer to an input with a ticket. */
        Effect.Answer asks(LongFunction<Input> input) {
            long ticket = nextTicket++;
            give(input.apply(ticket));
            settle();
            return answers.get(ticket);
        }

        /** A key that nobody has yet. */
        KeyedHashSigner spareKey() {
            byte[] seed = new byte[32];
            random.nextBytes(seed);
            return new KeyedHashSigner(SECRET, seed);
        }

        /** Goes on with another key; the answer. */
        Effect.Answer rotates() {
            KeyedHashSigner next = spareKey();
            Effect.Answer answer = asks(ticket -> new Input.Rotate(ticket, next));
            if (answer.code().isEmpty()) {
                signer = next;
            }
            return answer;
        }

        /** What does not count here. */
        List<VoidOp> voids() {
            give(new Input.ListVoid(nextTicket++));
            settle();
            return log.reversed().stream()
                    .filter(Effect.VoidList.class::isInstance)
                    .map(e -> ((Effect.VoidList) e).ops())
                    .findFirst()
                    .orElseThrow();
        }

        /** Carries out a command with the recovery key, which no node has. */
        Effect.Answer byRecoveryKey(Command.OnMembers command) {
            Effect.Answer draft =
                    asks(ticket -> new Input.Draft(ticket, recovery(), USER, command));
            if (!draft.code().isEmpty()) {
                return draft;
            }
            Change change = ChangeCodec.read(HexFormat.of().parseHex(draft.text()));
            byte[] signature = recoveryKey().sign(Domain.CHANGE, change.id().bytes());
            Signed signed = new Signed(change, Signature.of(signature));
            return asks(ticket -> new Input.Restore(ticket, List.of(signed)));
        }

        String invite(Role role) {
            long ticket = nextTicket++;
            give(new Input.MakeInvite(ticket, role, invitedAs));
            settle();
            return answers.get(ticket).text();
        }

        void release() {
            holdCommits = false;
            Effect.Commit commit = held;
            held = null;
            if (commit != null) {
                store.commit(commit.rows());
                give(new Input.Committed(commit.batch()));
            }
        }

        boolean step() {
            Effect effect = pending.pollFirst();
            if (effect == null) {
                return false;
            }
            switch (effect) {
                case Effect.Commit commit -> {
                    if (holdCommits) {
                        held = commit;
                    } else {
                        store.commit(commit.rows());
                        give(new Input.Committed(commit.batch()));
                    }
                }
                case Effect.Send send -> {
                    Ends ends = links.get(send.link());
                    give(new Input.Sent(send.link()));
                    if (ends != null) {
                        ends.far().give(new Input.Frame(ends.farNumber(), send.bytes()));
                    }
                }
                case Effect.Close close -> cut(close.link());
                case Effect.Trusted trusted -> {}
                case Effect.Dial dial -> dial(this, dial.address());
                case Effect.Reply reply -> replies.put(reply.ticket(), reply.outcomes());
                case Effect.Answer answer -> answers.put(answer.ticket(), answer);
                case Effect.Publish publish -> queries.accept(publish);
                case Effect.VoidList list -> {}
                case Effect.Alarm alarm -> {}
                case Effect.Stop stop -> down = true;
            }
            return true;
        }

        /** The process dies: nothing in memory is left. */
        void kill() {
            down = true;
            pending.clear();
            for (long link : List.copyOf(links.keySet())) {
                if (links.containsKey(link) && links.get(link).near() == this) {
                    cut(link);
                }
            }
        }
    }

    Node node(String address) {
        Node node = new Node(address);
        nodes.add(node);
        return node;
    }

    /** Nodes that join at the same moment, at 10.0.1.1:1 and on. */
    List<Node> joiners(Node inviter, int count) {
        List<Invite> invites = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            invites.add(Invite.parse(inviter.invite(Role.MEMBER)));
        }
        List<Node> out = new ArrayList<>();
        for (Invite invite : invites) {
            Node node = node("10.0.1." + (out.size() + 1) + ":1");
            node.open(Setup.joining("device at " + node.address, "stamp", invite));
            out.add(node);
        }
        return out;
    }

    /** A node that founds a project. */
    Node founder() {
        Node node = node("10.0.0.1:1");
        node.open(Setup.founding("ann's laptop", "stamp", "demo", recovery()));
        settle();
        return node;
    }

    /** A further node, a member by invite. */
    Node joiner(Node inviter, String address, Role role) {
        Invite invite = Invite.parse(inviter.invite(role));
        Node node = node(address);
        node.open(Setup.joining("device at " + address, "stamp", invite));
        pass(2_000);
        return node;
    }

    /** The same, where nobody can dial it. */
    Node hiddenJoiner(Node inviter, String address, Role role) {
        Invite invite = Invite.parse(inviter.invite(role));
        Node node = node(address);
        node.hidden = true;
        node.open(Setup.joining("device at " + address, "stamp", invite));
        pass(2_000);
        return node;
    }

    /** Devices with which a node holds a link beyond the handshake. */
    static long linked(Node node) {
        return node.shown().peers().stream()
                .filter(p ->
                        p.state() == PeerView.State.SYNCING || p.state() == PeerView.State.IN_SYNC)
                .map(PeerView::device)
                .distinct()
                .count();
    }

    static DeviceId recovery() {
        return DeviceId.of(recoveryKey().publicKey());
    }

    /** A key that nobody has used. */
    static DeviceId unusedKey() {
        byte[] key = recovery().bytes();
        key[1] ^= 1;
        return DeviceId.of(key);
    }

    /** The offline key of the founder's project. */
    static KeyedHashSigner recoveryKey() {
        byte[] seed = new byte[32];
        seed[0] = 9;
        return new KeyedHashSigner(SECRET, seed);
    }

    static Command.Create create(String name) {
        return new Command.Create(
                new Origin(Origin.Kind.TEST, "test", 1),
                new TreeMap<>(
                        Map.of(
                                Field.NAME,
                                new Value.Text(name),
                                Field.TYPE,
                                new Value.Text("story"))),
                new TreeMap<>());
    }

    static Command.Edit rename(String ref, String name, String seen) {
        return new Command.Edit(
                ref,
                new TreeMap<>(Map.of(Field.NAME, new Value.Text(name))),
                new TreeMap<>(),
                seen);
    }

    /** Performs effects until there are none. */
    void settle() {
        boolean any = true;
        while (any) {
            any = false;
            for (Node node : nodes) {
                while (node.step()) {
                    any = true;
                }
            }
        }
    }

    /** Lets time pass in ticks of 50 ms. */
    void pass(long ms) {
        for (long end = nowMs + ms; nowMs < end; ) {
            nowMs += 50;
            wallMs += 50;
            nodes.forEach(node -> node.give(new Input.Tick()));
            settle();
        }
    }

    /** Cuts a link, seen by both ends. */
    void cut(long link) {
        Ends ends = links.remove(link);
        if (ends != null) {
            links.remove(ends.farNumber());
            ends.near().give(new Input.Closed(link, "cut"));
            ends.far().give(new Input.Closed(ends.farNumber(), "cut"));
        }
    }

    private void dial(Node from, String address) {
        for (Node to : nodes) {
            if (to.address.equals(address) && !to.down && !to.hidden && !from.dialsInVain) {
                long near = nextLink++;
                long far = nextLink++;
                links.put(near, new Ends(from, to, far));
                links.put(far, new Ends(to, from, near));
                from.give(new Input.Connected(near, true, address, nonce()));
                to.give(new Input.Connected(far, false, "remote", nonce()));
                return;
            }
        }
        from.give(new Input.DialFailed(address, "nobody there"));
    }

    private byte[] nonce() {
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        return nonce;
    }
}
