package dev.musher.protocol.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * One fixed verdict for each published edge case: the validity profile of {@link Ed25519Verifier},
 * pinned.
 */
@Tag("T-D16")
class Ed25519VectorsTest {
    @TestFactory
    List<DynamicTest> everyPublishedVectorHasItsPinnedVerdict() {
        Ed25519Verifier verifier = new Ed25519Verifier();
        return Vectors.signatures().stream()
                .map(v -> DynamicTest.dynamicTest(v.id(), () -> assertVerdict(verifier, v)))
                .toList();
    }

    private static void assertVerdict(Ed25519Verifier verifier, Vectors.Signature v) {
        assertEquals(
                v.valid(),
                verifier.verifyBytes(v.key(), v.message(), v.signature()),
                "first sight of the key");
        assertEquals(
                v.valid(),
                verifier.verifyBytes(v.key(), v.message(), v.signature()),
                "key decoded before");
    }

    @Test
    void theVectorsHoldBothVerdictsAndAllPublishedCases() {
        List<Vectors.Signature> all = Vectors.signatures();
        assertEquals(12, all.stream().filter(v -> v.id().startsWith("speccheck")).count());
        assertTrue(all.stream().filter(Vectors.Signature::valid).count() >= 20);
        assertTrue(all.stream().filter(v -> !v.valid()).count() >= 60);
    }

    @TestFactory
    List<DynamicTest> rfc8032VectorsSignAndVerify() {
        return Vectors.rfc8032().stream()
                .map(v ->
                        DynamicTest.dynamicTest(String.valueOf(v.get("id")), () -> assertSigns(v)))
                .toList();
    }

    private static void assertSigns(Map<String, Object> v) {
        byte[] message = Vectors.bytes(v, "message");
        byte[] key = new Ed25519Signer(Vectors.bytes(v, "seed")).publicKey();
        assertArrayEquals(Vectors.bytes(v, "key"), key);
        byte[] signature = new byte[Signer.SIGNATURE_BYTES];
        Ed25519.sign(Vectors.bytes(v, "seed"), 0, message, 0, message.length, signature, 0);
        assertArrayEquals(Vectors.bytes(v, "signature"), signature);
        assertTrue(new Ed25519Verifier().verifyBytes(key, message, signature));
    }

    @TestFactory
    List<DynamicTest> keysThatAnyoneCouldSignForAreRefusedAtEnrolment() {
        Ed25519Verifier verifier = new Ed25519Verifier();
        return Vectors.refusedKeys().stream()
                .map(v ->
                        DynamicTest.dynamicTest(
                                v.get("why") + " " + v.get("key"),
                                () -> {
                                    byte[] key = Vectors.bytes(v, "key");
                                    assertFalse(verifier.acceptsKey(key));
                                    // With R = neutral and S = 0 the equation holds for any message
                                    // under a key of small order.
                                    byte[] forged = new byte[Signer.SIGNATURE_BYTES];
                                    forged[0] = 1;
                                    assertFalse(
                                            verifier.verify(
                                                    Domain.CHANGE, key, new byte[32], forged));
                                }))
                .toList();
    }
}
