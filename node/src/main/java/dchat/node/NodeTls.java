package dchat.node;

import dchat.node.StartException.BadSettings;
import dchat.tls.Credentials;
import dchat.tls.TlsException;
import dchat.tls.TlsFiles;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * The keys of a node, for each of its ports that is encrypted.
 *
 * @param peers between nodes; empty for plain TCP
 * @param clients for HTTPS; empty for plain HTTP
 */
record NodeTls(Optional<Credentials> peers, Optional<Credentials> clients) {
  static final NodeTls OFF = new NodeTls(Optional.empty(), Optional.empty());

  /**
   * @throws BadSettings if files can't be used; the message is one line that names the file
   */
  static NodeTls load(NodeSettings settings, InstantSource clock) {
    return new NodeTls(
        settings
            .peerTls()
            .map(files -> load(files, Credentials.Use.PEERS, settings.raft().host(), clock)),
        settings
            .clientTls()
            .map(
                files ->
                    load(
                        files,
                        Credentials.Use.CLIENTS,
                        URI.create(settings.clientUrl()).getHost(),
                        clock)));
  }

  private static Credentials load(
      TlsFiles files, Credentials.Use use, String host, InstantSource clock) {
    try {
      return Credentials.load(files, use, host, clock);
    } catch (TlsException e) {
      throw new BadSettings(e.getMessage(), e);
    }
  }

  /** Takes over what has changed in the files; see {@link Credentials#refresh}. */
  void refresh() {
    Stream.concat(peers.stream(), clients.stream()).forEach(Credentials::refresh);
  }

  /** For asking other nodes over HTTPS; empty for whom Java trusts. */
  Optional<SSLContext> trust() {
    return clients.map(Credentials::clientContext);
  }

  boolean isOff() {
    return peers.isEmpty() && clients.isEmpty();
  }
}
