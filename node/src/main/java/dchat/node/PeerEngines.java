package dchat.node;

import dchat.tls.Credentials;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import scala.Option;

/**
 * Gives Artery an engine for each connection between nodes. Pekko's own providers either never take
 * new keys, or take RSA keys only.
 */
final class PeerEngines implements SSLEngineProvider {
  private final Credentials credentials;

  PeerEngines(Credentials credentials) {
    this.credentials = credentials;
  }

  @Override
  public SSLEngine createServerSSLEngine(String hostname, int port) {
    return credentials.serverEngine();
  }

  @Override
  public SSLEngine createClientSSLEngine(String hostname, int port) {
    return credentials.clientEngine(hostname, port);
  }

  /** All has been said by the handshake. */
  @Override
  public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
    return Option.empty();
  }

  @Override
  public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
    return Option.empty();
  }
}
