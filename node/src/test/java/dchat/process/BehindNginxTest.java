package dchat.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A real nginx, with the configuration of {@code conf/balanced}, in front of three nodes. */
@Tag("processes")
@Timeout(180)
class BehindNginxTest {
  private static final int LINES = 12;

  @RegisterExtension
  final ProcessCluster cluster =
      new ProcessCluster(
          3,
          "dchat.http.not-leader=forward",
          "dchat.http.public-host=chat.example.org",
          "dchat.http.public-scheme=https");

  @TempDir Path folder;
  private Optional<Process> nginx = Optional.empty();
  private int port;

  @BeforeAll
  static void needsNginx() {
    boolean there =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(bin -> Files.isExecutable(Path.of(bin, "nginx")));
    if (!there) {
      System.err.println("skipped: BehindNginxTest, there is no nginx on the path");
    }
    assumeTrue(there, "there is no nginx on the path (apt-get install nginx-light)");
  }

  @BeforeEach
  void startAll() throws IOException {
    port = FreePorts.one();
    String documented = Files.readString(Path.of("..", "conf", "balanced", "nginx.conf"));
    String used = documented.replace("127.0.0.1:8080", "127.0.0.1:" + port);
    for (int i = 0; i < 3; i++) {
      String theirs = "127.0.0.1:" + cluster.node(i).uri("/").getPort();
      used = used.replace("127.0.0.1:900" + i, theirs);
    }
    Path file = Files.writeString(folder.resolve("nginx.conf"), used);
    nginx =
        Optional.of(
            new ProcessBuilder(
                    "nginx", "-p", folder.toString(), "-c", file.toString(), "-g", "daemon off;")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.out").toFile())
                .start());
    cluster.startAll();
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (nginx.isPresent()) {
      nginx.get().destroy();
      nginx.get().waitFor();
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static String line(int i) {
    return "{\"type\":\"chat\",\"user\":\"ann\",\"text\":\"line %d\",\"room\":\"general\",\"id\":\"m%d\"}"
        .formatted(i, i);
  }

  private Optional<HttpResponse<String>> send(HttpRequest.Builder request) {
    try {
      return Optional.of(
          cluster
              .http()
              .send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Optional<HttpResponse<String>> say(int i, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri("/chat"));
    return send(
        (headers.length > 0 ? request.headers(headers) : request)
            .POST(BodyPublishers.ofString(line(i))));
  }

  /** Whichever node gets it; while there is no leader it is asked for again, as clients do. */
  private void sayUntilCommitted(int i) {
    Await.until(
        "line " + i + " is committed",
        ProcessCluster.SOON,
        () -> {
          Optional<HttpResponse<String>> answer = say(i);
          assertThat(answer.flatMap(a -> a.headers().firstValue("Location")))
              .as("nodes forward")
              .isEmpty();
          return answer.filter(a -> a.statusCode() == 200).isPresent();
        });
  }

  /** Where a node that isn't the leader redirects to; the balancer asks them in turn. */
  private Optional<String> redirected() {
    return say(99, "Prefer", "dchat-not-leader=redirect")
        .flatMap(answer -> answer.headers().firstValue("Location"));
  }

  /** The ids of {@code count} lines from the event stream, and where it stands then. */
  private OptionalLong follow(OptionalLong after, int count, List<String> ids) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri("/v1/events"));
    after.ifPresent(index -> request.header("Last-Event-ID", Long.toString(index)));
    OptionalLong last = after;
    try (var reader =
        new BufferedReader(
            new InputStreamReader(
                cluster.http().send(request.build(), BodyHandlers.ofInputStream()).body(),
                StandardCharsets.UTF_8))) {
      for (String next = reader.readLine(); next != null; next = reader.readLine()) {
        if (next.startsWith("id:")) {
          last = OptionalLong.of(Long.parseLong(next.substring(3).strip()));
        }
        if (next.contains("\"type\":\"chat\"") && next.startsWith("data:")) {
          ids.add(next.replaceAll(".*\"id\":\"(m\\d+)\".*", "$1"));
          if (ids.size() == count) {
            return last;
          }
        }
      }
    } catch (IOException e) {
      return last;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return last;
  }

  @Test
  void writes_events_and_a_failover_pass_through_the_documented_configuration() {
    OptionalLong start = OptionalLong.of(1);
    for (int i = 0; i < LINES / 2; i++) {
      sayUntilCommitted(i);
    }
    List<String> seen = new ArrayList<>();
    OptionalLong position = follow(start, LINES / 2, seen);

    Await.until(
        "who asks to be redirected is sent to the public address",
        ProcessCluster.SOON,
        () -> redirected().equals(Optional.of("https://chat.example.org/chat")));
    assertThat(send(HttpRequest.newBuilder(uri("/v1/cluster/backup"))).orElseThrow().statusCode())
        .as("administration doesn't pass")
        .isEqualTo(403);

    cluster.awaitLeader().kill();
    for (int i = LINES / 2; i < LINES; i++) {
      sayUntilCommitted(i);
    }
    List<String> all = IntStream.range(0, LINES).mapToObj(i -> "m" + i).toList();
    while (seen.size() < LINES) {
      // Should it break off because it came from a dead node, it goes on elsewhere.
      position = follow(position, LINES, seen);
      seen.remove("m99");
    }
    assertThat(seen).isEqualTo(all);
  }
}
