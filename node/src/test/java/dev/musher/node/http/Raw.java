package dev.musher.node.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A socket that says exactly what it is told: browsers' clients do not let a test forge headers.
 */
final class Raw implements AutoCloseable {

    private static final int WAIT_MS = 20_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    Raw(int port, int receiveBytes) throws IOException {
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setSoTimeout(WAIT_MS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        in = new BufferedInputStream(socket.getInputStream(), 1024);
    }

    void say(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** All until the other side closes. */
    String all() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Reads until {@code end} was seen. */
    String until(String end) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] last = end.getBytes(StandardCharsets.UTF_8);
        int matched = 0;
        while (matched < last.length) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after: " + out.toString(StandardCharsets.UTF_8));
            }
            out.write(next);
            // Good enough for ends whose first character is in them once.
            matched = next == last[matched] ? matched + 1 : next == last[0] ? 1 : 0;
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The status of one request whose answer ends the connection. */
    static int status(int port, String request) throws IOException {
        try (Raw raw = new Raw(port, 0)) {
            raw.say(request);
            String line = raw.until("\r\n");
            return Integer.parseInt(line.split(" ", -1)[1]);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
