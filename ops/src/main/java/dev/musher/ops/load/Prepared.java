package dev.musher.ops.load;

import dev.musher.crdt.change.Role;
import dev.musher.node.HomeBackup;
import dev.musher.node.Node;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreOptions;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What deeds begin with, made once: the home of an owner as a kill leaves it (table files, and a
 * log that is not in them yet), with one guest who never comes back; a backup and an export of it.
 * Values only.
 *
 * @param home to be copied
 * @param backup of the home
 * @param export of the home
 * @param digest of all three
 * @param changes in all three
 * @param guest the guest's device, in hexadecimal digits
 */
record Prepared(Path home, Path backup, Path export, String digest, long changes, String guest) {

    private static final int ITEMS = 200;

    /** Makes it in a folder. */
    static Prepared make(Path folder) throws IOException, InterruptedException {
        Path live = folder.resolve("live");
        Path home = folder.resolve("owner");
        Path backup = folder.resolve("backup");
        Path export = folder.resolve("export.ndjson");
        String guest;
        try (Node node = TwoNodes.start(live, Map.of("project", "points"))) {
            TwoNodes.write(node, ITEMS);
            String link = TwoNodes.invite(node, Role.MEMBER, "guest");
            try (Node joined = TwoNodes.start(folder.resolve("guest"), Map.of("join", link))) {
                guest = joined.device().hex();
                TwoNodes.untilEqual(node, joined);
            }
        }
        String digest;
        long changes;
        try (Node node = TwoNodes.start(live, Map.of());
                NodeClient client = new NodeClient(node.http().toString(), node.token())) {
            Json first = client.get("/api/v1/items?limit=1").at("items").items().getFirst();
            // Bodies that are replaced are what a compaction drops.
            for (int i = 0; i < 5; i++) {
                client.write(
                        "PATCH",
                        "/api/v1/items/" + first.at("id").text(),
                        Map.of("body", ("text " + i + " ").repeat(200)));
            }
            Folders.copy(live, home);
            digest = client.get("/api/v1/digest").at("digest").text();
            changes = client.get("/api/v1/digest").at("changes").number();
            List<String> lines = new ArrayList<>();
            client.get("/api/v1/export?limit=2000")
                    .at("changes")
                    .items()
                    .forEach(line -> lines.add(line.toString()));
            Files.write(export, lines);
        }
        try (RocksStore store = RocksStore.open(live.resolve("store"), StoreOptions.defaults())) {
            HomeBackup.create(live, store, backup);
        }
        return new Prepared(home, backup, export, digest, changes, guest);
    }

    /** A copy of the owner's home. */
    void copyTo(Path target) throws IOException {
        Folders.copy(home, target);
    }
}
