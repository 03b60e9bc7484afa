package dev.musher.node.web;

import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Outcome;
import org.jspecify.annotations.Nullable;

/** What a route answers. Immutable but for the arrays, which nobody writes into. */
public sealed interface Answer {

    /**
     * A JSON text.
     *
     * @param status HTTP status, 200..299
     * @param etag a mark that changes with the text, or null; a caller who has it gets 304
     */
    record Json(int status, byte[] body, @Nullable String etag) implements Answer {}

    /** Some other text. */
    record Text(String contentType, String body) implements Answer {}

    /** A refusal, sent as a problem. */
    record Problem(Outcome.Refused refused) implements Answer {}

    /** 200 with this JSON text. */
    static Answer json(byte[] body) {
        return new Json(200, body, null);
    }

    /** A refusal without facts. */
    static Answer problem(Code code, String text) {
        return new Problem(Outcome.Refused.of(code, text));
    }
}
