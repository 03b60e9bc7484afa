package dev.musher.node.http;

import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Signature;
import dev.musher.node.web.Answer;
import dev.musher.node.web.Exchange;
import dev.musher.node.web.Route;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import dev.musher.protocol.json.ChangeView;
import dev.musher.protocol.json.JsonIn;
import dev.musher.protocol.json.JsonOut;
import dev.musher.protocol.json.Names;
import io.vertx.core.http.HttpMethod;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** What concerns this home and nobody else: export, backup, being offline. */
final class HomeRoutes {

    private static final int EXPORT_MAX = 2_000;
    private static final int PATH_CHARS = 4_000;

    private final Routes shared;

    HomeRoutes(Routes shared) {
        this.shared = shared;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/export", this::export).forPersons(),
                Route.json(HttpMethod.POST, "/api/v1/backup", this::backup).forPersons(),
                Route.json(HttpMethod.POST, "/api/v1/offline", this::offline).forPersons());
    }

    /**
     * A page: {@code {changes:[{id, bytes, outline, signature, view}], next}}. Where outline is
     * true, bytes are header and outline of a change, not the change. Bytes and signature are
     * base64; a signature is null where a later one of the same chain covers the change, and has
     * behind its 64 bytes the headers that lead to it where those later changes may be missing.
     */
    private void export(Exchange exchange) {
        long after = exchange.query("after", 0, 0, Long.MAX_VALUE / 2);
        int limit = (int) exchange.query("limit", EXPORT_MAX, 1, EXPORT_MAX);
        exchange.blocking(() -> Answer.json(page(after, limit)));
    }

    private byte[] page(long after, int limit) {
        Names names = shared.backend().names(shared.backend().published());
        ChangeView view = new ChangeView(names);
        List<Signed> page = shared.backend().exported(after, limit);
        JsonOut out = new JsonOut(64 * 1024);
        out.object().name("changes").array();
        for (Signed signed : page) {
            Signature signature = signed.signature();
            out.object()
                    .member("id", signed.change().id().hex())
                    .member("bytes", base64(signed.change().bytes()))
                    .member("outline", signed.change().isOutline())
                    .member(
                            "signature",
                            signature == null
                                    ? null
                                    : base64(SignedCodec.proof(signature, signed.links())))
                    .name("view");
            view.change(out, signed.change());
            out.endObject();
        }
        out.endArray().name("next");
        if (page.isEmpty()) {
            out.nothing();
        } else {
            out.value(after + page.size());
        }
        return out.endObject().toBytes();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private void backup(Exchange exchange) {
        String folder = folder(exchange.body());
        Path path = path(folder);
        exchange.blocking(() ->
                switch (shared.backend().backup(path)) {
                    case Backend.Told.Not not -> new Answer.Problem(not.refused());
                    case Backend.Told.Done done ->
                            Answer.json(
                                    new JsonOut()
                                            .object()
                                            .member("folder", done.text())
                                            .endObject()
                                            .toBytes());
                });
    }

    private static Path path(String folder) {
        Path path;
        try {
            path = Path.of(folder);
        } catch (InvalidPathException e) {
            throw new Malformed("folder: not a path here: " + e.getReason());
        }
        if (!path.isAbsolute()) {
            throw new Malformed("folder: expected an absolute path");
        }
        return path;
    }

    private void offline(Exchange exchange) {
        boolean offline = isOffline(exchange.body());
        Routes.told(
                exchange,
                shared.backend().offline(offline),
                text ->
                        Answer.json(
                                new JsonOut()
                                        .object()
                                        .member("offline", offline)
                                        .endObject()
                                        .toBytes()));
    }

    private static String folder(byte[] body) {
        String[] out = new String[1];
        JsonIn in = JsonIn.of(body);
        in.object(
                "body",
                name -> {
                    only("folder", name);
                    out[0] = in.name(name, PATH_CHARS);
                });
        in.end();
        if (out[0] == null) {
            throw new Malformed("folder: missing");
        }
        return out[0];
    }

    private static boolean isOffline(byte[] body) {
        Boolean[] out = new Boolean[1];
        JsonIn in = JsonIn.of(body);
        in.object(
                "body",
                name -> {
                    only("offline", name);
                    out[0] = in.flag(name);
                });
        in.end();
        if (out[0] == null) {
            throw new Malformed("offline: missing; true or false");
        }
        return out[0];
    }

    private static void only(String expected, String name) {
        if (!name.equals(expected)) {
            throw new Malformed(name + ": not a member here, which takes " + expected);
        }
    }
}
