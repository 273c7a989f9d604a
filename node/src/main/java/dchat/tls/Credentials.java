package dchat.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys a node shows and the CAs it trusts on one of its two ports. Files that change are taken
 * over by {@link #refresh}, for connections that begin from then on. Safe for use by many threads.
 */
public final class Credentials {
  /** Which of a node's ports they are for. */
  public enum Use {
    /** Each side shows a certificate of the peers' own CA, the called one for its host. */
    PEERS,
    /** Only the node shows one. */
    CLIENTS
  }

  private static final Logger log = LoggerFactory.getLogger(Credentials.class);
  private static final Duration NEARLY_EXPIRED = Duration.ofDays(14);
  private static final Duration BETWEEN_WARNINGS = Duration.ofDays(1);

  private final TlsFiles files;
  private final Use use;
  private final String host;
  private final InstantSource clock;
  private final Complaints complaints = new Complaints();

  /** Of which the current ones were made. */
  private TlsFiles.Contents contents;

  /** Found unfit at the last look: the second time it is no file half written. */
  private Optional<TlsFiles.Contents> unfit = Optional.empty();

  private Instant warnedOfExpiry = Instant.MIN;
  private volatile Current current;

  private record Current(KeyMaterial material, SSLContext context) {}

  private Credentials(TlsFiles files, Use use, String host, InstantSource clock) {
    this.files = files;
    this.use = use;
    this.host = host;
    this.clock = clock;
    contents = files.read();
    current = make(contents);
    warnOfExpiry();
  }

  /**
   * @param host where others reach this node on that port; the certificate has to be for it
   * @throws TlsException if the files can't be read, don't fit together or would be refused by
   *     others
   */
  public static Credentials load(TlsFiles files, Use use, String host, InstantSource clock) {
    return new Credentials(files, use, host, clock);
  }

  /**
   * Looks whether the files have changed, and takes over what is in them. What isn't fit to be used
   * is told in the log, and what was there before goes on to be used.
   */
  public synchronized void refresh() {
    Optional<TlsFiles.Contents> found = Optional.empty();
    try {
      TlsFiles.Contents now = files.read();
      found = Optional.of(now);
      if (!now.equals(contents)) {
        current = make(now);
        contents = now;
        log.info(
            "took over a new certificate for {}: {}, valid until {}",
            use.name().toLowerCase(Locale.ROOT),
            Names.describe(current.material().own()),
            current.material().own().getNotAfter().toInstant());
      }
      unfit = Optional.empty();
    } catch (TlsException e) {
      if (found.equals(unfit) || found.isEmpty()) {
        complaints.warn("keeps its certificate, for the new one can't be used: " + e.getMessage());
      }
      unfit = found;
    }
    warnOfExpiry();
  }

  private void warnOfExpiry() {
    Instant now = clock.instant();
    Instant end = current.material().own().getNotAfter().toInstant();
    if (now.plus(NEARLY_EXPIRED).isAfter(end)
        && (warnedOfExpiry.equals(Instant.MIN)
            || now.isAfter(warnedOfExpiry.plus(BETWEEN_WARNINGS)))) {
      warnedOfExpiry = now;
      log.warn("the certificate in {} expires at {}", files.certificate(), end);
    }
  }

  private Current make(TlsFiles.Contents of) {
    KeyMaterial material = KeyMaterial.of(files, of, use, host, clock.instant());
    try {
      // A new context each time, so that no session of the old keys is resumed.
      SSLContext context = SSLContext.getInstance("TLS");
      char[] password = {};
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(material.keyStore(password), password);
      context.init(
          keys.getKeyManagers(),
          trust(material.anchors(), files.ca(), clock, complaints::warn),
          null);
      return new Current(material, context);
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException("can't use " + files.certificate() + ": " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trust(
      List<X509Certificate> anchors,
      Optional<Path> ca,
      InstantSource clock,
      Consumer<String> complaints)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    // No store of one's own means the JDK's.
    factory.init(anchors.isEmpty() ? null : KeyMaterial.trustStore(anchors));
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager pkix) {
        return new TrustManager[] {new ToldTrust(pkix, anchors, ca, clock, complaints)};
      }
    }
    throw new TlsException("this JDK can't check certificates");
  }

  /** For a connection that somebody opens to this node. */
  public SSLEngine serverEngine() {
    SSLEngine engine = current.context().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(protocols());
    parameters.setNeedClientAuth(use == Use.PEERS);
    engine.setSSLParameters(parameters);
    return told(engine, "a node that called");
  }

  /** For a connection that this node opens: whoever answers has to have a certificate for host. */
  public SSLEngine clientEngine(String host, int port) {
    SSLEngine engine = current.context().createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(protocols());
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return told(engine, host + ":" + port);
  }

  /** Clients are told by their own programs; what strangers do to a public port is no news. */
  private SSLEngine told(SSLEngine engine, String other) {
    return switch (use) {
      case PEERS -> new ToldEngine(engine, other, complaints::warn);
      case CLIENTS -> engine;
    };
  }

  /**
   * For a client that asks other nodes, and tells by itself whom it doesn't trust: the reason is
   * the message of a {@link java.security.cert.CertificateException}. It never gets newer keys.
   */
  public SSLContext clientContext() {
    return clientContext(current.material().anchors(), files.ca(), clock);
  }

  /**
   * The same without keys of one's own: trusts the authorities in {@code ca} alone.
   *
   * @throws TlsException if it can't be read or has no certificate
   */
  public static SSLContext clientContext(Path ca, InstantSource clock) {
    return clientContext(Pem.certificates(TlsFiles.read(ca), ca), Optional.of(ca), clock);
  }

  private static SSLContext clientContext(
      List<X509Certificate> anchors, Optional<Path> ca, InstantSource clock) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust(anchors, ca, clock, line -> {}), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException("can't use certificates: " + e.getMessage(), e);
    }
  }

  /** Old clients may need 1.2; nodes are all of one kind. */
  private String[] protocols() {
    return switch (use) {
      case PEERS -> new String[] {"TLSv1.3"};
      case CLIENTS -> new String[] {"TLSv1.3", "TLSv1.2"};
    };
  }
}
