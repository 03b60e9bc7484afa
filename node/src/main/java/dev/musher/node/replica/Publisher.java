package dev.musher.node.replica;

import dev.musher.crdt.Project;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Heads;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Role;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the state that readers see out of what is on disk. Core thread only. */
final class Publisher {

    /** Devices named in one problem. */
    private static final int NAMED_MAX = 5;

    private final Ledger ledger;
    private final DurableView view;
    private final Peers peers;
    private final LocalChain chain;
    private final String storeId;
    private String name = "";
    private @Nullable Membership known;
    private @Nullable Heads headsOf;
    private List<HeadView> heads = List.of();
    private final SortedMap<DeviceId, CutView> cuts = new TreeMap<>(DeviceId::compareTo);
    private final SortedMap<DeviceId, DeviceId> addedBy = new TreeMap<>(DeviceId::compareTo);
    private List<ForkView> forks = List.of();
    private @Nullable Membership forksOf;
    private long forkedChanges;

    Publisher(Ledger ledger, DurableView view, Peers peers, LocalChain chain, byte[] storeId) {
        this.ledger = ledger;
        this.view = view;
        this.peers = peers;
        this.chain = chain;
        this.storeId = HexFormat.of().formatHex(storeId);
    }

    /** The state with everything that {@code last} has brought to disk. */
    Published publish(Ledger.Closing last, NodeHealth health, long wallMs) {
        ChangeId digest = view.digest();
        List<ForkView> forks = forks();
        return new Published(
                view.project(),
                name(),
                chain.device(),
                role(),
                last.items(),
                last.numbers(),
                digest == null ? "" : digest.hex(),
                heads(),
                members(),
                forks,
                peers.views(),
                with(health, forks, last.unsettled()),
                last.changes(),
                last.withVoid(),
                last.unsettled(),
                last.sequence(),
                EventCursor.of(storeId, last.sequence()),
                wallMs);
    }

    /** Made anew when they moved, not whenever a peer did something. */
    private List<HeadView> heads() {
        Heads now = view.heads();
        if (now != headsOf) {
            headsOf = now;
            heads =
                    now.list().stream()
                            .map(h -> new HeadView(h.device(), h.epoch(), h.seq(), h.id()))
                            .toList();
        }
        return heads;
    }

    private @Nullable Role role() {
        Project project = ledger.project();
        return project.id() == null ? null : project.membership().role(chain.device());
    }

    private String name() {
        ChangeId id = ledger.project().id();
        if (name.isEmpty() && id != null) {
            Place place = ledger.history().find(id);
            if (place != null) {
                Change genesis = ledger.history().change(place);
                name = genesis.op(0) instanceof Op.Genesis op ? op.name() : "";
            }
        }
        return name;
    }

    private List<MemberView> members() {
        List<MemberView> out = new ArrayList<>();
        if (ledger.project().id() == null) {
            return out;
        }
        Membership membership = ledger.project().membership();
        know(membership);
        for (Membership.Member member : membership.members()) {
            out.add(
                    new MemberView(
                            member.device(),
                            member.role(),
                            People.label(member),
                            member.order(),
                            cuts.get(member.device()),
                            addedBy.get(member.device()),
                            member.expiresMs(),
                            ledger.clocks().last(member.device()),
                            ledger.clocks().aheadMs(member.device())));
        }
        return out;
    }

    /**
     * Who added and revoked whom is looked up once for each membership, not once for each commit.
     */
    private void know(Membership membership) {
        if (known == membership) {
            return;
        }
        known = membership;
        cuts.clear();
        addedBy.clear();
        People people = new People(membership, ledger.history());
        for (Membership.Member member : membership.members()) {
            CutView cut = people.cut(member.device());
            if (cut != null) {
                cuts.put(member.device(), cut);
            }
            DeviceId by = people.addedBy(member);
            if (by != null) {
                addedBy.put(member.device(), by);
            }
        }
    }

    /**
     * The same, with what the state itself shows: that rows are not yet what the changes make of
     * them, and a fork that nobody settled, which is everybody's to see as the device may not know.
     */
    private static NodeHealth with(NodeHealth health, List<ForkView> forks, long unsettled) {
        List<NodeHealth.Problem> problems = new ArrayList<>(health.problems());
        List<String> open =
                forks.stream()
                        .filter(fork -> Forks.isOpen(fork.state()))
                        .map(ForkView::name)
                        .distinct()
                        .limit(NAMED_MAX)
                        .toList();
        if (unsettled > 0) {
            problems.add(
                    new NodeHealth.Problem(
                            "settling",
                            "what is shown is not whole yet: a revocation, adoption or the like"
                                    + " changed what counts of much, and "
                                    + unsettled
                                    + " changes and items are still to be gone through. Until then"
                                    + " some items show what does not count any more; it goes on by"
                                    + " itself"));
        }
        if (!open.isEmpty()) {
            problems.add(
                    new NodeHealth.Problem(
                            "fork",
                            "written twice under one number, by a copied home or a key in two"
                                    + " hands: "
                                    + String.join(", ", open)
                                    + ". `musher forks` shows the proof; `musher forks settle` lets"
                                    + " both histories count, `musher revoke` ends the key"));
        }
        return new NodeHealth(health.state(), problems);
    }

    /** What became of forks hangs on who may do what and on the forked epochs, not on commits. */
    private List<ForkView> forks() {
        Project project = ledger.project();
        long evidence = project.dag().forkedChanges();
        if (forksOf != project.membership() || forkedChanges != evidence) {
            forksOf = project.membership();
            forkedChanges = evidence;
            forks =
                    project.dag().maxBranches() > 1
                            ? List.copyOf(Forks.of(project, ledger.history()))
                            : List.of();
        }
        return forks;
    }
}
