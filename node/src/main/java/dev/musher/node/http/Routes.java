package dev.musher.node.http;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.Published;
import dev.musher.node.web.Answer;
import dev.musher.node.web.Exchange;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.CommandReader;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.json.OutcomeView;
import dev.musher.protocol.json.Source;
import dev.musher.protocol.json.Verb;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the groups of routes share. Confined to the server's event loop. */
final class Routes {

    private final Backend backend;

    Routes(Backend backend) {
        this.backend = backend;
    }

    Backend backend() {
        return backend;
    }

    /** Reads the body as one command, hands it in and answers with its outcome. */
    void write(Exchange exchange, Verb verb, @Nullable String ref, int status) {
        byte[] body = exchange.body();
        byte[] json = body.length == 0 ? new byte[] {'{', '}'} : body;
        submit(exchange, CommandReader.body(verb, ref, json), status);
    }

    /** Hands a command in and answers with its outcome. */
    void submit(Exchange exchange, Command command, int status) {
        CompletionStage<List<Outcome>> outcomes =
                backend.submit(exchange.actor(), List.of(command), exchange.idempotencyKey());
        exchange.later(
                Future.fromCompletionStage(outcomes)
                        .map(done -> answer(done.getFirst(), status))
                        .recover(failure ->
                                Future.succeededFuture(
                                        Answer.problem(
                                                Code.OUTCOME_UNKNOWN,
                                                "The write may or may not be there ("
                                                        + failure.getMessage()
                                                        + "); look, or repeat it with the"
                                                        + " same Idempotency-Key."))));
    }

    static Answer answer(Outcome outcome, int status) {
        return switch (outcome) {
            case Outcome.Done done -> new Answer.Json(status, OutcomeView.bytes(done), null);
            case Outcome.Refused refused -> new Answer.Problem(refused);
        };
    }

    /** Answers with what was told. */
    static void told(
            Exchange exchange, CompletionStage<Backend.Told> told, Function<String, Answer> done) {
        exchange.later(
                Future.fromCompletionStage(told)
                        .map(what ->
                                switch (what) {
                                    case Backend.Told.Done it -> done.apply(it.text());
                                    case Backend.Told.Not not -> new Answer.Problem(not.refused());
                                }));
    }

    /** Works on one item on a worker thread, or refuses the reference. */
    void item(Exchange exchange, boolean deletedToo, ItemWork work) {
        Published state = backend.published();
        switch (backend.meant(state, exchange.path("ref"), deletedToo)) {
            case Backend.Meant.Not not -> exchange.problem(not.refused());
            case Backend.Meant.Found found ->
                    exchange.blocking(() -> work.answer(state, found.item()));
        }
    }

    /** Reads about one item. */
    @FunctionalInterface
    interface ItemWork {
        Answer answer(Published state, Item item);
    }

    /** Changes that items name, which are all here. */
    Source source() {
        return id -> {
            Change change = backend.change(id);
            if (change == null) {
                throw new IllegalStateException(
                        "an item names change " + id.shortText() + ", which is not here");
            }
            return change;
        };
    }

    /** A moment: RFC 3339 or milliseconds since 1970. */
    static long moment(String name, String text) {
        // A plus in a query is a space.
        String clean = text.strip().replace(' ', '+');
        try {
            if (!clean.isEmpty()
                    && clean.length() <= 15
                    && clean.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Long.parseLong(clean);
            }
            return Instant.parse(clean).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new Malformed(name + ": '" + text + "' is not a time like 2026-01-31T12:00:00Z");
        }
    }
}
