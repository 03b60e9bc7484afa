package dev.musher.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.musher.node.Node;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway beside real nodes, over real sockets and stores. */
class GatewayTest {

    @TempDir Path folder;

    @Test
    @Tag("M-13")
    @Tag("H-60")
    void joinsByALinkAndHoldsWhatTheNodeHolds() throws Exception {
        try (Town town = new Town(folder)) {
            Node node = town.node("alpha");
            Caller there = town.caller(node);
            there.create("/api/v1", "before the gateway came");

            String path = town.join(there, "reader");
            there.create("/api/v1", "after it came");

            JsonNode project = town.gateway().until(path, p -> p.path("items").asInt() == 2);
            assertEquals("alpha", project.path("name").asText());
            assertEquals("reader", project.path("role").asText());
            assertFalse(project.path("writable").asBoolean());
            assertFalse(project.path("stale").asBoolean());
            String digest = there.get("/api/v1/digest").path("digest").asText();
            assertFalse(digest.isEmpty());
            town.gateway().until(path + "/digest", d -> d.path("digest").asText().equals(digest));
            assertEquals(
                    project.path("id").asText(),
                    town.gateway().get("/api/v1/board").at("/columns/0/items/0/project").asText());
        }
    }

    @Test
    void twoGatewaysOfOneHostLeaveEachOthersBrowserSignedIn() throws Exception {
        try (Town town = new Town(folder.resolve("one"));
                Town other = new Town(folder.resolve("two"));
                // As a browser has it: one jar for a host, whatever the port.
                HttpClient browser =
                        HttpClient.newBuilder().cookieHandler(new CookieManager()).build()) {
            for (Town each : List.of(town, other)) {
                String link =
                        each.gateway()
                                .json(201, "POST", "/api/v1/sessions", "{}")
                                .path("link")
                                .asText();
                assertEquals(303, status(browser, each.gateway().uri(link)));
            }
            assertEquals(200, status(browser, town.gateway().uri("/api/v1/projects")));
            assertEquals(200, status(browser, other.gateway().uri("/api/v1/projects")));
        }
    }

    @Test
    void theBoardOfAllProjectsIsBoundedAndTellsHowManyThereAre() throws Exception {
        try (Town town = new Town(folder)) {
            Caller there = town.caller(town.node("alpha"));
            Caller elsewhere = town.caller(town.node("beta"));
            for (int i = 0; i < 5; i++) {
                there.create("/api/v1", "alpha " + i);
                elsewhere.create("/api/v1", "beta " + i);
            }
            for (Caller each : List.of(there, elsewhere)) {
                String path = town.join(each, "reader");
                town.gateway().until(path, p -> p.path("items").asInt() == 5);
            }
            JsonNode column = town.gateway().get("/api/v1/board?limit=2").at("/columns/0");
            assertEquals(10, column.path("count").asInt());
            assertEquals(
                    List.of("alpha 0", "alpha 1", "beta 0", "beta 1"),
                    column.path("items").findValuesAsText("name").stream().sorted().toList());
            assertEquals(10, town.gateway().get("/api/v1/board").at("/columns/0/items").size());
            assertEquals(400, town.gateway().send("GET", "/api/v1/board?limit=0", "").statusCode());
        }
    }

    private static int status(HttpClient browser, URI uri) throws Exception {
        return browser.send(
                        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    @Tag("M-13")
    void aReaderIsRefusedAndToldWhoCanChangeThat() throws Exception {
        try (Town town = new Town(folder)) {
            Node owner = town.node("alpha");
            Caller there = town.caller(owner);
            String id = there.create("/api/v1", "not to be moved");
            String path = town.join(there, "reader");
            town.gateway().until(path, p -> p.path("items").asInt() == 1);

            JsonNode refusal =
                    town.gateway()
                            .json(
                                    403,
                                    "POST",
                                    path + "/items/" + id + "/events",
                                    "{\"event\":\"start\"}");

            assertEquals("not_allowed", refusal.path("code").asText());
            assertTrue(
                    refusal.path("detail").asText().endsWith("another role: alpha"),
                    refusal.path("detail").asText());
            assertEquals(
                    town.gateway().get(path + "/items/" + id).path("stage").asText(),
                    there.get("/api/v1/items/" + id).path("stage").asText());
        }
    }

    @Test
    @Tag("M-13")
    void aMemberWritesWithItsOwnDeviceInTheNameOfWhoIsSignedIn() throws Exception {
        try (Town town = new Town(folder)) {
            Caller there = town.caller(town.node("alpha"));
            String path = town.join(there, "member");

            String id = town.gateway().create(path, "made on the page");
            town.gateway()
                    .json(200, "POST", path + "/items/" + id + "/notes", "{\"text\":\"seen\"}");

            JsonNode item =
                    there.until(
                            "/api/v1/items?q=made",
                            l -> l.path("items").path(0).path("notes_count").asInt() == 1);
            assertEquals("made on the page", item.path("items").path(0).path("name").asText());
            JsonNode by = there.get("/api/v1/items/" + id + "/history").at("/history/0/by");
            assertEquals("alice", by.path("name").asText());
            assertEquals("gateway-1", by.path("via").asText());
            assertEquals(
                    town.gateway().get(path).path("device").asText(), by.path("device").asText());
        }
    }

    @Test
    @Tag("M-13")
    void keepsShowingAProjectWhoseNodesAreAwayAndSaysHowOldThatIs() throws Exception {
        try (Town town = new Town(folder)) {
            Node node = town.node("alpha");
            Caller there = town.caller(node);
            String id = there.create("/api/v1", "still here");
            String path = town.join(there, "member");
            town.gateway().until(path, p -> p.path("items").asInt() == 1);

            node.close();
            town.restart();

            JsonNode project = town.gateway().get(path);
            assertEquals(1, project.path("items").asInt());
            assertEquals(0, project.path("peers").asInt());
            assertEquals(
                    "still here", town.gateway().get(path + "/items/" + id).path("name").asText());
            // Even now who is signed in can write: the change waits here for the nodes.
            town.gateway()
                    .json(200, "POST", path + "/items/" + id + "/notes", "{\"text\":\"alone\"}");
            JsonNode stale = town.gateway().until(path, p -> p.path("stale").asBoolean());
            assertTrue(stale.path("age_ms").asLong() > 10_000);

            Caller back = town.caller(town.node("alpha"));
            back.until("/api/v1/items/" + id, item -> item.path("notes").path(0).has("text"));
            town.gateway().until(path, p -> !p.path("stale").asBoolean());
        }
    }

    @Test
    @Tag("H-60")
    void projectsComeAndGoWithoutARestart() throws Exception {
        try (Town town = new Town(folder)) {
            Caller alpha = town.caller(town.node("alpha"));
            Caller beta = town.caller(town.node("beta"));
            alpha.create("/api/v1", "of alpha");
            beta.create("/api/v1", "of beta");
            String first = town.join(alpha, "reader");
            String second = town.join(beta, "reader");
            town.gateway().until(first, p -> p.path("items").asInt() == 1);
            town.gateway().until(second, p -> p.path("items").asInt() == 1);
            assertEquals(List.of("of alpha", "of beta"), names(town));
            assertEquals(1, town.gateway().get("/api/v1/items?q=ALPHA").path("items").size());

            town.gateway().json(200, "DELETE", first, "");

            assertEquals(List.of("of beta"), names(town));
            assertEquals(
                    "unknown_reference",
                    town.gateway().json(404, "GET", first + "/board", "").path("code").asText());
            town.restart();
            assertEquals(List.of("of beta"), names(town));

            // Its device is a member still, and its history is still there.
            town.join(alpha, "reader");
            assertEquals(List.of("of alpha", "of beta"), names(town));
            town.gateway().json(200, "DELETE", second + "?delete=true", "");
            assertFalse(
                    Files.exists(folder.resolve("gateway/projects").resolve(second.substring(17))));
        }
    }

    @Test
    @Tag("H-61")
    void theStreamOfAProjectThatIsLeftEnds() throws Exception {
        try (Town town = new Town(folder)) {
            String path = town.join(town.caller(town.node("alpha")), "reader");
            CompletableFuture<String> stream =
                    town.gateway().later(path + "/events", "retry: 2000");
            town.gateway().json(200, "DELETE", path, "");
            String heard = stream.get(30, TimeUnit.SECONDS);
            assertTrue(heard.contains("event: resync"), heard);
        }
    }

    @Test
    void aLinkThatIsNoneOrUsedIsRefusedByName() throws Exception {
        try (Town town = new Town(folder)) {
            JsonNode refusal =
                    town.gateway()
                            .json(
                                    400,
                                    "POST",
                                    "/api/v1/projects",
                                    "{\"link\":\"musher-invite-x\"}");
            assertTrue(
                    refusal.path("detail").asText().contains("invite"),
                    refusal.path("detail").asText());
            assertTrue(town.gateway().get("/api/v1/projects").path("projects").isEmpty());
        }
    }

    private static List<String> names(Town town) throws Exception {
        List<String> out = new ArrayList<>();
        for (JsonNode column : town.gateway().get("/api/v1/board").path("columns")) {
            column.path("items").forEach(item -> out.add(item.path("name").asText()));
        }
        out.sort(null);
        return out;
    }
}
