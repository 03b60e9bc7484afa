package dev.musher.ops.bench;

import dev.musher.ops.cli.Action;
import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.Screen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code musher bench}. */
@Command(name = "bench", description = "Measure, each figure beside its limit and its goal.")
public final class RunBench extends Action {

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description = "Which (default: all but start-1m).")
    List<String> names = new ArrayList<>();

    @Option(
            names = "--scale",
            paramLabel = "SHARE",
            description = "Share of the full size, for a short look (default: 1).")
    double scale = 1;

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        if (scale <= 0 || scale > 1) {
            throw new Failure(Failure.USAGE, "--scale is above 0 and at most 1");
        }
        List<String> chosen =
                names.isEmpty()
                        ? Benches.names().stream().filter(n -> !n.equals("start-1m")).toList()
                        : names;
        for (String name : chosen) {
            if (!Benches.names().contains(name)) {
                throw new Failure(
                        Failure.USAGE,
                        "no benchmark "
                                + name
                                + "; there are "
                                + String.join(", ", Benches.names()));
            }
        }
        List<Object> figures = new ArrayList<>();
        Benches.run(
                chosen,
                scale,
                f -> {
                    screen.say(line(f));
                    figures.add(object(f));
                });
        screen.object(Json.of(Map.of("figures", figures)));
        return 0;
    }

    private static String line(Figure f) {
        StringBuilder out = new StringBuilder(f.name()).append(": ").append(f.value());
        if (f.limit() != null) {
            out.append("  [").append(f.limit()).append(']');
        }
        if (f.goal() != null) {
            String met = f.met() == null ? "" : f.met() ? " met" : " MISSED";
            out.append("  goal ").append(f.goal()).append(met);
        }
        return out.append("\n    ").append(f.how()).toString();
    }

    private static Map<String, Object> object(Figure f) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("name", f.name());
        out.put("value", f.value());
        if (f.limit() != null) {
            out.put("limit", f.limit());
        }
        if (f.goal() != null) {
            out.put("goal", f.goal());
        }
        if (f.met() != null) {
            out.put("met", f.met());
        }
        out.put("how", f.how());
        return out;
    }
}
