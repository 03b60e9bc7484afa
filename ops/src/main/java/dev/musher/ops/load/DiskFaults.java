package dev.musher.ops.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The families of faults of a disk, by the words of {@code musher soak --disk}. */
final class DiskFaults {

    private static final int CHANGES = 2_000;
    private static final int REPAIR_EVERY = 25;

    /**
     * One family.
     *
     * @param runs of the row, where none are asked for
     * @param about what is done, for the help
     */
    record Entry(int runs, String about, Supplier<DiskFault> make) {}

    private static final Map<String, Entry> ALL = all();

    private DiskFaults() {}

    private static Map<String, Entry> all() {
        Map<String, Entry> out = new LinkedHashMap<>();
        out.put(
                "flips",
                new Entry(
                        1_000,
                        "bytes of a store flipped or cut; some are repaired from a peer",
                        () -> new DamageLoop(Damage.Kind.FLIPS, false, CHANGES, REPAIR_EVERY)));
        out.put(
                "torn",
                new Entry(
                        200,
                        "the end of log, MANIFEST or CURRENT torn; some are repaired",
                        () -> new DamageLoop(Damage.Kind.TORN, false, CHANGES, REPAIR_EVERY)));
        out.put(
                "cleanup",
                new Entry(
                        500,
                        "the store tidies up over flipped bytes",
                        () -> new DamageLoop(Damage.Kind.FLIPS, true, CHANGES, Integer.MAX_VALUE)));
        out.put(
                "backups",
                new Entry(
                        100,
                        "a node under load is backed up, each backup restored and verified",
                        () -> new BackupLoop(180)));
        out.put(
                "kills",
                new Entry(
                        20,
                        "starts, restores and rebuilds killed three times in a row",
                        () -> new KilledRecovery(180)));
        out.put(
                "errors",
                new Entry(
                        400,
                        "the Nth sync or write of a node under load fails, once or for good",
                        () -> new SyncErrors(1_000, 180)));
        return out;
    }

    /** Their names. */
    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** The family of a name; null where there is none. */
    static @org.jspecify.annotations.Nullable Entry find(String name) {
        return ALL.get(name);
    }
}
