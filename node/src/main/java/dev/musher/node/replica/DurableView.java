package dev.musher.node.replica;

import dev.musher.crdt.Project;
import dev.musher.crdt.StateTrie;
import dev.musher.crdt.access.Live;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Head;
import dev.musher.crdt.change.Heads;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Role;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Reader;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.sync.ChainHead;
import dev.musher.protocol.sync.Status;
import dev.musher.protocol.sync.Stored;
import dev.musher.protocol.sync.SyncView;
import dev.musher.protocol.sync.TrieNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The project as peers may see it: only what is on disk, and of that what is live. Core thread
 * only.
 */
final class DurableView implements SyncView {

    /** Levels remembered: those of members only, so no more than devices of a project. */
    private static final int LEVELS_MAX = LocalWriter.DEVICES_MAX;

    private final ChangeId project;
    private final Ledger ledger;
    private final boolean joining;
    private final SortedMap<DeviceId, Integer> levels = new TreeMap<>(DeviceId::compareTo);
    private int[] seqs = new int[16];
    private int branches;
    private @Nullable ChangeId digest;
    private @Nullable Heads heads;
    private @Nullable ChangeId headsHash;
    private @Nullable Live live;
    private @Nullable Membership liveOf;

    /**
     * @param joining whether an invite is being redeemed: then it says who must answer
     */
    DurableView(ChangeId project, Ledger ledger, Reader store, boolean joining) {
        this.project = project;
        this.joining = joining;
        this.ledger = ledger;
        store.scan(
                Table.INDEX,
                IndexKeys.firstLevel(),
                IndexKeys.afterLevels(),
                (key, row) -> {
                    levels.put(DeviceId.at(key, 1), (int) row[0]);
                    return true;
                });
    }

    /** A batch is on disk. */
    void committed(Ledger.Closing closing) {
        closing.heads()
                .forEach((branch, seq) -> {
                    if (branch >= seqs.length) {
                        seqs = Arrays.copyOf(seqs, Math.max(branch + 1, seqs.length * 2));
                    }
                    seqs[branch] = seq;
                    branches = Math.max(branches, branch + 1);
                });
        digest = closing.digest();
        live = null;
        heads = null;
        headsHash = null;
    }

    /** The digest of what is on disk, when nothing else is in memory and none was known. */
    void know(ChangeId calm) {
        digest = calm;
    }

    /** The digest of what is on disk, or null while it was not asked for. */
    @Nullable ChangeId digest() {
        return digest;
    }

    /**
     * The live changes on disk after which none of their chain is live: equal on two nodes exactly
     * when the same changes are live, whatever came first.
     */
    Heads heads() {
        int[] seqs = live().live();
        Heads known = heads;
        if (known == null) {
            Dag dag = ledger.project().dag();
            BitSet followed = new BitSet();
            for (int branch = 0; branch < seqs.length; branch++) {
                Place parent = dag.parent(branch);
                if (parent != null
                        && seqs[branch] >= dag.first(branch)
                        && seqs[parent.branch()] == parent.seq()) {
                    followed.set(parent.branch());
                }
            }
            List<Head> out = new ArrayList<>(seqs.length);
            for (int branch = 0; branch < seqs.length; branch++) {
                if (seqs[branch] >= dag.first(branch) && !followed.get(branch)) {
                    Chain chain = dag.chain(branch);
                    int seq = seqs[branch];
                    out.add(new Head(chain.device(), chain.epoch(), seq, id(branch, seq)));
                }
            }
            known = new Heads(out);
            heads = known;
        }
        return known;
    }

    /** The heads, and for each epoch that acts as cut one that says where. */
    private ChangeId headsHash() {
        List<Head> all = new ArrayList<>(heads().list());
        live().voids()
                .forEach((chain, low) ->
                        all.add(new Head(chain.device(), chain.epoch(), low, ChangeId.ZERO)));
        return new Heads(all).hash();
    }

    @Override
    public ChangeId project() {
        return project;
    }

    @Override
    public Status status() {
        live();
        ChangeId hash = headsHash;
        if (hash == null) {
            hash = headsHash();
            headsHash = hash;
        }
        int rules = ledger.project().id() == null ? 1 : Math.max(1, membership().rulesVersion());
        return new Status(hash, digest, rules);
    }

    @Override
    public int branches() {
        return branches;
    }

    @Override
    public ChainHead head(int branch) {
        Dag dag = ledger.project().dag();
        Chain chain = dag.chain(branch);
        int first = dag.first(branch);
        int seq = live().told()[branch];
        ChangeId id = seq < first ? null : id(branch, seq);
        Place parent = dag.parent(branch);
        return new ChainHead(
                branch,
                chain.device(),
                chain.epoch(),
                parent == null ? -1 : parent.branch(),
                first,
                seq,
                id);
    }

    @Override
    public int durable(int branch) {
        return seqs[branch];
    }

    @Override
    public long lamport(int branch, int seq) {
        return ledger.project().dag().lamport(new Place(branch, seq));
    }

    @Override
    public ChangeId id(int branch, int seq) {
        Dag dag = ledger.project().dag();
        return dag.head(branch).seq() == seq
                ? dag.headId(branch)
                : ledger.history().change(new Place(branch, seq)).id();
    }

    @Override
    public boolean has(ChangeId id) {
        return ledger.ids().find(id) != null;
    }

    @Override
    public List<Stored> run(int branch, int seq) {
        if (branch >= branches || seq > seqs[branch]) {
            return List.of();
        }
        List<Stored> out = new ArrayList<>();
        for (int at = seq; at <= seqs[branch]; at++) {
            Signed signed = ledger.history().inMemory(new Place(branch, at));
            if (signed == null) {
                return ledger.durable().run(branch, seq);
            }
            Change change = signed.change();
            out.add(
                    new Stored(
                            change.bytes(),
                            change.isOutline(),
                            signed.signature(),
                            signed.links()));
            if (signed.signature() != null) {
                return out;
            }
        }
        return out;
    }

    @Override
    public boolean member(DeviceId device) {
        if (ledger.project().id() == null) {
            // A repaired home that has lost all, members too. It has nothing to tell, and the
            // history proves itself from the genesis, whose hash is the project's name: so whoever
            // knows that name may bring it.
            return !joining;
        }
        return membership().role(device) != null && !membership().isCut(device);
    }

    @Override
    public boolean revoked(DeviceId device) {
        return ledger.project().id() != null
                && membership().role(device) != null
                && membership().isCut(device);
    }

    @Override
    public boolean owner(DeviceId device) {
        return member(device) && membership().role(device) == Role.OWNER;
    }

    @Override
    public List<Signed> vouching(ChangeId change) {
        Project project = ledger.project();
        for (Place place : project.vouching(change)) {
            if (place.seq() <= durable(place.branch())
                    && project.verdicts(place).getFirst() == Verdict.COUNTS) {
                List<Signed> out = new ArrayList<>();
                DeviceId author = project.dag().chain(place.branch()).device();
                project.ownership(author).forEach(at -> out.add(ledger.history().signed(at)));
                out.add(ledger.history().signed(place));
                return out;
            }
        }
        return List.of();
    }

    /** Whether what is live alone makes the state: no epoch acts as cut because of its heads. */
    boolean isWhole() {
        return live().voids().isEmpty();
    }

    @Override
    public boolean mayAdd(DeviceId device) {
        if (ledger.project().id() == null || !member(device)) {
            return false;
        }
        Role role = membership().role(device);
        return role == Role.MEMBER || role == Role.OWNER;
    }

    @Override
    public int levelSeen(DeviceId device) {
        return levels.getOrDefault(device, 0);
    }

    /** Remembers the level a member showed. */
    void showed(DeviceId device, int level, Batch batch) {
        if (level > levelSeen(device) && levels.size() < LEVELS_MAX) {
            levels.put(device, level);
            batch.put(Table.INDEX, IndexKeys.level(device), new byte[] {(byte) level});
        }
    }

    @Override
    public @Nullable TrieNode trie(byte[] path) {
        StringBuilder digits = new StringBuilder();
        for (byte nibble : path) {
            digits.append(HexFormat.of().toHexDigits(nibble).charAt(1));
        }
        return switch (ledger.project().trie().node(digits.toString())) {
            case StateTrie.Empty empty -> null;
            case StateTrie.Leaf leaf -> TrieNode.leaf(leaf.key());
            case StateTrie.Inner inner -> {
                SortedMap<Integer, ChangeId> children = new TreeMap<>();
                for (int i = 0; i < inner.children().size(); i++) {
                    ChangeId child = inner.children().get(i);
                    if (child != null) {
                        children.put(i, child);
                    }
                }
                yield TrieNode.branch(children);
            }
        };
    }

    private Membership membership() {
        return ledger.project().membership();
    }

    /** What is live of what is on disk, as the present membership says. */
    private Live live() {
        Membership now = membership();
        Live known = live;
        if (known == null || now != liveOf) {
            known = ledger.project().live(Arrays.copyOf(seqs, branches));
            live = known;
            liveOf = now;
            heads = null;
            headsHash = null;
        }
        return known;
    }
}
