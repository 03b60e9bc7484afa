package dev.musher.node.web;

import dev.musher.crdt.change.Malformed;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.CommandReader;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.json.OutcomeView;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A batch: lines of commands in, one line of outcome for each out, in order, while the request
 * still comes in. Commands are submitted in groups as they arrive; while {@link #GROUPS_MAX} groups
 * wait or the caller does not read its answers, the request is not read. A line that is no command
 * is answered as such; the others go on. Confined to one event loop.
 */
public final class BatchStream {

    /** Bytes of one line. */
    public static final int LINE_BYTES = 512 * 1024;

    /** Bytes of one batch. */
    public static final long BATCH_BYTES = 64L << 20;

    private static final int GROUP_LINES = 128;
    private static final int GROUP_BYTES = 256 * 1024;
    private static final int GROUPS_MAX = 8;

    private static final Logger LOG = LoggerFactory.getLogger(BatchStream.class);

    /** Takes a group of commands. */
    @FunctionalInterface
    public interface Submit {
        /**
         * Submits commands that stand in order; as many outcomes, in the same order.
         *
         * @param idempotencyKey of this group, or null
         */
        CompletionStage<List<Outcome>> submit(
                List<Command> commands, @Nullable String idempotencyKey);
    }

    private static final class Group {
        private final List<Long> lines = new ArrayList<>();
        private final List<Command> commands = new ArrayList<>();
        private int bytes;
        private @Nullable List<Outcome> outcomes;
    }

    private final Context loop;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Submit submit;
    private final @Nullable String key;
    private final Lines lines;
    private final ArrayDeque<Group> waiting = new ArrayDeque<>();
    private Group filling = new Group();
    private long received;
    private int groups;
    private boolean ended;

    /** A batch on a request that is paused. */
    public BatchStream(Vertx vertx, Exchange exchange, Submit submit) {
        this.loop = vertx.getOrCreateContext();
        this.request = exchange.request();
        this.response = exchange.response();
        this.key = exchange.idempotencyKey();
        this.submit = submit;
        this.lines = new Lines(LINE_BYTES, this::line, this::tooLong);
    }

    /** Begins to read and to answer. */
    public void start() {
        response.setChunked(true).putHeader("Content-Type", "application/x-ndjson");
        response.drainHandler(empty -> flow());
        request.handler(this::part);
        request.endHandler(end -> {
            if (!ended) {
                lines.end();
                end();
            }
        });
        request.resume();
    }

    private void part(Buffer part) {
        if (ended) {
            return;
        }
        received += part.length();
        if (received > BATCH_BYTES) {
            refuse(
                    0,
                    Code.TOO_LARGE,
                    "A batch has at most " + BATCH_BYTES + " bytes; send the rest apart.");
            end();
            return;
        }
        lines.feed(part);
        if (key == null) {
            // What has arrived goes now: a caller who waits for an answer before the next line gets
            // it. With a key groups depend on the lines alone, so that a repetition has the same.
            send();
        }
        flow();
    }

    private void end() {
        ended = true;
        send();
        write();
    }

    private void line(long number, byte[] json) {
        try {
            Command command = CommandReader.line(json);
            filling.lines.add(number);
            filling.commands.add(command);
            filling.bytes += json.length;
        } catch (Malformed e) {
            refuse(number, Code.INVALID, String.valueOf(e.getMessage()));
        }
        if (filling.commands.size() == GROUP_LINES || filling.bytes >= GROUP_BYTES) {
            send();
        }
    }

    private void tooLong(long number) {
        refuse(number, Code.TOO_LARGE, "A line has at most " + LINE_BYTES + " bytes.");
    }

    private void refuse(long number, Code code, String text) {
        send();
        Group group = new Group();
        group.lines.add(number);
        group.outcomes = List.of(Outcome.Refused.of(code, text));
        waiting.addLast(group);
        write();
    }

    private void send() {
        if (filling.commands.isEmpty()) {
            return;
        }
        Group group = filling;
        filling = new Group();
        waiting.addLast(group);
        String groupKey = key == null ? null : key + "/" + groups;
        groups++;
        submit.submit(group.commands, groupKey)
                .whenComplete((outcomes, failure) ->
                        loop.runOnContext(go -> {
                            boolean whole =
                                    failure == null && outcomes.size() == group.commands.size();
                            group.outcomes = whole ? outcomes : unknown(group, failure);
                            write();
                        }));
    }

    private static List<Outcome> unknown(Group group, @Nullable Throwable failure) {
        LOG.error("a batch failed", failure);
        List<Outcome> out = new ArrayList<>();
        for (int i = 0; i < group.commands.size(); i++) {
            out.add(
                    Outcome.Refused.of(
                            Code.OUTCOME_UNKNOWN,
                            "The write may or may not be there; look, or repeat the whole batch"
                                    + " with its Idempotency-Key."));
        }
        return out;
    }

    private void write() {
        Buffer out = Buffer.buffer();
        while (!waiting.isEmpty() && waiting.getFirst().outcomes != null) {
            Group group = waiting.removeFirst();
            List<Outcome> outcomes = group.outcomes == null ? List.of() : group.outcomes;
            for (int i = 0; i < outcomes.size(); i++) {
                out.appendBytes(OutcomeView.line(group.lines.get(i), outcomes.get(i)));
                out.appendByte((byte) '\n');
            }
        }
        if (response.closed() || response.ended()) {
            return;
        }
        if (out.length() > 0) {
            response.write(out);
        }
        if (ended && waiting.isEmpty()) {
            response.end();
            return;
        }
        flow();
    }

    private void flow() {
        if (ended) {
            return;
        }
        if (waiting.size() >= GROUPS_MAX || response.writeQueueFull()) {
            request.pause();
        } else {
            request.resume();
        }
    }
}
