package dev.musher.ops.load;

import dev.musher.ops.cli.Json;
import java.util.Map;

/**
 * One request of the load. What it writes carries its key, so that a history shows whether it is
 * there, and whether it is there twice; an increment has no text to carry it and is found in the
 * sum.
 *
 * @param key the Idempotency-Key: of no other request, and part of no other key
 * @param path of the HTTP interface
 * @param increment whether it adds one to the tokens of its caller's own item
 */
record Write(String key, String method, String path, Map<String, ?> body, boolean increment) {

    /** The body as it is sent, each time the same bytes. */
    byte[] json() {
        return Json.of(body).bytes();
    }
}
