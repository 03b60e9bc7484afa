package dev.musher.ops.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@link OneChange} under JMH, in a JVM of its own. A signature costs a hundred times what the rest
 * does: that is why one of them covers a run of changes.
 */
final class ChangeBench implements Bench {

    private static final int ROUNDS = 5;

    @Override
    public void run(Path folder, double scale, Consumer<Figure> out) throws IOException {
        TimeValue round = TimeValue.milliseconds(Math.max(50, (long) (1_000 * scale)));
        Options options =
                new OptionsBuilder()
                        .include("\\b" + OneChange.class.getSimpleName() + "\\b")
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.MICROSECONDS)
                        .forks(1)
                        .warmupIterations(ROUNDS)
                        .warmupTime(round)
                        .measurementIterations(ROUNDS)
                        .measurementTime(round)
                        .verbosity(VerboseMode.SILENT)
                        .build();
        try {
            for (RunResult result : new Runner(options).run()) {
                out.accept(
                        Figure.plain(
                                "one change, " + result.getPrimaryResult().getLabel(),
                                String.format(
                                        Locale.ROOT,
                                        "%.2f us (+- %.2f)",
                                        result.getPrimaryResult().getScore(),
                                        result.getPrimaryResult().getScoreError()),
                                "one op, 1 thread; JMH, 1 fork, 5 rounds after 5 of warm-up"));
            }
        } catch (RunnerException e) {
            throw new IOException("JMH did not run: " + e.getMessage(), e);
        }
    }
}
