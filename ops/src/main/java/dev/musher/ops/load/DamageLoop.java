package dev.musher.ops.load;

import dev.musher.node.HomeException;
import dev.musher.node.HomeRepair;
import dev.musher.node.HomeVerify;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreException;
import dev.musher.node.store.StoreOptions;
import dev.musher.node.verify.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Copies a home, damages a file of its store, and looks what becomes of it: opening refuses, or
 * says that the end of the log is gone, or the verification names what is damaged, or nothing that
 * counts was hit and all is there. Never is there less in silence. Of some the home is repaired and
 * gets back from its peer what was lost.
 */
final class DamageLoop implements DiskFault {

    static final String SILENT = "SILENT";
    static final String HARMLESS = "harmless: all is there";
    static final String REPAIRED = "repairs that came to the peer's digest";

    private final Damage.Kind kind;
    private final boolean compact;
    private final int changes;
    private final int repairEvery;

    /**
     * @param compact whether the store tidies up over the damage before it is looked at: what it
     *     cannot read it must not throw away
     * @param changes of the home
     * @param repairEvery of so many damaged homes one is repaired
     */
    DamageLoop(Damage.Kind kind, boolean compact, int changes, int repairEvery) {
        this.kind = kind;
        this.compact = compact;
        this.changes = changes;
        this.repairEvery = repairEvery;
    }

    @Override
    public FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException {
        FaultReport report =
                new FaultReport(compact ? "cleanup" : kind == Damage.Kind.FLIPS ? "flips" : "torn");
        long beganNs = System.nanoTime();
        int told = 0;
        try (TwoNodes nodes = TwoNodes.make(folder, changes)) {
            sound(folder.resolve("sound"), nodes);
            for (int i = 0; i < runs && report.holds(); i++) {
                SplittableRandom random = new SplittableRandom(seed * 1_000_003 + i);
                Path home = folder.resolve("case-" + i);
                Folders.copy(nodes.pristine(), home);
                Damage damage = Damage.make(home.resolve("store"), kind, random);
                String fate = fate(folder.resolve("look"), home, nodes);
                report.fate(fate);
                if (fate.equals(SILENT)) {
                    report.breach(home + ": " + damage + ": less is there, and nothing said so");
                    break;
                }
                if (!fate.equals(HARMLESS) && told++ % repairEvery == 0) {
                    repair(home, damage, nodes, report);
                }
                if (report.holds()) {
                    Folders.delete(home);
                }
                if ((i + 1) % 50 == 0) {
                    say.accept((i + 1) + " of " + runs + ": " + report.json().at("fates"));
                }
            }
        }
        report.took(beganNs);
        return report;
    }

    /** The harness itself: what is not damaged must be found well. */
    private static void sound(Path copy, TwoNodes nodes) throws IOException, InterruptedException {
        Folders.copy(nodes.pristine().resolve("store"), copy);
        Report found = HomeVerify.store(copy, told -> {});
        if (!found.isWell() || !nodes.digest().equals(found.digest())) {
            throw new IllegalStateException("the home is damaged before: " + found.problems());
        }
        Folders.delete(copy);
    }

    private String fate(Path look, Path home, TwoNodes nodes)
            throws IOException, InterruptedException {
        Folders.delete(look);
        Folders.copy(home.resolve("store"), look);
        String tidied = compact ? compacted(look) : "";
        if (!tidied.isEmpty()) {
            return tidied;
        }
        Report found;
        try {
            found = HomeVerify.store(look, told -> {});
        } catch (HomeException e) {
            return "refused to open";
        }
        if (found.isWell()) {
            boolean all =
                    nodes.digest().equals(found.digest()) && nodes.changes() == found.changes();
            return all ? HARMLESS : SILENT;
        }
        return found.changes() == 0
                ? "refused to open"
                : found.problems().getFirst().at().equals("the end of the log")
                        ? "told: the end of the log is gone"
                        : "told by the verification";
    }

    /** What tidying up says of the damage; empty where it says nothing. */
    private static String compacted(Path store) {
        try (RocksStore open = RocksStore.open(store, StoreOptions.defaults())) {
            if (open.health().tailDropped()) {
                return "told: the end of the log is gone";
            }
            open.compact();
            return "";
        } catch (StoreException e) {
            return "refused to open or to tidy up";
        }
    }

    private static void repair(Path home, Damage damage, TwoNodes nodes, FaultReport report)
            throws InterruptedException {
        long beganNs = System.nanoTime();
        HomeRepair.Repaired repaired = HomeRepair.repair(home);
        boolean equal = nodes.heals(home);
        report.most(
                "longest repair with the rest from a peer, s", (System.nanoTime() - beganNs) / 1e9);
        report.sum(REPAIRED, equal ? 1 : 0);
        report.sum("of them with nothing left of the store", repaired.opened() ? 0 : 1);
        if (!equal) {
            report.breach(
                    home + ": " + damage + ": repaired, and did not come to its peer's state");
        }
    }
}
