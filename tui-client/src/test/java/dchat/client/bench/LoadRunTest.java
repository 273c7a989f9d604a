package dchat.client.bench;

import static dchat.client.fake.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dchat.client.api.ChatEvent;
import dchat.client.api.ClusterClient;
import dchat.client.fake.FakeCluster;
import dchat.client.fake.FakeNode.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs against a cluster of the test's making; they last until the test has seen enough. */
class LoadRunTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FakeCluster cluster = new FakeCluster(3);
  private final ClusterClient client = new ClusterClient(ClusterClient.Settings.of(cluster.urls()));

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    client.close();
    cluster.close();
  }

  private static LoadPlan plan(OptionalDouble rate, int reads, int linearizable, int subscribers) {
    return new LoadPlan(
        4, rate, Duration.ZERO, Duration.ofHours(1), 20, 1, 1, reads, linearizable, subscribers, 0);
  }

  private LoadRun run(LoadPlan plan) {
    return new LoadRun(
        plan, client, Victims.none(), Optional.of(folder.resolve("log")), progress -> {});
  }

  private static FutureTask<LoadRun.Result> start(LoadRun run) {
    FutureTask<LoadRun.Result> result = new FutureTask<>(run::run);
    Thread.ofPlatform().daemon().start(result);
    return result;
  }

  private static JsonNode end(LoadRun run, FutureTask<LoadRun.Result> result) throws Exception {
    run.abort();
    LoadRun.Result ended = result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(ended).isInstanceOf(LoadRun.Result.Measured.class);
    Report report = ((LoadRun.Result.Measured) ended).report();
    return new ObjectMapper().readTree(report.json());
  }

  private void awaitMoreLines() {
    int enough = cluster.log().size() + 50;
    eventually(PATIENCE, () -> assertThat(cluster.log()).hasSizeGreaterThan(enough));
  }

  private List<String> ids() {
    return cluster.log().stream().map(ChatEvent::id).toList();
  }

  @Test
  void load_follows_the_leader_and_fails_with_none_of_them() throws Exception {
    LoadRun run = run(plan(OptionalDouble.empty(), 0, 0, 0));
    FutureTask<LoadRun.Result> result = start(run);
    awaitMoreLines();
    cluster.lead(1);
    awaitMoreLines();
    cluster.holdElection();
    cluster.lead(2);
    awaitMoreLines();
    JsonNode json = end(run, result);
    assertThat(json.path("writes_per_second").asDouble()).isPositive();
    assertThat(json.path("errors").asInt()).isZero();
    assertThat(json.path("retries_by_reason").path("http 302").asInt()).isPositive();
    assertThat(ids()).doesNotHaveDuplicates();
  }

  @Test
  void a_line_whose_outcome_was_lost_is_sent_again_with_its_id() throws Exception {
    LoadRun run = run(plan(OptionalDouble.empty(), 0, 0, 0));
    FutureTask<LoadRun.Result> result = start(run);
    awaitMoreLines();
    cluster.node(0).plays(new Part.LosesOutcome());
    eventually(PATIENCE, () -> assertThat(cluster.node(0).answeredWith(504)).isPositive());
    cluster.lead(0);
    awaitMoreLines();
    JsonNode json = end(run, result);
    assertThat(json.path("errors").asInt()).isZero();
    assertThat(json.path("retries_by_reason").path("http 504").asInt()).isPositive();
    assertThat(ids()).doesNotHaveDuplicates();
  }

  @Test
  void what_the_cluster_refuses_is_an_error() throws Exception {
    LoadRun run = run(plan(OptionalDouble.empty(), 0, 0, 0));
    FutureTask<LoadRun.Result> result = start(run);
    awaitMoreLines();
    cluster.node(0).plays(new Part.Refuses(422, "id-reused", "no"));
    eventually(PATIENCE, () -> assertThat(cluster.node(0).answeredWith(422)).isGreaterThan(20));
    JsonNode json = end(run, result);
    assertThat(json.path("errors_by_kind").path("http 422").asInt()).isPositive();
  }

  @Test
  void an_open_loop_reads_writes_and_listens() throws Exception {
    LoadRun run = run(plan(OptionalDouble.of(400), 30, 20, 3));
    FutureTask<LoadRun.Result> result = start(run);
    awaitMoreLines();
    JsonNode json = end(run, result);
    assertThat(json.path("errors").asInt()).isZero();
    assertThat(json.path("reads_per_second").asDouble()).isPositive();
    assertThat(json.path("linearizable_per_second").asDouble()).isPositive();
    assertThat(json.path("deliveries_per_second").asDouble()).isPositive();
    assertThat(json.path("delivery_p99_us").isNumber()).isTrue();
  }

  @Test
  void the_histogram_log_can_be_read_back() throws Exception {
    LoadRun run = run(plan(OptionalDouble.empty(), 0, 0, 0));
    FutureTask<LoadRun.Result> result = start(run);
    awaitMoreLines();
    end(run, result);
    Path log = folder.resolve("log");
    assertThat(Files.readString(log)).contains("Tag=write,");
    try (HistogramLogReader reader = new HistogramLogReader(log.toFile())) {
      assertThat(reader.nextIntervalHistogram()).isNotNull();
    }
  }
}
