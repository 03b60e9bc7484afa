package dev.musher.ops.sim;

import dev.musher.crdt.access.Membership;
import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Role;
import dev.musher.node.replica.MemberView;
import dev.musher.node.replica.PeerView;
import dev.musher.node.replica.Published;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Signer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes go on with another key, most of them where half of the mesh cannot hear of it; meanwhile
 * somebody works on with the old one, as from a copy of the home, and what he writes comes late and
 * by way of others. The old key is over with that. Whatever a node told its callers is done counts,
 * by whichever key. Not thread safe.
 */
final class Rotations implements Adverse {

    private static final int EVENTS = 40;

    /** One in so many of them is another key; so many keys a schedule at most. */
    private static final int EACH = 8;

    private static final int MOST = 3;

    /** From the end of a key until no node has a link with it. */
    private static final int CLOSE_MS = 5_000;

    private static final int APART_MS = 4_000;

    private final World world;
    private final RandomGenerator random;
    private final Supplier<Signer> keys;
    private final List<Old> olds = new ArrayList<>();
    private final List<Signed> written = new ArrayList<>();
    private int rotated;

    /** A key that was replaced, and what those who use it on know. */
    private record Old(SimNode node, ForeignAuthor author, ForeignView view, ForeignOps ops) {}

    Rotations(World world, RandomGenerator random, Supplier<Signer> keys) {
        this.world = world;
        this.random = random;
        this.keys = keys;
    }

    /** Keys that were replaced. */
    int rotated() {
        return olds.size();
    }

    @Override
    public int events() {
        return EVENTS;
    }

    @Override
    public long closeMs() {
        return CLOSE_MS;
    }

    @Override
    public void one() {
        if (rotated < MOST && random.nextInt(EACH) == 0) {
            rotate(random.nextInt(3) == 0 ? world.nodes().getFirst() : pick(world.nodes()));
        } else if (!olds.isEmpty()) {
            work(pick(olds));
        }
    }

    private void rotate(SimNode node) {
        SimNode other = pick(world.nodes());
        if (node == other || !node.joined() || !node.up() || node.busy() || !other.joined()) {
            return;
        }
        ForeignView view = new ForeignView(world);
        if (!view.read(other) || !isMember(view, node.device())) {
            return;
        }
        rotated++;
        if (world.options().partitions() && random.nextInt(3) > 0) {
            world.network().partition(world.nodes());
            world.agenda().in(1 + random.nextInt(APART_MS), world.network()::heal);
        }
        Signer old = node.signer();
        boolean owner = node == world.nodes().getFirst();
        node.rotate(
                keys.get(),
                () -> {
                    Role role = owner ? Role.OWNER : Role.MEMBER;
                    olds.add(
                            new Old(
                                    node,
                                    new ForeignAuthor(old, role, random.nextLong()),
                                    view,
                                    new ForeignOps(view.project(), random)));
                });
    }

    private static boolean isMember(ForeignView view, DeviceId device) {
        Membership.Member member = view.project().membership().member(device);
        return member != null && member.role().compareTo(Role.MEMBER) >= 0;
    }

    /** With a key that was replaced, by what was known before. */
    private void work(Old old) {
        List<Signed> drafts = old.view().draft(old.author(), person(), old.ops().any());
        List<Signed> now = new ArrayList<>();
        for (Signed signed : drafts) {
            if (old.view().take(signed) || old.view().holds(signed)) {
                now.add(signed);
            }
        }
        written.addAll(now);
        SimNode target = pick(world.nodes());
        if (target.up() && random.nextInt(3) > 0) {
            ForeignView.give(target, now);
        }
    }

    @Override
    public void calm() {
        ForeignView.give(pick(world.nodes()), written);
    }

    @Override
    public void atEnd() {
        for (SimNode node : world.honest()) {
            noLinkWithOld(node);
        }
        ForeignView view = new ForeignView(world);
        while (view.read(world.nodes().getFirst())
                && view.known().size() < world.nodes().getFirst().held()) {
            // page by page
        }
        for (Old old : olds) {
            DeviceId device = old.author().device();
            if (!view.project().membership().isCut(device)) {
                throw new Violation("D3", "the old key " + device + " is good still");
            }
        }
        for (Old old : olds) {
            if (!isAdopted(view, old.author().device())) {
                noneCounts(view, old.author().device());
            }
        }
        // A command with nothing to do is answered with what was there: what an old key wrote, too.
        SortedSet<ChangeId> others = new TreeSet<>();
        written.forEach(signed -> others.add(signed.change().id()));
        world.acknowledged()
                .forEach((change, node) -> {
                    if (!others.contains(change)) {
                        expectCounts(view, change);
                    }
                });
    }

    /** Whether somebody took over what an old key wrote: then it counts, as it should. */
    private boolean isAdopted(ForeignView view, DeviceId device) {
        return view.known().stream()
                .flatMap(signed -> signed.change().ops().stream())
                .filter(Op.Adopt.class::isInstance)
                .map(Op.Adopt.class::cast)
                .flatMap(adopt -> Stream.concat(adopt.changes().stream(), adopt.heads().stream()))
                .anyMatch(change ->
                        written.stream()
                                .map(Signed::change)
                                .anyMatch(w -> w.id().equals(change) && w.device().equals(device)));
    }

    private void noneCounts(ForeignView view, DeviceId device) {
        for (Signed signed : written) {
            Place place = view.find(signed.change().id());
            if (signed.change().device().equals(device)
                    && place != null
                    && verdicts(view, place).contains(Verdict.COUNTS)) {
                throw new Violation("D3", "by an old key counts " + signed.change());
            }
        }
    }

    private static void expectCounts(ForeignView view, ChangeId change) {
        Place place = view.find(change);
        if (place == null || verdicts(view, place).contains(Verdict.CUT)) {
            throw new Violation("D3", "acknowledged, and cut with an old key: " + change);
        }
    }

    private static List<Verdict> verdicts(ForeignView view, Place place) {
        return view.project().verdicts(place);
    }

    private void noLinkWithOld(SimNode node) {
        Published shown = node.published();
        if (shown == null) {
            return;
        }
        for (PeerView peer : shown.peers()) {
            boolean linked =
                    peer.state() == PeerView.State.SYNCING
                            || peer.state() == PeerView.State.IN_SYNC;
            if (linked && isCut(shown, peer.device())) {
                throw new Violation(
                        "D3", "node " + node.index() + " has a link with the old " + peer.device());
            }
        }
    }

    private static boolean isCut(Published shown, @Nullable DeviceId device) {
        for (MemberView member : shown.members()) {
            if (member.device().equals(device)) {
                return member.cut() != null;
            }
        }
        return false;
    }

    private static Actor person() {
        return new Actor.User("owner");
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
