package dev.musher.ops;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The layering of the design as rules ({@link PackageTable}); a breach fails the build and says why
 * the rule is there. Packages that do not exist yet break nothing; a package that the table does
 * not know does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {
    /**
     * Streams and texts in memory are values, and so are addresses; the rest of these packages
     * reaches the machine.
     */
    private static final Set<String> IO_IN_MEMORY =
            Set.of(
                    "java.io.ByteArrayInputStream",
                    "java.io.ByteArrayOutputStream",
                    "java.io.Closeable",
                    "java.io.IOException",
                    "java.io.InputStream",
                    "java.io.OutputStream",
                    "java.io.Reader",
                    "java.io.Serializable",
                    "java.io.StringReader",
                    "java.io.StringWriter",
                    "java.io.UncheckedIOException",
                    "java.io.Writer",
                    "java.net.URI",
                    "java.net.URISyntaxException",
                    "java.net.URLDecoder",
                    "java.net.URLEncoder");

    /** Safe publication to readers on other threads is no thread of its own. */
    private static final Set<String> CONCURRENT_WITHOUT_THREADS =
            Set.of(
                    "java.util.concurrent.ConcurrentHashMap",
                    "java.util.concurrent.ConcurrentMap",
                    "java.util.concurrent.ConcurrentNavigableMap",
                    "java.util.concurrent.ConcurrentSkipListMap",
                    "java.util.concurrent.ConcurrentSkipListSet");

    private static final Set<String> FORBIDDEN_TYPES =
            Set.of(
                    "java.lang.Thread",
                    "java.lang.ThreadGroup",
                    "java.lang.ThreadLocal",
                    "java.lang.Process",
                    "java.lang.ProcessBuilder",
                    "java.lang.ProcessHandle",
                    "java.lang.Runtime",
                    "java.security.SecureRandom",
                    "java.util.Timer",
                    "java.util.concurrent.ThreadLocalRandom");

    private static final List<String> FORBIDDEN_PACKAGES =
            List.of(
                    "java.io",
                    "java.net",
                    "java.nio.file",
                    "java.nio.channels",
                    "java.util.concurrent",
                    "java.util.logging",
                    "org.slf4j",
                    "io.vertx",
                    "io.netty",
                    "org.rocksdb");

    /** Clock, random and environment by the names of the calls that read them. */
    private static final Set<String> FORBIDDEN_CALLS =
            Set.of(
                    "java.lang.System.currentTimeMillis",
                    "java.lang.System.nanoTime",
                    "java.lang.System.getenv",
                    "java.lang.System.getProperty",
                    "java.lang.System.exit",
                    "java.lang.System.out",
                    "java.lang.System.err",
                    "java.lang.System.in",
                    "java.lang.Math.random",
                    "java.util.UUID.randomUUID",
                    "java.time.Instant.now",
                    "java.time.LocalDate.now",
                    "java.time.LocalDateTime.now",
                    "java.time.LocalTime.now",
                    "java.time.OffsetDateTime.now",
                    "java.time.ZonedDateTime.now",
                    "java.time.Clock.systemUTC",
                    "java.time.Clock.systemDefaultZone",
                    "java.time.Clock.system",
                    "java.time.ZoneId.systemDefault",
                    "java.util.Locale.getDefault",
                    "java.util.TimeZone.getDefault",
                    "java.util.random.RandomGenerator.getDefault",
                    "java.util.random.RandomGenerator.of");

    private static final Set<String> UNSEEDED =
            Set.of("java.util.Random", "java.util.SplittableRandom", "java.util.Date");

    /** Which layer a library belongs to, so that it can be replaced in one place. */
    private static final Map<String, List<String>> LIBRARIES =
            Map.of(
                    "org.bouncycastle", List.of("protocol.crypto", "node.tls"),
                    "org.rocksdb", List.of("node.store", "ops.bench"),
                    "io.vertx",
                            List.of(
                                    "node",
                                    "node.link",
                                    "node.tls",
                                    "node.http",
                                    "node.web",
                                    "gateway",
                                    "gateway.http",
                                    "ops.cli",
                                    "ops.bench",
                                    "ops.load",
                                    "ops.demo"),
                    "io.micrometer",
                            List.of(
                                    "node",
                                    "node.http",
                                    "node.store",
                                    "node.link",
                                    "gateway",
                                    "gateway.http"),
                    "picocli",
                            List.of(
                                    "ops.cli",
                                    "ops.sim",
                                    "ops.bench",
                                    "ops.load",
                                    "ops.demo",
                                    "ops.attack"),
                    "org.openjdk.jmh", List.of("ops.bench"),
                    "com.fasterxml.jackson",
                            List.of(
                                    "protocol.json",
                                    "node",
                                    "node.http",
                                    "gateway",
                                    "gateway.http",
                                    "ops.cli",
                                    "ops.imports",
                                    "ops.model",
                                    "ops.bench",
                                    "ops.load",
                                    "ops.demo",
                                    "ops.sim"));

    private final JavaClasses classes =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(location ->
                            !location.contains("jmh_generated")
                                    && !location.contains("ArchitectureTest"))
                    .importPackages("dev.musher");

    @BeforeAll
    void somethingWasRead() {
        // A rule over nothing holds; make sure that the layers from bottom to top are there.
        assertTrue(
                classes.contain("dev.musher.crdt.change.Change"),
                "the classes of crdt were not read");
        assertTrue(classes.contain("dev.musher.ops.cli.Main"), "the classes of ops were not read");
    }

    @Test
    @Tag("T-G1")
    void noStaticStateAnywhere() {
        none(
                "static state ties tests and projects of one process to each other, and survives"
                        + " what should have ended",
                each(classes, type -> MutableStatics.in(model(type))));
    }

    @Test
    void dependenciesFollowTheTable() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : classes) {
            PackageTable.Row row = PackageTable.of(type.getPackageName());
            if (row == null) {
                wrong.add(
                        type.getPackageName()
                                + ": not in the package table; say there what it may use, and"
                                + " whether it is pure");
                continue;
            }
            for (Dependency edge : type.getDirectDependenciesFromSelf()) {
                String to = edge.getTargetClass().getBaseComponentType().getPackageName();
                if (to.startsWith(PackageTable.BASE) && !PackageTable.allows(row, to)) {
                    wrong.add(
                            row.name()
                                    + " -> "
                                    + to.substring(PackageTable.BASE.length())
                                    + ": "
                                    + edge.getDescription());
                }
            }
        }
        none(
                "ops -> gateway -> node -> protocol -> crdt, no other direction: a layer that"
                        + " reaches up cannot be tested, simulated or replaced alone",
                wrong);
    }

    @Test
    void theGatewayIsNoNode() {
        Set<String> nodes = Set.of("Node", "NodeMain", "NodeConfig");
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : classes) {
            if (type.getPackageName().startsWith(PackageTable.BASE + "gateway")) {
                for (Dependency edge : type.getDirectDependenciesFromSelf()) {
                    JavaClass to = edge.getTargetClass().getBaseComponentType();
                    if (to.getPackageName().equals(PackageTable.BASE + "node")
                            && nodes.contains(to.getSimpleName())) {
                        wrong.add(edge.getDescription());
                    }
                }
            }
        }
        none(
                "a gateway hosts replicas of projects; it must not grow into a second kind of node"
                        + " (its host, home and HTTP routes are shared, see design section 8)",
                wrong);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.musher.(**)")
                .should()
                .beFreeOfCycles()
                // The list of commands is the root of the program: it names them all, each leans on
                // what it stands on.
                .ignoreDependency(equivalentTo("dev.musher.ops.cli.Commands"), alwaysTrue())
                .because("packages in a cycle are one package, and cannot be read apart")
                .allowEmptyShould(true)
                .check(classes);
    }

    @Test
    void purePackagesTouchNeitherMachineNorClockNorThreads() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : classes) {
            if (!PackageTable.purePackages().contains(type.getPackageName())) {
                continue;
            }
            for (Dependency edge : type.getDirectDependenciesFromSelf()) {
                if (impure(edge.getTargetClass().getBaseComponentType())) {
                    wrong.add(edge.getDescription());
                }
            }
            for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                String target = access.getTargetOwner().getName() + "." + access.getName();
                boolean unseeded =
                        UNSEEDED.contains(access.getTargetOwner().getName())
                                && access.getTarget()
                                        instanceof
                                        com.tngtech.archunit.core.domain.AccessTarget
                                                        .ConstructorCallTarget
                                                made
                                && made.getRawParameterTypes().isEmpty();
                if (FORBIDDEN_CALLS.contains(target) || unseeded) {
                    wrong.add(access.getDescription());
                }
            }
        }
        none(
                "a pure package gets time, chance and bytes as arguments: only so does one seed"
                        + " replay a whole mesh",
                wrong);
    }

    @Test
    void purePackagesDoNotWalkHashCollections() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : classes) {
            if (PackageTable.purePackages().contains(type.getPackageName())) {
                wrong.addAll(HashOrder.walks(model(type)));
            }
        }
        none(
                "the order of a hash collection is no function of its content, so what is computed"
                    + " in that order differs between nodes: use TreeMap, LinkedHashMap or a sorted"
                    + " list",
                wrong);
    }

    @Test
    void librariesStayInTheirLayer() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : classes) {
            PackageTable.Row row = PackageTable.of(type.getPackageName());
            for (Dependency edge : type.getDirectDependenciesFromSelf()) {
                String to = edge.getTargetClass().getBaseComponentType().getPackageName();
                for (Map.Entry<String, List<String>> library : LIBRARIES.entrySet()) {
                    if ((to.equals(library.getKey()) || to.startsWith(library.getKey() + "."))
                            && row != null
                            && !library.getValue().contains(row.name())) {
                        wrong.add(
                                row.name()
                                        + " -> "
                                        + library.getKey()
                                        + ": "
                                        + edge.getDescription());
                    }
                }
            }
        }
        none(
                "a library is wrapped by the packages named for it, so that it can be replaced, and"
                        + " mended against, in one place",
                wrong);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : classes) {
            JavaPackage home = type.getPackage();
            if (!home.isAnnotatedWith(NullMarked.class)) {
                wrong.add(home.getName());
            }
        }
        none(
                "without @NullMarked in package-info the null checker skips a package in silence",
                wrong);
    }

    @Test
    void theScannersSeeWhatTheyLookFor() {
        assertEquals(
                4,
                HashOrder.walks(model(Planted.class)).size(),
                () -> "" + HashOrder.walks(model(Planted.class)));
        assertEquals(
                3,
                MutableStatics.in(model(Planted.class)).size(),
                () -> "" + MutableStatics.in(model(Planted.class)));
        assertTrue(impure(new ClassFileImporter().importClass(java.io.File.class)));
        assertTrue(
                impure(new ClassFileImporter().importClass(java.util.concurrent.Executors.class)));
        assertFalse(
                impure(new ClassFileImporter().importClass(java.io.ByteArrayOutputStream.class)));
        PackageTable.Row change =
                java.util.Objects.requireNonNull(PackageTable.of("dev.musher.crdt.change"));
        assertFalse(PackageTable.allows(change, "dev.musher.node.store"));
        assertFalse(PackageTable.allows(change, "dev.musher.crdt"));
    }

    /**
     * Four walks over hash collections, one over an ordered map, two that are sorted at once; three
     * statics that can change and one that cannot.
     */
    @SuppressWarnings({
        "unused",
        "UnusedVariable",
        "NonFinalStaticField",
        "MutablePublicArray",
        "EffectivelyPrivate"
    })
    private static final class Planted {
        static int counter;
        public static final int[] SHARED = {1};
        private static final Map<String, String> CACHE = new HashMap<>();
        private static final List<String> FIXED = List.of("a");

        private final Map<String, Integer> byName = new HashMap<>();
        private final HashMap<String, Integer> typed = new HashMap<>();

        int walk() {
            int sum = 0;
            Map<String, Integer> ordered = new java.util.TreeMap<>(Map.of("a", 1));
            for (int value : ordered.values()) {
                sum += value;
            }
            for (int value : byName.values()) {
                sum += value;
            }
            Set<Integer> local = Set.of(1, 2);
            for (int value : local) {
                sum += value;
            }
            sum += typed.keySet().size();
            sum += new TreeSet<>(typed.values()).getFirst();
            sum +=
                    typed.entrySet().stream()
                            .filter(e -> e.getValue() > 1)
                            .sorted(Map.Entry.comparingByKey())
                            .toList()
                            .size();
            typed.forEach((key, value) -> byName.put(key, value + 1));
            return sum + byName.get("a");
        }
    }

    private static DescribedPredicate<JavaClass> equivalentTo(String name) {
        return DescribedPredicate.describe(name, type -> type.getName().equals(name));
    }

    private static boolean impure(JavaClass type) {
        String name = type.getName();
        if (IO_IN_MEMORY.contains(name)
                || CONCURRENT_WITHOUT_THREADS.contains(name)
                || name.startsWith("java.util.concurrent.atomic.")) {
            return false;
        }
        if (FORBIDDEN_TYPES.contains(name)) {
            return true;
        }
        for (String forbidden : FORBIDDEN_PACKAGES) {
            if (type.getPackageName().equals(forbidden)
                    || type.getPackageName().startsWith(forbidden + ".")) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> each(JavaClasses classes, Function<JavaClass, List<String>> rule) {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : classes) {
            found.addAll(rule.apply(type));
        }
        return found;
    }

    private static ClassModel model(JavaClass type) {
        return model(type.getName());
    }

    private static ClassModel model(Class<?> type) {
        return model(type.getName());
    }

    private static ClassModel model(String binaryName) {
        try (InputStream in =
                ArchitectureTest.class
                        .getClassLoader()
                        .getResourceAsStream(binaryName.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new IllegalStateException("no class file of " + binaryName);
            }
            return ClassFile.of().parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void none(String why, Set<String> wrong) {
        assertTrue(
                wrong.isEmpty(),
                () ->
                        wrong.size()
                                + " breaches. Why this rule: "
                                + why
                                + ".\n  "
                                + String.join("\n  ", wrong));
    }
}
