package dev.musher.node.http;

import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.pipeline.Birth;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.HeadView;
import dev.musher.node.replica.PeerView;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.VoidOp;
import dev.musher.node.web.Answer;
import dev.musher.node.web.Exchange;
import dev.musher.node.web.Route;
import dev.musher.protocol.json.ChangeView;
import dev.musher.protocol.json.JsonIn;
import dev.musher.protocol.json.JsonOut;
import dev.musher.protocol.json.Names;
import dev.musher.protocol.sync.PeerAddress;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The project as a whole: digest, void work, peers, the dump. */
final class ProjectRoutes {

    private static final int ADDRESS_CHARS = 300;
    private static final int LABEL_CHARS = 300;

    private final Routes shared;

    ProjectRoutes(Routes shared) {
        this.shared = shared;
    }

    List<Route> routes() {
        return List.of(
                // Counts every item, which is too long for the event loop.
                Route.get("/api/v1/digest", x -> x.blocking(() -> Answer.json(digest(state())))),
                Route.get("/api/v1/void", this::voided),
                Route.get("/api/v1/peers", x -> x.answer(Answer.json(peers(state())))),
                Route.json(HttpMethod.POST, "/api/v1/peers", this::addPeer).forPersons(),
                Route.json(HttpMethod.DELETE, "/api/v1/peers/{address}", this::removePeer)
                        .forPersons(),
                Route.get("/api/v1/dump", x -> x.blocking(() -> Answer.json(dump()))));
    }

    private Published state() {
        return shared.backend().published();
    }

    private static byte[] digest(Published state) {
        JsonOut out = new JsonOut();
        out.object()
                .member("project", state.project().hex())
                .member("name", state.projectName())
                .member("digest", state.digest())
                .member("settling", state.settling())
                .member("items", count(state))
                .member("changes", state.changes())
                .member("items_with_void", state.itemsWithVoid())
                .member("cursor", state.cursor())
                .name("heads")
                .array();
        heads(out, state.heads());
        return out.endArray().endObject().toBytes();
    }

    static void heads(JsonOut out, List<HeadView> heads) {
        for (HeadView head : heads) {
            out.object()
                    .member("device", head.device().hex())
                    .member("epoch", HexFormat.of().toHexDigits(head.epoch()))
                    .member("seq", head.seq())
                    .member("id", head.id().hex())
                    .endObject();
        }
    }

    private static long count(Published state) {
        long[] live = {0};
        state.items().forEach((key, item) -> live[0] += item.deleted() ? 0 : 1);
        return live[0];
    }

    private void voided(Exchange exchange) {
        exchange.later(
                Future.fromCompletionStage(shared.backend().voided())
                        .map(all -> Answer.json(voided(all))));
    }

    private byte[] voided(List<VoidOp> all) {
        ChangeView view = new ChangeView(shared.backend().names(state()));
        JsonOut out = new JsonOut();
        out.object()
                .member("count", all.size())
                .member("more", all.size() >= VoidOp.LISTED_MAX)
                .name("void")
                .array();
        all.forEach(one ->
                view.voided(
                        out,
                        one.ref(),
                        one.wallMs(),
                        one.actor(),
                        one.device(),
                        one.op(),
                        reason(one.verdict())));
        return out.endArray().endObject().toBytes();
    }

    /** Why an op does not count, as a stable word. */
    static String reason(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    private static byte[] peers(Published state) {
        JsonOut out = new JsonOut();
        out.object().name("peers").array();
        for (PeerView peer : state.peers()) {
            out.object()
                    .member("address", peer.address())
                    .member("device", peer.device() == null ? null : peer.device().hex())
                    .member("state", peer.state().name().toLowerCase(Locale.ROOT))
                    .member("outgoing", peer.outgoing());
            time(out, "in_sync_at", peer.inSyncAtMs());
            out.member("detail", peer.detail())
                    .member("bytes_in", peer.progress().bytesIn())
                    .member("bytes_out", peer.progress().bytesOut())
                    .member("legs", peer.progress().legs())
                    .endObject();
        }
        return out.endArray().endObject().toBytes();
    }

    static void time(JsonOut out, String name, @Nullable Long ms) {
        out.name(name);
        if (ms == null) {
            out.nothing();
        } else {
            out.time(ms);
        }
    }

    private void addPeer(Exchange exchange) {
        String address = texts(exchange.body(), List.of("address")).get("address");
        if (address == null) {
            throw new Malformed("address: missing; wss://HOST:PORT");
        }
        PeerAddress given = PeerAddress.given(address);
        if (given == null) {
            throw new Malformed(
                    "address: expected wss://HOST:PORT, or HOST:PORT of this machine; without TLS"
                            + " no other machine is dialled");
        }
        Routes.told(
                exchange,
                shared.backend().addPeer(given.toString()),
                text -> peer(201, given.toString()));
    }

    private void removePeer(Exchange exchange) {
        String path = exchange.path("address");
        PeerAddress given = PeerAddress.given(path);
        boolean listed =
                shared.backend().published().peers().stream()
                        .anyMatch(p -> p.address().equals(path));
        // What is listed is removed as it stands there, whoever wrote it how.
        String address = given == null || listed ? path : given.toString();
        Routes.told(exchange, shared.backend().removePeer(address), text -> peer(200, address));
    }

    private static Answer peer(int status, String address) {
        byte[] json = new JsonOut().object().member("address", address).endObject().toBytes();
        return new Answer.Json(status, json, null);
    }

    /** A small object of texts. */
    static Map<String, String> texts(byte[] body, List<String> names) {
        Map<String, String> out = new HashMap<>();
        JsonIn in = JsonIn.of(body);
        in.object(
                "body",
                name -> {
                    if (!names.contains(name)) {
                        throw new Malformed(
                                name
                                        + ": not a member here, which takes "
                                        + String.join(", ", names));
                    }
                    out.put(name, in.text(name, Math.max(ADDRESS_CHARS, LABEL_CHARS)));
                });
        in.end();
        return out;
    }

    /**
     * Everything that matters when nodes disagree: each item, deleted ones too, with its version.
     */
    private byte[] dump() {
        Published state = state();
        Names names = shared.backend().names(state);
        JsonOut out = new JsonOut(64 * 1024);
        out.object()
                .member("project", state.project().hex())
                .member("device", state.device().hex())
                .member("digest", state.digest())
                .member("changes", state.changes())
                .member("cursor", state.cursor())
                .name("heads")
                .array();
        heads(out, state.heads());
        out.endArray().name("items").array();
        state.items().forEach((key, item) -> dumped(out, item, names));
        return out.endArray().endObject().toBytes();
    }

    private static void dumped(JsonOut out, Item item, Names names) {
        Birth birth = item.birth();
        Origin origin = birth == null ? null : birth.origin();
        out.object()
                .member("key", item.key().text())
                .member("ref", names.reference(item.key()))
                .member("number", item.number())
                .member("name", item.name())
                .member("stage", item.stage() == null ? null : item.stage().name().word())
                .member("deleted", item.deleted())
                .member("has_void", item.hasVoid())
                .member("conflicts", item.conflicts().size())
                .member(
                        "origin",
                        origin == null ? "unknown" : origin.kind().word() + ":" + origin.id())
                .member("version", item.version())
                .endObject();
    }
}
