package dev.musher.ops.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 on one kept connection to a daemon of this machine. The JDK's client would do the same,
 * at the price of 60 to 100 ms of class loading and of its own threads in every command.
 *
 * <p>A request on a connection that the server closed meanwhile is sent once more, on a fresh one,
 * if not a byte of an answer had come and the method only reads or the caller gave an idempotency
 * key. Not thread safe.
 */
final class Http implements AutoCloseable {

    private static final int CONNECT_MS = 2_000;
    private static final int LINE_BYTES_MAX = 16 * 1024;
    private static final int HEADERS_MAX = 100;
    private static final int BODY_BYTES_MAX = 512 << 20;

    private final String host;
    private final int port;
    private final int readMs;
    private final @Nullable SSLSocketFactory tls;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    /**
     * Opens nothing yet.
     *
     * @param readMs how long to wait for the next byte of an answer; 0 waits for ever
     * @param tls what to speak TLS by; null without
     */
    Http(String host, int port, int readMs, @Nullable SSLSocketFactory tls) {
        this.host = host;
        this.port = port;
        this.readMs = readMs;
        this.tls = tls;
    }

    /** An answer, whole. Names of headers are in lower case. */
    record Answer(int status, Map<String, String> headers, byte[] body) {}

    /**
     * Sends a request and reads the answer.
     *
     * @param headers more of them; Host and Content-Length are added
     * @throws IOException when there is no answer; for a write the outcome is then unknown
     */
    Answer send(String method, String path, Map<String, String> headers, byte[] body)
            throws IOException {
        boolean fresh = socket == null;
        try {
            return exchange(method, path, headers, body);
        } catch (Stale e) {
            close();
            boolean safe = method.equals("GET") || headers.containsKey("Idempotency-Key");
            if (fresh || !safe) {
                throw e;
            }
            return exchange(method, path, headers, body);
        }
    }

    /**
     * Sends a GET whose answer does not end, and leaves the connection to the caller.
     *
     * @return status and headers; the body is to be read from {@link #body}
     */
    Answer open(String path, Map<String, String> headers) throws IOException {
        write("GET", path, headers, new byte[0]);
        return head();
    }

    /** What comes after {@link #open}, without the framing of HTTP. */
    InputStream body(Answer head) throws IOException {
        InputStream from = stream();
        return "chunked".equals(head.headers().get("transfer-encoding")) ? new Chunks(from) : from;
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
        socket = null;
        in = null;
    }

    /** The connection ended before the first byte of an answer. */
    private static final class Stale extends IOException {
        private static final long serialVersionUID = 1L;

        Stale(@Nullable IOException cause) {
            super("the connection was closed before an answer came", cause);
        }
    }

    private Answer exchange(String method, String path, Map<String, String> headers, byte[] body)
            throws IOException {
        try {
            write(method, path, headers, body);
        } catch (IOException e) {
            if (socket == null) {
                throw e; // could not connect: nothing was sent
            }
            throw new Stale(e);
        }
        Answer head = head();
        byte[] content = content(method, head);
        if ("close".equalsIgnoreCase(head.headers().get("connection"))) {
            close();
        }
        return new Answer(head.status(), head.headers(), content);
    }

    private void write(String method, String path, Map<String, String> headers, byte[] body)
            throws IOException {
        Socket to = connected();
        StringBuilder text = new StringBuilder(256);
        text.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ");
        text.append(host.contains(":") ? "[" + host + "]" : host).append(':').append(port);
        text.append("\r\n");
        headers.forEach((k, v) -> text.append(k).append(": ").append(v).append("\r\n"));
        if (body.length > 0 || !method.equals("GET")) {
            text.append("Content-Length: ").append(body.length).append("\r\n");
        }
        byte[] head = text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        byte[] whole = new byte[head.length + body.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        to.getOutputStream().write(whole); // one packet where it fits
    }

    private Socket connected() throws IOException {
        if (socket == null) {
            Socket fresh = new Socket();
            try {
                fresh.setTcpNoDelay(true);
                fresh.setSoTimeout(readMs);
                fresh.connect(new InetSocketAddress(host, port), CONNECT_MS);
                if (tls != null) {
                    SSLSocket around = (SSLSocket) tls.createSocket(fresh, host, port, true);
                    around.startHandshake();
                    fresh = around;
                }
            } catch (IOException e) {
                fresh.close();
                throw e;
            }
            socket = fresh;
            in = new BufferedInputStream(fresh.getInputStream(), 32 * 1024);
        }
        return socket;
    }

    private InputStream stream() throws IOException {
        if (in == null) {
            throw new IOException("not connected");
        }
        return in;
    }

    private Answer head() throws IOException {
        InputStream from = stream();
        String status;
        try {
            status = line(from);
        } catch (EOFException e) {
            throw new Stale(e);
        }
        if (!status.startsWith("HTTP/1.1 ") || status.length() < 12) {
            throw new IOException("not HTTP/1.1 on " + host + ":" + port);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(from); !line.isEmpty(); line = line(from)) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() >= HEADERS_MAX) {
                throw new IOException("a damaged header in the answer");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Answer(number(status.substring(9, 12), 10), headers, new byte[0]);
    }

    private byte[] content(String method, Answer head) throws IOException {
        if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
            return new byte[0];
        }
        InputStream from = stream();
        String length = head.headers().get("content-length");
        if (length != null) {
            int bytes = number(length, 10);
            byte[] out = from.readNBytes(bytes);
            if (out.length != bytes) {
                throw new EOFException("the answer was cut off");
            }
            return out;
        }
        if ("chunked".equals(head.headers().get("transfer-encoding"))) {
            return new Chunks(from).readAllBytes();
        }
        byte[] out = from.readAllBytes();
        close();
        return out;
    }

    private static int number(String text, int radix) throws IOException {
        try {
            int out = Integer.parseInt(text.strip(), radix);
            if (out >= 0 && out <= BODY_BYTES_MAX) {
                return out;
            }
        } catch (NumberFormatException e) {
            throw new IOException("a damaged number in the answer: " + text, e);
        }
        throw new IOException("an answer of " + text + " bytes, at most " + BODY_BYTES_MAX);
    }

    private static String line(InputStream from) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64);
        for (int b = from.read(); b != '\n'; b = from.read()) {
            if (b < 0) {
                throw new EOFException("the connection was closed");
            }
            if (out.size() > LINE_BYTES_MAX) {
                throw new IOException("a line of the answer is too long");
            }
            if (b != '\r') {
                out.write(b);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Takes the framing of a chunked body away. */
    private static final class Chunks extends InputStream {
        private final InputStream from;
        private int left;
        private boolean ended;

        Chunks(InputStream from) {
            this.from = from;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0 && !ended) {
                next();
            }
            if (ended) {
                return -1;
            }
            int count = from.read(to, offset, Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the answer was cut off");
            }
            left -= count;
            if (left == 0) {
                line(from);
            }
            return count;
        }

        private void next() throws IOException {
            String size = line(from);
            int semicolon = size.indexOf(';');
            left = number(semicolon < 0 ? size : size.substring(0, semicolon), 16);
            if (left == 0) {
                ended = true;
                for (String trailer = line(from); !trailer.isEmpty(); trailer = line(from)) {
                    // trailers say nothing to us
                }
            }
        }
    }
}
