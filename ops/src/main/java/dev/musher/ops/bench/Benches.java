package dev.musher.ops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** All benchmarks by name, and how they are run. */
final class Benches {

    private Benches() {}

    private static Map<String, Bench> all() {
        Map<String, Bench> out = new LinkedHashMap<>();
        out.put("change", new ChangeBench());
        out.put("ingest", new IngestBench());
        out.put("http", new HttpBench());
        out.put("events", new EventBench());
        out.put("reconnect", new ReconnectBench());
        out.put("sync", new SyncBench());
        out.put("start", new StartBench(100_000, 2));
        out.put("verify", new VerifyBench());
        out.put("memory", new MemoryBench());
        out.put("fold", new FoldBench());
        out.put("json", new HostileJsonBench());
        out.put("crowd", new CrowdBench(50, 10_000));
        out.put("start-1m", new StartBench(1_000_000, 6));
        return out;
    }

    /** Names, in the order they are run. */
    static List<String> names() {
        return List.copyOf(all().keySet());
    }

    /**
     * Runs benchmarks one after the other, each in a temporary folder that is removed.
     *
     * @param names which, of {@link #names}
     * @param scale share of the full size, 0 < scale <= 1
     * @throws IllegalArgumentException for an unknown name
     */
    static List<Figure> run(List<String> names, double scale, Consumer<Figure> told)
            throws IOException, InterruptedException {
        List<Figure> out = new ArrayList<>();
        Map<String, Bench> benches = all();
        for (String name : names) {
            Bench bench = benches.get(name);
            if (bench == null) {
                throw new IllegalArgumentException(
                        "no benchmark " + name + "; there are " + String.join(", ", names()));
            }
            Path folder = Files.createTempDirectory("musher-bench-");
            try {
                bench.run(
                        folder,
                        scale,
                        figure -> {
                            out.add(figure);
                            told.accept(figure);
                        });
            } finally {
                Disk.remove(folder);
            }
        }
        return out;
    }
}
