package dev.musher.ops.cli;

import dev.musher.node.tls.TlsIdentity;
import dev.musher.protocol.sync.Fingerprint;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** TLS to the one certificate whose fingerprint is known: no authority and no name is asked. */
final class PinnedTls {

    private PinnedTls() {}

    /** Sockets that end where another certificate is shown. */
    static SSLSocketFactory factory(Fingerprint expected) {
        try {
            SSLContext context = SSLContext.getInstance(TlsIdentity.VERSION);
            context.init(null, new TrustManager[] {new Only(expected)}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new Failure(Failure.FAILED, "this JDK has no " + TlsIdentity.VERSION, e);
        }
    }

    private record Only(Fingerprint expected) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String how)
                throws CertificateException {
            throw new CertificateException("commands accept no connections");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String how)
                throws CertificateException {
            if (!TlsIdentity.fingerprint(chain[0]).equals(expected)) {
                throw new CertificateException("another certificate than " + expected);
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
