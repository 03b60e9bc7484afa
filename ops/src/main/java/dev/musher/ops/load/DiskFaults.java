package dev.musher.ops.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The families of faults of a disk, by the words of {@code musher soak --disk}. */
final class DiskFaults {

    private static final int CHANGES = 2_000;
    private static final int REPAIR_EVERY = 25;
    private static final long READY_S = 180;

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
                        "bytes flipped, files cut: noticed, repaired",
                        () -> new DamageLoop(Damage.Kind.FLIPS, false, CHANGES, REPAIR_EVERY)));
        out.put(
                "torn",
                new Entry(
                        200,
                        "ends of files torn off: noticed, repaired",
                        () -> new DamageLoop(Damage.Kind.TORN, false, CHANGES, REPAIR_EVERY)));
        out.put(
                "cleanup",
                new Entry(
                        500,
                        "the store tidies up over damage",
                        () -> new DamageLoop(Damage.Kind.FLIPS, true, CHANGES, Integer.MAX_VALUE)));
        out.put(
                "errors",
                new Entry(
                        400,
                        "the Nth sync or write of a node fails",
                        () -> new SyncErrors(1_000, READY_S)));
        out.put(
                "points",
                new Entry(
                        20 * KillTable.all().size(),
                        "kills at " + KillTable.all().size() + " named points of what is done",
                        () -> new KillPoints(KillTable.all(), READY_S)));
        out.put("power", new Entry(50, "loss of power under load", () -> new PowerLoss(READY_S)));
        out.put(
                "slow",
                new Entry(
                        6,
                        "syncs of 500 ms, for so many times 10 s",
                        () -> new SlowDisk(100, READY_S)));
        out.put(
                "full",
                new Entry(
                        100,
                        "a disk of 64 MiB, filled and freed",
                        () -> new FullDisk(1_000, READY_S)));
        out.put(
                "kills",
                new Entry(
                        20,
                        "restores and rebuilds killed three times",
                        () -> new KilledRecovery(READY_S)));
        out.put(
                "migrations",
                new Entry(
                        20,
                        "stores of each earlier format killed while raised",
                        KilledMigration::new));
        out.put(
                "backups",
                new Entry(100, "backups under load, each restored", () -> new BackupLoop(READY_S)));
        out.put(
                "second",
                new Entry(
                        100,
                        "a second process on a home, refused",
                        () -> new SecondProcess(1_000, READY_S)));
        out.put(
                "races",
                new Entry(
                        10_000,
                        "ends of a store under six threads",
                        () -> new NativeHandles(false)));
        out.put(
                "native",
                new Entry(
                        30,
                        "minutes of 50 commits and 100 iterators a second",
                        () -> new NativeHandles(true)));
        out.put(
                "copies",
                new Entry(500, "homes that come back older, or twice", () -> new Copies(10)));
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
