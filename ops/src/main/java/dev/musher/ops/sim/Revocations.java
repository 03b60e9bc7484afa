package dev.musher.ops.sim;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Head;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.PeerView;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Replica;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.json.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Owners that revoke devices, nodes of the mesh and each other: alone, two at once, each the other,
 * and a thief whose cuts the recovery key undoes. What a revoked device wrote without knowing
 * arrives late, dated back, and by way of others; keys are changed while the old one still writes.
 * Which of it counts must be the same on every node. Not thread safe.
 */
final class Revocations implements Adverse {

    /** What happens to members in a schedule. */
    private static final int EVENTS = 40;

    /** From when a device is revoked until no honest node has a link with it. */
    private static final int CLOSE_MS = 5_000;

    private static final int RELAYED = 1_000;

    private final World world;
    private final RandomGenerator random;
    private final Supplier<Signer> keys;
    private final ForeignView view;
    private final ForeignOps ops;
    private final ForeignAuthor recovery;
    private final List<ForeignAuthor> owners = new ArrayList<>();
    private final List<ForeignAuthor> members = new ArrayList<>();

    /** Nodes that may be revoked. */
    private final List<SimNode> victims = new ArrayList<>();

    private final List<Signed> own = new ArrayList<>();

    /** Written, and not shown to anybody yet. */
    private final List<Signed> kept = new ArrayList<>();

    Revocations(
            World world, RandomGenerator random, ForeignAuthor recovery, Supplier<Signer> keys) {
        this.world = world;
        this.random = random;
        this.recovery = recovery;
        this.keys = keys;
        this.view = new ForeignView(world);
        this.ops = new ForeignOps(view.project(), random);
        for (int i = 0; i < 3; i++) {
            owners.add(new ForeignAuthor(keys.get(), Role.OWNER, random.nextLong()));
            members.add(new ForeignAuthor(keys.get(), Role.MEMBER, random.nextLong()));
        }
    }

    @Override
    public List<ForeignAuthor> authors() {
        List<ForeignAuthor> out = new ArrayList<>(owners);
        out.addAll(members);
        return out;
    }

    /** Nothing is asked of a node that may be revoked until it is known not to be. */
    @Override
    public void begin(List<SimNode> others, int many) {
        for (SimNode victim : others.subList(0, Math.min(many, others.size() - 1))) {
            victims.add(victim);
            world.dishonest(victim);
        }
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
        SimNode source = pick(world.honest());
        SimNode target = pick(world.honest());
        if (!source.up() || source.busy() || !target.up() || !view.read(source)) {
            return;
        }
        int before = own.size();
        switch (random.nextInt(12)) {
            case 0 -> cut(pick(owners), pick(victims).device());
            case 1 -> cut(pick(owners), pick(members).device());
            case 2 -> eachOther(pick(owners), pick(owners));
            case 3 -> thief(pick(owners));
            case 4 -> {
                own.addAll(kept);
                kept.clear();
            }
            case 5 -> newKey(pick(members));
            case 6 -> adopt(pick(owners));
            case 8 -> founder(new Command.Revoke(pick(victims).device(), null));
            case 9 ->
                    founder(
                            random.nextBoolean()
                                    ? new Command.Revoke(pick(members).device(), List.of())
                                    : new Command.AdoptDevice(pick(victims).device()));
            case 7 -> relay(pick(victims), target);
            default -> work(pick(members));
        }
        ForeignView.give(target, own.subList(before, own.size()));
    }

    /** All that was written is somewhere; the mesh must bring it everywhere. */
    @Override
    public void calm() {
        own.addAll(kept);
        kept.clear();
        SimNode one = pick(world.honest());
        ForeignView.give(one, own);
        ForeignView.give(one, view.lost());
    }

    /** Those that are no longer revoked must agree with the others. */
    @Override
    public void settled() {
        for (SimNode victim : victims) {
            Published shown = world.nodes().getFirst().published();
            boolean counts =
                    shown != null
                            && shown.members().stream()
                                    .anyMatch(m ->
                                            m.device().equals(victim.device()) && m.cut() == null);
            if (counts) {
                world.honestAgain(victim);
            }
        }
    }

    /** By command, as an owner at his node does it. */
    private void founder(Command command) {
        SimNode node = world.nodes().getFirst();
        node.receive(new Input.Submit(node.nextTicket(), person(), List.of(command), null));
    }

    private void cut(ForeignAuthor owner, DeviceId device) {
        take(view.draft(owner, person(), cutOf(device)));
    }

    private Op cutOf(DeviceId device) {
        return new Op.Cut(
                device,
                random.nextInt(3) == 0 ? List.of() : ops.kept(device, null, random.nextBoolean()));
    }

    /** Two owners at once, of whom neither knows what the other does. */
    private void eachOther(ForeignAuthor one, ForeignAuthor other) {
        if (one != other) {
            List<Signed> first = view.draft(one, person(), cutOf(other.device()));
            List<Signed> second = view.draft(other, person(), cutOf(one.device()));
            take(first);
            take(second);
        }
    }

    /** Somebody with the key of an owner cuts others; the recovery key cuts that key. */
    private void thief(ForeignAuthor thief) {
        List<Signed> late = view.draft(pick(members), person(), ops.any());
        Op.Cut before = new Op.Cut(thief.device(), ops.kept(thief.device(), null, true));
        cut(thief, pick(victims).device());
        cut(thief, pick(owners).device());
        take(late);
        if (random.nextBoolean()) {
            take(view.draft(recovery, person(), before));
        }
        renew(owners, thief, Role.OWNER, recovery);
    }

    /** A member takes a new key; the old one goes on, since not all have heard of it. */
    private void newKey(ForeignAuthor old) {
        ForeignAuthor owner = pick(owners);
        work(old);
        List<Signed> late = view.draft(old, person(), ops.any());
        renew(members, old, Role.MEMBER, owner);
        take(
                view.draft(
                        owner,
                        person(),
                        new Op.Cut(old.device(), ops.kept(old.device(), null, true))));
        work(members.getLast());
        keep(late);
    }

    private void renew(
            List<ForeignAuthor> list, ForeignAuthor old, Role role, ForeignAuthor owner) {
        ForeignAuthor fresh = new ForeignAuthor(keys.get(), role, random.nextLong());
        Op add = new Op.AddMember(fresh.device(), role, "a new key", null);
        take(view.draft(owner, person(), add));
        list.remove(old);
        list.add(fresh);
    }

    /** What was void of some device counts again, on an owner's word. */
    private void adopt(ForeignAuthor owner) {
        List<ChangeId> heads = new ArrayList<>();
        for (Head head : view.project().heads().list()) {
            if (view.project().membership().isCut(head.device()) && random.nextBoolean()) {
                heads.add(head.id());
            }
        }
        if (!heads.isEmpty()) {
            List<ChangeId> some = heads.subList(0, Math.min(heads.size(), 4));
            boolean whole = random.nextBoolean();
            take(
                    view.draft(
                            owner,
                            person(),
                            new Op.Adopt(whole ? List.of() : some, whole ? some : List.of())));
        }
    }

    /** A third node brings what a revoked one wrote. */
    private static void relay(SimNode victim, SimNode target) {
        if (victim.up() && !victim.busy() && victim.joined()) {
            List<Signed> all = Replica.exported(victim.disk(), 0, RELAYED);
            ForeignView.give(target, all);
        }
    }

    /** Writes; now and then in an epoch of its own, and shown much later. */
    private void work(ForeignAuthor author) {
        if (random.nextInt(3) > 0) {
            take(view.draft(author, person(), ops.any()));
        } else {
            author.beginEpoch(random.nextLong());
            keep(view.draft(author, person(), ops.any()));
            author.beginEpoch(random.nextLong());
        }
    }

    private void take(List<Signed> written) {
        for (Signed signed : written) {
            if (view.take(signed) || view.holds(signed)) {
                own.add(signed);
            }
        }
    }

    private void keep(List<Signed> written) {
        for (Signed signed : written) {
            if (view.admits(signed) || view.holds(signed)) {
                kept.add(signed);
            }
        }
    }

    private static Actor person() {
        return new Actor.User("owner");
    }

    /** No honest node has a link with a device that is revoked. */
    @Override
    public void atEnd() {
        for (SimNode node : world.honest()) {
            Published shown = node.published();
            if (shown == null) {
                continue;
            }
            for (PeerView peer : shown.peers()) {
                boolean linked =
                        peer.state() == PeerView.State.SYNCING
                                || peer.state() == PeerView.State.IN_SYNC;
                if (linked
                        && shown.members().stream()
                                .anyMatch(
                                        m -> m.device().equals(peer.device()) && m.cut() != null)) {
                    throw new Violation(
                            "D2",
                            "node " + node.index() + " has a link with " + peer.device() + ", cut");
                }
            }
        }
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
