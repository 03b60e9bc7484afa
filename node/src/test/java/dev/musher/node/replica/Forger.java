package dev.musher.node.replica;

import dev.musher.crdt.Admission;
import dev.musher.crdt.MemoryHistory;
import dev.musher.crdt.Project;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Signature;
import dev.musher.crdt.change.Value;
import dev.musher.protocol.codec.FrameReader;
import dev.musher.protocol.codec.FrameWriter;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import dev.musher.protocol.crypto.Domain;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes with a member's key what its node never would, and shows it to one node. For tests. */
final class Forger {
    private static final int RUNS = 11;
    private static final long WALL_MS = 1_700_000_000_000L;

    private final World.Node victim;
    private final World.Node author;
    private int injected;

    Forger(World.Node victim, World.Node author) {
        this.victim = victim;
        this.author = author;
    }

    /** An id of nothing. */
    static ChangeId nowhere() {
        return ChangeId.hash(new byte[] {77}, 0, 1);
    }

    /** What is on the victim's disk, folded. */
    Project project() {
        MemoryHistory history = new MemoryHistory();
        Project project = new Project(Rules.PRODUCT, history);
        for (Signed each : Replica.exported(victim.store, 0, 10_000)) {
            Admission admission = project.check(each.change());
            history.add(project.apply((Admission.Admitted) admission));
        }
        return project;
    }

    /** A first change of an epoch, on all that the victim has. */
    Change first(long epoch, Op... ops) {
        Header next = project().next(author.device(), epoch, WALL_MS).header();
        return change(epoch, null, next.deps(), next.lamport(), next.members(), ops);
    }

    /** The change after one, in the same membership. */
    Change next(Change prev, List<ChangeId> deps, long lamport, Op... ops) {
        return change(prev.header().epoch(), prev, deps, lamport, prev.header().members(), ops);
    }

    /** Another than {@code instead} in its place. */
    Change fork(Change instead, Change prev, Op... ops) {
        Header h = instead.header();
        return change(h.epoch(), prev, h.deps(), h.lamport(), h.members(), ops);
    }

    private Change change(
            long epoch,
            Change prev,
            List<ChangeId> deps,
            long lamport,
            ChangeId members,
            Op... ops) {
        Header header =
                new Header(
                        Header.VERSION,
                        victim.replica.project(),
                        author.device(),
                        epoch,
                        prev == null ? 1 : prev.header().seq() + 1,
                        prev == null ? null : prev.id(),
                        deps,
                        lamport,
                        WALL_MS,
                        members,
                        0,
                        ChangeId.ZERO);
        return ChangeCodec.write(header, new Actor.User("mallory"), List.of(ops));
    }

    /** A creation, told from others by its number. */
    static Op creation(int number) {
        return new Op.NewItem(
                number,
                null,
                new TreeMap<>(Map.of(Field.NAME, new Value.Text("x" + number))),
                new TreeMap<>());
    }

    Signed sign(Change change) {
        byte[] signature = author.signer.sign(Domain.CHANGE, change.id().bytes());
        return new Signed(change, Signature.of(signature));
    }

    /** Gives the victim a frame of runs as if the author's node had sent it. */
    void inject(World world, List<Signed> run) {
        for (Map.Entry<Long, World.Ends> link : world.links.entrySet()) {
            World.Ends ends = link.getValue();
            if (ends.near() == victim && ends.far() == author) {
                FrameWriter out = new FrameWriter(RUNS, 2);
                out.body().integer(sent(ends.farNumber()) + ++injected);
                SignedCodec.writeRun(out.body(), run);
                victim.give(new Input.Frame(link.getKey(), out.toBytes()));
                return;
            }
        }
        throw new IllegalStateException("no link");
    }

    private long sent(long link) {
        return author.log.stream()
                .filter(effect ->
                        effect instanceof Effect.Send send
                                && send.link() == link
                                && new FrameReader(send.bytes()).kind() == RUNS)
                .count();
    }
}
