package dev.musher.node.link;

import dev.musher.protocol.codec.FrameLimits;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;

/**
 * Puts the messages of one socket together from their fragments. A fragment holds at most {@link
 * #FRAGMENT_BYTES}, which is what the decoder before it collects; a message at most {@link
 * FrameLimits#FRAME_BYTES}, and {@link FrameLimits#HANDSHAKE_FRAME_BYTES} while the other end is a
 * stranger, so nothing larger is ever held for one. A stranger's messages and everybody's fragments
 * are counted, for they may be small or empty, and so are pings, each of which is answered by a
 * pong that a flooder need not read.
 *
 * <p>Frame by frame, since what the server would assemble by itself has one bound for all sockets.
 * For the event loop of the socket.
 */
final class Messages {

    /** Largest fragment, bytes; a longer message goes in several. */
    static final int FRAGMENT_BYTES = FrameLimits.HANDSHAKE_FRAME_BYTES;

    /** Fragments of a message: four times what the longest one needs. */
    static final int FRAGMENTS = 4 * FrameLimits.FRAME_BYTES / FRAGMENT_BYTES;

    /** Messages of a stranger: a handshake has two, and a later version may have some more. */
    static final int STRANGERS_MESSAGES = 32;

    /** Pings and pongs that are taken at once; an honest peer sends one in 20 s. */
    static final int CONTROL_MOST = 16;

    /** Each refills one ping, ms. */
    static final long CONTROL_MS = 1_000;

    /** What became of a frame. */
    sealed interface Taken {}

    /** It ends this message. */
    record Whole(byte[] bytes) implements Taken {}

    /** The message goes on, or it is not one. */
    record Part(boolean ofMessage) implements Taken {}

    /** The socket is to be closed. */
    record Fault(String why) implements Taken {}

    private Buffer begun = Buffer.buffer();
    private int fragments;
    private int strangers;
    private long controls = CONTROL_MOST;
    private long controlsAtMs;

    /**
     * Takes the next frame of the socket.
     *
     * @param trusted whether the other end has proved who it is
     * @param nowMs monotonic
     */
    Taken take(WebSocketFrame frame, boolean trusted, long nowMs) {
        return switch (frame.type()) {
            case BINARY, CONTINUATION -> data(frame, trusted);
            case TEXT -> new Fault("text");
            case PING, PONG -> control(nowMs);
            case CLOSE -> new Part(false);
        };
    }

    private Taken data(WebSocketFrame frame, boolean trusted) {
        Buffer bytes = frame.binaryData();
        if (!trusted && ++strangers > STRANGERS_MESSAGES) {
            return new Fault("more than " + STRANGERS_MESSAGES + " messages of a stranger");
        }
        int most = trusted ? FrameLimits.FRAME_BYTES : FrameLimits.HANDSHAKE_FRAME_BYTES;
        if (begun.length() + (long) bytes.length() > most) {
            return new Fault("a message of more than " + most + " bytes");
        }
        fragments++;
        if (fragments > FRAGMENTS) {
            return new Fault("a message in more than " + FRAGMENTS + " fragments");
        }
        if (frame.isFinal() && fragments == 1) {
            fragments = 0;
            return new Whole(bytes.getBytes());
        }
        begun.appendBuffer(bytes);
        if (!frame.isFinal()) {
            return new Part(true);
        }
        Whole whole = new Whole(begun.getBytes());
        begun = Buffer.buffer();
        fragments = 0;
        return whole;
    }

    private Taken control(long nowMs) {
        if (nowMs - controlsAtMs >= CONTROL_MS) {
            controls = Math.min(CONTROL_MOST, controls + (nowMs - controlsAtMs) / CONTROL_MS);
            controlsAtMs = nowMs;
        }
        controls--;
        return controls < 0 ? new Fault("pings without end") : new Part(false);
    }
}
