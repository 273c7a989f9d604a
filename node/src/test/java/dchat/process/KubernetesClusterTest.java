package dchat.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pods' own configuration starts a cluster: real nodes that know nothing but their pod's name,
 * under names in DNS (here a file of hosts) as the headless Service gives them. Each has a loopback
 * address of its own, drawn anew, so all can have the same ports as in Kubernetes.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere only 127.0.0.1 is a loopback address")
@Tag("processes")
class KubernetesClusterTest {
  private static final String TOKEN = "a-token-of-administrators";

  @TempDir Path temp;
  private final Map<String, String> addresses = new LinkedHashMap<>();
  private final List<Process> processes = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
    processes.forEach(process -> process.onExit().orTimeout(30, TimeUnit.SECONDS).join());
    http.close();
  }

  @Test
  void pods_find_each_other_by_name_a_fourth_joins_by_itself_and_the_job_removes_it()
      throws Exception {
    Random random = new Random();
    for (String pod : List.of("dchat-0", "dchat-1", "dchat-2", "dchat-3")) {
      addresses.put(
          pod,
          "127.%d.%d.%d"
              .formatted(1 + random.nextInt(250), random.nextInt(250), 1 + random.nextInt(250)));
    }
    writeHosts();
    Files.writeString(temp.resolve("token"), TOKEN);

    // The third of the first isn't there: a majority is enough.
    start("dchat-0");
    start("dchat-1");
    awaitOk("dchat-0", "/started");
    awaitOk("dchat-0", "/live");
    awaitOk("dchat-0", "/ready");
    awaitOk("dchat-1", "/ready");

    start("dchat-3");
    awaitOk("dchat-3", "/ready");
    assertThat(members("dchat-1")).contains("dchat-0", "dchat-1", "dchat-2", "dchat-3");
    assertThat(get("dchat-3", "/metrics").orElseThrow().body())
        .contains("dchat_raft_role{cluster=\"dchat\",node=\"dchat-3\",role=\"follower\"} 1.0");

    Process removal = run("remove", "remove", "--id", "dchat-3", "--node", "http://dchat:9000");
    assertThat(removal.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(removal.exitValue()).as(log("remove")).isZero();
    Await.until(
        "dchat-0 knows that dchat-3 is gone",
        Duration.ofSeconds(20),
        () -> !members("dchat-0").contains("dchat-3"));
    assertThat(get("dchat-3", "/ready").orElseThrow().statusCode()).isEqualTo(503);
    assertThat(log("dchat-0").lines())
        .as("its log, one object per line:%n%s", log("dchat-0"))
        .anyMatch(line -> line.startsWith("{\"timestamp\":") && line.contains("dchat-0 listens"));
  }

  private void writeHosts() throws IOException {
    List<String> lines = new ArrayList<>(List.of("127.0.0.1 localhost"));
    addresses.forEach((pod, address) -> lines.add(address + " " + pod + ".dchat-nodes.chat.svc"));
    lines.add(addresses.get("dchat-0") + " dchat.chat.svc");
    lines.add(addresses.get("dchat-0") + " dchat");
    Files.write(temp.resolve("hosts"), lines);
  }

  private void start(String pod) throws IOException {
    Path config = Path.of("..", "k8s", "base", "dchat.conf");
    run(pod, "--config", config.toString());
  }

  /** Starts the program as its image does, with what only this machine needs put on top. */
  private Process run(String pod, String... args) throws IOException {
    List<String> node =
        NodeJar.command(
            List.of(
                "-Djdk.net.hosts.file=" + temp.resolve("hosts"),
                "-Ddchat.http.host=" + addresses.getOrDefault(pod, "127.0.0.1"),
                "-Ddchat.raft.bind-host=" + addresses.getOrDefault(pod, "127.0.0.1"),
                "-Ddchat.node.data=" + temp.resolve("data-" + pod)));
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(node.stream(), Stream.of(args)).toList())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve(pod + ".log").toFile());
    builder.environment().put("POD_NAME", pod);
    builder.environment().put("POD_NAMESPACE", "chat");
    builder.environment().put("DCHAT_ADMIN_TOKEN_FILE", temp.resolve("token").toString());
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private void awaitOk(String pod, String probe) {
    try {
      Await.until(
          pod + probe + " says yes",
          Duration.ofSeconds(60),
          () -> get(pod, probe).filter(answer -> answer.statusCode() == 200).isPresent());
    } catch (AssertionError late) {
      throw new AssertionError(late.getMessage() + "; its log:\n" + log(pod), late);
    }
  }

  private String members(String pod) {
    return get(pod, "/instances").map(HttpResponse::body).orElse("");
  }

  private Optional<HttpResponse<String>> get(String pod, String path) {
    URI uri = URI.create("http://" + addresses.get(pod) + ":9000" + path);
    try {
      return Optional.of(
          http.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String log(String pod) {
    try (Stream<String> lines = Files.lines(temp.resolve(pod + ".log"))) {
      return lines.collect(Collectors.joining("\n"));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }
}
