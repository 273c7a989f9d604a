package dchat.client.api;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;

/** Failed connections in the few words a status line has room for. */
final class Failures {
  private Failures() {}

  static String describe(IOException e) {
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
    return Optional.ofNullable(e.getMessage()).orElse("connection lost");
  }

  /** Host and port of a node. */
  static String show(URI node) {
    return node.getHost() + (node.getPort() < 0 ? "" : ":" + node.getPort());
  }
}
