package dev.musher.node.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The certificate is what RFC 5280 calls one, and its text holds key and certificate. */
class SelfSignedTest {

    private static final long NOW = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();

    private final TlsIdentity made =
            SelfSigned.make(
                    List.of("node.example", "192.0.2.7", "fd00::7"), NOW, new SecureRandom());

    @Test
    void theJdkReadsIt() throws Exception {
        X509Certificate read =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(
                                        new ByteArrayInputStream(
                                                made.pem()
                                                        .replaceFirst("(?s)^.*KEY-----\n", "")
                                                        .getBytes(StandardCharsets.US_ASCII)));
        read.verify(read.getPublicKey());
        read.checkValidity(new Date(NOW));
        assertEquals(3, read.getVersion());
        assertEquals(-1, read.getBasicConstraints());
        assertTrue(read.getSerialNumber().signum() > 0);
        // An outsider learns no name of a device or project from it.
        assertEquals("CN=musher", read.getSubjectX500Principal().getName());
        assertEquals(made.fingerprint(), TlsIdentity.fingerprint(read));
        assertEquals(NOW + SelfSigned.LIFE.toMillis(), made.endsMs());
    }

    @Test
    void itNamesTheHostsAndNoOthers() {
        assertTrue(made.names(List.of("NODE.example", "192.0.2.7", "fd00:0:0::7")));
        assertFalse(made.names(List.of("node.example", "192.0.2.8")));
    }

    @Test
    void keyAndCertificateAreReadAgain() {
        TlsIdentity read = TlsIdentity.read(made.pem(), made.pem());
        assertEquals(made.fingerprint(), read.fingerprint());
        assertEquals(made.pem(), read.pem());
    }

    @Test
    void everyOneIsAnother() {
        TlsIdentity other = SelfSigned.make(List.of("h"), NOW, new SecureRandom());
        assertNotEquals(made.fingerprint(), other.fingerprint());
        TlsException refused =
                assertThrows(TlsException.class, () -> TlsIdentity.read(other.pem(), made.pem()));
        assertTrue(String.valueOf(refused.getMessage()).contains("not the one of the first"));
    }

    @Test
    void whatIsNoneIsRefusedByName() {
        assertThrows(TlsException.class, () -> TlsIdentity.read("", made.pem()));
        assertThrows(TlsException.class, () -> TlsIdentity.read(made.pem(), ""));
        assertThrows(
                TlsException.class, () -> TlsIdentity.read(made.pem() + made.pem(), made.pem()));
        String cut = made.pem().replaceFirst("MII", "AAA");
        assertThrows(TlsException.class, () -> TlsIdentity.read(cut, cut));
        assertThrows(
                TlsException.class,
                () -> TlsIdentity.read("A".repeat(TlsIdentity.PEM_BYTES + 1), made.pem()));
    }
}
