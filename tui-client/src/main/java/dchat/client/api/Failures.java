package dchat.client.api;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Failed connections in the few words a status line has room for. */
final class Failures {
  private static final String NO_TLS = "nrecognized SSL message";
  private static final String NOTHING_CAME = "header parser received no bytes";

  /** Of names or addresses. */
  private static final String WRONG_HOST = "No ";

  private Failures() {}

  static String describe(IOException e) {
    if (e instanceof SSLException tls) {
      return describeTls(tls);
    }
    if (e instanceof HttpTimeoutException) {
      return "timeout";
    }
    if (e instanceof ConnectException) {
      return e.getCause() instanceof UnresolvedAddressException
              || e.getCause() != null
                  && e.getCause().getCause() instanceof UnresolvedAddressException
          ? "unknown host"
          : "refused";
    }
    return Optional.ofNullable(e.getMessage())
        .map(why -> why.contains(NOTHING_CAME) ? "closed the connection; is it https?" : why)
        .orElse("connection lost");
  }

  /** True if the request can't have been sent: the handshake comes before it. */
  static boolean cameBeforeRequest(SSLException e) {
    return e instanceof SSLHandshakeException || String.valueOf(e.getMessage()).contains(NO_TLS);
  }

  private static String describeTls(SSLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return "shows an expired certificate";
      }
      if (cause instanceof CertPathBuilderException
          || cause instanceof CertPathValidatorException) {
        return String.valueOf(cause.getMessage()).contains("validity check")
            ? "shows a certificate that isn't valid now"
            : "shows a certificate of an unknown authority; --ca FILE names yours";
      }
      if (String.valueOf(cause.getMessage()).startsWith(WRONG_HOST)) {
        return "shows a certificate that is for another host";
      }
    }
    return String.valueOf(e.getMessage()).contains(NO_TLS)
        ? "doesn't speak TLS; is it http?"
        : "TLS failed: " + e.getMessage();
  }

  /** Host and port of a node. */
  static String show(URI node) {
    return node.getHost() + (node.getPort() < 0 ? "" : ":" + node.getPort());
  }
}
