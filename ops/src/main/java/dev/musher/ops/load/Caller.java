package dev.musher.ops.load;

import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One caller of the load: a request at a time, as fast as it is answered, until its node no longer
 * answers. It keeps what it was told from one life of the node to the next.
 *
 * <p>{@link #call} is confined to one thread; the rest is for whoever joined that thread.
 */
final class Caller {

    private static final String ITEMS = "/api/v1/items";
    private static final Map<String, ?> ORIGIN = Map.of("kind", "test", "id", "soak");

    private final String name;
    private final AckLog log;
    private final Map<String, String> acknowledged = new LinkedHashMap<>();
    private final List<String> refusals = new ArrayList<>();
    private @Nullable String item;
    private @Nullable String newest;
    private @Nullable Write last;
    private @Nullable Write unknown;
    private boolean blocked;
    private long increments;
    private long count;
    private long lastBeganMs;

    /** With a name that no other caller has. */
    Caller(String name, AckLog log) {
        this.name = name;
        this.log = log;
    }

    /** Writes until no answer comes; every one that came is in the log before the next request. */
    void call(NodeClient node, SplittableRandom random) {
        while (unknown == null) {
            Write write = next(random);
            long beganMs = System.currentTimeMillis();
            try {
                took(write, answer(node, write));
                lastBeganMs = beganMs;
            } catch (Failure e) {
                if (e.problem().exists() && !e.code().equals("outcome_unknown")) {
                    refusals.add(write.key() + ": " + e.getMessage());
                    return;
                }
                log.unknown(write);
                unknown = write;
            }
        }
    }

    /** Sends the request that got no answer once more; the change it is in. */
    String resolve(NodeClient node) {
        Write write = unknown;
        if (write == null) {
            throw new IllegalStateException(name + " has nothing to resolve");
        }
        unknown = null;
        return took(write, answer(node, write));
    }

    /** Sends the last acknowledged request once more; the change it is said to be in. */
    String repeat(NodeClient node, Write write) {
        return answer(node, write).at("change").text();
    }

    /** The request that got no answer. */
    @Nullable Write unknown() {
        return unknown;
    }

    /** The last acknowledged request. */
    @Nullable Write last() {
        return last;
    }

    /** When the last request began that was acknowledged, in ms since 1970. */
    long lastBeganMs() {
        return lastBeganMs;
    }

    /** By key, the change that each acknowledged request is in. Increments too. */
    Map<String, String> acknowledged() {
        return acknowledged;
    }

    /** Refusals, of which there should be none. */
    List<String> refusals() {
        return refusals;
    }

    /** Its own item, whose tokens it counts; null until it has one. */
    @Nullable String item() {
        return item;
    }

    /** Acknowledged increments of that item's tokens. */
    long increments() {
        return increments;
    }

    private String took(Write write, Json answer) {
        String change = answer.at("change").text();
        log.acknowledged(write, change);
        acknowledged.put(write.key(), change);
        last = write;
        if (write.increment()) {
            increments++;
        }
        if (write.body().containsKey("event")) {
            blocked = !blocked;
        }
        if (write.path().equals(ITEMS)) {
            newest = answer.at("id").text();
            item = item == null ? newest : item;
        }
        return change;
    }

    private static Json answer(NodeClient node, Write write) {
        byte[] body =
                node.write(
                        write.method(),
                        write.path(),
                        "application/json",
                        write.json(),
                        write.key());
        try {
            return Json.read(body);
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "an answer that is not JSON to " + write.key(), e);
        }
    }

    private Write next(SplittableRandom random) {
        count++;
        String key = name + ".n" + count + ";";
        int choice = random.nextInt(100);
        if (item == null || newest == null || choice < 10) {
            return new Write(
                    key,
                    "POST",
                    ITEMS,
                    Map.of("type", "story", "name", key, "origin", ORIGIN),
                    false);
        }
        String own = ITEMS + "/" + item;
        if (choice < 55) {
            return new Write(key, "PATCH", own, Map.of("assignee", key), false);
        }
        if (choice < 75) {
            return new Write(
                    key, "POST", ITEMS + "/" + newest + "/notes", Map.of("text", key), false);
        }
        if (choice < 90) {
            return new Write(
                    key, "POST", own + "/count", Map.of("counter", "tokens", "amount", 1), true);
        }
        return new Write(
                key,
                "POST",
                own + "/events",
                Map.of("event", blocked ? "unblock" : "block", "reason", key),
                false);
    }
}
