package dev.musher.node.http;

import dev.musher.crdt.change.Malformed;
import dev.musher.node.web.Answer;
import dev.musher.node.web.Exchange;
import dev.musher.node.web.Route;
import dev.musher.protocol.json.JsonIn;
import dev.musher.protocol.json.JsonOut;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Checkpoints, and dropping what was replaced below them: of this home and nobody else. */
final class CheckpointRoutes {

    private static final long DAY_MS = 86_400_000L;

    /** After so many days without a word a device is not waited for. */
    private static final int IDLE_DAYS = 30;

    /** For so many days after its checkpoint a text is kept. */
    private static final int KEEP_DAYS = 7;

    private static final int DAYS_MAX = 36_500;

    private final Routes shared;

    CheckpointRoutes(Routes shared) {
        this.shared = shared;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/checkpoints", this::list),
                Route.json(HttpMethod.POST, "/api/v1/checkpoints", this::write).forPersons(),
                Route.json(HttpMethod.POST, "/api/v1/compact", this::compact).forPersons());
    }

    private void list(Exchange exchange) {
        long idle = exchange.query("idle_days", IDLE_DAYS, 0, DAYS_MAX) * DAY_MS;
        Routes.told(exchange, shared.backend().checkpoints(idle), CheckpointRoutes::json);
    }

    private void write(Exchange exchange) {
        JsonIn in = JsonIn.of(exchange.body());
        in.object(
                "body",
                name -> {
                    throw new Malformed(name + ": not a member here, which takes none");
                });
        in.end();
        // What is replaced is found on a worker thread: that reads the whole store.
        exchange.blocking(() ->
                switch (Future.fromCompletionStage(shared.backend().checkpoint(exchange.actor()))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()) {
                    case Backend.Told.Not not -> new Answer.Problem(not.refused());
                    case Backend.Told.Done done -> json(done.text());
                });
    }

    private void compact(Exchange exchange) {
        Wish wish = new Wish();
        JsonIn in = JsonIn.of(exchange.body());
        in.object(
                "body",
                name -> {
                    switch (name) {
                        case "dry_run" -> wish.dryRun = in.flag(name);
                        case "shrink" -> wish.shrink = in.flag(name);
                        case "idle_days" -> wish.idleDays = in.number(name, 0, DAYS_MAX);
                        case "keep_days" -> wish.keepDays = in.number(name, 0, DAYS_MAX);
                        case "from" -> wish.from = in.number(name, 0, Integer.MAX_VALUE);
                        default -> throw new Malformed(name + ": not a member here");
                    }
                });
        in.end();
        if (wish.shrink) {
            exchange.blocking(() ->
                    Answer.json(
                            new JsonOut()
                                    .object()
                                    .member("disk_bytes", shared.backend().shrink())
                                    .endObject()
                                    .toBytes()));
            return;
        }
        Routes.told(
                exchange,
                shared.backend()
                        .compact(
                                wish.dryRun,
                                wish.idleDays * DAY_MS,
                                wish.keepDays * DAY_MS,
                                (int) wish.from),
                CheckpointRoutes::json);
    }

    /** What a body asks for. */
    private static final class Wish {
        private boolean dryRun;
        private boolean shrink;
        private long idleDays = IDLE_DAYS;
        private long keepDays = KEEP_DAYS;
        private long from;
    }

    private static Answer json(String text) {
        return Answer.json(text.getBytes(StandardCharsets.UTF_8));
    }
}
