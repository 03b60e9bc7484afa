package dev.musher.ops.load;

import dev.musher.node.HomeBackup;
import dev.musher.node.HomeVerify;
import dev.musher.node.verify.Report;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What is done to homes while {@link KillPoints} kills. Stateless, but for what is prepared. */
final class Deeds {

    private static final String HOME = "home";
    private static final Map<String, String> NOTHING = Map.of();
    private static final String KEY = "points.once";
    private static final String QUOTED = "\"" + KEY + "\"";

    private final Prepared prepared;
    private final long readySMax;

    Deeds(Prepared prepared, long readySMax) {
        this.prepared = prepared;
        this.readySMax = readySMax;
    }

    /** All of them. */
    List<Deed> all() {
        return List.of(
                found(),
                start(),
                epoch(),
                new JoinDeed(prepared, false, readySMax),
                new JoinDeed(prepared, true, readySMax),
                write(),
                checkpoint(),
                compact(),
                invite(),
                rotate(),
                revoke(),
                backup(),
                restore(),
                rebuild(),
                repair(),
                raise(),
                restored("import"));
    }

    // ---- nodes -------------------------------------------------------------------------------

    /** The first start in an empty folder. */
    private Deed found() {
        return node(
                "found",
                folder -> Map.of("project", "points"),
                client -> {},
                (node, client) -> {
                    List<String> wrong = new ArrayList<>();
                    expect(
                            wrong,
                            "members",
                            2,
                            client.get("/api/v1/members").at("members").items().size());
                    expect(wrong, "mark that it is unused", false, node.home().unused());
                    return wrong;
                });
    }

    /** A start that reads the log of a killed one, and an end. */
    private Deed start() {
        return node("start", this::copy, client -> {}, (node, client) -> same(client));
    }

    /** The copy of a home opens an epoch of its own, and begins to write there. */
    private Deed epoch() {
        return node(
                "epoch",
                this::copy,
                client -> client.write("POST", "/api/v1/items", bug("in a fresh epoch")),
                (node, client) -> {
                    List<String> wrong = new ArrayList<>();
                    new History(wrong::add).read(client);
                    expect(wrong, "forks", 0, node.published().forks().size());
                    return wrong;
                });
    }

    /** A write that may be sent again. */
    private Deed write() {
        return new NodeDeed(
                "write",
                this::copy,
                client ->
                        client.write(
                                "POST",
                                "/api/v1/items",
                                "application/json",
                                Json.of(bug(KEY)).bytes(),
                                KEY),
                (node, client) -> times(client, QUOTED, 0, 1),
                (node, client) -> times(client, QUOTED, 1, 1),
                readySMax);
    }

    private Deed checkpoint() {
        return node(
                "checkpoint",
                this::copy,
                client -> client.write("POST", "/api/v1/checkpoints", Map.of()),
                (node, client) -> {
                    List<Json> there = client.get("/api/v1/checkpoints").at("checkpoints").items();
                    List<String> wrong = same(client);
                    expect(wrong, "a checkpoint", false, there.isEmpty());
                    return wrong;
                });
    }

    private Deed compact() {
        return node(
                "compact",
                this::copy,
                client -> {
                    client.write("POST", "/api/v1/checkpoints", Map.of());
                    client.write("POST", "/api/v1/compact", Map.of("keep_days", 0, "idle_days", 0));
                    client.write("POST", "/api/v1/compact", Map.of("shrink", true));
                },
                (node, client) -> same(client));
    }

    private Deed invite() {
        return node(
                "invite",
                this::copy,
                client -> client.write("POST", "/api/v1/invites", Map.of("role", "member")),
                (node, client) -> same(client));
    }

    private Deed rotate() {
        return node(
                "rotate",
                this::copy,
                client -> client.write("POST", "/api/v1/rotate", Map.of()),
                (node, client) -> {
                    List<String> wrong = new ArrayList<>();
                    long own = members(client, m -> !m.at("cut").flag() && m.at("self").flag());
                    expect(wrong, "keys of this device that may write", 1, own);
                    // The recovery key, the guest, and one of ours.
                    expect(
                            wrong,
                            "keys that may write",
                            3,
                            members(client, m -> !m.at("cut").flag()));
                    expect(
                            wrong,
                            "a next key",
                            false,
                            Files.exists(node.home().folder().resolve("device.key.next")));
                    client.write("POST", "/api/v1/items", bug("rotated"));
                    return wrong;
                });
    }

    private Deed revoke() {
        return node(
                "revoke",
                this::copy,
                client -> {
                    if (members(client, this::isCutGuest) == 0) {
                        client.write("POST", "/api/v1/revoke", Map.of("device", prepared.guest()));
                    }
                },
                (node, client) -> {
                    List<String> wrong = new ArrayList<>();
                    expect(wrong, "revoked guests", 1, members(client, this::isCutGuest));
                    wrong.addAll(times(client, "\"cut\"", 1, 1));
                    return wrong;
                });
    }

    // ---- commands ----------------------------------------------------------------------------

    private Deed backup() {
        return new CommandDeed(
                "backup",
                this::copy,
                folder -> words(folder, "backup", folder.resolve("backup").toString()),
                folder -> Files.exists(folder.resolve("backup")),
                folder -> {
                    List<String> wrong = unaltered(folder.resolve(HOME));
                    Path again = folder.resolve("again");
                    HomeBackup.restore(folder.resolve("backup"), again);
                    wrong.addAll(unaltered(again));
                    return wrong;
                });
    }

    private Deed restore() {
        return new CommandDeed(
                "restore",
                folder -> {},
                folder -> words(folder, "restore-home", prepared.backup().toString()),
                folder -> Files.exists(folder.resolve(HOME).resolve("store")),
                folder -> unaltered(folder.resolve(HOME)));
    }

    private Deed rebuild() {
        return onCopy("rebuild", "doctor", "--rebuild");
    }

    private Deed repair() {
        return onCopy("repair", "doctor", "--repair");
    }

    private Deed restored(String name) {
        return new CommandDeed(
                name,
                folder -> {},
                folder -> words(folder, name, prepared.export().toString()),
                folder -> Files.exists(folder.resolve(HOME).resolve("store")),
                folder -> unaltered(folder.resolve(HOME)));
    }

    /** A store of the first format, raised by whoever opens it. */
    private static Deed raise() {
        FormerHome former = FormerHome.all().getFirst();
        return new CommandDeed(
                "raise",
                folder -> former.unpack(folder.resolve(HOME)),
                folder ->
                        words(
                                folder,
                                "backup",
                                folder.resolve("backup-" + System.nanoTime()).toString()),
                folder -> false,
                folder -> {
                    List<String> wrong = new ArrayList<>();
                    for (String home : List.of(HOME, HOME + "/store.format-" + former.format())) {
                        Report found = HomeVerify.stopped(folder.resolve(home), told -> {});
                        wrong.addAll(well(folder.resolve(home)));
                        expect(
                                wrong,
                                "digest of " + home,
                                former.digest(),
                                String.valueOf(found.digest()));
                    }
                    return wrong;
                });
    }

    private Deed onCopy(String name, String... words) {
        return new CommandDeed(
                name,
                this::copy,
                folder -> words(folder, words),
                folder -> false,
                folder -> unaltered(folder.resolve(HOME)));
    }

    private static List<String> words(Path folder, String... words) {
        List<String> out = new ArrayList<>(List.of(words));
        out.add("--home");
        out.add(folder.resolve(HOME).toString());
        return out;
    }

    // ---- looks -------------------------------------------------------------------------------

    private NodeDeed node(
            String name, NodeDeed.Before before, NodeDeed.Request request, NodeDeed.Look whole) {
        return new NodeDeed(name, before, request, (node, client) -> List.of(), whole, readySMax);
    }

    private Map<String, String> copy(Path folder) throws IOException {
        prepared.copyTo(folder.resolve(HOME));
        return NOTHING;
    }

    /** What a verification finds in a home where nothing runs. */
    static List<String> well(Path home) throws InterruptedException {
        Report found = HomeVerify.stopped(home, told -> {});
        return found.isWell()
                ? List.of()
                : List.of("it does not verify: " + found.problems().getFirst());
    }

    private List<String> unaltered(Path home) throws InterruptedException {
        List<String> wrong = new ArrayList<>(well(home));
        Report found = HomeVerify.stopped(home, told -> {});
        expect(wrong, "digest", prepared.digest(), String.valueOf(found.digest()));
        expect(wrong, "changes", prepared.changes(), found.changes());
        return wrong;
    }

    private List<String> same(NodeClient client) {
        List<String> wrong = new ArrayList<>();
        expect(
                wrong,
                "digest",
                prepared.digest(),
                client.get("/api/v1/digest").at("digest").text());
        return wrong;
    }

    /** Whether what came after the beginning holds a text so often. */
    private List<String> times(NodeClient client, String text, long least, long most) {
        byte[] export = client.bytes("/api/v1/export?limit=2000&after=" + (prepared.changes() - 1));
        long there =
                new String(export, StandardCharsets.UTF_8).split(Pattern.quote(text), -1).length
                        - 1;
        return there >= least && there <= most
                ? List.of()
                : List.of(text + " is there " + there + " times");
    }

    private static Map<String, ?> bug(String name) {
        return Map.of(
                "type", "bug", "name", name, "origin", Map.of("kind", "test", "id", "points"));
    }

    private boolean isCutGuest(Json member) {
        return member.at("device").text().equals(prepared.guest()) && member.at("cut").flag();
    }

    private static long members(NodeClient client, Predicate<Json> which) {
        return client.get("/api/v1/members").at("members").items().stream().filter(which).count();
    }

    private static void expect(List<String> wrong, String what, Object due, Object found) {
        if (!due.toString().equals(found.toString())) {
            wrong.add(what + ": " + found + " where " + due + " was due");
        }
    }
}
