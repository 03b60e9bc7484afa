package dev.musher.protocol.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link Signer} and {@link Verifier} promise, for the real pair and for the simulator's. */
class SignatureTest {
    /** Two signers and the verifier of one world. */
    record Pair(String name, Signer alice, Signer bob, Verifier verifier) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Pair> pairs() {
        byte[] world = filled(9);
        return List.of(
                new Pair(
                        "Ed25519",
                        new Ed25519Signer(filled(1)),
                        new Ed25519Signer(filled(2)),
                        new Ed25519Verifier()),
                new Pair(
                        "keyed hash",
                        new KeyedHashSigner(world, filled(1)),
                        new KeyedHashSigner(world, filled(2)),
                        new KeyedHashVerifier(world)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    @Tag("M-02")
    void aChangedBitAnywhereIsFound(Pair pair) {
        byte[] message = filled(5);
        byte[] key = pair.alice().publicKey();
        byte[] signature = pair.alice().sign(Domain.CHANGE, message);
        assertTrue(pair.verifier().verify(Domain.CHANGE, key, message, signature));
        for (byte[] part : List.of(key, message, signature)) {
            for (int bit = 0; bit < part.length * 8; bit++) {
                part[bit / 8] ^= (byte) (1 << bit % 8);
                assertFalse(
                        pair.verifier().verify(Domain.CHANGE, key, message, signature),
                        "bit " + bit);
                part[bit / 8] ^= (byte) (1 << bit % 8);
            }
        }
        assertTrue(
                pair.verifier().verify(Domain.CHANGE, key, message, signature),
                "and all were put back");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    @Tag("M-02")
    void anotherAuthorsSignatureIsRefused(Pair pair) {
        byte[] message = filled(5);
        byte[] signature = pair.bob().sign(Domain.CHANGE, message);
        assertFalse(
                pair.verifier()
                        .verify(Domain.CHANGE, pair.alice().publicKey(), message, signature));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    @Tag("H-21")
    void anAnswerToAChallengeIsNoSignatureOverAChange(Pair pair) {
        byte[] message = filled(5);
        byte[] key = pair.alice().publicKey();
        for (Domain signed : Domain.values()) {
            byte[] signature = pair.alice().sign(signed, message);
            for (Domain asked : Domain.values()) {
                assertEquals(
                        signed == asked, pair.verifier().verify(asked, key, message, signature));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    @Tag("T-D16")
    void wrongLengthsAreFalseAndNeverThrow(Pair pair) {
        Random random = new Random(3);
        byte[] message = filled(5);
        byte[] key = pair.alice().publicKey();
        byte[] signature = pair.alice().sign(Domain.CHANGE, message);
        for (int length = 0; length < 100; length++) {
            byte[] noise = new byte[length];
            random.nextBytes(noise);
            byte[] cut = Arrays.copyOf(signature, length);
            boolean same = Arrays.equals(cut, signature);
            assertEquals(same, pair.verifier().verify(Domain.CHANGE, key, message, cut));
            assertFalse(pair.verifier().verify(Domain.CHANGE, key, message, noise));
            assertFalse(pair.verifier().verify(Domain.CHANGE, noise, message, signature));
            boolean keyLength = length == Signer.PUBLIC_KEY_BYTES;
            assertTrue(keyLength || !pair.verifier().acceptsKey(noise));
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void signingIsDeterministicAndKeysAreCopies(Pair pair) {
        byte[] key = pair.alice().publicKey();
        assertArrayEquals(
                pair.alice().sign(Domain.PRESENCE, filled(5)),
                pair.alice().sign(Domain.PRESENCE, filled(5)));
        assertTrue(pair.verifier().acceptsKey(key));
        key[0] ^= 1;
        assertFalse(Arrays.equals(key, pair.alice().publicKey()));
        assertEquals(Signer.PUBLIC_KEY_BYTES, key.length);
        assertEquals(Signer.SIGNATURE_BYTES, pair.alice().sign(Domain.INVITE, new byte[0]).length);
    }

    @Test
    void secretsOfAnotherLengthAreRefused() {
        byte[] secret = filled(1);
        for (int length : new int[] {0, 31, 33, 64}) {
            byte[] wrong = new byte[length];
            assertThrows(IllegalArgumentException.class, () -> new Ed25519Signer(wrong));
            assertThrows(IllegalArgumentException.class, () -> new KeyedHashSigner(secret, wrong));
            assertThrows(IllegalArgumentException.class, () -> new KeyedHashSigner(wrong, secret));
            assertThrows(IllegalArgumentException.class, () -> new KeyedHashVerifier(wrong));
        }
    }

    @Test
    void aSimulatedWorldDoesNotTrustAnother() {
        Signer signer = new KeyedHashSigner(filled(9), filled(1));
        Verifier elsewhere = new KeyedHashVerifier(filled(8));
        byte[] signature = signer.sign(Domain.CHANGE, filled(5));
        assertFalse(elsewhere.verify(Domain.CHANGE, signer.publicKey(), filled(5), signature));
    }

    @Test
    void decodedKeysAreBoundedAndTheVerdictDoesNotDependOnThem() {
        Ed25519Verifier verifier = new Ed25519Verifier(3);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 10; i++) {
                Signer signer = new Ed25519Signer(filled(i));
                byte[] signature = signer.sign(Domain.CHANGE, filled(5));
                assertTrue(
                        verifier.verify(Domain.CHANGE, signer.publicKey(), filled(5), signature));
                assertTrue(verifier.decodedKeys() <= 3);
            }
        }
        assertFalse(verifier.acceptsKey(new byte[32]));
        assertEquals(3, verifier.decodedKeys());
        assertThrows(IllegalArgumentException.class, () -> new Ed25519Verifier(0));
    }

    @Test
    void theCallersKeyArrayIsNotKept() {
        Ed25519Verifier verifier = new Ed25519Verifier();
        byte[] key = new Ed25519Signer(filled(1)).publicKey();
        byte[] signature = new Ed25519Signer(filled(2)).sign(Domain.CHANGE, filled(5));
        assertTrue(verifier.acceptsKey(key));
        System.arraycopy(new Ed25519Signer(filled(2)).publicKey(), 0, key, 0, key.length);
        assertTrue(verifier.verify(Domain.CHANGE, key, filled(5), signature));
        assertEquals(2, verifier.decodedKeys());
        assertTrue(verifier.acceptsKey(new Ed25519Signer(filled(1)).publicKey()));
        assertEquals(2, verifier.decodedKeys(), "the first is still known by its own bytes");
    }

    @Test
    void prefixesAreAsDocumentedAndNoneBeginsAnother() {
        for (Domain domain : Domain.values()) {
            String text = new String(domain.signedBytes(new byte[0]), StandardCharsets.US_ASCII);
            assertEquals(
                    "musher/" + domain.name().toLowerCase(java.util.Locale.ROOT) + "/v1\0", text);
            assertEquals(text.length() - 1, text.indexOf('\0'));
        }
        assertEquals(17 + 32, Domain.CHANGE.signedBytes(new byte[32]).length);
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
