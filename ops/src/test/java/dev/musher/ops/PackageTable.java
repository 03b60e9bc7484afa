package dev.musher.ops;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The package table of the design: what may depend on what, and which packages are pure. A row is
 * one package; its edges are named in full, except for the prefixes that end in {@code ..}.
 * Immutable.
 */
final class PackageTable {

    /**
     * One row.
     *
     * @param name the package, without {@code dev.musher.}
     * @param pure no I/O, clock, thread, random or logger inside
     * @param mayUse the packages of this project it may depend on, besides itself
     */
    record Row(String name, boolean pure, Set<String> mayUse) {}

    static final String BASE = "dev.musher.";

    private static final List<Row> ROWS =
            List.of(
                    // The change knows nothing above it; merge rules know changes; items and
                    // membership know both, not each other.
                    pure("crdt.change"),
                    pure("crdt.type", "crdt.change"),
                    pure("crdt.pipeline", "crdt.change", "crdt.type"),
                    pure("crdt.access", "crdt.change", "crdt.type"),
                    pure("crdt", "crdt.."),
                    pure("protocol.crypto", "crdt.change"),
                    pure("protocol.codec", "crdt..", "protocol.crypto"),
                    pure("protocol.json", "crdt..", "protocol.codec", "protocol.crypto"),
                    pure("protocol.sync", "crdt..", "protocol.codec", "protocol.crypto"),
                    pure("protocol", "crdt..", "protocol.."),
                    // The store keeps bytes: it knows ids, not items.
                    io("node.store", "crdt.change"),
                    pure("node.replica", "crdt..", "protocol..", "node.store"),
                    pure("node.work", "crdt..", "protocol..", "node.replica"),
                    // Certificates: who is believed is the handshake's to say.
                    io("node.tls", "protocol.sync"),
                    // Who is let in uncounted is for sockets and HTTP alike.
                    pure("node.net"),
                    io("node.link", "crdt..", "protocol..", "node.net", "node.replica", "node.tls"),
                    io("node.agent", "crdt..", "protocol..", "node.work"),
                    io("node.git", "crdt..", "protocol..", "node.work"),
                    // What every HTTP server shares: it knows callers, refusals and how a store
                    // fails, not items.
                    io(
                            "node.web",
                            "crdt.change",
                            "protocol.json",
                            "node.net",
                            "node.store",
                            "node.tls"),
                    io(
                            "node.http",
                            "crdt..",
                            "protocol..",
                            "node.replica",
                            "node.store",
                            "node.tls",
                            "node.web"),
                    io("node.verify", "crdt..", "protocol..", "node.replica", "node.store"),
                    io("node", "crdt..", "protocol..", "node.."),
                    // A reader of projects: it hosts replicas and mounts their routes as a node
                    // does;
                    // which classes of node are not for it, ArchitectureTest says.
                    pure("gateway.view", "crdt..", "protocol..", "node.replica"),
                    io(
                            "gateway.http",
                            "crdt..",
                            "protocol..",
                            "node",
                            "node.http",
                            "node.replica",
                            "node.tls",
                            "node.web",
                            "gateway.view",
                            "gateway"),
                    io(
                            "gateway",
                            "crdt..",
                            "protocol..",
                            "node",
                            "node.http",
                            "node.link",
                            "node.replica",
                            "node.store",
                            "node.tls",
                            "node.web",
                            "gateway.."),
                    pure(
                            "ops.sim",
                            "crdt..",
                            "protocol..",
                            "node.replica",
                            "node.store",
                            "node.work"),
                    io("ops.imports", "crdt..", "protocol.."),
                    io("ops.model", "crdt..", "protocol.."),
                    io(
                            "ops.mutants",
                            "crdt",
                            "crdt.change",
                            "protocol.codec",
                            "protocol.sync",
                            "node.replica",
                            "ops.sim"),
                    io("ops.cli", "crdt..", "protocol..", "node..", "gateway..", "ops.."),
                    io("ops.bench", "crdt..", "protocol..", "node..", "gateway..", "ops.."),
                    io("ops.attack", "crdt..", "protocol..", "ops.cli"),
                    io("ops.load", "crdt..", "protocol..", "node..", "gateway..", "ops.."),
                    io("ops.fuzz", "crdt..", "protocol..", "node..", "ops.cli", "ops.imports"),
                    io("ops.demo", "crdt..", "protocol..", "node..", "gateway..", "ops.."),
                    io("ops"));

    private PackageTable() {}

    /** The row of a package, or null where the table has none. */
    static @org.jspecify.annotations.Nullable Row of(String packageName) {
        for (Row row : ROWS) {
            if (packageName.equals(BASE + row.name())) {
                return row;
            }
        }
        return null;
    }

    /** Full names of the pure packages. */
    static Set<String> purePackages() {
        Set<String> names = new TreeSet<>();
        for (Row row : ROWS) {
            if (row.pure()) {
                names.add(BASE + row.name());
            }
        }
        return names;
    }

    /**
     * Whether a class in {@code from} may depend on one in {@code to}; both full names of packages
     * of this project.
     */
    static boolean allows(Row from, String to) {
        String name = to.substring(BASE.length());
        if (name.equals(from.name())) {
            return true;
        }
        for (String edge : from.mayUse()) {
            if (edge.endsWith("..")) {
                String prefix = edge.substring(0, edge.length() - 2);
                if (name.equals(prefix) || name.startsWith(prefix + ".")) {
                    return true;
                }
            } else if (name.equals(edge)) {
                return true;
            }
        }
        return false;
    }

    private static Row pure(String name, String... mayUse) {
        return new Row(name, true, Set.of(mayUse));
    }

    private static Row io(String name, String... mayUse) {
        return new Row(name, false, Set.of(mayUse));
    }
}
