package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dchat.process.Await;
import dchat.process.FreePorts;
import dchat.tls.Authority;
import dchat.tls.SaidLines;
import dchat.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Whole nodes that talk to each other and to clients through real sockets and real keys. */
@ResourceLock(SaidLines.LOGGER)
class TlsClusterTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final List<Integer> ports = FreePorts.take(8);
  private final List<Node> running = new ArrayList<>();
  private final SaidLines said = new SaidLines();

  @AfterEach
  void stop() {
    running.forEach(node -> node.stop(new Stop.Asked("test")));
    running.forEach(Node::awaitEnd);
    said.close();
  }

  @Test
  void with_tls_only_those_of_the_own_authority_take_part_and_only_https_is_answered()
      throws Exception {
    Authority own = new Authority("the CA");
    Authority foreign = new Authority("another CA");
    TlsFiles keys = own.issue(folder.resolve("own"), "node0");
    start(0, keys);
    start(2, foreign.issue(folder.resolve("foreign"), "node2"));
    String fromForeign = "refused 127.0.0.1:%d: its certificate CN=node2".formatted(raftPort(2));
    String byForeign = "refused 127.0.0.1:%d: its certificate CN=node0".formatted(raftPort(0));
    await(() -> hasBeenSaid(fromForeign) && hasBeenSaid(byForeign));
    assertThat(status(0, context(own)).path("term").asLong()).as("nobody's vote").isZero();

    start(1, own.issue(folder.resolve("own"), "node1"));
    await(() -> leader(0, context(own)).filter(List.of("node0", "node1")::contains).isPresent());
    JsonNode stranger = status(2, context(foreign));
    assertThat(stranger.path("leader").isNull()).isTrue();
    assertThat(stranger.path("appliedIndex").asLong(-1)).as("read nothing").isZero();

    who_does_not_lead_redirects_to_https(context(own));
    plain_text_is_refused_at_both_ports();
    a_client_of_another_authority_trusts_no_node(context(foreign));
    a_node_of_another_authority_cannot_join(foreign.issue(folder.resolve("foreign"), "node3"));
    new_keys_are_taken_over_without_a_stop(own);
  }

  private void who_does_not_lead_redirects_to_https(SSLContext own) {
    await(
        () ->
            IntStream.range(0, 2)
                .mapToObj(i -> post(i, own))
                .flatMap(Optional::stream)
                .flatMap(answer -> answer.headers().firstValue("Location").stream())
                .anyMatch(location -> location.matches("https://127\\.0\\.0\\.1:\\d+/chat")));
    assertThat(
            get(0, "/health", own).orElseThrow().headers().firstValue("Strict-Transport-Security"))
        .isPresent();
  }

  private Optional<HttpResponse<String>> post(int i, SSLContext trusting) {
    String line = "{\"type\":\"chat\",\"user\":\"ann\",\"text\":\"hi\",\"room\":\"general\"}";
    return send(
        trusting,
        HttpRequest.newBuilder(uri(i, "/chat"))
            .POST(HttpRequest.BodyPublishers.ofString(line))
            .build());
  }

  private void plain_text_is_refused_at_both_ports() throws IOException {
    for (int port : List.of(httpPort(0), raftPort(0))) {
      try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
        socket.setSoTimeout((int) SOON.toMillis());
        socket
            .getOutputStream()
            .write("GET /leader HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String answer =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(answer).as("at " + port).doesNotContain("HTTP", "leader");
      }
    }
    await(() -> hasBeenSaid("refused a node that called: it doesn't speak TLS"));
  }

  private void a_client_of_another_authority_trusts_no_node(SSLContext foreign) {
    assertThat(get(0, "/health", foreign)).isEmpty();
  }

  private void a_node_of_another_authority_cannot_join(TlsFiles keys) {
    NodeSettings settings =
        settings(3, keys, "dchat.node.join = \"https://127.0.0.1:" + httpPort(0) + "\"");
    try (ClusterPages pages =
        new ClusterPages(
            NodeTls.load(settings, InstantSource.system()).trust(), Optional.empty())) {
      assertThat(pages.look(settings.join().getFirst()).join())
          .isInstanceOfSatisfying(
              ClusterPages.View.Nothing.class,
              nothing ->
                  assertThat(nothing.reason())
                      .startsWith("can't be trusted: refused 127.0.0.1:" + httpPort(0))
                      .contains("CN=node0", "isn't signed by a CA in " + keys.ca().orElseThrow()));
    }
  }

  private void new_keys_are_taken_over_without_a_stop(Authority own) throws Exception {
    long before = serial(own);
    own.issue(folder.resolve("own"), "node0");
    await(() -> serial(own) != before);
    await(() -> leader(0, context(own)).isPresent());
  }

  private long serial(Authority own) {
    return get(0, "/health", context(own))
        .map(answer -> answer.sslSession().orElseThrow())
        .map(
            session -> {
              try {
                return ((X509Certificate) session.getPeerCertificates()[0])
                    .getSerialNumber()
                    .longValue();
              } catch (SSLException e) {
                throw new AssertionError(e);
              }
            })
        .orElseThrow();
  }

  private static SSLContext context(Authority authority) {
    try {
      return authority.clientContext();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void start(int i, TlsFiles keys) {
    String peers =
        IntStream.range(0, 3)
            .mapToObj(peer -> "\"node%d=127.0.0.1:%d\"".formatted(peer, raftPort(peer)))
            .collect(Collectors.joining(","));
    running.add(Node.start(settings(i, keys, "dchat.node.peers = [" + peers + "]")));
  }

  private NodeSettings settings(int i, TlsFiles keys, String more) {
    Config config =
        ConfigFactory.parseString(
            """
            dchat {
              node { id = node%d, data = "%s", tls-reload-every = 200 ms }
              http.port = %d
              raft.port = %d
              raft.tls { enabled = true, certificate = "%s", key = "%s", ca = "%s" }
              http.tls = ${dchat.raft.tls}
            }
            """
                    .formatted(
                        i,
                        folder.resolve("node" + i),
                        httpPort(i),
                        raftPort(i),
                        keys.certificate(),
                        keys.key(),
                        keys.ca().orElseThrow())
                + more);
    return NodeSettings.from(NodeConfig.load(Optional.empty(), config.resolve()));
  }

  private int httpPort(int i) {
    return ports.get(2 * i);
  }

  private int raftPort(int i) {
    return ports.get(2 * i + 1);
  }

  private boolean hasBeenSaid(String start) {
    return said.lines().stream().anyMatch(line -> line.startsWith(start));
  }

  private Optional<String> leader(int i, SSLContext trusting) {
    return get(i, "/leader", trusting)
        .map(answer -> json(answer.body()).path("leader"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText);
  }

  private JsonNode status(int i, SSLContext trusting) {
    await(() -> get(i, "/health", trusting).isPresent());
    return get(i, "/v1/cluster", trusting).map(answer -> json(answer.body())).orElseThrow();
  }

  /** Empty if there is no connection, or none that is trusted. */
  private Optional<HttpResponse<String>> get(int i, String path, SSLContext trusting) {
    return send(trusting, HttpRequest.newBuilder(uri(i, path)).build());
  }

  private URI uri(int i, String path) {
    return URI.create("https://127.0.0.1:" + httpPort(i) + path);
  }

  private static Optional<HttpResponse<String>> send(SSLContext trusting, HttpRequest request) {
    try (HttpClient http = HttpClient.newBuilder().sslContext(trusting).build()) {
      return Optional.of(http.send(request, BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  private static void await(BooleanSupplier condition) {
    Await.until("what these nodes are to do or say", SOON, condition);
  }
}
