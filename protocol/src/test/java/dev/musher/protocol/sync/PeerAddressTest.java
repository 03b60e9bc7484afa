package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An address is a host and a port, or it is none. */
final class PeerAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a:1",
                "127.0.0.1:65535",
                "build-host.example.org:7400",
                "my_host:80",
                "[::1]:7400",
                "[fe80::1%eth0]:1",
                "[::ffff:10.0.0.1]:2",
                "wss://node.example:7400",
                "wss://[::1]:7400"
            })
    void whatIsOneIsWrittenAsItWasRead(String text) {
        PeerAddress address = PeerAddress.parse(text);
        assertNotNull(address);
        assertEquals(text, address.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "a",
                "a:",
                ":1",
                "a:0",
                "a:65536",
                "a:99999",
                "a:-1",
                "a:+1",
                "a:1 ",
                " a:1",
                "a b:1",
                "a:1:2",
                "::1:2",
                "[::1]",
                "[a]:1",
                "[]:1",
                "[:]:1",
                "a/b:1",
                "u@h:1",
                "a..b:1",
                ".a:1",
                "a.:1",
                "-a:1",
                "a-:1",
                "http://a:1",
                "ws://a:1",
                "WSS://a:1",
                "wss://wss://a:1",
                "wss://a",
                "wss://a:1/",
                "a:1/x",
                "a\n:1",
                "a\u0000:1",
                "\u00e4:1",
                "a:\u0661",
                "a%2e:1"
            })
    void anythingElseIsNone(String text) {
        assertNull(PeerAddress.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:1,127.0.0.1:1",
        "localhost:1,localhost:1",
        "[::1]:1,[::1]:1",
        "ws://127.0.0.1:1,127.0.0.1:1",
        "http://localhost:1/,localhost:1",
        "wss://127.0.0.1:1,wss://127.0.0.1:1",
        "10.0.0.1:1,wss://10.0.0.1:1",
        "node.example:1,wss://node.example:1",
        "https://node.example:1/,wss://node.example:1",
        "1270.0.0.1:1,wss://1270.0.0.1:1"
    })
    void whatPeopleWriteIsPlainOnThisMachineAlone(String given, String read) {
        assertEquals(read, String.valueOf(PeerAddress.given(given)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws://10.0.0.1:1",
                "http://node.example:1",
                "ftp://127.0.0.1:1",
                "wss://wss://a:1",
                "://a:1",
                "node.example",
                "wss://node.example:1/x",
                ""
            })
    void noOtherMachineIsMeantWithoutTls(String given) {
        assertNull(PeerAddress.given(given));
    }

    @Test
    void longOnesAreNone() {
        String label = "a".repeat(63);
        assertNotNull(PeerAddress.parse(label + "." + label + ":1"));
        assertNull(PeerAddress.parse(label + "a:1"));
        assertNull(PeerAddress.parse("a.".repeat(100) + "a:1"));
        assertThrows(IllegalArgumentException.class, () -> new PeerAddress("a", 65_536));
    }

    @Test
    void whateverIsReadReadsTheSameAgain() {
        String letters = "aZ09.-_:[]% /@\u00e9\0";
        SplittableRandom random = new SplittableRandom(5);
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(10); n >= 0; n--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            text.append(':').append(random.nextInt(70_000));
            PeerAddress address = PeerAddress.parse(text.toString());
            if (address != null) {
                assertEquals(address, PeerAddress.parse(address.toString()));
                read++;
            }
        }
        assertTrue(read > 1_000, read + " read");
    }
}
