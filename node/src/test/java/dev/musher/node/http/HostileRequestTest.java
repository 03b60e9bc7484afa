package dev.musher.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Guarantee: what a browser can be made to send by another page, and what no client sends, does
 * nothing.
 */
class HostileRequestTest {

    private static final String CREATE =
            "{\"type\":\"bug\",\"name\":\"x\",\"origin\":{\"kind\":\"test\",\"id\":\"t\"}}";

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
    @Tag("T-E1")
    void foreignOriginsAreRefusedWithTokenAndWithCookie() throws Exception {
        String cookie = signIn();
        int port = served.http.port();
        List<String> foreign =
                List.of(
                        "http://evil.example",
                        "null",
                        "http://127.0.0.1:" + (port == 1 ? 2 : port - 1),
                        "http://localhost:" + port,
                        "http://127.0.0.1:" + port + ".evil.example",
                        "file://",
                        "");
        for (String origin : foreign) {
            for (String who : List.of("Cookie: " + cookie, bearer())) {
                String headers = who + "\r\nOrigin: " + origin;
                assertEquals(403, post("127.0.0.1:" + port, headers, "application/json"), headers);
                assertEquals(403, get("127.0.0.1:" + port, headers), headers);
            }
        }
        assertEquals(0, served.backend.submits);
        String own = "Cookie: " + cookie + "\r\nOrigin: http://127.0.0.1:" + port;
        assertEquals(201, post("127.0.0.1:" + port, own, "application/json"));
        assertEquals(201, post("127.0.0.1:" + port, bearer(), "application/json"));
    }

    @Test
    @Tag("T-E1")
    void aCookieWithoutOriginReadsButDoesNotWrite() throws Exception {
        String host = "127.0.0.1:" + served.http.port();
        String cookie = "Cookie: " + signIn();
        assertEquals(403, post(host, cookie, "application/json"));
        assertEquals(200, get(host, cookie));
        assertEquals(403, get(host, cookie + "\r\nSec-Fetch-Site: cross-site"));
        assertEquals(403, get(host, cookie + "\r\nSec-Fetch-Site: same-site"));
        assertEquals(200, get(host, cookie + "\r\nSec-Fetch-Site: same-origin"));
        assertEquals(401, get(host, "Cookie: musher-" + served.http.port() + "=" + "x".repeat(43)));
        assertEquals(0, served.backend.submits);
    }

    @Test
    @Tag("T-E1")
    void aReboundHostIsToldThatThisIsAnotherServer() throws Exception {
        int port = served.http.port();
        for (String host :
                List.of(
                        "evil.example",
                        "evil.example:" + port,
                        "127.0.0.1.evil.example",
                        "[::2]",
                        "")) {
            assertEquals(421, post(host, bearer(), "application/json"), host);
            assertEquals(421, get(host, bearer()), host);
            assertEquals(421, socket(host, ""), host);
        }
        assertEquals(0, served.backend.submits);
        for (String host :
                List.of("localhost", "LOCALHOST:1", "[::1]:" + port, "musher.test:" + port)) {
            assertEquals(200, get(host, bearer()), host);
        }
    }

    @Test
    @Tag("T-D17")
    void pastBoardsAreBoundedAndKeepNothingElseWaiting() throws Exception {
        served.backend.pastHeld = new CountDownLatch(1);
        List<Raw> waiting = new ArrayList<>();
        try {
            String headers = " HTTP/1.1\r\nHost: localhost\r\n" + bearer() + "\r\n\r\n";
            for (int i = 0; i < 8; i++) {
                Raw raw = new Raw(served.http.port(), 0);
                waiting.add(raw);
                // So that the server has the connection already when it is asked.
                raw.say("GET /version" + headers);
                raw.until("}");
                raw.say("GET /api/v1/board?at=1" + headers);
            }
            // One round trip of the one loop: then it has read all eight.
            assertEquals(200, get("localhost", bearer(), "/version"));
            assertEquals(429, get("localhost", bearer(), "/api/v1/board?at=2"));
            assertEquals(201, post("localhost", bearer(), "application/json"));
            assertEquals(200, get("localhost", bearer(), "/api/v1/items"));
        } finally {
            served.backend.pastHeld.countDown();
            for (Raw raw : waiting) {
                raw.close();
            }
        }
    }

    @Test
    @Tag("T-E1")
    void twoHostsAreRefused() throws Exception {
        String own = "127.0.0.1:" + served.http.port();
        assertEquals(400, get(own, "Host: evil.example\r\n" + bearer()));
        assertEquals(400, get(own, "Host: " + own + "\r\n" + bearer()));
        assertEquals(200, get(own, bearer()));
    }

    @Test
    void aQueryThatIsNotEncodedIsTheCallersFault() throws Exception {
        for (String query : List.of("limit=%zz", "q=%", "at=%f", "limit=%C3%28%")) {
            assertEquals(400, get("localhost", bearer(), "/api/v1/items?" + query), query);
        }
        assertEquals(400, get("localhost", bearer(), "/api/v1/events?since=%zz"));
    }

    @Test
    void aFolderThatIsNoPathIsTheCallersFault() throws Exception {
        JsonNode refused =
                served.json(400, "POST", "/api/v1/backup", "{\"folder\":\"/tmp/\\u0000x\"}");
        assertEquals("invalid", refused.get("code").asText());
    }

    @Test
    void whoAsksBeforeSendingABodyIsAnswered() throws Exception {
        try (Raw raw = new Raw(served.http.port(), 0)) {
            raw.say(
                    "POST /api/v1/items HTTP/1.1\r\nHost: localhost\r\n"
                            + bearer()
                            + "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
                            + "Content-Length: "
                            + CREATE.length()
                            + "\r\n\r\n");
            assertTrue(raw.until("\r\n\r\n").contains("100 Continue"));
            raw.say(CREATE);
            assertTrue(raw.until("\r\n").contains("201"));
        }
    }

    @Test
    @Tag("T-E1")
    void whatAFormCanSendDoesNothing() throws Exception {
        String host = "127.0.0.1:" + served.http.port();
        for (String type :
                List.of(
                        "text/plain",
                        "application/x-www-form-urlencoded",
                        "multipart/form-data; boundary=x",
                        "text/plain; x=application/json",
                        "")) {
            assertEquals(415, post(host, bearer(), type), type);
            assertEquals(415, at(host, "POST /api/v1/batch", bearer(), type, CREATE), type);
        }
        assertEquals(0, served.backend.submits);
    }

    @Test
    @Tag("T-E1")
    void noAnswerLetsAnotherOriginReadIt() throws Exception {
        HttpResponse<String> response = served.send("GET", "/api/v1/board", "");
        assertTrue(response.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
        assertEquals("nosniff", response.headers().firstValue("X-Content-Type-Options").get());
        assertEquals(
                405,
                served.send(served.request("OPTIONS", "/api/v1/items", "").build()).statusCode());
    }

    @Test
    void aSignInLinkWorksOnceAndLeavesACookieNoScriptCanRead() throws Exception {
        JsonNode made = served.json(201, "POST", "/api/v1/sessions", "{}");
        HttpRequest link =
                HttpRequest.newBuilder(
                                served.request("GET", made.get("link").asText(), "").build().uri())
                        .build();
        HttpResponse<String> first = served.send(link);
        assertEquals(303, first.statusCode());
        String cookie = first.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.toLowerCase(Locale.ROOT).contains("; httponly"), cookie);
        assertTrue(cookie.contains("SameSite=Strict"), cookie);
        assertEquals(401, served.send(link).statusCode());
    }

    @Test
    @Tag("T-D17")
    void aTooLargeBodyIsRefusedBeforeItIsRead() throws Exception {
        int port = served.http.port();
        String head =
                "POST /api/v1/items HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        + bearer()
                        + "\r\nContent-Type: application/json\r\n";
        assertEquals(413, Raw.status(port, head + "Content-Length: 10485760\r\n\r\n"));
        try (Raw raw = new Raw(port, 0)) {
            raw.say(head + "Transfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            for (int i = 0; i < 17; i++) {
                raw.say(chunk);
            }
            assertTrue(raw.until("\r\n").contains("413"));
        }
        assertEquals(0, served.backend.submits);
    }

    @Test
    @Tag("T-D17")
    void hostileJsonIsRefusedByName() throws Exception {
        List<String> bad =
                List.of(
                        "{\"name\":\"" + "x".repeat(900_000) + "\"}",
                        "{\"a\":".repeat(1_001),
                        "{\"name\":\"a\",\"name\":\"b\"}",
                        "{\"priority\":NaN}",
                        "{\"priority\":" + "9".repeat(1_000_000) + "}",
                        "{\"name\":\"\\ud800\"}",
                        "{\"nmae\":\"x\"}",
                        "[]",
                        "nothing",
                        "");
        for (String body : bad) {
            JsonNode refused = served.json(400, "POST", "/api/v1/items", body);
            assertEquals("invalid", refused.get("code").asText());
            assertTrue(refused.get("detail").asText().length() < 500);
        }
        assertEquals(0, served.backend.submits);
    }

    @Test
    void strangePathsFindNothing() throws Exception {
        int port = served.http.port();
        for (String path :
                List.of(
                        "/..",
                        "/api/v1/items/%zz",
                        "/api/v1/../../etc/passwd",
                        "//",
                        "/%2e%2e",
                        "/web/")) {
            int status =
                    Raw.status(
                            port,
                            "GET "
                                    + path
                                    + " HTTP/1.1\r\nHost: localhost\r\n"
                                    + bearer()
                                    + "\r\n\r\n");
            assertEquals(404, status, path);
        }
        assertEquals(404, get("localhost", bearer(), "/api/v1/items/..%2f..%2ftoken"));
    }

    @Test
    void aSocketOfAPeerIsNoBusinessOfABrowser() throws Exception {
        assertEquals(404, socket("localhost", ""), "this server takes no peers");
        assertFalse(served.send("GET", "/peer", "").body().contains("Sec-WebSocket"));
    }

    private String signIn() throws Exception {
        String link = served.json(201, "POST", "/api/v1/sessions", "{}").get("link").asText();
        String cookie =
                served.send(served.request("GET", link, "").build())
                        .headers()
                        .firstValue("Set-Cookie")
                        .orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private static String bearer() {
        return "Authorization: Bearer " + Served.TOKEN;
    }

    private int post(String host, String headers, String type) throws Exception {
        return at(host, "POST /api/v1/items", headers, type, CREATE);
    }

    private int at(String host, String what, String headers, String type, String body)
            throws Exception {
        return Raw.status(
                served.http.port(),
                what
                        + " HTTP/1.1\r\nHost: "
                        + host
                        + "\r\n"
                        + headers
                        + "\r\n"
                        + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n")
                        + "Content-Length: "
                        + body.length()
                        + "\r\nConnection: close\r\n\r\n"
                        + body);
    }

    private int get(String host, String headers) throws Exception {
        return get(host, headers, "/api/v1/board");
    }

    private int get(String host, String headers, String path) throws Exception {
        return Raw.status(
                served.http.port(),
                "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n\r\n");
    }

    private int socket(String host, String headers) throws Exception {
        return Raw.status(
                served.http.port(),
                "GET /peer HTTP/1.1\r\nHost: "
                        + host
                        + "\r\n"
                        + "Upgrade: websocket\r\n"
                        + "Connection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + headers
                        + "\r\n");
    }
}
