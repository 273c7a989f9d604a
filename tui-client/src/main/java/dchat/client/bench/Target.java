package dchat.client.bench;

import java.net.InetSocketAddress;
import java.net.URI;

/**
 * A node to connect to.
 *
 * @param host as it stands in the Host header
 */
record Target(URI url, InetSocketAddress address, String host) {
  private static final int USUAL_PORT = 80;

  static Target of(URI url) {
    int port = url.getPort() < 0 ? USUAL_PORT : url.getPort();
    return new Target(url, new InetSocketAddress(url.getHost(), port), url.getAuthority());
  }
}
