package dev.musher.ops.load;

import dev.musher.ops.cli.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A network of its own for each of some nodes, and a bridge between them (Linux, {@code ip}): one
 * node cannot reach another but over it. Packets of one direction are lost by naming a wrong
 * neighbour in the sender's network, which needs no kernel module that machines may lack (netem,
 * netfilter). Not thread safe.
 */
final class Namespaces implements AutoCloseable {

    /** Of the range for measurements (RFC 2544), which nobody routes. */
    private static final String NETWORK = "198.18.";

    private static final String NOBODY = "02:6d:73:00:00:ff";

    private final int count;
    private final String prefix;
    private final int network;

    private Namespaces(int count) {
        this.count = count;
        long pid = ProcessHandle.current().pid();
        this.prefix = "ms" + pid % 100_000;
        this.network = (int) (pid % 250);
    }

    /** A packet's way from one node to another. */
    record Way(int from, int to) implements Comparable<Way> {
        @Override
        public int compareTo(Way other) {
            return from == other.from
                    ? Integer.compare(to, other.to)
                    : Integer.compare(from, other.from);
        }
    }

    /**
     * Makes them.
     *
     * @throws Failure where this machine or user cannot, with what it takes
     */
    static Namespaces open(int count) throws IOException, InterruptedException {
        if (!System.getProperty("os.name", "").startsWith("Linux")
                || !Files.isExecutable(Path.of("/usr/sbin/ip"))
                        && !Files.isExecutable(Path.of("/sbin/ip"))) {
            throw new Failure(
                    Failure.USAGE,
                    "a soak of a mesh takes network namespaces: run it on Linux, with the program"
                            + " `ip` (package iproute2)");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new Failure(
                    Failure.USAGE,
                    "a soak of a mesh makes network namespaces, which takes root: run it as root"
                            + " (`sudo`), in a machine or container of its own");
        }
        Namespaces made = new Namespaces(count);
        boolean whole = false;
        try {
            made.make();
            whole = true;
            return made;
        } finally {
            if (!whole) {
                made.close();
            }
        }
    }

    private void make() throws IOException, InterruptedException {
        String bridge = prefix + "b";
        ip("link", "add", bridge, "type", "bridge");
        ip("addr", "add", address(-1) + "/24", "dev", bridge);
        ip("link", "set", bridge, "up");
        for (int i = 0; i < count; i++) {
            ip("netns", "add", name(i));
            ip("link", "add", wire(i), "type", "veth", "peer", "name", "eth0", "netns", name(i));
            ip("link", "set", wire(i), "master", bridge, "up");
            ip("-n", name(i), "link", "set", "eth0", "address", mac(i));
            ip("-n", name(i), "addr", "add", address(i) + "/24", "dev", "eth0");
            ip("-n", name(i), "link", "set", "lo", "up");
            ip("-n", name(i), "link", "set", "eth0", "up");
        }
        lose(new TreeSet<>());
    }

    /** Address of a node. */
    String address(int node) {
        return NETWORK + network + "." + (node + 11);
    }

    /** Words before a command that run it in the network of a node. */
    List<String> inside(int node) {
        return List.of("ip", "netns", "exec", name(node));
    }

    /** From now on just these ways lose every packet. */
    void lose(Set<Way> ways) throws IOException, InterruptedException {
        for (int from = 0; from < count; from++) {
            StringBuilder batch = new StringBuilder();
            for (int to = 0; to < count; to++) {
                if (to != from) {
                    batch.append("neigh replace ").append(address(to)).append(" lladdr ");
                    batch.append(ways.contains(new Way(from, to)) ? NOBODY : mac(to));
                    batch.append(" nud permanent dev eth0\n");
                }
            }
            run(batch.toString(), List.of("ip", "-n", name(from), "-batch", "-"));
        }
    }

    /** Takes the wire of a node out, or puts it back. */
    void wire(int node, boolean up) throws IOException, InterruptedException {
        ip("link", "set", wire(node), up ? "up" : "down");
    }

    /** Takes all of it away; what is there no more is passed over. */
    @Override
    public void close() throws IOException {
        try {
            for (int i = 0; i < count; i++) {
                exit("", List.of("ip", "link", "del", wire(i)));
                exit("", List.of("ip", "netns", "del", name(i)));
            }
            exit("", List.of("ip", "link", "del", prefix + "b"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String name(int node) {
        return prefix + "n" + node;
    }

    private String wire(int node) {
        return prefix + "w" + node;
    }

    private static String mac(int node) {
        return "02:6d:73:00:00:%02x".formatted(node + 1);
    }

    private static void ip(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(Arrays.asList(words));
        run("", command);
    }

    private static void run(String input, List<String> command)
            throws IOException, InterruptedException {
        if (exit(input, command) != 0) {
            throw new Failure(
                    Failure.FAILED,
                    "`"
                            + String.join(" ", command)
                            + "` failed: this user or container may not make networks (it takes"
                            + " root with CAP_NET_ADMIN and CAP_SYS_ADMIN)");
        }
    }

    private static int exit(String input, List<String> command)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.US_ASCII));
        }
        return process.waitFor();
    }
}
