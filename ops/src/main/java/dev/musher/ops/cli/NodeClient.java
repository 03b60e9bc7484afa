package dev.musher.ops.cli;

import dev.musher.crdt.change.Malformed;
import dev.musher.protocol.sync.Fingerprint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP interface of one daemon, as the holder of its home's token. Refusals and dead daemons
 * are {@link Failure}s with the next step. One connection, kept; not thread safe.
 */
public final class NodeClient implements AutoCloseable {

    /** A write waits for a synced disk, a board of the past for a fold: neither takes this long. */
    private static final int READ_MS = 60_000;

    private final String url;
    private final @Nullable String token;
    private final Http http;
    private final Http endless;

    /**
     * Connects at the first call.
     *
     * @param url for example {@code http://127.0.0.1:4000}
     * @param token shown as bearer token; null for routes that ask for none
     */
    public NodeClient(String url, @Nullable String token) {
        this(url, token, null);
    }

    /**
     * Connects at the first call.
     *
     * @param certificate fingerprint of the only certificate that may answer at an {@code https}
     *     address, which the home's {@code run.json} tells
     * @throws Failure where the address is one over TLS and no certificate is known: the token is
     *     shown to nobody who cannot be told from another
     */
    public NodeClient(String url, @Nullable String token, @Nullable String certificate) {
        URI uri = URI.create(url);
        if (uri.getHost() == null || uri.getPort() < 1) {
            throw new Failure(Failure.USAGE, "'" + url + "' is no address: give http://HOST:PORT");
        }
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        this.url = url;
        this.token = token;
        SSLSocketFactory tls = "https".equals(uri.getScheme()) ? pinned(url, certificate) : null;
        this.http = new Http(bare, uri.getPort(), READ_MS, tls);
        this.endless = new Http(bare, uri.getPort(), 0, tls);
    }

    /** Where the daemon listens. */
    public String url() {
        return url;
    }

    /** GET; {@link Failure} for a refusal. */
    public Json get(String path) {
        return json(send("GET", path, null, new byte[0], null));
    }

    /** GET of bytes that may not be JSON. */
    public byte[] bytes(String path) {
        return send("GET", path, null, new byte[0], null).body();
    }

    /** A write with a JSON body. */
    public Json write(String method, String path, Map<String, ?> body) {
        return json(send(method, path, "application/json", Json.of(body).bytes(), null));
    }

    /** A write with a body of any type and, where one is given, a key that makes a retry safe. */
    public byte[] write(
            String method, String path, String type, byte[] body, @Nullable String idempotencyKey) {
        return send(method, path, type, body, idempotencyKey).body();
    }

    /** What a probe says, whatever its status. {@link IOException} if no answer came. */
    public Json probe(String path) throws IOException {
        return Json.read(http.send("GET", path, headers(null, null), new byte[0]).body());
    }

    /**
     * What the node says that people should know of, as sentences; none from a node that has no
     * such list.
     */
    public List<String> problems() {
        try {
            return probe("/api/v1/health").at("problems").items().stream()
                    .map(p -> p.at("text").text())
                    .toList();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** One event of a stream. */
    @FunctionalInterface
    public interface Listener {
        /** Answers whether to go on. */
        boolean event(String id, String name, String data);
    }

    /**
     * Follows a stream of server-sent events until the listener has had enough or the server ends.
     *
     * @return the id of the last event, empty if there was none: where to go on
     */
    public String events(String path, Listener listener) {
        try {
            Map<String, String> headers = headers(null, null);
            headers.put("Accept", "text/event-stream");
            Http.Answer head = endless.open(path, headers);
            try (InputStream body = endless.body(head)) {
                if (head.status() != 200) {
                    throw Failure.of(head.status(), parse(body.readAllBytes()));
                }
                return follow(body, listener);
            } finally {
                endless.close();
            }
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private static String follow(InputStream body, Listener listener) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        String id = "";
        String name = "message";
        StringBuilder data = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.isEmpty()) {
                if (!data.isEmpty() && !listener.event(id, name, data.toString())) {
                    return id;
                }
                name = "message";
                data.setLength(0);
            } else if (line.startsWith("id:")) {
                id = line.substring(3).strip();
            } else if (line.startsWith("event:")) {
                name = line.substring(6).strip();
            } else if (line.startsWith("data:")) {
                data.append(data.isEmpty() ? "" : "\n").append(line.substring(5).strip());
            }
        }
        return id;
    }

    /** One part of a path or query, escaped. */
    public static String escape(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        try {
            http.close();
            endless.close();
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "the connection could not be closed: " + e, e);
        }
    }

    private Http.Answer send(
            String method,
            String path,
            @Nullable String type,
            byte[] body,
            @Nullable String idempotencyKey) {
        Http.Answer answer;
        try {
            answer = http.send(method, path, headers(type, idempotencyKey), body);
        } catch (IOException e) {
            throw unreachable(e);
        }
        if (answer.status() >= 400) {
            throw Failure.of(answer.status(), parse(answer.body()));
        }
        return answer;
    }

    private Map<String, String> headers(@Nullable String type, @Nullable String idempotencyKey) {
        Map<String, String> out = new LinkedHashMap<>();
        if (token != null) {
            out.put("Authorization", "Bearer " + token);
        }
        if (type != null) {
            out.put("Content-Type", type);
        }
        if (idempotencyKey != null) {
            out.put("Idempotency-Key", idempotencyKey);
        }
        return out;
    }

    private Json json(Http.Answer answer) {
        if (answer.body().length == 0) {
            return Json.NOTHING;
        }
        try {
            return Json.read(answer.body());
        } catch (IOException e) {
            throw new Failure(
                    Failure.FAILED, url + " answered with something that is not JSON: " + e, e);
        }
    }

    private static Json parse(byte[] body) {
        try {
            return Json.read(body);
        } catch (IOException e) {
            // Not a problem document: its text is all there is to show.
            return Json.of(Map.of("detail", new String(body, StandardCharsets.UTF_8).strip()));
        }
    }

    private static SSLSocketFactory pinned(String url, @Nullable String certificate) {
        if (certificate == null) {
            throw new Failure(
                    Failure.USAGE,
                    url
                            + " speaks TLS, and no certificate is known for it: name the home of"
                            + " the daemon with --home, whose run.json has it");
        }
        try {
            return PinnedTls.factory(Fingerprint.parse(certificate));
        } catch (Malformed e) {
            throw new Failure(Failure.FAILED, "run.json: " + e.getMessage(), e);
        }
    }

    /** Else the other end just went away: a daemon that is killed shows no certificate at all. */
    private static boolean isOfCertificate(SSLException e) {
        for (Throwable why = e; why != null; why = why.getCause()) {
            if (why instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }

    private Failure unreachable(IOException e) {
        String text =
                switch (e) {
                    case SSLException t when isOfCertificate(t) ->
                            url
                                    + " does not show the certificate that run.json names ("
                                    + t.getMessage()
                                    + "); nothing was sent. Start the daemon again with `musher"
                                    + " up`";
                    case ConnectException c ->
                            "nobody listens at " + url + ": start the node with `musher up`";
                    case SocketTimeoutException t ->
                            url + " did not answer in time: see `musher doctor` and its logs";
                    default ->
                            url
                                    + " did not answer ("
                                    + e.getMessage()
                                    + "); whether a write was"
                                    + " done is unknown: look before trying again";
                };
        return new Failure(Failure.UNHEALTHY, text, e);
    }
}
