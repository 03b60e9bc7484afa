package dev.musher.ops.mutants;

import dev.musher.crdt.Project;
import dev.musher.node.replica.Replica;
import dev.musher.ops.sim.Simulation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jacoco.core.analysis.Analyzer;
import org.jacoco.core.analysis.CoverageBuilder;
import org.jacoco.core.analysis.ICounter;
import org.jacoco.core.analysis.IPackageCoverage;
import org.jacoco.core.analysis.ISourceFileCoverage;
import org.jacoco.core.data.ExecutionDataStore;
import org.jacoco.core.data.SessionInfoStore;
import org.jacoco.core.instr.Instrumenter;
import org.jacoco.core.runtime.IRuntime;
import org.jacoco.core.runtime.LoggerRuntime;
import org.jacoco.core.runtime.RuntimeData;

/**
 * Which lines of the fold and of the replica the simulator reaches by itself, without any test:
 * what it never reaches it cannot have proved. The simulator and all it runs are loaded once more,
 * with JaCoCo's probes in the classes that are looked at. Not thread safe; close it.
 */
public final class Reach implements AutoCloseable {

    private static final String FOLD = "dev.musher.crdt.";
    private static final String REPLICA = "dev.musher.node.replica.";
    private static final String OURS = "dev/musher/";

    private final IRuntime runtime = new LoggerRuntime();
    private final RuntimeData data = new RuntimeData();
    private final Instrumenter instrumenter = new Instrumenter(runtime);
    private final Method run;

    /** Loads the simulator anew. */
    public Reach() {
        try {
            runtime.startup(data);
            run =
                    new AlteredLoader(Reach.class.getClassLoader(), this::probed)
                            .loadClass(Simulation.class.getName())
                            .getMethod("run", long.class);
        } catch (Exception e) { // JaCoCo declares no narrower one
            throw new IllegalStateException("the simulator cannot be loaded with probes", e);
        }
    }

    /** Runs the schedule of a seed; what it failed with, or empty. */
    public String run(long seed) {
        try {
            run.invoke(null, seed);
            return "";
        } catch (InvocationTargetException e) {
            return String.valueOf(e.getTargetException().getMessage());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("cannot run the simulator", e);
        }
    }

    /** What was reached so far, by package and file; files without code are left out. */
    public List<FileReach> files() {
        ExecutionDataStore reached = new ExecutionDataStore();
        data.collect(reached, new SessionInfoStore(), false);
        CoverageBuilder builder = new CoverageBuilder();
        Analyzer analyzer = new Analyzer(reached, builder);
        analyze(analyzer, Project.class);
        analyze(analyzer, Replica.class);
        List<FileReach> out = new ArrayList<>();
        for (IPackageCoverage of : builder.getBundle("simulator").getPackages()) {
            for (ISourceFileCoverage file : of.getSourceFiles()) {
                if (file.getLineCounter().getTotalCount() > 0) {
                    out.add(reach(of.getName(), file));
                }
            }
        }
        return out;
    }

    @Override
    public void close() {
        runtime.shutdown();
    }

    private byte[] probed(String name, byte[] bytes) {
        if (!name.startsWith(FOLD) && !name.startsWith(REPLICA)) {
            return bytes;
        }
        try {
            return instrumenter.instrument(bytes, name);
        } catch (IOException e) {
            throw new UncheckedIOException("no probes can be put into " + name, e);
        }
    }

    /** All classes that stand where {@code one} does, used or not. */
    private static void analyze(Analyzer analyzer, Class<?> one) {
        try {
            URI at = one.getProtectionDomain().getCodeSource().getLocation().toURI();
            Path path = Path.of(at);
            if (Files.isDirectory(path)) {
                analyzeBelow(analyzer, path);
                return;
            }
            try (FileSystem jar = FileSystems.newFileSystem(path)) {
                analyzeBelow(analyzer, jar.getPath("/"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the classes beside " + one + " cannot be read", e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no place of " + one, e);
        }
    }

    private static void analyzeBelow(Analyzer analyzer, Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                String name = root.relativize(file).toString();
                String type = name.replace('/', '.').replace('\\', '.');
                if (name.endsWith(".class")
                        && (type.startsWith(FOLD) || type.startsWith(REPLICA))) {
                    analyzer.analyzeClass(Files.readAllBytes(file), name);
                }
            }
        }
    }

    private static FileReach reach(String packageName, ISourceFileCoverage file) {
        List<String> never = new ArrayList<>();
        for (int line = file.getFirstLine(); line <= file.getLastLine(); line++) {
            if (isMissed(file, line)) {
                int from = line;
                while (line < file.getLastLine() && !isReached(file, line + 1)) {
                    line++;
                }
                int to = line;
                while (!isMissed(file, to)) {
                    to--;
                }
                never.add(from == to ? String.valueOf(from) : from + "-" + to);
            }
        }
        ICounter lines = file.getLineCounter();
        return new FileReach(
                packageName.substring(OURS.length()).replace('/', '.'),
                file.getName(),
                lines.getTotalCount(),
                lines.getCoveredCount(),
                never);
    }

    private static boolean isMissed(ISourceFileCoverage file, int line) {
        return file.getLine(line).getStatus() == ICounter.NOT_COVERED;
    }

    private static boolean isReached(ISourceFileCoverage file, int line) {
        return (file.getLine(line).getStatus() & ICounter.FULLY_COVERED) != 0;
    }
}
