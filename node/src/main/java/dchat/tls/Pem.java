package dchat.tls;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM, the format that openssl, Kubernetes and certificate authorities write. */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final String PKCS8 = "PRIVATE KEY";

  private Pem() {}

  /**
   * @param file where the text is from
   * @return at least one, in the order of the text
   * @throws TlsException if there is none, or one that can't be read
   */
  static List<X509Certificate> certificates(String text, Path file) {
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      if (block.group(1).equals("CERTIFICATE")) {
        certificates.add(certificate(block.group(2), file));
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsException(file + " has no certificate in PEM");
    }
    return List.copyOf(certificates);
  }

  private static X509Certificate certificate(String base64, Path file) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(decode(base64)));
    } catch (CertificateException | IllegalArgumentException e) {
      throw new TlsException(file + " has a certificate that can't be read", e);
    }
  }

  /**
   * @param owner what the key belongs to, which says of what kind it has to be
   * @throws TlsException if there is no such key
   */
  static PrivateKey key(String text, Path file, PublicKey owner) {
    Matcher block = BLOCK.matcher(text);
    boolean encrypted = false;
    boolean old = false;
    while (block.find()) {
      String type = block.group(1);
      if (type.equals(PKCS8)) {
        return pkcs8(block.group(2), file, owner);
      }
      encrypted |= type.equals("ENCRYPTED " + PKCS8);
      old |= type.endsWith(" " + PKCS8) && !encrypted;
    }
    if (encrypted) {
      throw new TlsException(
          file + " is encrypted, and a node can't ask for the password; store the key without one");
    }
    if (old) {
      throw new TlsException(
          file + " isn't PKCS#8; openssl pkcs8 -topk8 -nodes -in OLD -out NEW converts it");
    }
    throw new TlsException(file + " has no private key in PEM");
  }

  private static PrivateKey pkcs8(String base64, Path file, PublicKey owner) {
    try {
      return KeyFactory.getInstance(owner.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(decode(base64)));
    } catch (InvalidKeySpecException e) {
      throw new TlsException(
          "%s is no %s key, but its certificate has one".formatted(file, owner.getAlgorithm()), e);
    } catch (NoSuchAlgorithmException | IllegalArgumentException e) {
      throw new TlsException(file + " has a private key that can't be read", e);
    }
  }

  private static byte[] decode(String base64) {
    return Base64.getMimeDecoder().decode(base64);
  }
}
