package dchat.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A key, its certificates and those it trusts, checked: whatever would make others refuse this
 * node's certificate later is told when it is loaded.
 *
 * @param chain own certificate first
 * @param anchors whom to trust; empty for the JDK's
 */
record KeyMaterial(
    TlsFiles files, PrivateKey key, List<X509Certificate> chain, List<X509Certificate> anchors) {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  /**
   * @param host that the certificate has to be for
   * @throws TlsException if they don't fit together, or the time, or the host
   */
  static KeyMaterial of(
      TlsFiles files, TlsFiles.Contents contents, Credentials.Use use, String host, Instant now) {
    List<X509Certificate> chain = Pem.certificates(contents.certificate(), files.certificate());
    X509Certificate own = chain.getFirst();
    List<X509Certificate> anchors =
        contents
            .ca()
            .map(text -> Pem.certificates(text, files.ca().orElseThrow()))
            .orElse(List.of());
    PrivateKey key = Pem.key(contents.key(), files.key(), own.getPublicKey());
    refuseStrangers(own, key, files);
    validity(own, now)
        .ifPresent(
            why -> {
              throw new TlsException(files.certificate() + ": the certificate " + why);
            });
    refuseWrongUse(own, use, files.certificate());
    if (!Names.include(own, host)) {
      throw new TlsException(
          "%s is for %s, not for %s, where %s reach this node"
              .formatted(
                  files.certificate(),
                  Names.of(own).isEmpty() ? "no host" : String.join(", ", Names.of(own)),
                  host,
                  use == Credentials.Use.PEERS ? "its peers" : "clients"));
    }
    if (use == Credentials.Use.PEERS && !isSigned(chain, anchors)) {
      throw new TlsException(
          "%s isn't signed by a CA in %s".formatted(files.certificate(), files.ca().orElseThrow()));
    }
    return new KeyMaterial(files, key, chain, anchors);
  }

  X509Certificate own() {
    return chain.getFirst();
  }

  /** Why it isn't valid at {@code now}, in a few words. */
  static Optional<String> validity(X509Certificate certificate, Instant now) {
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      return Optional.of("expired at " + certificate.getNotAfter().toInstant());
    }
    return now.isBefore(certificate.getNotBefore().toInstant())
        ? Optional.of("isn't valid before " + certificate.getNotBefore().toInstant())
        : Optional.empty();
  }

  /** Whether a way leads from the first of {@code chain} to one of {@code anchors}. */
  static boolean isSigned(List<X509Certificate> chain, List<X509Certificate> anchors) {
    try {
      Set<TrustAnchor> trusted =
          anchors.stream().map(ca -> new TrustAnchor(ca, null)).collect(Collectors.toSet());
      PKIXParameters parameters = new PKIXParameters(trusted);
      parameters.setRevocationEnabled(false);
      List<X509Certificate> path =
          chain.stream().filter(certificate -> !anchors.contains(certificate)).toList();
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      return true;
    } catch (CertPathValidatorException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new TlsException("can't check certificates: " + e.getMessage(), e);
    }
  }

  private static void refuseStrangers(X509Certificate own, PrivateKey key, TlsFiles files) {
    try {
      Signature signature = Signature.getInstance(signatureAlgorithm(own));
      byte[] probe = own.getSerialNumber().toByteArray();
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(own.getPublicKey());
      signature.update(probe);
      if (signature.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      // Told below: one that can't verify the other's signature isn't its key.
    }
    throw new TlsException(files.key() + " isn't the key of " + files.certificate());
  }

  private static String signatureAlgorithm(X509Certificate own) {
    return switch (own.getPublicKey().getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      case String other -> other;
    };
  }

  private static void refuseWrongUse(X509Certificate own, Credentials.Use use, Path file) {
    try {
      List<String> uses = own.getExtendedKeyUsage();
      if (uses == null) {
        return;
      }
      if (!uses.contains(SERVER_AUTH)) {
        throw new TlsException(
            file + " isn't for servers: its extended key usage lacks serverAuth");
      }
      if (use == Credentials.Use.PEERS && !uses.contains(CLIENT_AUTH)) {
        throw new TlsException(
            file
                + " isn't for nodes, which call each other: its extended key usage lacks"
                + " clientAuth");
      }
    } catch (CertificateParsingException e) {
      throw new TlsException(file + " has an extended key usage that can't be read", e);
    }
  }

  KeyStore keyStore(char[] password) throws GeneralSecurityException, java.io.IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", key, password, chain.toArray(X509Certificate[]::new));
    return store;
  }

  static KeyStore trustStore(List<X509Certificate> anchors)
      throws GeneralSecurityException, java.io.IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < anchors.size(); i++) {
      store.setCertificateEntry("ca" + i, anchors.get(i));
    }
    return store;
  }
}
