package dchat.client.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates are trusted, where that aren't those that Java knows. */
public final class Trust {
  private Trust() {}

  /**
   * Trusts the authorities in {@code file} and nobody else.
   *
   * @param file certificates in PEM
   * @throws IOException if it can't be read or has no certificate; the message is one line
   */
  public static SSLContext in(Path file) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (Certificate authority : read(file)) {
        store.setCertificateEntry("ca" + store.size(), authority);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("can't use the certificates in " + file, e);
    }
  }

  private static Collection<? extends Certificate> read(Path file) throws IOException {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("can't read certificates from " + file, e);
    }
    try {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(content));
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException e) {
      // Told below.
    }
    throw new IOException(file + " has no certificate in PEM");
  }
}
