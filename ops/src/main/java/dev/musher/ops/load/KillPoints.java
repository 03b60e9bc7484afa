package dev.musher.ops.load;

import dev.musher.ops.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What is done to a home is killed at named points: just before or after a call that changes a
 * file, by a library that stands before the C library, so that the product has no hooks for it.
 * Then it is done again, and must come to its end, once, with the whole.
 *
 * <p>Each deed is done undisturbed once to learn how often it comes to each point; where that is
 * often, the kills go through them.
 */
final class KillPoints implements DiskFault {

    private final List<KillPoint> points;
    private final long readySMax;

    /**
     * @param points to kill at
     * @param readySMax how long a start may take
     */
    KillPoints(List<KillPoint> points, long readySMax) {
        this.points = List.copyOf(points);
        this.readySMax = readySMax;
    }

    @Override
    public FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        FaultReport report = new FaultReport("points");
        FaultShim shim = FaultShim.require(folder);
        Map<String, Deed> deeds =
                new Deeds(Prepared.make(folder), readySMax)
                        .all().stream().collect(Collectors.toMap(Deed::name, deed -> deed));
        Map<String, List<String>> calls = new HashMap<>();
        Map<KillPoint, Integer> done = new LinkedHashMap<>();
        for (int i = 0; i < runs && report.holds(); i++) {
            KillPoint point = points.get(i % points.size());
            Deed deed = deeds.get(point.deed());
            if (deed == null) {
                throw new IllegalStateException("no deed " + point.deed());
            }
            List<String> made = calls.get(point.deed());
            if (made == null) {
                made = calls(deed, folder.resolve("undisturbed"), shim, report);
                calls.put(point.deed(), made);
            }
            int times = point.times(made, folder.resolve("undisturbed").toString());
            if (times == 0) {
                report.breach("never reached: " + point.name());
                continue;
            }
            int round = i / points.size();
            int nth = 1 + (int) ((seed - 1 + round) % times);
            kill(deed, point, nth, folder.resolve("run-" + i), shim, report);
            done.merge(point, 1, Integer::sum);
            if ((i + 1) % points.size() == 0 || i + 1 == runs) {
                say.accept((i + 1) + " of " + runs);
            }
        }
        report.most("points", done.size());
        report.most(
                "fewest runs of a point",
                done.values().stream().mapToInt(Integer::intValue).min().orElse(0));
        report.took(beganNs);
        return report;
    }

    private static List<String> calls(Deed deed, Path folder, FaultShim shim, FaultReport report)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        deed.prepare(folder);
        shim.disarm();
        shim.tell(folder + "/*");
        deed.act(folder, shim.environment());
        List<String> calls = new ArrayList<>(shim.calls());
        shim.disarm();
        wrong(deed, folder, "undisturbed " + deed.name(), report);
        Folders.delete(folder);
        return calls;
    }

    private static void kill(
            Deed deed, KillPoint point, int nth, Path folder, FaultShim shim, FaultReport report)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        deed.prepare(folder);
        shim.disarm();
        shim.kill(point.call(), nth, point.after(), folder + "/" + point.file());
        deed.act(folder, shim.environment());
        OptionalLong fired = shim.firedMs();
        shim.disarm();
        if (fired.isEmpty()) {
            report.fate(deed.name() + ": came to its end before");
        } else {
            report.fate(deed.name() + ": killed at the point");
        }
        wrong(deed, folder, point.name() + ", number " + nth, report);
        if (report.holds()) {
            Folders.delete(folder);
        }
    }

    private static void wrong(Deed deed, Path folder, String what, FaultReport report)
            throws IOException, InterruptedException {
        try {
            deed.again(folder).forEach(wrong -> report.breach(what + ": " + wrong));
        } catch (Failure | dev.musher.node.HomeException e) {
            report.breach(what + ": " + e.getMessage());
        }
    }
}
