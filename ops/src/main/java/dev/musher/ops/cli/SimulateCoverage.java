package dev.musher.ops.cli;

import dev.musher.ops.mutants.FileReach;
import dev.musher.ops.mutants.Reach;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code musher sim --coverage}: what of the product the simulator reaches by itself. */
final class SimulateCoverage {

    /** Files named as the least reached. */
    private static final int LEAST = 10;

    /** Schedules between two lines of progress. */
    private static final int PART = 50;

    private SimulateCoverage() {}

    /** Runs the schedules of so many seeds and prints what they reached. */
    static int run(Screen screen, long from, long seeds) {
        List<FileReach> files;
        List<String> failed = new ArrayList<>();
        try (Reach reach = new Reach()) {
            for (long seed = from; seed < from + seeds; seed++) {
                String how = reach.run(seed);
                if (!how.isEmpty()) {
                    failed.add("seed " + seed + ": " + how);
                }
                if ((seed - from + 1) % PART == 0) {
                    screen.say((seed - from + 1) + " seeds");
                }
            }
            files = reach.files();
        }
        Map<String, List<FileReach>> packages =
                files.stream()
                        .collect(
                                Collectors.groupingBy(
                                        FileReach::packageName, TreeMap::new, Collectors.toList()));
        say(screen, files, packages);
        failed.forEach(f -> screen.say(screen.red(f)));
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("seeds", seeds);
        out.put("divergences", failed.size());
        out.put("linePercent", percent(files));
        Map<String, Object> by = new LinkedHashMap<>();
        packages.forEach((name, in) -> by.put(name, percent(in)));
        out.put("packages", by);
        screen.object(Json.of(out));
        return failed.isEmpty() ? 0 : Failure.FAILED;
    }

    private static void say(
            Screen screen, List<FileReach> files, Map<String, List<FileReach>> packages) {
        screen.say("never reached, by file and line:");
        for (FileReach file : files) {
            if (!file.never().isEmpty()) {
                screen.say(
                        "  "
                                + file.packageName()
                                + '/'
                                + file.name()
                                + ": "
                                + String.join(", ", file.never()));
            }
        }
        screen.say("least reached:");
        files.stream()
                .sorted(Comparator.comparingDouble(f -> (double) f.reached() / f.lines()))
                .limit(LEAST)
                .forEach(f -> screen.say(line(f.packageName() + '/' + f.name(), List.of(f))));
        screen.say("lines reached by the simulator alone:");
        packages.forEach((name, in) -> screen.say(line(name, in)));
        screen.say(line("all", files));
    }

    private static String line(String name, List<FileReach> in) {
        return String.format(
                "  %-40s %5.1f %%  %d of %d lines", name, percent(in), reached(in), lines(in));
    }

    private static double percent(List<FileReach> in) {
        return lines(in) == 0 ? 100 : Math.round(1_000.0 * reached(in) / lines(in)) / 10.0;
    }

    private static int lines(List<FileReach> in) {
        return in.stream().mapToInt(FileReach::lines).sum();
    }

    private static int reached(List<FileReach> in) {
        return in.stream().mapToInt(FileReach::reached).sum();
    }
}
