package dev.musher.node.store;

import static dev.musher.node.store.StoreContractTest.key;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rocksdb.RocksDB;

/** A second process that uses a store, told what to do by its arguments, answering by lines. */
final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private Child(Process process) {
        this.process = process;
        this.lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static Child start(String... arguments) throws IOException {
        return start(List.of(), arguments);
    }

    /** Starts it behind a command that ends in running its arguments. */
    static Child start(List<String> before, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath()));
        command.add(Child.class.getName());
        command.addAll(List.of(arguments));
        return new Child(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** Its next line; null at its end. */
    String line() throws IOException {
        return lines.readLine();
    }

    long pid() {
        return process.pid();
    }

    /** As kill -9 does. What it had said before can still be read. */
    void kill() {
        // Not Process.destroyForcibly, which closes the streams.
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    /**
     * {@code hold DIR}: opens, says "open", holds on until killed. {@code open DIR}: opens and
     * closes, says "open" or the refusal. {@code write DIR FIRST}: writes rows, one line for each
     * that is acknowledged, until killed or refused; then says how a second try and a read end.
     */
    public static void main(String[] arguments) throws IOException {
        Path dir = Path.of(arguments[1]);
        try (RocksStore store = RocksStore.open(dir, SmallStores.options())) {
            switch (arguments[0]) {
                case "hold" -> {
                    System.out.println("open");
                    System.in.read();
                }
                case "open" -> System.out.println("open");
                case "write" -> write(store, Integer.parseInt(arguments[2]));
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        } catch (StoreException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private static void write(RocksStore store, int first) {
        int next = first;
        try {
            while (true) {
                store.commit(KillTest.batch(next));
                System.out.println(next++);
                System.out.flush();
            }
        } catch (StoreFailedException e) {
            System.out.println("failed, now " + store.health().state());
        }
        try {
            store.commit(KillTest.batch(next));
            System.out.println("written");
        } catch (StoreFailedException e) {
            System.out.println("refused");
        }
        System.out.println(store.get(Table.META, key("last")) == null ? "unread" : "read");
    }

    /** Where our classes, those of the tests and RocksDB are, also when they are modules. */
    private static String classPath() {
        return Stream.of(Child.class, RocksStore.class, RocksDB.class)
                .map(Child::rootOf)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String rootOf(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        URL url = type.getResource("/" + name);
        String text = String.valueOf(url);
        String root = text.substring(0, text.length() - name.length());
        if (root.startsWith("jar:")) {
            root = root.substring("jar:".length(), root.length() - "!/".length());
        }
        return Path.of(URI.create(root)).toString();
    }
}
