package dchat.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** For which hosts a certificate is: its subject alternative names (RFC 9525). */
final class Names {
  private static final int DNS = 2;
  private static final int IP = 7;

  private Names() {}

  /** In the order in which the certificate has them. */
  static List<String> of(X509Certificate certificate) {
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      List<String> names = new ArrayList<>();
      if (all != null) {
        for (List<?> name : all) {
          if (name.get(0) instanceof Integer type && (type == DNS || type == IP)) {
            names.add(String.valueOf(name.get(1)));
          }
        }
      }
      return names;
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  /** Whether it is for {@code host}, as peers and clients will judge. */
  static boolean include(X509Certificate certificate, String host) {
    return of(certificate).stream().anyMatch(name -> matches(name, host));
  }

  /** A star stands for one whole first label. */
  private static boolean matches(String name, String host) {
    String pattern = name.toLowerCase(Locale.ROOT);
    String wanted = host.toLowerCase(Locale.ROOT);
    if (pattern.startsWith("*.")) {
      int dot = wanted.indexOf('.');
      return dot > 0 && wanted.substring(dot).equals(pattern.substring(1));
    }
    return pattern.equals(wanted);
  }

  /** For a log line: {@code CN=node1 (for node1, 127.0.0.1)}. */
  static String describe(X509Certificate certificate) {
    List<String> names = of(certificate);
    return certificate.getSubjectX500Principal()
        + (names.isEmpty() ? "" : " (for " + String.join(", ", names) + ")");
  }
}
