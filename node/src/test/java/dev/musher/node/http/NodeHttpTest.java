package dev.musher.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Guarantee: the routes do what the description says, and refuse in words. */
class NodeHttpTest {

    private Served served;

    @BeforeEach
    void serve() throws Exception {
        served = new Served();
    }

    @AfterEach
    void stop() throws Exception {
        served.close();
    }

    @Test
    @Tag("M-13")
    void whoReadsWhileTheStoreClosesIsToldToTryAgain() throws Exception {
        served.backend.readable.close();
        JsonNode problem = served.json(503, "GET", "/api/v1/board?at=1", "");
        assertEquals("unavailable", problem.path("code").asText());
    }

    @Test
    @Tag("H-10")
    @Tag("M-19")
    void whatWasCreatedIsShownWithAllItsFields() throws Exception {
        JsonNode made =
                served.json(
                        201,
                        "POST",
                        "/api/v1/items",
                        """
                        {"type":"story","name":"Tea \\u2615","body":"# Hot","priority":1,"assignee":"bo",
                         "order":"m","labels":["a","b"],"todos":["boil"],"qa_mode":"human",
                         "origin":{"kind":"user","id":"ann","time":"2026-01-31T12:00:00Z"}}\
                        """);
        assertEquals(1, made.get("number").asLong());
        JsonNode item = served.json(200, "GET", "/api/v1/items/1", "");
        assertEquals(made.get("id"), item.get("id"));
        assertEquals("1", item.get("ref").asText());
        assertEquals("story", item.get("type").asText());
        assertEquals("Tea \u2615", item.get("name").asText());
        assertEquals("# Hot", item.get("body").asText());
        assertEquals("backlog", item.get("stage").asText());
        assertEquals("backlog", item.get("column").asText());
        assertEquals("active", item.get("badge").asText());
        assertEquals(1, item.get("priority").asInt());
        assertEquals("bo", item.get("assignee").asText());
        assertEquals("m", item.get("order").asText());
        assertEquals("[\"a\",\"b\"]", item.get("labels").toString());
        assertEquals("[{\"text\":\"boil\",\"checked\":false}]", item.get("todos").toString());
        assertEquals("human", item.get("qa_mode").asText());
        assertEquals(
                "{\"kind\":\"user\",\"id\":\"ann\",\"time\":\"2026-01-31T12:00:00Z\"}",
                item.get("origin").toString());
        assertEquals("ann", item.at("/created_by/name").asText());
        assertEquals(made.get("version"), item.get("version"));
        assertTrue(item.get("conflicts").isEmpty());
    }

    @Test
    @Tag("T-F10")
    @Tag("H-10")
    void everyRouteThatMakesAnItemRefusesOneWithoutOrigin() throws Exception {
        String bare = "{\"type\":\"bug\",\"name\":\"x\"}";
        JsonNode refused = served.json(400, "POST", "/api/v1/items", bare);
        assertEquals("invalid", refused.get("code").asText());
        assertTrue(refused.get("detail").asText().contains("origin"), refused.toString());
        HttpResponse<String> batch =
                batch("{\"op\":\"create\",\"type\":\"bug\",\"name\":\"x\"}\n", null);
        assertEquals(400, Served.parse(batch.body().strip()).get("status").asInt());
        assertEquals(0, served.backend.submits, "a refusal must come before any side effect");
    }

    @Test
    @Tag("T-F10")
    void noRouteActsForWhoIsNotKnown() throws Exception {
        served.create("x");
        int before = served.backend.submits;
        for (var route : served.http.routes()) {
            String path = route.template().replaceAll("\\{[a-z]+}", "1");
            for (String token : List.of("", "wrong")) {
                HttpRequest.Builder request =
                        HttpRequest.newBuilder(served.request("GET", path, "").build().uri())
                                .header("Content-Type", "application/json")
                                .method(
                                        route.method().name(),
                                        HttpRequest.BodyPublishers.ofString("{}"));
                if (!token.isEmpty()) {
                    request.header("Authorization", "Bearer " + token);
                }
                int status = served.send(request.build()).statusCode();
                boolean open =
                        List.of("/healthz", "/readyz", "/version", "/openapi.yaml").contains(path);
                assertEquals(open ? 200 : 401, status, route.method() + " " + path);
            }
        }
        assertEquals(before, served.backend.submits);
    }

    @Test
    @Tag("T-D1")
    void strangersAreToldNeitherProjectNorDevice() throws Exception {
        String project = served.backend.published().project().hex();
        String device = served.backend.published().device().hex();
        for (String path : List.of("/healthz", "/readyz", "/version", "/openapi.yaml", "/", "/x")) {
            for (String token : List.of("", "wrong")) {
                HttpRequest.Builder request =
                        HttpRequest.newBuilder(served.request("GET", path, "").build().uri());
                if (!token.isEmpty()) {
                    request.header("Authorization", "Bearer " + token);
                }
                String said = served.send(request.build()).body();
                assertFalse(said.contains(project) || said.contains(device), path + ": " + said);
            }
        }
        JsonNode own = served.json(200, "GET", "/version", "");
        assertEquals(project, own.get("project").asText());
        assertEquals(device, own.get("device").asText());
    }

    /** Else who knows a project's id could ask a gateway whether it holds it. */
    @Test
    @Tag("T-E7")
    void strangersAreNotToldWhichRoutesThereAre() throws Exception {
        for (String path : List.of("/api/v1/items", "/api/v1/nothing", "/api", "/api/v1/x/y/z")) {
            for (String method : List.of("GET", "PUT")) {
                for (String cookie : List.of("", "musher-" + served.http.port() + "=wrong")) {
                    HttpRequest.Builder request =
                            HttpRequest.newBuilder(served.request("GET", path, "").build().uri())
                                    .method(method, HttpRequest.BodyPublishers.noBody());
                    if (!cookie.isEmpty()) {
                        request.header("Cookie", cookie);
                    }
                    int status = served.send(request.build()).statusCode();
                    assertEquals(401, status, method + " " + path);
                }
            }
        }
        assertEquals(404, served.send("GET", "/api/v1/nothing", "").statusCode());
        assertEquals(405, served.send("PUT", "/api/v1/items", "").statusCode());
    }

    @Test
    @Tag("T-F10")
    void noBodyCanSayWhoActs() throws Exception {
        served.create("x");
        int before = served.backend.submits;
        String actor = "\"actor\":{\"kind\":\"user\",\"name\":\"bob\"}";
        int tried = 0;
        for (var route : served.http.routes()) {
            String path = route.template().replaceAll("\\{[a-z]+}", "1");
            String method = route.method().name();
            // A sign-in link is for whoever holds the token, and reads no body.
            boolean writes = !method.equals("GET") && !path.equals("/api/v1/sessions");
            if (!writes || !path.startsWith("/api/v1/")) {
                continue;
            }
            String body =
                    path.endsWith("/batch")
                            ? "{\"op\":\"note\"," + actor + "}\n"
                            : "{" + actor + "}";
            HttpRequest request =
                    served.request(method, path, body)
                            .setHeader(
                                    "Content-Type",
                                    path.endsWith("/batch")
                                            ? "application/x-ndjson"
                                            : "application/json")
                            .build();
            HttpResponse<String> answer = served.send(request);
            assertTrue(
                    answer.statusCode() >= 400 || answer.body().contains("\"status\":400"),
                    method + " " + path + ": " + answer.statusCode() + " " + answer.body());
            tried++;
        }
        assertTrue(tried > 15, tried + " routes that write");
        assertEquals(before, served.backend.submits, "a refusal must come before any side effect");
    }

    @Test
    @Tag("H-10")
    void anItemOlderThanTheFieldShowsAnUnknownOrigin() throws Exception {
        served.backend.createWithoutOrigin("old");
        JsonNode item = served.json(200, "GET", "/api/v1/items/1", "");
        assertEquals("unknown", item.get("origin").asText());
    }

    @Test
    @Tag("T-F10")
    void theActorComesFromTheToken() throws Exception {
        HttpRequest byAgent =
                served.request(
                                "POST",
                                "/api/v1/items",
                                "{\"type\":\"bug\",\"name\":\"x\",\"origin\":{\"kind\":\"user\",\"id\":\"ann\"}}")
                        .setHeader("Authorization", "Bearer " + Served.AGENT_TOKEN)
                        .build();
        assertEquals(201, served.send(byAgent).statusCode());
        JsonNode item = served.json(200, "GET", "/api/v1/items/1", "");
        assertEquals("agent", item.at("/created_by/kind").asText());
        assertEquals("coder-1", item.at("/created_by/name").asText());
    }

    @Test
    @Tag("T-F10")
    void anAgentDecidesNothingAboutDevicesPeersHomeAndSessions() throws Exception {
        List<String> persons =
                List.of(
                        "POST /api/v1/adopt",
                        "POST /api/v1/items/1/adopt",
                        "POST /api/v1/members",
                        "POST /api/v1/roles",
                        "POST /api/v1/revoke",
                        "POST /api/v1/forks/settle",
                        "POST /api/v1/drafts/00",
                        "POST /api/v1/changes",
                        "POST /api/v1/rotate",
                        "POST /api/v1/invites",
                        "POST /api/v1/peers",
                        "DELETE /api/v1/peers/1",
                        "GET /api/v1/export",
                        "POST /api/v1/backup",
                        "POST /api/v1/offline",
                        "POST /api/v1/checkpoints",
                        "POST /api/v1/compact",
                        "POST /api/v1/sessions");
        String description = served.send("GET", "/openapi.yaml", "").body();
        assertEquals(persons.size(), description.split("For persons only", -1).length - 1);
        for (String each : persons) {
            String[] parts = each.split(" ");
            HttpRequest byAgent =
                    served.request(parts[0], parts[1], "{}")
                            .setHeader("Authorization", "Bearer " + Served.AGENT_TOKEN)
                            .build();
            HttpResponse<String> answer = served.send(byAgent);
            assertEquals(403, answer.statusCode(), each);
            assertEquals("not_allowed", Served.parse(answer.body()).get("code").asText(), each);
            assertTrue(served.send(parts[0], parts[1], "{}").statusCode() != 403, each);
        }
    }

    @Test
    @Tag("H-20")
    void compactionTakesWhatItKnowsAndNothingElse() throws Exception {
        JsonNode page =
                served.json(
                        200,
                        "POST",
                        "/api/v1/compact",
                        "{\"dry_run\":true,\"keep_days\":2,\"from\":512}");
        assertTrue(page.get("dry_run").asBoolean());
        assertEquals(2L * 86_400_000, page.get("keep_ms").asLong());
        assertEquals(512, page.get("from").asInt());
        assertEquals(
                4_096,
                served.json(200, "POST", "/api/v1/compact", "{\"shrink\":true}")
                        .get("disk_bytes")
                        .asInt());
        served.json(400, "POST", "/api/v1/compact", "{\"keep_days\":-1}");
        served.json(400, "POST", "/api/v1/compact", "{\"everything\":true}");
        served.json(400, "POST", "/api/v1/checkpoints", "{\"root\":1}");
        assertEquals(
                1,
                served.json(200, "POST", "/api/v1/checkpoints", "{}").get("checkpoints").asInt());
        assertEquals(
                86_400_000,
                served.json(200, "GET", "/api/v1/checkpoints?idle_days=1", "")
                        .get("idle_ms")
                        .asLong());
    }

    @Test
    @Tag("H-04")
    void anIllegalTransitionNamesStageAndEvent() throws Exception {
        served.create("x");
        JsonNode refused =
                served.json(409, "POST", "/api/v1/items/1/events", "{\"event\":\"qa-failed\"}");
        assertEquals("illegal_transition", refused.get("code").asText());
        assertEquals("backlog", refused.get("stage").asText());
        assertEquals("qa-failed", refused.get("event").asText());
        assertEquals(409, refused.get("status").asInt());
        served.json(200, "POST", "/api/v1/items/1/events", "{\"event\":\"start\"}");
        assertEquals(
                "coding", served.json(200, "GET", "/api/v1/items/1", "").get("stage").asText());
    }

    @Test
    void anAmbiguousReferenceNamesAllItCouldMean() throws Exception {
        JsonNode one = served.create("first");
        served.backend.nextNumber(1);
        JsonNode two = served.create("second");
        JsonNode refused = served.json(409, "GET", "/api/v1/items/1", "");
        assertEquals("ambiguous_reference", refused.get("code").asText());
        List<String> names = texts(refused.get("candidates"), "name");
        assertEquals(List.of("first", "second"), names.stream().sorted().toList());
        for (String ref : texts(refused.get("candidates"), "ref")) {
            served.json(200, "GET", "/api/v1/items/" + ref, "");
        }
        served.json(200, "GET", "/api/v1/items/" + one.get("id").asText(), "");
        assertFalse(one.get("id").equals(two.get("id")));
        JsonNode unknown = served.json(404, "GET", "/api/v1/items/77", "");
        assertEquals("unknown_reference", unknown.get("code").asText());
        JsonNode write = served.json(409, "POST", "/api/v1/items/1/notes", "{\"text\":\"t\"}");
        assertEquals("ambiguous_reference", write.get("code").asText());
    }

    @Test
    @Tag("H-13")
    void aDeletedItemIsInNoAnswer() throws Exception {
        served.create("gone");
        served.create("here");
        served.json(200, "DELETE", "/api/v1/items/1", "");
        assertEquals(
                List.of("here"),
                texts(served.json(200, "GET", "/api/v1/items", "").get("items"), "name"));
        assertFalse(served.send("GET", "/api/v1/board", "").body().contains("gone"));
        assertEquals(404, served.send("GET", "/api/v1/items/1", "").statusCode());
        assertFalse(served.send("GET", "/api/v1/items?q=gone", "").body().contains("gone"));
    }

    @Test
    @Tag("M-03")
    void concurrentValuesStandBesideTheOneThatIsShown() throws Exception {
        served.create("x");
        served.json(200, "PATCH", "/api/v1/items/1", "{\"name\":\"mine\",\"seen\":\"old\"}");
        JsonNode conflict =
                served.json(200, "GET", "/api/v1/items/1/conflicts", "").at("/conflicts/0");
        assertEquals("name", conflict.get("field").asText());
        assertEquals("mine", conflict.at("/shown/value").asText());
        assertEquals("x", conflict.at("/others/0/value").asText());
        assertEquals("ann", conflict.at("/others/0/by/name").asText());
        assertEquals(64, conflict.at("/others/0/change").asText().length());
        assertEquals(
                "[\"name\"]",
                served.json(200, "GET", "/api/v1/items/1", "").get("conflicts").toString());
        assertEquals(1, served.json(200, "GET", "/api/v1/conflicts", "").get("conflicts").size());
    }

    @Test
    void theBoardIsBuiltOnceForEachStateAndNamesIt() throws Exception {
        served.create("x");
        HttpResponse<String> first = served.send("GET", "/api/v1/board", "");
        String etag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again =
                served.send(
                        served.request("GET", "/api/v1/board", "")
                                .header("If-None-Match", etag)
                                .build());
        assertEquals(304, again.statusCode());
        served.create("y");
        HttpResponse<String> after =
                served.send(
                        served.request("GET", "/api/v1/board", "")
                                .header("If-None-Match", etag)
                                .build());
        assertEquals(200, after.statusCode());
        JsonNode board = Served.parse(after.body());
        assertEquals(FakeBackend.STORE + "-2", board.get("cursor").asText());
        assertEquals(
                List.of("backlog", "coding", "qa", "merge", "done", "closed", "archived"),
                texts(board.get("columns"), "column"));
        assertEquals(List.of("x", "y"), texts(board.at("/columns/0/items"), "name"));
    }

    @Test
    void aBoardShowsEachCardAsItIsNow() throws Exception {
        served.create("x");
        served.create("y");
        served.json(200, "GET", "/api/v1/board", "");
        served.json(200, "PATCH", "/api/v1/items/1", "{\"name\":\"renamed\"}");
        JsonNode cards = served.json(200, "GET", "/api/v1/board", "").at("/columns/0/items");
        assertEquals(List.of("renamed", "y"), texts(cards, "name"));
        served.backend.nextNumber(2);
        served.create("twin");
        cards = served.json(200, "GET", "/api/v1/board", "").at("/columns/0/items");
        for (String ref : texts(cards, "ref")) {
            served.json(200, "GET", "/api/v1/items/" + ref, "");
        }
    }

    @Test
    void listsAreFilteredAndPaged() throws Exception {
        for (int i = 0; i < 5; i++) {
            served.create("n" + i);
        }
        served.json(200, "POST", "/api/v1/items/3/events", "{\"event\":\"start\"}");
        assertEquals(
                List.of("n2"),
                texts(
                        served.json(200, "GET", "/api/v1/items?column=coding", "").get("items"),
                        "name"));
        List<String> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = served.json(200, "GET", "/api/v1/items?limit=2" + cursor, "");
            assertTrue(page.get("items").size() <= 2);
            all.addAll(texts(page.get("items"), "name"));
            cursor = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").asText();
        } while (!cursor.isEmpty());
        assertEquals(List.of("n0", "n1", "n2", "n3", "n4"), all);
        assertEquals(400, served.send("GET", "/api/v1/items?column=nowhere", "").statusCode());
        assertEquals(400, served.send("GET", "/api/v1/items?limit=0", "").statusCode());
        assertEquals(400, served.send("GET", "/api/v1/items?cursor=zzz", "").statusCode());
    }

    @Test
    void theHistorySaysWhoDidWhat() throws Exception {
        served.create("x");
        served.json(
                200, "POST", "/api/v1/items/1/events", "{\"event\":\"start\",\"reason\":\"now\"}");
        served.json(200, "POST", "/api/v1/items/1/notes", "{\"text\":\"hello\"}");
        JsonNode history = served.json(200, "GET", "/api/v1/items/1/history", "").get("history");
        assertEquals(List.of("create", "event", "note"), texts(history, "op"));
        assertEquals("moved by start: now", history.at("/1/text").asText());
        assertEquals("coding", history.at("/1/stage").asText());
        assertEquals("ann", history.at("/1/by/name").asText());
        assertTrue(history.at("/1/counts").asBoolean());
        JsonNode item = served.json(200, "GET", "/api/v1/items/1", "");
        assertEquals("hello", item.at("/notes/0/text").asText());
    }

    @Test
    void theSameKeyIsAnsweredTheSameAndActsOnce() throws Exception {
        String body =
                "{\"type\":\"bug\",\"name\":\"x\",\"origin\":{\"kind\":\"test\",\"id\":\"t\"}}";
        HttpRequest once =
                served.request("POST", "/api/v1/items", body)
                        .header("Idempotency-Key", "k1")
                        .build();
        String first = served.send(once).body();
        assertEquals(first, served.send(once).body());
        assertEquals(1, served.json(200, "GET", "/api/v1/items", "").get("items").size());
        HttpRequest tooLong =
                served.request("POST", "/api/v1/items", body)
                        .header("Idempotency-Key", "k".repeat(201))
                        .build();
        assertEquals(400, served.send(tooLong).statusCode());
    }

    @Test
    void aBatchAnswersEachLineInItsOrder() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            lines.append(
                    "{\"op\":\"create\",\"type\":\"bug\",\"name\":\"b"
                            + i
                            + "\",\"origin\":{\"kind\":\"test\",\"id\":\"t\"}}\n");
            if (i == 500) {
                lines.append("\n{\"op\":\"fly\"}\r\n").append("x".repeat(600_000)).append('\n');
            }
        }
        lines.append("{\"op\":\"event\",\"ref\":\"1\",\"event\":\"qa-failed\"}");
        HttpResponse<String> response = batch(lines.toString(), "key");
        List<String> answers = response.body().lines().toList();
        assertEquals(1_003, answers.size());
        JsonNode bad = Served.parse(answers.get(501));
        assertEquals(503, bad.get("line").asInt());
        assertEquals("invalid", bad.get("code").asText());
        assertEquals("too_large", Served.parse(answers.get(502)).get("code").asText());
        JsonNode last = Served.parse(answers.getLast());
        assertEquals(1_004, last.get("line").asInt());
        assertEquals("illegal_transition", last.get("code").asText());
        assertEquals("backlog", last.get("stage").asText());
        for (int i = 0; i < 501; i++) {
            assertEquals(i + 1, Served.parse(answers.get(i)).get("number").asInt());
        }
        int submits = served.backend.submits;
        assertEquals(response.body(), batch(lines.toString(), "key").body());
        assertEquals(1_000, served.json(200, "GET", "/api/v1/digest", "").get("items").asInt());
        assertTrue(submits < 20, "lines are handed in in groups, not one by one: " + submits);
    }

    @Test
    void whatIsNotWholeYetIsSaidWithEveryAnswerOfMany() throws Exception {
        List<String> paths = List.of("/api/v1/board", "/api/v1/items", "/api/v1/digest");
        for (long left : new long[] {0, 4_321, 7, 0}) {
            // The same items under the same cursor: an answer kept from before would be wrong.
            served.backend.settling(left);
            for (String path : paths) {
                assertEquals(
                        left, served.json(200, "GET", path, "").get("settling").asLong(), path);
            }
        }
    }

    @Test
    void healthNeedsNoTokenAndMetricsDo() throws Exception {
        assertEquals("ready", served.json(200, "GET", "/readyz", "").get("state").asText());
        String metrics = served.send("GET", "/metrics", "").body();
        assertTrue(metrics.contains("jvm_memory_used_bytes"), metrics);
        assertTrue(metrics.contains("musher_changes 0"), metrics);
        assertTrue(metrics.contains("musher_http_requests_seconds_count"), metrics);
    }

    @Test
    void everyRouteIsDescribedAndEveryDescriptionIsARoute() throws Exception {
        TreeSet<String> routes = new TreeSet<>();
        served.http.routes().forEach(r -> routes.add(r.method().name() + " " + r.template()));
        TreeSet<String> described = new TreeSet<>();
        try (InputStream in = NodeHttpTest.class.getResourceAsStream("/openapi.yaml")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String path = "";
            Pattern line = Pattern.compile("^ {2}(/\\S*):$|^ {4}(get|post|patch|delete|put):$");
            for (String each : text.lines().toList()) {
                Matcher m = line.matcher(each);
                if (m.matches() && m.group(1) != null) {
                    path = m.group(1);
                } else if (m.matches()) {
                    described.add(m.group(2).toUpperCase(java.util.Locale.ROOT) + " " + path);
                }
            }
        }
        assertEquals(routes, described);
        assertTrue(routes.size() > 30);
    }

    @Test
    void everyCodeOfARefusalIsDescribed() throws Exception {
        String text = served.send("GET", "/openapi.yaml", "").body();
        for (var code : dev.musher.protocol.json.Code.values()) {
            assertTrue(text.contains(code.word()), code.word());
        }
    }

    @Test
    void invitesPeersAndMembersAnswer() throws Exception {
        JsonNode invite = served.json(201, "POST", "/api/v1/invites", "{\"role\":\"reader\"}");
        assertEquals("musher://x/reader", invite.get("link").asText());
        assertEquals(
                400, served.send("POST", "/api/v1/invites", "{\"role\":\"king\"}").statusCode());
        served.json(201, "POST", "/api/v1/peers", "{\"address\":\"127.0.0.1:1\"}");
        JsonNode refused = served.json(409, "DELETE", "/api/v1/peers/127.0.0.1:1", "");
        assertEquals("conflict", refused.get("code").asText());
        served.json(200, "GET", "/api/v1/members", "");
        served.json(200, "GET", "/api/v1/forks", "");
        served.json(200, "GET", "/api/v1/void", "");
    }

    @Test
    @Tag("H-20")
    void theDumpHasDeletedItemsAndOrigins() throws Exception {
        served.create("gone");
        served.json(200, "DELETE", "/api/v1/items/1", "");
        JsonNode item = served.json(200, "GET", "/api/v1/dump", "").at("/items/0");
        assertTrue(item.get("deleted").asBoolean());
        assertEquals("test:t", item.get("origin").asText());
        assertEquals(26, item.get("key").asText().length());
    }

    private HttpResponse<String> batch(String lines, String key) throws Exception {
        HttpRequest.Builder request =
                served.request("POST", "/api/v1/batch", lines)
                        .setHeader("Content-Type", "application/x-ndjson");
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return served.send(request.build());
    }

    private static List<String> texts(JsonNode array, String name) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(n -> n.get(name).asText())
                .toList();
    }
}
