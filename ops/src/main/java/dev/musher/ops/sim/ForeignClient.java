package dev.musher.ops.sim;

import dev.musher.crdt.Project;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.pipeline.Claim;
import dev.musher.node.replica.Input;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Signer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client of another make with several devices: it reads exports of nodes, and what it writes, ops
 * of every kind, goes into a node as an export does, whether the node has its past already or not.
 * A hostile one also forks its chains, has its devices cut and adopted, and sends changes that are
 * not valid, which no node may take. Not thread safe.
 */
final class ForeignClient {

    /** Heads in one epoch that are more than an epoch may have. */
    private static final int CROWD = 20;

    private final World world;
    private final boolean hostile;
    private final RandomGenerator random;
    private final Supplier<Signer> keys;
    private final List<ForeignAuthor> authors = new ArrayList<>();
    private final ForeignView view;
    private final Project project;
    private final ForeignOps ops;
    private final List<Signed> own = new ArrayList<>();

    /** Devices that were cut: they write no more. */
    private final SortedSet<DeviceId> cut = new TreeSet<>();

    ForeignClient(World world, boolean hostile, RandomGenerator random, Supplier<Signer> keys) {
        this.world = world;
        this.hostile = hostile;
        this.random = random;
        this.keys = keys;
        this.view = new ForeignView(world);
        this.project = view.project();
        this.ops = new ForeignOps(project, random);
        author(Role.OWNER);
        author(Role.MEMBER);
        author(Role.MEMBER);
        author(Role.AGENT);
        author(Role.READER);
    }

    private void author(Role role) {
        authors.add(new ForeignAuthor(keys.get(), role, random.nextLong()));
    }

    /** The devices that an owner adds, each with its role. */
    List<ForeignAuthor> authors() {
        return authors;
    }

    /** Reads what some node has, writes something, and hands it to some node. */
    void one() {
        SimNode source = any();
        SimNode target = any();
        if (!source.up() || source.busy() || !target.up()) {
            return;
        }
        if (!view.read(source)) {
            return;
        }
        int before = own.size();
        if (hostile && random.nextInt(3) == 0) {
            hostile(target);
        } else {
            write(pick(authors));
        }
        ForeignView.give(target, own.subList(before, own.size()));
    }

    /**
     * All that it wrote goes to every node, and what disks lost to one: nothing may be missed. The
     * last comes first, so that it waits for all the others.
     */
    void calm() {
        for (SimNode node : world.nodes()) {
            ForeignView.give(node, own.reversed());
        }
        ForeignView.give(world.nodes().getFirst(), view.lost());
    }

    private void write(ForeignAuthor author) {
        if (cut.contains(author.device())) {
            return;
        }
        Op op =
                switch (random.nextInt(8)) {
                    case 0, 1 -> ops.claim(author.device(), devices());
                    case 2 -> access(author);
                    default -> ops.any();
                };
        Claim claim = random.nextBoolean() ? ops.held(author.device()) : null;
        Op under = claim == null ? null : ops.moveUnder(claim);
        if (claim != null && under != null) {
            write(author, new Actor.Agent("other", claim.ref()), under);
        } else if (op != null) {
            write(author, actor(author), op);
        }
    }

    /** What it may not write by its own rules is not written. */
    private void write(ForeignAuthor author, Actor actor, Op op) {
        List<Signed> draft = view.draft(author, actor, op);
        own.addAll(draft.subList(0, draft.size() - 1));
        take(draft.getLast());
    }

    private void take(Signed signed) {
        if (view.take(signed)) {
            own.add(signed);
        } else if (hostile) {
            // What no node may take either: it is told all the same.
            any().receive(new Input.Restore(any().nextTicket(), List.of(signed)));
        }
    }

    private Actor actor(ForeignAuthor author) {
        return author.role() == Role.AGENT || random.nextInt(4) == 0
                ? new Actor.Agent("other", null)
                : new Actor.User("visitor");
    }

    private @Nullable Op access(ForeignAuthor author) {
        return switch (random.nextInt(hostile ? 9 : 4)) {
            case 0 -> ops.arbiter(pick(authors).device(), new Ref(view.genesis(), 0));
            case 1 -> new Op.SetRole(pick(authors).device(), ops.role());
            case 2 -> new Op.SetRules(1);
            case 3 -> new Op.AddMember(pick(authors).device(), Role.MEMBER, "again", null);
            case 4, 5 -> {
                ForeignAuthor other = pick(authors.subList(1, authors.size()));
                cut.add(other.device());
                yield new Op.Cut(other.device(), ops.kept(other.device(), null, false));
            }
            case 6, 7 -> {
                ForeignAuthor other = pick(authors.subList(1, authors.size()));
                long epoch = other.epoch();
                other.beginEpoch(random.nextLong());
                yield new Op.SettleFork(
                        other.device(),
                        epoch,
                        ops.kept(other.device(), epoch, random.nextBoolean()));
            }
            default -> {
                List<ChangeId> changes =
                        own.isEmpty() ? List.of() : List.of(pick(own).change().id());
                yield random.nextBoolean()
                        ? new Op.Adopt(changes, List.of())
                        : new Op.Adopt(List.of(), changes);
            }
        };
    }

    private void hostile(SimNode target) {
        ForeignAuthor author = pick(authors.subList(1, authors.size()));
        if (cut.contains(author.device())) {
            return;
        }
        switch (random.nextInt(12)) {
            case 0 -> fork(author, CROWD);
            case 1, 2, 3 -> fork(author, 2);
            default -> {
                Header good = author.next(project, world.agenda().nowMs()).header();
                Signed bad =
                        author.write(
                                broken(good),
                                new Actor.User("rogue"),
                                List.of(random.nextInt(6) == 0 ? genesisOp(author) : ops.any()));
                // What the fold takes all the same was not broken enough.
                if (!view.admits(bad)) {
                    ForeignView.give(target, List.of(bad));
                }
            }
        }
    }

    private static Op genesisOp(ForeignAuthor author) {
        return new Op.Genesis("another", author.device(), author.device(), 1);
    }

    /** Several changes at one place of a chain. */
    private void fork(ForeignAuthor author, int heads) {
        Header header = author.next(project, world.agenda().nowMs()).header();
        for (int i = 0; i < heads; i++) {
            Signed branch = author.write(header, actor(author), List.of(ops.any()));
            if (view.take(branch)) {
                own.add(branch);
            }
        }
    }

    private Header broken(Header h) {
        int what = random.nextInt(8);
        byte[] any = new byte[32];
        random.nextBytes(any);
        ChangeId other = ChangeId.of(any);
        return new Header(
                what == 0 ? 2 : h.version(),
                what == 1 ? other : h.project(),
                what == 2 ? DeviceId.of(any) : h.device(),
                h.epoch(),
                what == 3 && h.prev() != null ? h.seq() + 1 : h.seq(),
                what == 4 && h.prev() != null ? other : h.prev(),
                what == 5 ? List.of(other) : h.deps(),
                what == 6 ? h.lamport() + 1 : h.lamport(),
                h.wallMs(),
                what == 7 ? other : h.members(),
                h.bodyBytes(),
                h.bodyHash());
    }

    private List<DeviceId> devices() {
        return authors.stream().map(ForeignAuthor::device).toList();
    }

    private SimNode any() {
        return pick(world.nodes());
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
