package dev.musher.protocol.sync;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Sha256;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.crypto.Verifier;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A node in memory: chains, admission by parents alone, and a disk that holds a batch back until
 * {@link #commit}.
 */
final class MemoryNode implements SyncView {

    private static final class Branch {
        private final DeviceId device;
        private final long epoch;
        private final int parent;
        private final int start;
        private final List<Signed> changes = new ArrayList<>();
        private int durable;

        Branch(DeviceId device, long epoch, int parent, int start) {
            this.device = device;
            this.epoch = epoch;
            this.parent = parent;
            this.start = start;
        }
    }

    private record Spot(int branch, int seq) {}

    private record Unapplied(PeerSession session, long frame) {}

    final SyncHub hub;
    final DeviceId self;
    final Scribe scribe;
    final SortedSet<DeviceId> members = new TreeSet<>();
    final SortedSet<DeviceId> cut = new TreeSet<>();
    final SortedSet<DeviceId> owners = new TreeSet<>();
    final Map<ChangeId, List<Signed>> vouching = new HashMap<>();
    final Map<DeviceId, Integer> levels = new TreeMap<>();
    final List<PeerSession> sessions = new ArrayList<>();
    final Map<List<Byte>, TrieNode> trie = new HashMap<>();
    final List<SessionEvent> events = new ArrayList<>();
    private final ChangeId project;
    private final List<Branch> branches = new ArrayList<>();
    private final Map<ChangeId, Spot> spots = new HashMap<>();
    private final Map<ChangeId, Signed> parked = new TreeMap<>();
    private final List<Unapplied> unapplied = new ArrayList<>();
    private @Nullable ChangeId stateOverride;
    private boolean dirty;
    private long lamport;
    private int maxParked;
    long verified;
    long statusAsked;

    MemoryNode(int number) {
        this(number, SyncLimits.DEFAULT);
    }

    MemoryNode(int number, SyncLimits limits) {
        this(new Scribe(number), Scribe.PROJECT, Scribe.verifier(), limits);
    }

    MemoryNode(Scribe scribe, ChangeId project, Verifier verifier, SyncLimits limits) {
        this.scribe = scribe;
        this.project = project;
        Signer signer = scribe.signer;
        self = scribe.device;
        Verifier counting =
                new Verifier() {
                    @Override
                    public boolean verify(Domain domain, byte[] key, byte[] message, byte[] sig) {
                        verified++;
                        return verifier.verify(domain, key, message, sig);
                    }

                    @Override
                    public boolean acceptsKey(byte[] key) {
                        return verifier.acceptsKey(key);
                    }
                };
        hub = new SyncHub(this, signer, counting, limits);
    }

    /** Members are those of these nodes. */
    static void acquaint(MemoryNode... nodes) {
        for (MemoryNode node : nodes) {
            for (MemoryNode other : nodes) {
                node.members.add(other.self);
            }
        }
    }

    /** Writes changes on the node's own chain, the last of them signed, and commits them. */
    void write(int count) {
        write(scribe, count);
    }

    /** As if the scribe had written here; used to lay down a history. */
    void write(Scribe by, int count) {
        for (int i = 0; i < count; i++) {
            List<ChangeId> deps = new ArrayList<>();
            if (i == 0 && !branches.isEmpty()) {
                // One other head, so that chains depend on each other.
                Branch other = branches.get((int) (lamport % branches.size()));
                if (!other.device.equals(by.device) && !other.changes.isEmpty()) {
                    deps.add(other.changes.getLast().change().id());
                }
            }
            boolean sign = i == count - 1 || i % 64 == 63;
            admit(by.note(lamport + 1, deps, sign));
        }
        commit();
    }

    /** Admits one change as if it came from outside; false when something before it is missing. */
    boolean admit(Signed signed) {
        Change change = signed.change();
        if (spots.containsKey(change.id())) {
            return true;
        }
        ChangeId prev = change.header().prev();
        if ((prev != null && !spots.containsKey(prev))
                || !spots.keySet().containsAll(change.header().deps())) {
            return false;
        }
        int branch = branchFor(change, prev);
        branches.get(branch).changes.add(signed);
        spots.put(change.id(), new Spot(branch, (int) change.header().seq()));
        lamport = Math.max(lamport, change.lamport());
        dirty = true;
        return true;
    }

    /** Gives another node everything that is here, as if it had come long ago. */
    void copyTo(MemoryNode other) {
        List<Signed> all = new ArrayList<>();
        branches.forEach(branch -> all.addAll(branch.changes));
        all.sort((x, y) -> Long.compare(x.change().lamport(), y.change().lamport()));
        all.forEach(other::admit);
        other.commit();
    }

    private int branchFor(Change change, @Nullable ChangeId prev) {
        int parent = -1;
        if (prev != null) {
            Spot spot = spots.get(prev);
            parent = spot.branch();
            Branch before = branches.get(parent);
            if (before.start + before.changes.size() - 1 == spot.seq()) {
                return parent;
            }
        }
        branches.add(
                new Branch(
                        change.device(),
                        change.header().epoch(),
                        parent,
                        (int) change.header().seq()));
        return branches.size() - 1;
    }

    /** Makes durable what was admitted, tells the sessions and acknowledges. */
    void commit() {
        if (dirty) {
            dirty = false;
            for (int b = 0; b < branches.size(); b++) {
                Branch branch = branches.get(b);
                if (branch.durable < branch.changes.size()) {
                    branch.durable = branch.changes.size();
                    for (PeerSession session : sessions) {
                        session.committed(b);
                    }
                }
            }
        }
        for (Unapplied done : unapplied) {
            done.session().applied(done.frame());
        }
        unapplied.clear();
    }

    /** Does what the owner of a session does with its events. */
    void handle(PeerSession session, List<SessionEvent> told) {
        events.addAll(told);
        for (SessionEvent event : told) {
            if (event instanceof SessionEvent.Received received) {
                for (Signed signed : received.changes()) {
                    if (!admit(signed)) {
                        parked.put(signed.change().id(), signed);
                        maxParked = Math.max(maxParked, parked.size());
                    }
                }
                boolean moved = true;
                while (moved) {
                    moved = parked.values().removeIf(this::admit);
                }
                unapplied.add(new Unapplied(session, received.frame()));
            } else if (event instanceof SessionEvent.Ended) {
                sessions.remove(session);
            }
        }
    }

    /** The change so many before one of this node's, or nothing before the first. */
    @Nullable Change ancestor(Change change, int back) {
        Change at = change;
        for (int i = 0; i < back && at != null; i++) {
            ChangeId prev = at.header().prev();
            Spot spot = prev == null ? null : spots.get(prev);
            at = spot == null ? null : at(spot.branch(), spot.seq()).change();
        }
        return at;
    }

    int changes() {
        return spots.size();
    }

    int parked() {
        return parked.size();
    }

    int maxParked() {
        return maxParked;
    }

    boolean mustCommit() {
        return dirty || !unapplied.isEmpty();
    }

    void corrupt(byte value) {
        stateOverride = ChangeId.hash(new byte[] {value}, 0, 1);
    }

    <E extends SessionEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Override
    public ChangeId project() {
        return project;
    }

    @Override
    public Status status() {
        statusAsked++;
        TreeMap<ChangeId, Boolean> heads = new TreeMap<>();
        for (int b = 0; b < branches.size(); b++) {
            ChangeId id = head(b).id();
            if (id != null) {
                heads.put(id, true);
            }
        }
        MessageDigest sha256 = Sha256.digest();
        heads.keySet().forEach(id -> sha256.update(id.bytes()));
        ChangeId digest = ChangeId.of(sha256.digest());
        return new Status(digest, stateOverride == null ? digest : stateOverride, 1);
    }

    @Override
    public int branches() {
        return branches.size();
    }

    @Override
    public ChainHead head(int number) {
        Branch branch = branches.get(number);
        ChangeId id =
                branch.durable == 0 ? null : branch.changes.get(branch.durable - 1).change().id();
        return new ChainHead(
                number,
                branch.device,
                branch.epoch,
                branch.parent,
                branch.start,
                branch.start + branch.durable - 1,
                id);
    }

    @Override
    public int durable(int branch) {
        return branches.get(branch).start + branches.get(branch).durable - 1;
    }

    @Override
    public long lamport(int branch, int seq) {
        return at(branch, seq).change().lamport();
    }

    @Override
    public ChangeId id(int branch, int seq) {
        return at(branch, seq).change().id();
    }

    private Signed at(int branch, int seq) {
        return branches.get(branch).changes.get(seq - branches.get(branch).start);
    }

    @Override
    public boolean has(ChangeId id) {
        return spots.containsKey(id);
    }

    @Override
    public List<Stored> run(int number, int seq) {
        Branch branch = branches.get(number);
        List<Stored> run = new ArrayList<>();
        for (int i = seq - branch.start; i < branch.durable; i++) {
            Signed signed = branch.changes.get(i);
            Change change = signed.change();
            run.add(
                    new Stored(
                            change.bytes(),
                            change.isOutline(),
                            signed.signature(),
                            signed.links()));
            if (signed.signature() != null) {
                break;
            }
        }
        return run;
    }

    @Override
    public boolean member(DeviceId device) {
        return members.contains(device);
    }

    @Override
    public boolean revoked(DeviceId device) {
        return cut.contains(device);
    }

    @Override
    public boolean owner(DeviceId device) {
        return owners.contains(device) && !cut.contains(device);
    }

    @Override
    public List<Signed> vouching(ChangeId change) {
        return vouching.getOrDefault(change, List.of());
    }

    @Override
    public boolean mayAdd(DeviceId device) {
        return members.contains(device);
    }

    @Override
    public int levelSeen(DeviceId device) {
        return levels.getOrDefault(device, 0);
    }

    @Override
    public @Nullable TrieNode trie(byte[] path) {
        List<Byte> key = new ArrayList<>();
        for (byte nibble : path) {
            key.add(nibble);
        }
        return trie.get(key);
    }
}
