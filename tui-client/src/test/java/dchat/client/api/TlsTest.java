package dchat.client.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with certificates: trusted, not trusted, and none at all. */
class TlsTest {
  private static final String PASSWORD = "changeit";

  /** Time enough for one on a machine that is busy. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(2);

  private static final ExecutorService EXECUTOR = Executors.newVirtualThreadPerTaskExecutor();

  @TempDir static Path folder;
  private static HttpsServer encrypted;
  private static Path certificate;

  @BeforeAll
  static void start() throws Exception {
    Path store = folder.resolve("node.p12");
    // For the address only: called by its name, it is another host.
    int code =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "node",
                "-keyalg",
                "EC",
                "-dname",
                "CN=node0",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-validity",
                "2",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start()
            .waitFor();
    assertThat(code).as(Files.readString(folder.resolve("keytool.log"))).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    String base64 =
        Base64.getMimeEncoder().encodeToString(keys.getCertificate("node").getEncoded());
    certificate =
        Files.writeString(
            folder.resolve("ca.pem"),
            "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    encrypted = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    encrypted.setHttpsConfigurator(new HttpsConfigurator(context));
    encrypted.setExecutor(EXECUTOR);
    encrypted.createContext(
        "/",
        exchange -> {
          byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    encrypted.start();
  }

  @AfterAll
  static void stop() {
    encrypted.stop(0);
    EXECUTOR.close();
  }

  @Test
  void a_node_of_the_own_authority_is_trusted() throws Exception {
    assertThat(reasons("https", "127.0.0.1", encrypted, Optional.of(certificate)))
        .endsWith(" answered 200");
  }

  @Test
  void a_node_of_an_unknown_authority_is_not_and_nothing_is_sent() throws Exception {
    assertThat(reasons("https", "127.0.0.1", encrypted, Optional.empty()))
        .endsWith(" shows a certificate of an unknown authority; --ca FILE names yours");
    ClusterClient.Settings settings =
        ClusterClient.Settings.of(List.of(uri("https", "127.0.0.1", encrypted)));
    try (ClusterClient client = new ClusterClient(settings)) {
      Command line = new Command.Say("id-1", "ann", "general", "secret");
      assertThat(client.send(line, HANDSHAKE, progress -> {}))
          .isInstanceOf(Outcome.NoLeader.class)
          .asString()
          .contains("unknown authority");
      assertThat(client.change(new ClusterChange.Remove("node1"), HANDSHAKE, progress -> {}))
          .isInstanceOf(ChangeOutcome.NoLeader.class)
          .asString()
          .contains("unknown authority");
    }
  }

  @Test
  void a_certificate_of_another_host_is_named() throws Exception {
    assertThat(reasons("https", "localhost", encrypted, Optional.of(certificate)))
        .endsWith(" shows a certificate that is for another host");
  }

  @Test
  void who_confuses_http_and_https_is_told() throws Exception {
    byte[] refusal = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      EXECUTOR.submit(
          () -> {
            // Java's client may try a connection that ended early once more by itself.
            while (true) {
              try (Socket caller = plain.accept()) {
                caller.getInputStream().read();
                caller.getOutputStream().write(refusal);
                // Its end has to come after the answer, and not as a reset.
                caller.shutdownOutput();
                caller.getInputStream().readAllBytes();
              }
            }
          });
      URI node = URI.create("https://127.0.0.1:" + plain.getLocalPort());
      try (ClusterClient client = new ClusterClient(ClusterClient.Settings.of(List.of(node)))) {
        assertThat(client.reasons()).endsWith(" doesn't speak TLS; is it http?");
      }
    }
  }

  @Test
  void what_is_no_certificate_is_one_line() throws Exception {
    Path missing = folder.resolve("missing.pem");
    assertThatIOException()
        .isThrownBy(() -> Trust.in(missing))
        .withMessage("can't read certificates from " + missing);
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    assertThatIOException()
        .isThrownBy(() -> Trust.in(empty))
        .withMessage(empty + " has no certificate in PEM");
  }

  @Test
  void what_began_encrypted_goes_nowhere_else() {
    Addresses addresses =
        new Addresses(List.of(URI.create("https://node0:9000")), Optional.empty());
    addresses.learn(List.of(URI.create("http://node1:9000"), URI.create("https://node2:9000")));
    assertThat(addresses.knows(URI.create("http://node1:9000/chat"))).isFalse();
    assertThat(addresses.knows(URI.create("https://node2:9000/chat"))).isTrue();
    assertThat(addresses.all()).hasSize(2);
  }

  private static String reasons(
      String scheme, String host, HttpServer server, Optional<Path> authorities) throws Exception {
    Optional<SSLContext> trust =
        authorities.isPresent() ? Optional.of(Trust.in(authorities.get())) : Optional.empty();
    ClusterClient.Settings settings =
        ClusterClient.Settings.of(List.of(uri(scheme, host, server))).withTrust(trust);
    try (ClusterClient client = new ClusterClient(settings)) {
      return client.reasons();
    }
  }

  private static URI uri(String scheme, String host, HttpServer server) {
    return URI.create(scheme + "://" + host + ":" + server.getAddress().getPort());
  }
}
