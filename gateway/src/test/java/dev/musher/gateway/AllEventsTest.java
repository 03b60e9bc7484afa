package dev.musher.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one stream over two projects, as a reader sees it that comes and goes. */
class AllEventsTest {

    @TempDir Path folder;

    /** A reader of the stream. */
    private static final class Stream implements AutoCloseable {
        private final BufferedReader in;
        String last = "";

        Stream(Town town, String since) throws IOException {
            URI uri = town.gateway().uri("/api/v1/events?since=" + since);
            URLConnection to = uri.toURL().openConnection();
            to.setReadTimeout(30_000);
            to.setRequestProperty("Authorization", "Bearer " + town.running().token());
            in =
                    new BufferedReader(
                            new InputStreamReader(to.getInputStream(), StandardCharsets.UTF_8));
        }

        /**
         * The next change to an item. Who joined may be told after the cursor was taken, as a
         * newcomer's history arrives when it arrives; what is told of projects is passed over too.
         */
        JsonNode work() throws IOException {
            JsonNode change = change();
            while (change.path("items").isEmpty()) {
                change = change();
            }
            return change;
        }

        /** The next word that a project was added. */
        JsonNode added() throws IOException {
            JsonNode project = next("project");
            while (!project.path("added").asBoolean()) {
                project = next("project");
            }
            return project;
        }

        private JsonNode change() throws IOException {
            return next("change");
        }

        private JsonNode next(String wanted) throws IOException {
            String type = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("id: ")) {
                    last = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("data: ") && type.equals(wanted)) {
                    return Caller.parse(line.substring(6));
                }
            }
            throw new AssertionError("the stream ended");
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    @Test
    @Tag("H-61")
    void whatHappensInEitherProjectComesOnceAlsoOverARestart() throws Exception {
        try (Town town = new Town(folder)) {
            Caller alpha = town.caller(town.node("alpha"));
            Caller beta = town.caller(town.node("beta"));
            String first = town.join(alpha, "reader");
            String second = town.join(beta, "reader");
            String cursor = town.gateway().get("/api/v1/board").path("cursor").asText();
            String from;
            alpha.create("/api/v1", "a1");
            beta.create("/api/v1", "b1");
            try (Stream stream = new Stream(town, cursor)) {
                assertEquals(
                        new TreeSet<>(List.of(id(first) + " a1", id(second) + " b1")),
                        new TreeSet<>(List.of(told(stream.work()), told(stream.work()))));
                from = stream.last;
            }

            alpha.create("/api/v1", "a2");
            town.restart();
            beta.create("/api/v1", "b2");

            try (Stream stream = new Stream(town, from)) {
                assertEquals(
                        new TreeSet<>(List.of(id(first) + " a2", id(second) + " b2")),
                        new TreeSet<>(List.of(told(stream.work()), told(stream.work()))));
            }
        }
    }

    @Test
    @Tag("H-61")
    void aProjectAddedLaterIsToldAsOneAndItsChangesFromThenOn() throws Exception {
        try (Town town = new Town(folder)) {
            Caller alpha = town.caller(town.node("alpha"));
            town.join(alpha, "reader");
            String cursor = town.gateway().get("/api/v1/board").path("cursor").asText();
            Caller beta = town.caller(town.node("beta"));
            beta.create("/api/v1", "from before it was added");
            String second = town.join(beta, "reader");
            town.gateway().until(second, p -> p.path("items").asInt() == 1);

            String from;
            try (Stream stream = new Stream(town, cursor)) {
                assertEquals(id(second), stream.added().path("id").asText());
                beta.create("/api/v1", "from after it was added");
                assertEquals(id(second) + " from after it was added", told(stream.work()));
                from = stream.last;
            }
            beta.create("/api/v1", "one more");
            try (Stream stream = new Stream(town, from)) {
                assertEquals(id(second) + " one more", told(stream.work()));
            }
        }
    }

    @Test
    void aForeignCursorIsToldToReadAnew() throws Exception {
        try (Town town = new Town(folder)) {
            JsonNode refusal =
                    town.gateway().json(410, "GET", "/api/v1/events?since=aaaaaaaaaaaa-3", "");
            assertEquals("resync", refusal.path("code").asText());
            assertTrue(refusal.has("cursor"));
        }
    }

    private static String id(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String told(JsonNode change) {
        return change.path("project").asText() + " " + change.at("/items/0/card/name").asText();
    }
}
