package dev.musher.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.musher.node.web.Feed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Guarantee: each reader gets each event once, in order, from where it was, or is told to start
 * again.
 */
class EventStreamTest {

    private static final Feed.Limits SMALL = new Feed.Limits(64 * 1024, 16 * 1024, 3, 200, 1_000);

    @Test
    void aReaderGoesOnFromItsCursorAndThenLives() throws Exception {
        try (Served served = new Served()) {
            for (int i = 0; i < 700; i++) {
                served.create("old " + i);
            }
            try (Raw raw = new Raw(served.http.port(), 0)) {
                raw.say(request("?since=" + FakeBackend.STORE + "-5", ""));
                List<JsonNode> events = new ArrayList<>();
                read(raw, events, 695);
                for (int i = 0; i < 5; i++) {
                    served.create("new " + i);
                }
                read(raw, events, 5);
                for (int i = 0; i < 700; i++) {
                    assertEquals(
                            FakeBackend.STORE + "-" + (i + 6),
                            events.get(i).get("cursor").asText());
                }
                JsonNode last = events.getLast();
                assertEquals("ann", last.at("/actor/name").asText());
                assertEquals("new 4", last.at("/items/0/card/name").asText());
                assertEquals(
                        List.of("#705 created: bug \u201cnew 4\u201d"),
                        List.of(last.at("/text/0").asText()));
            }
        }
    }

    @Test
    void aStoppedFeedEndsItsReadersAndLetsItsSourceGo() throws Exception {
        try (Served served = new Served();
                Raw raw = new Raw(served.http.port(), 0)) {
            raw.say(request("", ""));
            raw.until("retry: 2000\n\n");
            assertEquals(1, served.backend.listeners());
            served.http.stopFeed();
            raw.until("event: resync");
            assertEquals(0, served.backend.listeners());
        }
    }

    @Test
    void theHeaderOfAReconnectWinsOverTheAddress() throws Exception {
        try (Served served = new Served();
                Raw raw = new Raw(served.http.port(), 0)) {
            served.create("a");
            served.create("b");
            raw.say(
                    request(
                            "?since=" + FakeBackend.STORE + "-0",
                            "Last-Event-ID: " + FakeBackend.STORE + "-1\r\n"));
            List<JsonNode> events = new ArrayList<>();
            read(raw, events, 1);
            assertEquals("b", events.getFirst().at("/items/0/card/name").asText());
        }
    }

    @Test
    void withoutACursorTheStreamBeginsNow() throws Exception {
        try (Served served = new Served();
                Raw raw = new Raw(served.http.port(), 0)) {
            served.create("before");
            raw.say(request("", ""));
            raw.until("retry: 2000\n\n");
            served.create("after");
            List<JsonNode> events = new ArrayList<>();
            read(raw, events, 1);
            assertEquals("after", events.getFirst().at("/items/0/card/name").asText());
        }
    }

    @Test
    void withoutAReaderNothingIsEncodedAndOneThatComesMissesNothing() throws Exception {
        try (Served served = new Served()) {
            for (int i = 0; i < 50; i++) {
                served.create("old " + i);
            }
            assertEquals(0, served.backend.eventsRead());
            try (Raw first = new Raw(served.http.port(), 0)) {
                first.say(request("?since=" + FakeBackend.STORE + "-0", ""));
                List<JsonNode> events = new ArrayList<>();
                read(first, events, 50);
                served.create("new");
                read(first, events, 1);
                assertEquals("new", events.getLast().at("/items/0/card/name").asText());
            }
            try (Raw second = new Raw(served.http.port(), 0)) {
                second.say(request("?since=" + FakeBackend.STORE + "-49", ""));
                List<JsonNode> events = new ArrayList<>();
                read(second, events, 2);
                assertEquals("old 49", events.getFirst().at("/items/0/card/name").asText());
            }
        }
    }

    @Test
    void aForeignCursorIsToldToReadTheStateAnew() throws Exception {
        try (Served served = new Served()) {
            served.create("a");
            for (String cursor : List.of("ff-1", "x", FakeBackend.STORE + "-99", "-")) {
                JsonNode refused = served.json(410, "GET", "/api/v1/events?since=" + cursor, "");
                assertEquals("resync", refused.get("code").asText());
                assertEquals(FakeBackend.STORE + "-1", refused.get("cursor").asText());
            }
        }
    }

    @Test
    @Tag("T-D14")
    void aReaderThatNeverReadsIsEndedAndTheOthersAreServed() throws Exception {
        try (Served served = new Served(SMALL);
                Raw slow = new Raw(served.http.port(), 2_048);
                Raw quick = new Raw(served.http.port(), 0)) {
            slow.say(request("", ""));
            slow.until("retry: 2000\n\n");
            quick.say(request("", ""));
            quick.until("retry: 2000\n\n");
            // Far more than ring, queue and the sockets' own buffers hold.
            flood(served, quick);
            String metrics = resynced(served);
            assertTrue(metrics.contains("musher_event_readers 1"), "the quick one is gone");
            String rest = slow.all();
            int resync = rest.lastIndexOf("event: resync\n");
            int lastId = rest.lastIndexOf("id: ");
            assertTrue(resync > lastId || resync < 0, "nothing comes after the resync");
        }
    }

    /** The ring holds all that the slow one lacks, so nothing but the time ends it. */
    @Test
    @Tag("T-D14")
    void aReaderThatTakesNothingForLongIsEndedAlthoughNothingIsLost() throws Exception {
        try (Served served = new Served(new Feed.Limits(64 << 20, 16 * 1024, 3, 200, 1_000));
                Raw slow = new Raw(served.http.port(), 2_048);
                Raw quick = new Raw(served.http.port(), 0)) {
            slow.say(request("", ""));
            slow.until("retry: 2000\n\n");
            quick.say(request("", ""));
            quick.until("retry: 2000\n\n");
            flood(served, quick);
            assertTrue(
                    resynced(served).contains("musher_event_readers 1"), "the quick one is gone");
        }
    }

    private static void flood(Served served, Raw quick) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        String name = "n".repeat(290);
        for (int i = 0; i < 8_000; i += 100) {
            StringBuilder lines = new StringBuilder();
            for (int k = 0; k < 100; k++) {
                lines.append(
                        "{\"op\":\"create\",\"type\":\"bug\",\"name\":\""
                                + name
                                + "\",\"origin\":{\"kind\":\"test\",\"id\":\"t\"}}\n");
            }
            served.send(
                    served.request("POST", "/api/v1/batch", lines.toString())
                            .setHeader("Content-Type", "application/x-ndjson")
                            .build());
            read(quick, events, 100);
        }
        assertEquals(8_000, events.size());
    }

    /** The metrics once one reader was ended. */
    private static String resynced(Served served) throws Exception {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String metrics = "";
        while (!metrics.contains("musher_event_resyncs 1") && System.nanoTime() < untilNs) {
            metrics = served.send("GET", "/metrics", "").body();
        }
        assertTrue(metrics.contains("musher_event_resyncs 1"), "the slow one was not ended");
        return metrics;
    }

    @Test
    void thereIsABoundOnReaders() throws Exception {
        try (Served served = new Served(SMALL);
                Raw one = open(served);
                Raw two = open(served);
                Raw three = open(served)) {
            assertEquals(429, served.send("GET", "/api/v1/events", "").statusCode());
            one.until(": beat\n\n");
            two.until(": beat\n\n");
            three.until(": beat\n\n");
        }
    }

    private static Raw open(Served served) throws Exception {
        Raw raw = new Raw(served.http.port(), 0);
        raw.say(request("", ""));
        raw.until("retry: 2000\n\n");
        return raw;
    }

    private static String request(String query, String headers) {
        return "GET /api/v1/events"
                + query
                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + Served.TOKEN
                + "\r\n"
                + headers
                + "\r\n";
    }

    /** Reads {@code count} events, in whatever chunks they come. */
    private static void read(Raw raw, List<JsonNode> events, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            raw.until("\ndata: ");
            String data = raw.until("\n");
            // A chunk's frame may stand between two parts of one event; JSON has no line breaks.
            events.add(Served.parse(data));
        }
    }
}
