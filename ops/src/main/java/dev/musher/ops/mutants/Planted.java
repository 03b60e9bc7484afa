package dev.musher.ops.mutants;

import dev.musher.ops.mutants.Mutant.Change;
import dev.musher.ops.sim.Adversity;
import java.util.List;

/** The planted bugs, each with the seed that finds it. */
public final class Planted {

    private static final String CRDT = "dev.musher.crdt.";
    private static final String REPLICA = "dev.musher.node.replica.";
    private static final String SYNC = "dev.musher.protocol.sync.";

    private Planted() {}

    /** All of them. */
    public static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "ties of writes go by arrival",
                        CRDT + "type.Head",
                        "compareTo",
                        new Change.Answer(-1),
                        1),
                new Mutant(
                        "a remove is forgotten",
                        CRDT + "type.AddWinsSet",
                        "remove",
                        new Change.Negate(1),
                        1),
                new Mutant(
                        "the bound of a counter is turned around",
                        CRDT + "type.Counter",
                        "add",
                        new Change.Negate(1),
                        1),
                new Mutant(
                        "what a write replaced stays",
                        CRDT + "type.Register",
                        "write",
                        new Change.Negate(2),
                        1),
                new Mutant(
                        "acknowledged before it is synced",
                        REPLICA + "Batches",
                        "isDurable",
                        new Change.Answer(1),
                        1),
                new Mutant(
                        "what lacks a dependency is not kept",
                        REPLICA + "Inbox$Delivery",
                        "park",
                        new Change.Drop("add"),
                        3),
                new Mutant(
                        "item rows are not written",
                        REPLICA + "Ledger",
                        "close",
                        new Change.Drop("put"),
                        1),
                new Mutant(
                        "the log of an item is lost",
                        CRDT + "ItemLogs",
                        "of",
                        new Change.Drop("add"),
                        1),
                new Mutant(
                        "duplicates are taken again",
                        CRDT + "Admissions",
                        "isKnown",
                        new Change.Answer(0),
                        1),
                new Mutant(
                        "addresses told by peers are not learned",
                        REPLICA + "Targets",
                        "learn",
                        new Change.Drop("putIfAbsent"),
                        1),
                new Mutant(
                        "the clock of a machine decides between writes",
                        CRDT + "pipeline.Draft",
                        "write",
                        new Change.Swap("lamport", "wallMs"),
                        3),
                new Mutant(
                        "a deletion does not win",
                        CRDT + "pipeline.Item",
                        "deleted",
                        new Change.Answer(0),
                        1),
                new Mutant(
                        "no fresh epoch when the tail of the log was dropped",
                        REPLICA + "Beginning",
                        "isFreshEpochDue",
                        new Change.Drop("loss"),
                        25),
                new Mutant(
                        "a restored backup goes on in its old epoch",
                        REPLICA + "Beginning",
                        "isFreshEpochDue",
                        new Change.Stay(2),
                        15),
                new Mutant(
                        "peers are not told of a commit",
                        REPLICA + "Peers",
                        "committed",
                        new Change.Drop("committed"),
                        1),
                new Mutant(
                        "a peer is taken to have everything",
                        SYNC + "PeerVector",
                        "lacks",
                        new Change.Answer(0),
                        1),
                new Mutant(
                        "a cursor moves on before its events are handled",
                        REPLICA + "Queries",
                        "events",
                        new Change.Negate(2),
                        1),
                new Mutant(
                        "a scan that ended early is taken as whole",
                        "dev.musher.node.store.ModelStore",
                        "scan",
                        new Change.Negate(4),
                        1),
                new Mutant(
                        "a write of unknown outcome ends nothing",
                        REPLICA + "Replica",
                        "commitFailed",
                        new Change.Drop("add"),
                        3),
                new Mutant(
                        "items that differ from a peer's are not mended",
                        REPLICA + "PeerReports",
                        "audit",
                        new Change.Drop("repair"),
                        15),
                new Mutant(
                        "a repeated command is done again",
                        REPLICA + "Idempotency",
                        "keep",
                        new Change.Drop("put"),
                        4),
                new Mutant(
                                "a cut that comes late changes nothing of what was shown",
                                CRDT + "Project",
                                "few",
                                new Change.Drop("touch"),
                                1)
                        .against(Adversity.Kind.REVOCATIONS),
                new Mutant(
                                "a revoked device keeps its links",
                                REPLICA + "Peers",
                                "revoked",
                                new Change.Drop("end"),
                                23)
                        .against(Adversity.Kind.REVOCATIONS),
                new Mutant(
                                "another branch of a chain is taken for the one here",
                                SYNC + "Have",
                                "names",
                                new Change.Answer(1),
                                2)
                        .against(Adversity.Kind.EQUIVOCATORS),
                new Mutant(
                                "of a fork only the branch that came first counts",
                                CRDT + "Project",
                                "check",
                                new Change.Alter("firstBranch"),
                                1)
                        .against(Adversity.Kind.EQUIVOCATORS),
                new Mutant(
                                "what is not known is not sent on",
                                REPLICA + "DurableView",
                                "run",
                                new Change.Alter("unknownKept"),
                                1)
                        .against(Adversity.Kind.NEWER),
                new Mutant(
                                "what is not known is not taken from peers",
                                REPLICA + "Inbox",
                                "take",
                                new Change.Given(1, "unknownDropped"),
                                1)
                        .against(Adversity.Kind.NEWER),
                new Mutant(
                                "the branch that proves a fork is not told of",
                                REPLICA + "DurableView",
                                "head",
                                new Change.Alter("oneBranch"),
                                1)
                        .against(Adversity.Kind.EQUIVOCATORS),
                new Mutant(
                                "who brings nothing keeps what it was asked for",
                                SYNC + "Puller",
                                "isStale",
                                new Change.Answer(0),
                                2)
                        .against(Adversity.Kind.LIARS),
                new Mutant(
                                "what is dated ahead of the clock here is not let in",
                                REPLICA + "Inbox",
                                "take",
                                new Change.Given(1, "ahead"),
                                1)
                        .against(Adversity.Kind.CLOCKS),
                new Mutant(
                                "what is not known is not passed over",
                                CRDT + "change.OpCodec",
                                "read",
                                new Change.Drop("skip"),
                                1)
                        .against(Adversity.Kind.NEWER),
                new Mutant(
                                "after a start an author's clock may go back",
                                REPLICA + "Beginning",
                                "ownWallMs",
                                new Change.Answer(0),
                                1)
                        .against(Adversity.Kind.CLOCKS),
                new Mutant(
                                "a clock that is ahead is not shown",
                                REPLICA + "Clocks",
                                "saw",
                                new Change.Drop("put"),
                                1)
                        .against(Adversity.Kind.CLOCKS),
                new Mutant(
                                "an outline is taken that nobody vouched for",
                                SYNC + "Receiver",
                                "expectVouched",
                                new Change.Answer(0),
                                1)
                        .against(Adversity.Kind.COMPACTION),
                new Mutant(
                                "texts of items that are not closed are dropped",
                                REPLICA + "Compaction",
                                "isClosed",
                                new Change.Answer(1),
                                1)
                        .against(Adversity.Kind.COMPACTION),
                new Mutant(
                                "peers are not told who vouches for an outline",
                                REPLICA + "DurableView",
                                "vouching",
                                new Change.Negate(1),
                                4)
                        .against(Adversity.Kind.COMPACTION),
                new Mutant(
                                "a key that was replaced is not ended",
                                REPLICA + "Rotation",
                                "written",
                                new Change.Drop("add"),
                                1)
                        .against(Adversity.Kind.ROTATIONS),
                new Mutant(
                                "a new key does not show who added it",
                                REPLICA + "PeerReports",
                                "rotated",
                                new Change.Drop("add"),
                                1)
                        .against(Adversity.Kind.ROTATIONS),
                new Mutant(
                                "a home starts with the key it had first",
                                REPLICA + "Replica",
                                "rotatedTo",
                                new Change.Answer(0),
                                1)
                        .against(Adversity.Kind.ROTATIONS));
    }
}
