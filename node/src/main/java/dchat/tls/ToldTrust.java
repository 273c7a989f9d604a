package dchat.tls;

import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts whom the JDK's rules trust, and tells in one line whom it doesn't and why: what a
 * connection that fails says of that is a riddle.
 */
final class ToldTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager rules;
  private final List<X509Certificate> anchors;
  private final String authorities;
  private final InstantSource clock;
  private final Consumer<String> complaints;

  /**
   * @param anchors empty for the JDK's
   */
  ToldTrust(
      X509ExtendedTrustManager rules,
      List<X509Certificate> anchors,
      Optional<Path> ca,
      InstantSource clock,
      Consumer<String> complaints) {
    this.rules = rules;
    this.anchors = anchors;
    this.authorities = ca.map(file -> "a CA in " + file).orElse("a CA that Java knows");
    this.clock = clock;
    this.complaints = complaints;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    try {
      rules.checkServerTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      String host = engine.getPeerHost();
      throw told("%s:%d".formatted(host, engine.getPeerPort()), Optional.of(host), chain, e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    try {
      rules.checkClientTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      throw told("a node that called", Optional.empty(), chain, e);
    }
  }

  private CertificateException told(
      String who, Optional<String> host, X509Certificate[] chain, CertificateException cause) {
    String line =
        "refused %s: its certificate %s %s"
            .formatted(who, Names.describe(chain[0]), reason(host, List.of(chain), cause));
    complaints.accept(line);
    return new CertificateException(line, cause);
  }

  private String reason(
      Optional<String> host, List<X509Certificate> chain, CertificateException cause) {
    X509Certificate own = chain.getFirst();
    Optional<String> validity = KeyMaterial.validity(own, clock.instant());
    if (validity.isPresent()) {
      return validity.get();
    }
    if (!anchors.isEmpty() && !KeyMaterial.isSigned(chain, anchors)) {
      return "isn't signed by " + authorities;
    }
    if (host.isPresent() && !Names.include(own, host.get())) {
      return "isn't for " + host.get();
    }
    return anchors.isEmpty() ? "isn't signed by " + authorities : cause.getMessage();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    rules.checkServerTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    rules.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    rules.checkServerTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    rules.checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return rules.getAcceptedIssuers();
  }
}
