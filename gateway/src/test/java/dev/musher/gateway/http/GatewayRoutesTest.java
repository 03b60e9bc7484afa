package dev.musher.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.node.http.NodeHttp;
import dev.musher.node.web.Tokens;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the gateway serves to whom, with no project: by raw HTTP, which browsers do not speak. */
class GatewayRoutesTest {

    private static final String TOKEN = "the-token-of-the-home-0123456789abcdef";

    private final Vertx vertx = Vertx.vertx();
    private GatewayHttp http;

    @BeforeEach
    void start() throws Exception {
        http =
                GatewayHttp.start(
                                vertx,
                                new NodeHttp.Address("127.0.0.1", 0, List.of()),
                                Tokens.of(TOKEN, new Actor.User("ann")),
                                new NoProjects(),
                                System::currentTimeMillis)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        http.stop().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void theDescriptionNamesEveryRouteAndNoOther() throws Exception {
        Set<String> described = new TreeSet<>();
        String text = body(said("GET /openapi.yaml HTTP/1.1\r\n"));
        String path = "";
        for (String line : text.lines().toList()) {
            String word = line.strip().split(":", 2)[0];
            if (line.startsWith("  /")) {
                path = word;
            } else if (line.matches("    (get|post|patch|delete):.*")) {
                described.add(word.toUpperCase(Locale.ROOT) + " " + path);
            }
        }
        Set<String> served = new TreeSet<>();
        http.routes().stream()
                .filter(r -> !r.template().equals("/") && !r.template().startsWith("/web/"))
                .forEach(r -> served.add(r.method().name() + " " + r.template()));
        assertEquals(served, described);
    }

    @Test
    @Tag("T-E9")
    void nothingButTheListedFilesIsServed() throws Exception {
        assertEquals(200, status("GET /web/app.js HTTP/1.1\r\n"));
        assertEquals(200, status("GET /web/lib/directives/repeat.js HTTP/1.1\r\n"));
        List<String> ups = List.of("..", "%2e%2e", "..%2f..", "%2F..%2F..", "..%5c..", ".%00.");
        List<String> roots = List.of("/web/", "/web/lib/", "/web/lib/directives/", "/");
        List<String> wanted =
                List.of(
                        "META-INF/MANIFEST.MF",
                        "etc/passwd",
                        "openapi.yaml",
                        "web/openapi.yaml",
                        "app.js",
                        "dev/musher/gateway/Gateway.class",
                        "token",
                        "",
                        "lit-html.js.map");
        int tried = 0;
        for (String root : roots) {
            for (String up : ups) {
                for (String file : wanted) {
                    String path = root + up + "/" + file;
                    assertEquals(404, status("GET " + path + " HTTP/1.1\r\n"), path);
                    tried++;
                }
            }
        }
        assertTrue(tried >= 200);
        assertEquals(404, status("GET /web/lib/lit-html.js.map HTTP/1.1\r\n"));
        // What was asked for in vain poisons nothing.
        assertEquals(200, status("GET /web/app.js HTTP/1.1\r\n"));
    }

    @Test
    @Tag("T-E1")
    void otherSitesAndOtherNamesGetNowhere() throws Exception {
        String json = "Content-Type: application/json\r\nContent-Length: 2\r\n";
        String token = "Authorization: Bearer " + TOKEN + "\r\n";
        for (String origin : List.of("http://evil.example", "null", "http://127.0.0.1:1")) {
            String head = "POST /api/v1/sessions HTTP/1.1\r\nOrigin: " + origin + "\r\n";
            assertEquals(403, status(head + token + json, "{}"), origin);
        }
        assertEquals(401, status("GET /api/v1/board HTTP/1.1\r\n"));
        assertEquals(401, status("GET /api/v1/events HTTP/1.1\r\n"));
        assertEquals(401, status("GET /api/v1/projects/ab/board HTTP/1.1\r\n"));
        assertEquals(
                415,
                status(
                        "POST /api/v1/projects HTTP/1.1\r\n"
                                + token
                                + "Content-Type: text/plain\r\nContent-Length: 2\r\n",
                        "{}"));
        assertEquals(201, status("POST /api/v1/sessions HTTP/1.1\r\n" + token + json, "{}"));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
            String answer = exchange(socket, "GET / HTTP/1.1\r\nHost: evil.example\r\n", "");
            assertTrue(answer.startsWith("HTTP/1.1 421"), answer);
        }
    }

    @Test
    @Tag("T-F10")
    void noRouteActsForWhoIsNotKnown() throws Exception {
        Set<String> open =
                Set.of("/", "/login", "/healthz", "/readyz", "/version", "/openapi.yaml");
        int closed = 0;
        for (var route : http.routes()) {
            String path = route.template().replaceAll("\\{[a-z]+}", "1");
            if (open.contains(path) || path.startsWith("/web/")) {
                continue;
            }
            String json = "Content-Type: application/json\r\nContent-Length: 2\r\n";
            String head = route.method().name() + " " + path + " HTTP/1.1\r\n" + json;
            assertEquals(401, status(head, "{}"), path);
            assertEquals(401, status(head + "Authorization: Bearer wrong\r\n", "{}"), path);
            closed++;
        }
        assertTrue(closed >= 8, closed + " routes asked");
    }

    @Test
    @Tag("T-E5")
    void thePageMayRunNothingButItsOwnFiles() throws Exception {
        String head = said("GET / HTTP/1.1\r\n");
        assertTrue(head.contains("default-src 'none'; script-src 'self'; style-src 'self'"), head);
        assertTrue(head.contains("require-trusted-types-for 'script'"), head);
        assertTrue(head.contains("X-Content-Type-Options: nosniff"), head);
        assertTrue(head.contains("Referrer-Policy: no-referrer"), head);
    }

    private int status(String head) throws IOException {
        return status(head, "");
    }

    private int status(String head, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
            String host = "Host: 127.0.0.1:" + http.port() + "\r\n";
            return Integer.parseInt(exchange(socket, head + host, body).split(" ", 3)[1]);
        }
    }

    private String said(String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
            return exchange(socket, head + "Host: 127.0.0.1:" + http.port() + "\r\n", "");
        }
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static String exchange(Socket socket, String head, String body) throws IOException {
        socket.setSoTimeout(20_000);
        String all = head + "Connection: close\r\n\r\n" + body;
        socket.getOutputStream().write(all.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        try (InputStream in = socket.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A gateway that holds nothing. */
    private static final class NoProjects implements Projects {
        @Override
        public List<Held> all() {
            return List.of();
        }

        @Override
        public @Nullable Held find(String id) {
            return null;
        }

        @Override
        public CompletionStage<Joining> add(String link) {
            return CompletableFuture.completedFuture(new Joining.Unusable("none"));
        }

        @Override
        public boolean remove(String id, boolean delete) {
            return false;
        }

        @Override
        public void onChange(Runnable changed) {}

        @Override
        public void forget(Runnable changed) {}
    }
}
