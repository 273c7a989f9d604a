package dchat.node;

import static dchat.node.Manifests.FOLDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dchat.http.HttpMeter;
import dchat.node.Manifests.Manifest;
import dchat.process.Await;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import dchat.raft.RaftActor.ClusterView;
import dchat.raft.RaftActor.PeerProgress;
import dchat.raft.RaftStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The dashboard, the alerts and the description speak of what a node really measures. */
class MonitoringTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Path MONITORING = FOLDER.resolve("monitoring");
  private static final Pattern METRIC = Pattern.compile("\\b(?:dchat|jvm|process|system)_[a-z_]+");
  private static final Pattern LABEL = Pattern.compile("[{,]\\s*([a-z]+)\\s*(?:=~|!~|!=|=)\"");

  @Test
  void every_metric_of_an_alert_is_measured() {
    List<String> expressions = rules().stream().map(rule -> (String) rule.get("expr")).toList();
    assertThat(expressions).hasSizeGreaterThan(8);
    assertMeasured(expressions);
  }

  @Test
  void every_alert_says_what_it_means_and_how_bad_it_is() {
    rules()
        .forEach(
            rule -> {
              assertThat(rule.keySet())
                  .containsExactlyInAnyOrder("alert", "expr", "for", "labels", "annotations");
              assertThat(Manifests.at(rule, "labels", "severity")).isIn("critical", "warning");
              assertThat(Manifests.object(rule.get("annotations")))
                  .containsOnlyKeys("summary", "description");
            });
    assertThat(rules()).extracting(rule -> rule.get("alert")).doesNotHaveDuplicates();
  }

  @Test
  void every_metric_of_the_dashboard_is_measured() throws Exception {
    JsonNode dashboard =
        new ObjectMapper().readTree(Manifests.text(MONITORING.resolve("dchat.json")));
    List<String> expressions = new ArrayList<>();
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      assertThat(panel.path("title").asText()).isNotBlank();
      assertThat(ids.add(panel.path("id").asInt())).isTrue();
      panel.path("targets").forEach(target -> expressions.add(target.path("expr").asText()));
    }
    assertThat(expressions).hasSizeGreaterThan(20);
    assertMeasured(expressions);
  }

  @Test
  void every_metric_of_the_description_is_measured_and_every_measured_one_described() {
    String readme = Manifests.text(Path.of("README.md"));
    String section =
        readme.substring(readme.indexOf("\n## Metrics"), readme.indexOf("\n## Operating notes"));
    Set<String> described =
        Pattern.compile("`((?:raft|http|ready)[a-z_]*)(?:\\{[a-z,]+})?`")
            .matcher(section)
            .results()
            .map(found -> "dchat_" + found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> measured =
        measured().stream()
            .filter(name -> name.startsWith("dchat_"))
            .map(name -> name.replaceAll("_(bucket|count|sum|max)$", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(described).isEqualTo(measured);
  }

  @Test
  void prometheus_is_sent_to_the_port_and_path_that_answer() {
    Manifest monitor = Manifests.read(MONITORING.resolve("servicemonitor.yaml")).getFirst();
    Map<String, Object> endpoint =
        Manifests.object(
            Manifests.list(Manifests.object(monitor.tree().get("spec")), "endpoints").getFirst());
    assertThat(endpoint).containsEntry("port", "http").containsEntry("path", "/metrics");
    Manifest service =
        Manifests.render(FOLDER.resolve("base")).stream()
            .filter(m -> m.kind().equals("Service") && m.name().equals("dchat-nodes"))
            .findFirst()
            .orElseThrow();
    assertThat(Manifests.at(monitor.tree(), "spec", "selector", "matchLabels"))
        .isEqualTo(Manifests.at(service.tree(), "metadata", "labels"));
  }

  private static List<Map<String, Object>> rules() {
    Manifest alerts = Manifests.read(MONITORING.resolve("alerts.yaml")).getFirst();
    List<Map<String, Object>> rules = new ArrayList<>();
    for (Object group : Manifests.list(Manifests.object(alerts.tree().get("spec")), "groups")) {
      Manifests.list(Manifests.object(group), "rules")
          .forEach(rule -> rules.add(Manifests.object(rule)));
    }
    return rules;
  }

  private static void assertMeasured(List<String> expressions) {
    Set<String> measured = measured();
    Set<String> labels = labels();
    for (String expression : expressions) {
      List<String> named = METRIC.matcher(expression).results().map(r -> r.group()).toList();
      assertThat(named).as(expression).isNotEmpty();
      assertThat(measured).as(expression).containsAll(named);
      assertThat(labels)
          .as(expression)
          .containsAll(LABEL.matcher(expression).results().map(r -> r.group(1)).toList());
      for (String pair : List.of("()", "{}", "[]")) {
        assertThat(count(expression, pair.charAt(0)))
            .as(expression)
            .isEqualTo(count(expression, pair.charAt(1)));
      }
    }
  }

  private static long count(String text, char wanted) {
    return text.chars().filter(c -> c == wanted).count();
  }

  private static Set<String> measured() {
    return page()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceAll("[{ ].*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> labels() {
    return Pattern.compile("([a-z]+)=\"")
        .matcher(page())
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Of a node that has done everything once. */
  private static String page() {
    Member self = Member.voter(new NodeId("node0"), "a:1");
    Member peer = Member.voter(new NodeId("node1"), "b:1");
    RaftStatus leading =
        new RaftStatus(
            self.id(),
            RaftStatus.Role.LEADER,
            1,
            Optional.of(self),
            1,
            1,
            1,
            1,
            Membership.of(self, peer),
            false,
            Optional.empty());
    try (NodeMetrics metrics = new NodeMetrics("chat", leading)) {
      metrics.accept(leading);
      metrics.route("POST", "/chat").answered(200, 1);
      HttpMeter.Moment moment =
          new HttpMeter.Moment(
              new ClusterView(leading, List.of(new PeerProgress(peer.id(), 1, Optional.of(1L)))),
              true,
              1);
      System.gc();
      // The JVM tells of the collection a moment after it.
      Await.until(
          "the collection is told of",
          PATIENCE,
          () -> metrics.page(moment).contains("jvm_gc_pause"));
      return metrics.page(moment);
    }
  }
}
