package dev.musher.node.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/**
 * Makes a certificate that vouches for itself (RFC 5280), with a fresh P-256 key. It names hosts
 * only: neither device nor project, which outsiders are told nothing of. BouncyCastle encodes it,
 * the JDK signs it.
 */
public final class SelfSigned {

    /** How long one is good: no browser takes one that lasts longer than 398 days. */
    public static final Duration LIFE = Duration.ofDays(397);

    /** It begins before now, for clocks that are behind. */
    private static final Duration BEFORE = Duration.ofDays(1);

    private static final int SERIAL_BITS = 127;

    private SelfSigned() {}

    /**
     * A fresh key and certificate.
     *
     * @param hosts names, or addresses without brackets, under which it is reached; at least one
     * @param nowMs ms since 1970 UTC
     */
    public static TlsIdentity make(Collection<String> hosts, long nowMs, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            return TlsIdentity.of(pair.getPrivate(), List.of(sign(pair, hosts, nowMs, random)));
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException("a certificate cannot be made: " + e, e);
        }
    }

    private static X509Certificate sign(
            KeyPair pair, Collection<String> hosts, long nowMs, SecureRandom random)
            throws GeneralSecurityException, IOException {
        // ecdsa-with-SHA256, RFC 5758
        AlgorithmIdentifier algorithm =
                new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.10045.4.3.2"));
        X500Name name = new X500Name("CN=musher");
        V3TBSCertificateGenerator body = new V3TBSCertificateGenerator();
        body.setSerialNumber(new ASN1Integer(new BigInteger(SERIAL_BITS, random).setBit(0)));
        body.setSignature(algorithm);
        body.setIssuer(name);
        body.setSubject(name);
        body.setStartDate(new Time(new Date(nowMs - BEFORE.toMillis())));
        body.setEndDate(new Time(new Date(nowMs + LIFE.toMillis())));
        body.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        extensions.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        extensions.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(hosts.stream().map(SelfSigned::host).toArray(GeneralName[]::new)));
        body.setExtensions(extensions.generate());
        TBSCertificate signed = body.generateTBSCertificate();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate(), random);
        signature.update(signed.getEncoded(ASN1Encoding.DER));
        ASN1EncodableVector whole = new ASN1EncodableVector();
        whole.add(signed);
        whole.add(algorithm);
        whole.add(new DERBitString(signature.sign()));
        return TlsIdentity.certificate(new DERSequence(whole).getEncoded(ASN1Encoding.DER));
    }

    private static GeneralName host(String host) {
        boolean address = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }
}
