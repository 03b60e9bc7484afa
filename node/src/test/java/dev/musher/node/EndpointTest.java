package dev.musher.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.node.tls.SelfSigned;
import dev.musher.node.tls.TlsIdentity;
import dev.musher.protocol.sync.Fingerprint;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others can reach has a certificate, kept by its owner alone and renewed in time. */
class EndpointTest {

    private static final long DAY_MS = 86_400_000;

    @TempDir Path home;

    private final AtomicLong now = new AtomicLong(1_800_000_000_000L);

    private Endpoint at(String host, TlsSettings settings) {
        Endpoint out = Endpoint.of(host, settings, now::get);
        out.open(home);
        return out;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "127.0.0.9"})
    void theLoopbackIsPlain(String host) {
        Endpoint loopback = at(host, TlsSettings.NONE);
        assertNull(loopback.identity());
        assertEquals("http", loopback.uri(7).getScheme());
        assertTrue(loopback.addresses(7).stream().noneMatch(a -> a.startsWith("wss")));
        assertTrue(Files.notExists(home.resolve("tls.pem")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "[::]", "192.0.2.77"})
    void everythingElseHasACertificateForItsOwnerAlone(String host) throws IOException {
        Endpoint open = at(host, TlsSettings.NONE);
        assertNotNull(open.identity());
        assertEquals("https", open.uri(7).getScheme());
        assertTrue(open.addresses(7).stream().allMatch(a -> a.startsWith("wss://")));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(home.resolve("tls.pem"))));
    }

    @Test
    void commandsOfThisMachineComeByTheLoopbackWhereItIsServed() {
        assertEquals("https://127.0.0.1:7", at("0.0.0.0", TlsSettings.NONE).uri(7).toString());
        assertEquals("https://192.0.2.77:7", at("192.0.2.77", TlsSettings.NONE).uri(7).toString());
    }

    @Test
    void theCertificateIsKeptAndRenewedBeforeItEnds() {
        Endpoint first = at("192.0.2.77", TlsSettings.NONE);
        Fingerprint shown = first.fingerprint();
        assertEquals(shown, at("192.0.2.77", TlsSettings.NONE).fingerprint(), "a restart keeps it");
        now.addAndGet(SelfSigned.LIFE.toMillis() - Endpoint.LEFT_LEAST.toMillis() - DAY_MS);
        assertNull(first.renew(home), "too early");
        now.addAndGet(2 * DAY_MS);
        TlsIdentity renewed = first.renew(home);
        assertNotNull(renewed);
        assertNotEquals(shown, renewed.fingerprint());
        assertEquals(renewed.fingerprint(), first.fingerprint());
        assertEquals(renewed.fingerprint(), at("192.0.2.77", TlsSettings.NONE).fingerprint());
    }

    @Test
    void anotherNameTakesAnotherCertificate() {
        Fingerprint shown = at("192.0.2.77", TlsSettings.NONE).fingerprint();
        TlsSettings named = TlsSettings.of(Map.of("advertise", "node.example, other:9"));
        Endpoint advertised = at("192.0.2.77", named);
        assertNotEquals(shown, advertised.fingerprint());
        assertEquals(List.of("wss://node.example:7", "wss://other:9"), advertised.addresses(7));
        assertTrue(advertised.names().containsAll(List.of("node.example", "other", "192.0.2.77")));
    }

    @Test
    void aDamagedFileIsNamedWithTheWayOut() throws IOException {
        Files.writeString(home.resolve("tls.pem"), "no key");
        HomeException refused =
                assertThrows(HomeException.class, () -> at("192.0.2.77", TlsSettings.NONE));
        assertTrue(refused.getMessage().contains("delete the file"), refused.getMessage());
    }

    @Test
    void aCertificateOfTheUsersOwnIsShownAndReadAgain() throws IOException {
        Path cert = home.resolve("own.crt");
        Path key = home.resolve("own.key");
        TlsSettings given =
                TlsSettings.of(Map.of("tls-cert", cert.toString(), "tls-key", key.toString()));
        assertThrows(ConfigException.class, () -> at("127.0.0.1", given), "neither file is there");
        TlsIdentity one = SelfSigned.make(List.of("h"), now.get(), new SecureRandom());
        Files.writeString(cert, one.pem());
        Files.writeString(key, one.pem());
        Endpoint shown = at("127.0.0.1", given);
        assertEquals(one.fingerprint(), shown.fingerprint());
        assertEquals("https", shown.uri(7).getScheme());
        TlsIdentity other = SelfSigned.make(List.of("h"), now.get(), new SecureRandom());
        Files.writeString(cert, other.pem());
        assertThrows(ConfigException.class, () -> shown.renew(home), "a key of another");
        assertEquals(one.fingerprint(), shown.fingerprint(), "the old one is shown on");
        Files.writeString(key, other.pem());
        assertNotNull(shown.renew(home));
        assertEquals(other.fingerprint(), shown.fingerprint());
    }

    @Test
    void aDaemonThatRunsLooksAgainByItself() throws Exception {
        Path both = home.resolve("own.pem");
        Files.writeString(both, SelfSigned.make(List.of("h"), now.get(), new SecureRandom()).pem());
        Endpoint shown =
                at(
                        "127.0.0.1",
                        TlsSettings.of(
                                Map.of("tls-cert", both.toString(), "tls-key", both.toString())));
        TlsIdentity other = SelfSigned.make(List.of("h"), now.get(), new SecureRandom());
        CompletableFuture<TlsIdentity> changed = new CompletableFuture<>();
        Vertx vertx = Vertx.vertx();
        try {
            Listening.renewing(vertx, shown, home, 10, changed::complete);
            AtomicFile.writeSecret(both, other.pem().getBytes(StandardCharsets.US_ASCII));
            assertEquals(other.fingerprint(), changed.get(20, TimeUnit.SECONDS).fingerprint());
        } finally {
            vertx.close().await(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void settingsThatCannotBeAreRefused() {
        for (Map<String, String> told :
                List.of(
                        Map.of("tls-cert", "a.pem"),
                        Map.of("tls-key", "a.pem"),
                        Map.of("advertise", "user@host"),
                        Map.of("advertise", "a,b,c,d,e,f,g,h,i"))) {
            assertThrows(ConfigException.class, () -> TlsSettings.of(told), told.toString());
        }
        TlsSettings named = TlsSettings.of(Map.of("advertise", "node.example"));
        ConfigException refused = assertThrows(ConfigException.class, () -> at("127.0.0.1", named));
        assertTrue(refused.getMessage().contains("0.0.0.0"), refused.getMessage());
    }
}
