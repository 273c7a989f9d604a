package dchat.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dchat.tls.Authority.Wish;
import dchat.tls.Credentials.Use;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(SaidLines.LOGGER)
class CredentialsTest {
  private static final String HOST = "127.0.0.1";

  @TempDir Path folder;
  private Authority authority;
  private Instant now = Instant.now();
  private final InstantSource clock = () -> now;
  private final SaidLines said = new SaidLines();

  @BeforeEach
  void found() throws Exception {
    authority = new Authority("the CA");
  }

  @AfterEach
  void close() {
    said.close();
  }

  @Test
  void two_nodes_of_one_authority_understand_each_other() throws Exception {
    Credentials one = peer(authority.issue(folder, "one"));
    Credentials two = peer(authority.issue(folder, "two"));
    assertThat(shakeHands(one.clientEngine(HOST, 1), two.serverEngine())).isEqualTo("CN=two");
    assertThat(said.lines()).isEmpty();
  }

  @Test
  void another_authoritys_node_is_refused_whoever_calls() throws Exception {
    Credentials own = peer(authority.issue(folder, "own"));
    Credentials foreign =
        peer(new Authority("another CA").issue(folder.resolve("foreign"), "foreign"));
    assertRefuses(own.clientEngine(HOST, 7), foreign.serverEngine());
    assertThat(said.lines())
        .containsOnlyOnce(
            "refused 127.0.0.1:7: its certificate CN=foreign (for 127.0.0.1, localhost) isn't"
                + " signed by a CA in "
                + folder.resolve("ca.pem"));
    // The caller's is judged by the called, too, even if the caller doesn't look.
    SSLEngine careless =
        peer(new TlsFiles(
                folder.resolve("foreign/foreign.pem"),
                folder.resolve("foreign/foreign-key.pem"),
                Optional.of(both(folder.resolve("ca.pem"), folder.resolve("foreign/ca.pem")))))
            .clientEngine(HOST, 8);
    assertRefuses(careless, own.serverEngine());
    assertThat(said.lines())
        .contains(
            "refused a node that called: it has no certificate of a CA that is trusted here",
            "127.0.0.1:8 refuses this node's certificate (certificate_required)");
  }

  @Test
  void a_caller_without_certificate_is_refused() throws Exception {
    SSLEngine anonymous = authority.clientContext().createSSLEngine(HOST, 1);
    anonymous.setUseClientMode(true);
    assertRefuses(anonymous, peer(authority.issue(folder, "own")).serverEngine());
  }

  @Test
  void a_certificate_for_another_host_is_refused() throws Exception {
    Credentials caller = peer(authority.issue(folder, "caller"));
    Credentials called = peer(authority.issue(folder, "called"));
    assertRefuses(caller.clientEngine("elsewhere.example", 7), called.serverEngine());
    assertThat(said.lines())
        .contains(
            "refused elsewhere.example:7: its certificate CN=called (for 127.0.0.1, localhost)"
                + " isn't for elsewhere.example");
  }

  @Test
  void what_is_not_tls_is_refused_and_told() throws Exception {
    SSLEngine server = peer(authority.issue(folder, "own")).serverEngine();
    ByteBuffer plain =
        ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThatExceptionOfType(SSLException.class)
        .isThrownBy(() -> server.unwrap(plain, ByteBuffer.allocate(65_536)));
    assertThat(said.lines()).containsExactly("refused a node that called: it doesn't speak TLS");
  }

  @Test
  void clients_show_no_certificate() throws Exception {
    Credentials server = load(authority.issue(folder, "own"), Use.CLIENTS);
    SSLEngine client = authority.clientContext().createSSLEngine(HOST, 1);
    client.setUseClientMode(true);
    assertThat(shakeHands(client, server.serverEngine())).isEqualTo("CN=own");
  }

  @Test
  void new_files_are_taken_over_for_connections_that_begin_then() throws Exception {
    Credentials caller = peer(authority.issue(folder, "caller"));
    Path changing = folder.resolve("changing");
    Credentials called = peer(authority.issue(changing, "called"));
    long before = serial(caller.clientEngine(HOST, 1), called.serverEngine());
    authority.issue(changing, "called");
    assertThat(serial(caller.clientEngine(HOST, 1), called.serverEngine())).isEqualTo(before);
    called.refresh();
    assertThat(serial(caller.clientEngine(HOST, 1), called.serverEngine())).isNotEqualTo(before);
    assertThat(said.lines())
        .singleElement()
        .asString()
        .startsWith("took over a new certificate for peers: CN=called (for 127.0.0.1, localhost)");
    called.refresh();
    assertThat(said.lines()).hasSize(1);
  }

  @Test
  void files_that_do_not_fit_leave_the_old_ones_in_use_and_are_told_if_they_stay()
      throws Exception {
    Credentials caller = peer(authority.issue(folder, "caller"));
    Path changing = folder.resolve("changing");
    TlsFiles files = authority.issue(changing, "called");
    Credentials called = peer(files);
    long before = serial(caller.clientEngine(HOST, 1), called.serverEngine());
    String key = Files.readString(files.key());
    authority.issue(changing, "called");
    Files.writeString(files.key(), key);
    called.refresh();
    assertThat(said.lines()).as("may be half written").isEmpty();
    called.refresh();
    assertThat(said.lines())
        .containsExactly(
            "keeps its certificate, for the new one can't be used: "
                + files.key()
                + " isn't the key of "
                + files.certificate());
    assertThat(serial(caller.clientEngine(HOST, 1), called.serverEngine())).isEqualTo(before);
  }

  @Test
  void a_certificate_that_ends_soon_is_told_once_a_day() throws Exception {
    Wish soon = Wish.usual().expires(now.plus(Duration.ofDays(13)));
    Credentials own = peer(authority.issue(folder, "own", soon));
    own.refresh();
    assertThat(said.lines()).singleElement().asString().contains("own.pem expires at ");
    now = now.plus(Duration.ofHours(25));
    own.refresh();
    assertThat(said.lines()).hasSize(2);
  }

  @Test
  void each_thing_that_is_wrong_with_the_files_is_one_line_that_names_the_file() throws Exception {
    TlsFiles good = authority.issue(folder, "own");
    Path missing = folder.resolve("missing.pem");
    Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing\n");
    String der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    Path broken = Files.writeString(folder.resolve("broken.pem"), der);
    TlsFiles other = authority.issue(folder, "other");
    Path edwards = folder.resolve("edwards.pem");
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    Files.writeString(
        edwards,
        Authority.pem("PRIVATE KEY", generator.generateKeyPair().getPrivate().getEncoded()));
    Path encrypted =
        Files.writeString(
            folder.resolve("encrypted.pem"), Authority.pem("ENCRYPTED PRIVATE KEY", new byte[9]));
    Path old =
        Files.writeString(folder.resolve("old.pem"), Authority.pem("EC PRIVATE KEY", new byte[9]));
    Authority foreign = new Authority("another CA");

    assertUnfit(certificate(good, missing), "can't read " + missing + ": no such file");
    assertUnfit(certificate(good, folder), "can't read " + folder + ": ");
    assertUnfit(certificate(good, empty), empty + " has no certificate in PEM");
    assertUnfit(certificate(good, broken), broken + " has a certificate that can't be read");
    assertUnfit(key(good, missing), "can't read " + missing);
    assertUnfit(key(good, empty), empty + " has no private key in PEM");
    assertUnfit(key(good, edwards), edwards + " is no EC key, but its certificate has one");
    assertUnfit(key(good, encrypted), encrypted + " is encrypted");
    assertUnfit(key(good, old), old + " isn't PKCS#8; openssl pkcs8");
    assertUnfit(key(good, other.key()), other.key() + " isn't the key of " + good.certificate());
    assertUnfit(
        certificate(good, foreign.issue(folder.resolve("foreign"), "foreign").certificate()),
        good.key() + " isn't the key of ");
    TlsFiles stranger = foreign.issue(folder.resolve("foreign"), "foreign");
    assertUnfit(
        new TlsFiles(stranger.certificate(), stranger.key(), good.ca()),
        stranger.certificate() + " isn't signed by a CA in " + good.ca().orElseThrow());
    assertUnfit(
        authority.issue(folder, "late", Wish.usual().expires(now.minus(Duration.ofDays(1)))),
        folder.resolve("late.pem") + ": the certificate expired at ");
    assertUnfit(
        authority.issue(folder, "away", Wish.usual().hosts("a.example", "10.0.0.1")),
        folder.resolve("away.pem") + " is for a.example, 10.0.0.1, not for 127.0.0.1, where its");
    assertUnfit(
        authority.issue(folder, "server", Wish.usual().uses(KeyPurposeId.id_kp_serverAuth)),
        folder.resolve("server.pem") + " isn't for nodes");
    assertUnfit(
        authority.issue(folder, "client", Wish.usual().uses(KeyPurposeId.id_kp_clientAuth)),
        folder.resolve("client.pem") + " isn't for servers");
  }

  @Test
  void a_star_stands_for_one_label() throws Exception {
    TlsFiles star = authority.issue(folder, "star", Wish.usual().hosts("*.chat.example"));
    Credentials.load(star, Use.PEERS, "node-0.chat.example", clock);
    for (String host : new String[] {"a.node-0.chat.example", "chat.example", "example"}) {
      assertThatExceptionOfType(TlsException.class)
          .isThrownBy(() -> Credentials.load(star, Use.PEERS, host, clock));
    }
  }

  private Credentials peer(TlsFiles files) {
    return load(files, Use.PEERS);
  }

  private Credentials load(TlsFiles files, Use use) {
    return Credentials.load(files, use, HOST, clock);
  }

  private void assertUnfit(TlsFiles files, String start) {
    assertThatExceptionOfType(TlsException.class)
        .isThrownBy(() -> peer(files))
        .withMessageStartingWith(start)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  private static TlsFiles certificate(TlsFiles files, Path certificate) {
    return new TlsFiles(certificate, files.key(), files.ca());
  }

  private static TlsFiles key(TlsFiles files, Path key) {
    return new TlsFiles(files.certificate(), key, files.ca());
  }

  private Path both(Path one, Path two) throws Exception {
    return Files.writeString(
        folder.resolve("both.pem"), Files.readString(one) + Files.readString(two));
  }

  private static void assertRefuses(SSLEngine client, SSLEngine server) {
    assertThatExceptionOfType(SSLException.class).isThrownBy(() -> shakeHands(client, server));
  }

  private static long serial(SSLEngine client, SSLEngine server) throws SSLException {
    shakeHands(client, server);
    return ((X509Certificate) client.getSession().getPeerCertificates()[0])
        .getSerialNumber()
        .longValue();
  }

  /**
   * @return whom the client sees
   */
  private static String shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
    Side one = new Side(client);
    Side two = new Side(server);
    client.beginHandshake();
    for (int round = 0; round < 50 && !(one.isDone() && two.isDone()); round++) {
      one.turn(two);
      two.turn(one);
    }
    // What a server refuses in TLS 1.3 the client hears only afterwards.
    two.send(one);
    one.receive();
    one.send(two);
    two.receive();
    return client.getSession().getPeerPrincipal().getName();
  }

  /** One end of a connection in memory. */
  private static final class Side {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private final SSLEngine engine;
    private final ByteBuffer incoming = ByteBuffer.allocate(131_072);
    private Optional<SSLException> failure = Optional.empty();

    Side(SSLEngine engine) {
      this.engine = engine;
    }

    boolean isDone() {
      return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    void turn(Side other) throws SSLException {
      receive();
      for (Runnable task = engine.getDelegatedTask();
          task != null;
          task = engine.getDelegatedTask()) {
        task.run();
      }
      send(other);
      // The alert is on its way; only then is it over here.
      if (failure.isPresent()) {
        other.receive();
        throw failure.get();
      }
    }

    void send(Side other) {
      try {
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
          ByteBuffer out = ByteBuffer.allocate(65_536);
          engine.wrap(NOTHING.duplicate(), out);
          other.incoming.put(out.flip());
        }
      } catch (SSLException e) {
        failure = Optional.of(e);
        flushAlert(other);
      }
    }

    private void flushAlert(Side other) {
      try {
        ByteBuffer out = ByteBuffer.allocate(65_536);
        engine.wrap(NOTHING.duplicate(), out);
        other.incoming.put(out.flip());
      } catch (SSLException e) {
        // There is none.
      }
    }

    void receive() throws SSLException {
      incoming.flip();
      try {
        int before = -1;
        while (incoming.hasRemaining() && incoming.remaining() != before) {
          before = incoming.remaining();
          engine.unwrap(incoming, ByteBuffer.allocate(65_536));
          if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            for (Runnable task = engine.getDelegatedTask();
                task != null;
                task = engine.getDelegatedTask()) {
              task.run();
            }
          }
        }
      } finally {
        incoming.compact();
      }
    }
  }
}
