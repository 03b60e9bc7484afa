package dev.musher.node.http;

import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Column;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.HistoryEntry;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.VoidOp;
import dev.musher.node.web.Answer;
import dev.musher.node.web.BatchStream;
import dev.musher.node.web.Exchange;
import dev.musher.node.web.Route;
import dev.musher.protocol.json.ChangeView;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.CommandReader;
import dev.musher.protocol.json.ItemView;
import dev.musher.protocol.json.JsonOut;
import dev.musher.protocol.json.Names;
import dev.musher.protocol.json.Verb;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Board, items and what can be done with them. Confined to the server's event loop. */
final class ItemRoutes {

    /**
     * Past boards at once, and the threads that make them: each folds the whole history anew, so
     * they have threads of their own, that events and present reads need not wait.
     */
    private static final int PASTS_MAX = 8;

    private static final int PAST_THREADS = 2;

    private static final int LIMIT = 100;
    private static final int LIMIT_MAX = 1_000;
    private static final int Q_CHARS = 300;

    private final Routes shared;
    private final Vertx vertx;
    private final BoardCache board;
    private @Nullable WorkerExecutor pastThreads;
    private int pasts;

    ItemRoutes(Routes shared, Vertx vertx) {
        this.shared = shared;
        this.vertx = vertx;
        this.board = new BoardCache(shared.backend());
    }

    List<Route> routes() {
        String items = "/api/v1/items";
        String item = items + "/{ref}";
        return List.of(
                Route.get("/api/v1/board", this::board),
                Route.get(items, this::list),
                Route.json(HttpMethod.POST, items, x -> shared.write(x, Verb.CREATE, null, 201)),
                Route.get(item, this::show),
                on(HttpMethod.PATCH, item, Verb.EDIT),
                Route.json(HttpMethod.DELETE, item, this::delete),
                on(HttpMethod.POST, item + "/events", Verb.EVENT),
                on(HttpMethod.POST, item + "/settle", Verb.SETTLE),
                on(HttpMethod.POST, item + "/notes", Verb.NOTE),
                Route.json(HttpMethod.PATCH, item + "/notes/{note}", this::editNote),
                on(HttpMethod.POST, item + "/restore", Verb.RESTORE),
                on(HttpMethod.POST, item + "/check", Verb.CHECK),
                on(HttpMethod.POST, item + "/count", Verb.COUNT),
                Route.json(HttpMethod.POST, item + "/adopt", this::adopt).forPersons(),
                Route.get(item + "/history", this::history),
                Route.get(item + "/conflicts", this::conflicts),
                Route.get(item + "/why", this::why),
                Route.get("/api/v1/conflicts", this::allConflicts),
                new Route(
                        HttpMethod.POST,
                        "/api/v1/batch",
                        Route.Access.SIGNED_IN,
                        Route.Body.LINES,
                        this::batch));
    }

    private Route on(HttpMethod method, String template, Verb verb) {
        return Route.json(method, template, x -> shared.write(x, verb, x.path("ref"), 200));
    }

    private void board(Exchange exchange) {
        String at = exchange.query("at");
        if (at != null) {
            past(exchange, Routes.moment("at", at));
            return;
        }
        Answer ready = board.ready();
        if (ready != null) {
            exchange.answer(ready);
        } else {
            exchange.blocking(board::now);
        }
    }

    private void past(Exchange exchange, long moment) {
        if (pasts == PASTS_MAX) {
            exchange.problem(
                    Code.BUSY,
                    PASTS_MAX + " past boards are being made, the most at once: try again soon.");
            return;
        }
        WorkerExecutor threads = pastThreads;
        if (threads == null) {
            threads = vertx.createSharedWorkerExecutor("past-boards", PAST_THREADS);
            pastThreads = threads;
        }
        pasts++;
        exchange.later(
                threads.<Answer>executeBlocking(() -> Answer.json(board.past(moment)), false)
                        .map(Objects::requireNonNull)
                        .onComplete(made -> pasts--));
    }

    private void list(Exchange exchange) {
        String q = exchange.query("q");
        if (q != null && q.length() > Q_CHARS) {
            throw new Malformed("q: at most " + Q_CHARS + " characters");
        }
        ItemQuery query =
                new ItemQuery(
                        column(exchange.query("column")),
                        type(exchange.query("type")),
                        q == null ? null : q.strip().toLowerCase(Locale.ROOT),
                        exchange.query("label"),
                        exchange.query("assignee"),
                        exchange.query("cursor"),
                        (int) exchange.query("limit", LIMIT, 1, LIMIT_MAX));
        exchange.blocking(() -> Answer.json(query.answer(shared.backend())));
    }

    private void show(Exchange exchange) {
        shared.item(
                exchange,
                false,
                (state, item) ->
                        new Answer.Json(
                                200,
                                new ItemView(shared.backend().names(state))
                                        .whole(item, shared.source()),
                                null));
    }

    private void delete(Exchange exchange) {
        String seen = exchange.query("seen");
        if (seen != null && exchange.body().length == 0) {
            shared.submit(exchange, new Command.Delete(exchange.path("ref"), seen), 200);
        } else {
            shared.write(exchange, Verb.DELETE, exchange.path("ref"), 200);
        }
    }

    private void editNote(Exchange exchange) {
        Command given = CommandReader.body(Verb.NOTE, exchange.path("ref"), exchange.body());
        if (given instanceof Command.Note note) {
            shared.submit(
                    exchange,
                    new Command.EditNote(note.ref(), exchange.path("note"), note.text()),
                    200);
        }
    }

    private void adopt(Exchange exchange) {
        switch (shared.backend().meant(shared.backend().published(), exchange.path("ref"), true)) {
            case Backend.Meant.Not not -> exchange.problem(not.refused());
            case Backend.Meant.Found found -> shared.write(exchange, Verb.ADOPT, null, 200);
        }
    }

    /** What does not count is known to the core alone, and asked for only where there is some. */
    private void history(Exchange exchange) {
        Published state = shared.backend().published();
        switch (shared.backend().meant(state, exchange.path("ref"), true)) {
            case Backend.Meant.Not not -> exchange.problem(not.refused());
            case Backend.Meant.Found found -> {
                Item item = found.item();
                if (!item.hasVoid()) {
                    exchange.blocking(() -> history(state, item, Map.of()));
                    return;
                }
                exchange.later(
                        Future.fromCompletionStage(shared.backend().voided())
                                .compose(all ->
                                        vertx.executeBlocking(
                                                () -> history(state, item, reasons(all)), false)));
            }
        }
    }

    private static Map<Ref, String> reasons(List<VoidOp> all) {
        Map<Ref, String> out = new HashMap<>();
        all.forEach(one -> out.put(one.ref(), ProjectRoutes.reason(one.verdict())));
        return out;
    }

    private Answer history(Published state, Item item, Map<Ref, String> reasons) {
        Names names = shared.backend().names(state);
        ChangeView view = new ChangeView(names);
        JsonOut out = new JsonOut(4096);
        out.object()
                .member("id", item.key().shortId())
                .member("ref", names.reference(item.key()))
                .name("history")
                .array();
        for (HistoryEntry entry : shared.backend().history(item.key())) {
            Ref ref = new Ref(entry.change().id(), entry.index());
            view.entry(out, entry.change(), entry.index(), entry.written(), reasons.get(ref));
        }
        return Answer.json(out.endArray().endObject().toBytes());
    }

    private void conflicts(Exchange exchange) {
        shared.item(
                exchange,
                true,
                (state, item) ->
                        Answer.json(
                                new ItemView(shared.backend().names(state))
                                        .conflicts(List.of(item), shared.source())));
    }

    private void allConflicts(Exchange exchange) {
        exchange.blocking(() -> Answer.json(ItemQuery.conflicts(shared)));
    }

    private void why(Exchange exchange) {
        shared.item(
                exchange,
                false,
                (state, item) ->
                        Answer.json(Why.answer(state, item, shared.backend().names(state))));
    }

    private void batch(Exchange exchange) {
        new BatchStream(
                        vertx,
                        exchange,
                        (commands, key) -> shared.backend().submit(exchange.actor(), commands, key))
                .start();
    }

    private static @Nullable Column column(@Nullable String word) {
        if (word == null) {
            return null;
        }
        for (Column column : Column.values()) {
            if (column.word().equals(word)) {
                return column;
            }
        }
        throw new Malformed(
                "column: one of " + Arrays.stream(Column.values()).map(Column::word).toList());
    }

    private static @Nullable String type(@Nullable String word) {
        if (word != null && !CommandReader.TYPES.contains(word)) {
            throw new Malformed("type: one of " + CommandReader.TYPES);
        }
        return word;
    }
}
