package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Sha256;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A fingerprint is written in one way and read in the ways people have it. */
class FingerprintTest {

    private static final byte[] DER = {1, 2, 3};

    private final Fingerprint fingerprint = Fingerprint.of(DER);

    @Test
    void itIsSha256() {
        assertArrayEquals(Sha256.of(DER), fingerprint.bytes());
        assertEquals(fingerprint, Fingerprint.ofHash(Sha256.of(DER)));
    }

    @Test
    void itIsReadAsItIsWrittenByUsAndByOpenssl() {
        String hex = fingerprint.hex();
        String pairs = hex.replaceAll("(..)(?=.)", "$1:");
        for (String text :
                List.of(hex, pairs, pairs.toUpperCase(Locale.ROOT), hex.toUpperCase(Locale.ROOT))) {
            assertEquals(fingerprint, Fingerprint.parse(text), text);
        }
    }

    @Test
    void anythingElseIsNone() {
        String hex = fingerprint.hex();
        for (String text :
                List.of(
                        "",
                        hex.substring(1),
                        hex + "0",
                        " " + hex,
                        hex.substring(1) + "g",
                        hex.replaceAll("(....)(?=.)", "$1:"),
                        "sha256:" + hex)) {
            assertThrows(Malformed.class, () -> Fingerprint.parse(text), text);
        }
        assertThrows(Malformed.class, () -> Fingerprint.ofHash(new byte[31]));
        assertThrows(IllegalArgumentException.class, () -> new Fingerprint("AB".repeat(32)));
    }
}
