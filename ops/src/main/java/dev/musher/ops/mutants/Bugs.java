package dev.musher.ops.mutants;

import dev.musher.crdt.Admission;
import dev.musher.crdt.Project;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.Op;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.sync.ChainHead;
import dev.musher.protocol.sync.Stored;
import java.util.List;

/**
 * Wrong code that no small change of the right code gives: planted by {@link Mutant.Change.Alter}
 * and {@link Mutant.Change.Given}. Of each the first parameter is what it alters; then come the
 * object whose method it is in and the method's arguments. Pure; public because the altered classes
 * call it.
 */
public final class Bugs {

    private static final long FIVE_MINUTES_MS = 5 * 60_000L;

    private Bugs() {}

    /** What stands at a place of a chain that is taken counts as known: the first that came. */
    public static Admission firstBranch(Admission said, Project project, Change change) {
        Chain chain = new Chain(change.device(), change.header().epoch());
        boolean taken =
                project.dag().branchesOf(chain).stream()
                        .anyMatch(b -> project.dag().head(b).seq() >= change.header().seq());
        return taken && said instanceof Admission.Admitted ? new Admission.Duplicate() : said;
    }

    /** What is dated ahead of the clock here is not let in. */
    public static List<Signed> ahead(
            List<Signed> changes, Object inbox, long link, List<Signed> all, long wallMs) {
        boolean isAhead =
                changes.stream()
                        .anyMatch(s -> s.change().header().wallMs() > wallMs + FIVE_MINUTES_MS);
        return isAhead ? List.of() : changes;
    }

    /** What holds ops of unknown kinds is not taken from peers. */
    public static List<Signed> unknownDropped(List<Signed> changes) {
        boolean unknown =
                changes.stream()
                        .flatMap(signed -> signed.change().ops().stream())
                        .anyMatch(Op.Unknown.class::isInstance);
        return unknown ? List.of() : changes;
    }

    /** A run with an op of an unknown kind is not sent on. */
    public static List<Stored> unknownKept(List<Stored> run) {
        return run.stream().anyMatch(Bugs::holdsUnknown) ? List.of() : run;
    }

    private static boolean holdsUnknown(Stored stored) {
        return !stored.isOutline()
                && ChangeCodec.read(stored.bytes()).ops().stream()
                        .anyMatch(Op.Unknown.class::isInstance);
    }

    /** Of a chain that forks only the branch that came first is told. */
    public static ChainHead oneBranch(ChainHead head) {
        return head.parent() < 0
                ? head
                : new ChainHead(
                        head.branch(),
                        head.device(),
                        head.epoch(),
                        head.parent(),
                        head.start(),
                        head.start() - 1,
                        null);
    }
}
