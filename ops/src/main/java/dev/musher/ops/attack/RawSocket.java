package dev.musher.ops.attack;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection to a node's port that does what no library would: any bytes, any frames, or
 * none, and reads only when told. Not thread safe, but for {@link #close}, which also ends a write
 * that nobody reads.
 */
final class RawSocket implements Closeable {

    /** First byte of a frame: whole binary message, its beginning, its going on, a ping. */
    static final int BINARY = 0x82;

    static final int BEGIN = 0x02;
    static final int MORE = 0x00;
    static final int PING = 0x89;

    /** The bit that says that the payload is deflated. */
    static final int DEFLATED = 0x40;

    private static final int CLOSE_CODE = 8;
    private static final int CONNECT_MS = 5_000;
    private static final int HEAD_MAX = 16 * 1024;
    private static final int LAST_BYTES = 1_024;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final String host;
    private final long beganNs = System.nanoTime();
    private long said;

    /**
     * Connects.
     *
     * @param receiveBytes size of the kernel's buffer for what comes; 0 for the usual one
     */
    RawSocket(URI http, int receiveBytes) throws IOException {
        socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(http.getHost(), http.getPort()), CONNECT_MS);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        host = http.getHost() + ":" + http.getPort();
    }

    /**
     * Asks for a peer socket.
     *
     * @param extra further header lines, each with its line end
     * @return the head of the answer
     */
    String upgrade(String extra) throws IOException {
        raw(head(extra));
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        socket.setSoTimeout(CONNECT_MS);
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0 || head.size() > HEAD_MAX) {
                throw new EOFException("no answer to the upgrade: " + head);
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    /** The bytes of the request for a peer socket. */
    byte[] head(String extra) {
        return ("GET /peer HTTP/1.1\r\nHost: "
                        + host
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + extra
                        + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Sends bytes as they are. */
    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** Sends a frame; longer payloads than a fragment holds must be split by the caller. */
    void frame(int first, byte[] payload) throws IOException {
        out.write(encoded(first, payload, payload.length));
    }

    /** Bytes of binary messages that were sent. */
    long said() {
        return said;
    }

    /** Sends a binary message in fragments of 64 KiB. */
    void message(byte[] payload) throws IOException {
        said += payload.length;
        int most = 64 * 1024;
        for (int at = 0; at == 0 || at < payload.length; at += most) {
            int length = Math.min(most, payload.length - at);
            byte[] part = new byte[length];
            System.arraycopy(payload, at, part, 0, length);
            int first = (at == 0 ? BEGIN : MORE) | (at + length == payload.length ? 0x80 : 0);
            frame(first, part);
        }
    }

    /** A frame that says it is so long, with the payload given. The mask is of zeros. */
    static byte[] encoded(int first, byte[] payload, long said) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
        frame.put((byte) first);
        if (said < 126) {
            frame.put((byte) (0x80 | said));
        } else if (said < 65_536) {
            frame.put((byte) (0x80 | 126)).putShort((short) said);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(said);
        }
        frame.putInt(0).put(payload);
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    /** The next binary message; null when there is none within the time, or the socket is gone. */
    byte @Nullable [] receive(int withinMs) {
        try {
            socket.setSoTimeout(Math.max(1, withinMs));
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            while (true) {
                int first = read();
                long length = read() & 0x7f;
                if (length == 126) {
                    length = (long) read() << 8 | read();
                } else if (length == 127) {
                    length = ByteBuffer.wrap(exactly(8)).getLong();
                }
                byte[] payload = exactly((int) length);
                int code = first & 0x0f;
                if (code == CLOSE_CODE) {
                    return null;
                }
                if (code < CLOSE_CODE) {
                    message.writeBytes(payload);
                    if ((first & 0x80) != 0) {
                        return message.toByteArray();
                    }
                }
            }
        } catch (IOException e) {
            // Nothing came, or the other end closed: {@link #msUntilClosed} tells which.
            return null;
        }
    }

    /**
     * Reads until the other end closes.
     *
     * @return when that was, ms from the connect; negative where it does not within the time
     */
    double msUntilClosed(int withinMs) {
        long endNs = System.nanoTime() + withinMs * 1_000_000L;
        byte[] buffer = new byte[64 * 1024];
        while (System.nanoTime() < endNs) {
            try {
                socket.setSoTimeout((int) Math.max(1, (endNs - System.nanoTime()) / 1_000_000));
                if (in.read(buffer) < 0) {
                    return ageMs();
                }
            } catch (SocketTimeoutException e) {
                return -1;
            } catch (IOException e) {
                // Reset: what was still to be read went with it.
                return ageMs();
            }
        }
        return -1;
    }

    /**
     * Reads until the other end closes.
     *
     * @return the last kilobyte or so; null where it does not close within the time
     */
    @Nullable String last(int withinMs) {
        long endNs = System.nanoTime() + withinMs * 1_000_000L;
        byte[] buffer = new byte[64 * 1024];
        String last = "";
        while (System.nanoTime() < endNs) {
            try {
                socket.setSoTimeout((int) Math.max(1, (endNs - System.nanoTime()) / 1_000_000));
                int read = in.read(buffer);
                if (read < 0) {
                    return last;
                }
                String more = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
                last = (last + more).substring(Math.max(0, last.length() + read - LAST_BYTES));
            } catch (SocketTimeoutException e) {
                return null;
            } catch (IOException e) {
                // Reset: what was still to be read went with it.
                return last;
            }
        }
        return null;
    }

    /** Since the connect, ms. */
    double ageMs() {
        return (System.nanoTime() - beganNs) / 1e6;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private int read() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("closed");
        }
        return next;
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("closed");
        }
        return bytes;
    }
}
