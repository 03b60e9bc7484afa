package dev.musher.node.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.musher.protocol.codec.FrameLimits;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MessagesTest {

    private static final int FRAGMENT = Messages.FRAGMENT_BYTES;

    private final Messages messages = new Messages();

    private static WebSocketFrame first(int bytes, boolean last) {
        return WebSocketFrame.binaryFrame(Buffer.buffer(new byte[bytes]), last);
    }

    private static WebSocketFrame more(int bytes, boolean last) {
        return WebSocketFrame.continuationFrame(Buffer.buffer(new byte[bytes]), last);
    }

    private Messages.Taken take(WebSocketFrame frame, boolean trusted) {
        return messages.take(frame, trusted, 0);
    }

    @Test
    void aMessageIsWhatItsFragmentsAreTogether() {
        byte[] sent = new byte[FrameLimits.FRAME_BYTES];
        new Random(1).nextBytes(sent);
        for (int round = 0; round < 3; round++) {
            for (int at = 0; at < sent.length; at += FRAGMENT) {
                Buffer part = Buffer.buffer(sent).getBuffer(at, at + FRAGMENT);
                boolean last = at + FRAGMENT == sent.length;
                Messages.Taken taken =
                        take(
                                at == 0
                                        ? WebSocketFrame.binaryFrame(part, last)
                                        : WebSocketFrame.continuationFrame(part, last),
                                true);
                if (last) {
                    assertArrayEquals(sent, ((Messages.Whole) taken).bytes());
                } else {
                    assertEquals(new Messages.Part(true), taken);
                }
            }
            Messages.Whole small = (Messages.Whole) take(first(3, true), true);
            assertEquals(3, small.bytes().length);
        }
    }

    @Test
    @Tag("T-D12")
    void aStrangersMessageIsBoundedBeforeItIsAssembled() {
        assertInstanceOf(Messages.Whole.class, take(first(FRAGMENT, true), false));
        assertInstanceOf(Messages.Part.class, take(first(FRAGMENT, false), false));
        assertInstanceOf(Messages.Fault.class, take(more(1, true), false));
    }

    @Test
    @Tag("T-D12")
    void aTrustedMessageIsBoundedToo() {
        assertInstanceOf(Messages.Part.class, take(first(FRAGMENT, false), true));
        for (int i = 1; i < FrameLimits.FRAME_BYTES / FRAGMENT; i++) {
            assertInstanceOf(Messages.Part.class, take(more(FRAGMENT, false), true));
        }
        assertInstanceOf(Messages.Fault.class, take(more(1, false), true));
    }

    @Test
    @Tag("T-D12")
    void emptyFragmentsWithoutEndAreCounted() {
        take(first(1, false), true);
        for (int i = 1; i < Messages.FRAGMENTS; i++) {
            assertInstanceOf(Messages.Part.class, take(more(0, false), true));
        }
        assertInstanceOf(Messages.Fault.class, take(more(0, false), true));
    }

    @Test
    @Tag("T-D12")
    void pingsWithoutEndAreCounted() {
        WebSocketFrame ping = WebSocketFrame.pingFrame(Buffer.buffer());
        for (int minute = 1; minute < 10; minute++) {
            for (int i = 0; i < Messages.CONTROL_MOST; i++) {
                assertEquals(new Messages.Part(false), messages.take(ping, true, minute * 60_000L));
            }
        }
        assertInstanceOf(Messages.Fault.class, messages.take(ping, true, 9 * 60_000L));
    }

    @Test
    @Tag("T-D12")
    void messagesOfAStrangerAreFew() {
        for (int i = 0; i < Messages.STRANGERS_MESSAGES; i++) {
            assertInstanceOf(Messages.Whole.class, take(first(3, true), false));
        }
        assertInstanceOf(Messages.Fault.class, take(first(3, true), false));
        assertInstanceOf(Messages.Whole.class, new Messages().take(first(3, true), true, 0));
    }

    @Test
    void textIsNotForHere() {
        assertInstanceOf(Messages.Fault.class, take(WebSocketFrame.textFrame("hello", true), true));
    }
}
