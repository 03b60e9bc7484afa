package dev.musher.protocol.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FingerprintTest {
    /** RFC 4648 section 10, lower-case and without padding. */
    @ParameterizedTest
    @CsvSource({"'',''", "f,my", "fo,mzxq", "foo,mzxw6", "foob,mzxw6yq", "fooba,mzxw6ytb", "foobar,mzxw6ytboi"})
    void base32AsInTheRfc(String text, String letters) {
        assertEquals(letters, Fingerprint.base32(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void tenLettersOfTheHash() {
        // SHA-256 of nothing is e3b0c44298fc...
        assertEquals("4oymiquy7q", Fingerprint.of(new byte[0]));
        assertNotEquals(Fingerprint.of(new byte[32]), Fingerprint.of(new byte[33]));
    }
}
