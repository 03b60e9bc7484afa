package dev.musher.ops.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node that answers what a test told it, and remembers what it was asked. */
final class FakeNode implements AutoCloseable {

    /** A request as it came. */
    record Asked(String line, Map<String, String> headers, String body) {}

    /** An answer to be given. */
    record Given(int status, String body, boolean chunked, boolean closes) {}

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Given> given = new ConcurrentHashMap<>();
    private final ServerSocket server;
    private final Thread accepting;

    FakeNode(Path home) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Files.writeString(home.resolve("token"), "secret\nother agent a bot\n");
        Files.writeString(
                home.resolve("run.json"),
                "{\"pid\":"
                        + ProcessHandle.current().pid()
                        + ",\"http\":\"http://127.0.0.1:"
                        + server.getLocalPort()
                        + "\"}");
        accepting = Thread.ofPlatform().daemon().start(this::accept);
    }

    void on(String line, int status, String body) {
        given.put(line, new Given(status, body, false, false));
    }

    void on(String line, Given answer) {
        given.put(line, answer);
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            // Until then it may take one caller more.
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                Map<String, String> headers = new ConcurrentHashMap<>();
                for (String h = line(in); !h.isEmpty(); h = line(in)) {
                    int colon = h.indexOf(':');
                    headers.put(
                            h.substring(0, colon).toLowerCase(Locale.ROOT),
                            h.substring(colon + 1).strip());
                }
                int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
                String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                String what = line.substring(0, line.lastIndexOf(' '));
                asked.add(new Asked(what, headers, body));
                Given answer =
                        given.getOrDefault(
                                what, new Given(404, "{\"code\":\"unknown_route\"}", false, false));
                write(socket.getOutputStream(), answer);
                if (answer.closes()) {
                    return;
                }
            }
        } catch (IOException e) {
            // the caller went away: nothing to answer
        }
    }

    private static void write(OutputStream out, Given answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + answer.status() + " x\r\nContent-Type: application/json\r\n";
        if (answer.chunked()) {
            out.write(
                    (head + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            int half = body.length / 2;
            chunk(out, body, 0, half);
            chunk(out, body, half, body.length);
            out.write("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        } else {
            out.write(
                    (head + "Content-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            out.write(body);
        }
        out.flush();
    }

    private static void chunk(OutputStream out, byte[] body, int from, int to) throws IOException {
        if (to > from) {
            out.write((Integer.toHexString(to - from) + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.write(body, from, to - from);
            out.write("\r\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder out = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                out.append((char) b);
            }
        }
        return out.toString();
    }
}
