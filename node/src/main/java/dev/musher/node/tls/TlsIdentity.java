package dev.musher.node.tls;

import dev.musher.protocol.sync.Fingerprint;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key and the certificate that goes with it. Immutable; may be shared between threads. Its text
 * holds the key, so it is not printed.
 */
public final class TlsIdentity {

    /** TLS 1.3 alone: every node and browser has it, and its proofs cover the certificate. */
    public static final String VERSION = "TLSv1.3";

    /** Bytes of a file with a key or certificates at most. */
    public static final int PEM_BYTES = 256 * 1024;

    private static final long HANDSHAKE_S = 5;
    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;

    private static final Pattern KEY = block("PRIVATE KEY");
    private static final Pattern CERTIFICATE = block("CERTIFICATE");

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = List.copyOf(chain);
    }

    /** A key and its certificate, each verified to fit the other. */
    static TlsIdentity of(PrivateKey key, List<X509Certificate> chain) {
        requirePair(key, chain.get(0));
        return new TlsIdentity(key, chain);
    }

    /**
     * Reads a key in PKCS #8 and certificates, the server's own first, from the text of PEM files.
     *
     * @param keyPem text with one key; may be the same text as {@code chainPem}
     * @throws TlsException where they cannot be used together
     */
    public static TlsIdentity read(String keyPem, String chainPem) {
        List<X509Certificate> chain = new ArrayList<>();
        for (byte[] der : blocks(CERTIFICATE, chainPem)) {
            chain.add(certificate(der));
        }
        if (chain.isEmpty()) {
            throw new TlsException(
                    "there is no certificate: it begins with -----BEGIN CERTIFICATE");
        }
        List<byte[]> keys = blocks(KEY, keyPem);
        if (keys.size() != 1) {
            throw new TlsException(
                    keys.size()
                            + " keys in PKCS #8 (-----BEGIN PRIVATE KEY) where one was due; another"
                            + " form is brought into this one by `openssl pkcs8 -topk8 -nodes`");
        }
        return of(privateKey(keys.get(0), chain.get(0)), chain);
    }

    /** Key and certificates as PEM: a secret. */
    public String pem() {
        StringBuilder out = new StringBuilder();
        write(out, "PRIVATE KEY", key.getEncoded());
        chain.forEach(each -> write(out, "CERTIFICATE", der(each)));
        return out.toString();
    }

    /** What peers sign and people compare. */
    public Fingerprint fingerprint() {
        return Fingerprint.of(der(chain.get(0)));
    }

    /** When it ends, ms since 1970 UTC. */
    public long endsMs() {
        return chain.get(0).getNotAfter().getTime();
    }

    /** Whether it names all of these hosts: names, or addresses without brackets. */
    public boolean names(Collection<String> hosts) {
        Set<String> named = new TreeSet<>();
        try {
            Collection<List<?>> all = chain.get(0).getSubjectAlternativeNames();
            for (List<?> each : all == null ? List.<List<?>>of() : all) {
                Object kind = each.get(0);
                if (kind.equals(SAN_DNS) || kind.equals(SAN_IP)) {
                    named.add(canonical(String.valueOf(each.get(1))));
                }
            }
        } catch (CertificateParsingException e) {
            throw new TlsException("the names in the certificate cannot be read", e);
        }
        return hosts.stream().allMatch(host -> named.contains(canonical(host)));
    }

    /** How a server shows it. */
    public ServerSSLOptions options() {
        StringBuilder certificates = new StringBuilder();
        chain.forEach(each -> write(certificates, "CERTIFICATE", der(each)));
        StringBuilder secret = new StringBuilder();
        write(secret, "PRIVATE KEY", key.getEncoded());
        return new ServerSSLOptions()
                .setKeyCertOptions(
                        new PemKeyCertOptions()
                                .addKeyValue(Buffer.buffer(secret.toString()))
                                .addCertValue(Buffer.buffer(certificates.toString())))
                .setEnabledSecureTransportProtocols(Set.of(VERSION))
                .setSslHandshakeTimeout(HANDSHAKE_S)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
    }

    /** The fingerprint of a certificate that a socket shows. */
    public static Fingerprint fingerprint(Certificate certificate) {
        try {
            return Fingerprint.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new TlsException("the certificate cannot be encoded", e);
        }
    }

    private static String canonical(String host) {
        boolean literal = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        if (!literal) {
            return host.toLowerCase(Locale.ROOT);
        }
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException e) {
            throw new TlsException("`" + host + "` is no address", e);
        }
    }

    private static void requirePair(PrivateKey key, X509Certificate certificate) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        byte[] said = "musher".getBytes(StandardCharsets.US_ASCII);
        boolean fits;
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(said);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(said);
            fits = signature.verify(signed);
        } catch (GeneralSecurityException e) {
            throw new TlsException("the key cannot be used with the certificate: " + e, e);
        }
        if (!fits) {
            throw new TlsException("the key is not the one of the first certificate");
        }
    }

    private static PrivateKey privateKey(byte[] der, X509Certificate certificate) {
        try {
            return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new TlsException("the key is not the one of the first certificate: " + e, e);
        }
    }

    static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new TlsException("a certificate cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new TlsException("the certificate cannot be encoded", e);
        }
    }

    private static List<byte[]> blocks(Pattern block, String pem) {
        if (pem.length() > PEM_BYTES) {
            throw new TlsException("a file of more than " + PEM_BYTES + " bytes is no key");
        }
        List<byte[]> out = new ArrayList<>();
        Matcher found = block.matcher(pem);
        while (found.find()) {
            try {
                out.add(Base64.getMimeDecoder().decode(found.group(1)));
            } catch (IllegalArgumentException e) {
                throw new TlsException("a block of the file is not base64", e);
            }
        }
        return out;
    }

    private static Pattern block(String name) {
        return Pattern.compile(
                "-----BEGIN " + name + "-----([A-Za-z0-9+/=\\s]+)-----END " + name + "-----");
    }

    private static void write(StringBuilder out, String name, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        out.append("-----BEGIN ").append(name).append("-----\n").append(text);
        out.append("\n-----END ").append(name).append("-----\n");
    }
}
