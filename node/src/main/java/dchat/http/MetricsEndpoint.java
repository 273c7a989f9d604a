package dchat.http;

import dchat.raft.RaftActor;
import dchat.raft.RaftActor.ClusterView;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * {@code GET /metrics} for Prometheus. What changes with every message is read only now, so that
 * being watched costs nothing in between.
 */
final class MetricsEndpoint implements Endpoint {
  /** Shorter than any scrape's timeout: when consensus is stuck is when this page is needed. */
  private static final Duration VIEW_TIMEOUT = Duration.ofSeconds(1);

  private static final ContentType PROMETHEUS_TEXT =
      ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8");

  private final ActorSystem<?> system;
  private final HttpInputs inputs;
  private final HealthEndpoints health;
  private final IntSupplier eventStreams;

  MetricsEndpoint(
      ActorSystem<?> system, HttpInputs inputs, HealthEndpoints health, IntSupplier eventStreams) {
    this.system = system;
    this.inputs = inputs;
    this.health = health;
    this.eventStreams = eventStreams;
  }

  @Override
  public CompletionStage<HttpResponse> answer(HttpRequest request) {
    return AskPattern.<RaftActor.Command, ClusterView>ask(
            inputs.raft(), RaftActor.GetClusterView::new, VIEW_TIMEOUT, system.scheduler())
        .exceptionally(silent -> new ClusterView(inputs.status().get(), List.of()))
        .thenApply(this::page);
  }

  private HttpResponse page(ClusterView view) {
    var moment =
        new HttpMeter.Moment(
            view, health.unreadiness(view.status()).isEmpty(), eventStreams.getAsInt());
    byte[] page = inputs.meter().page(moment).getBytes(StandardCharsets.UTF_8);
    return HttpResponse.create().withEntity(PROMETHEUS_TEXT, page);
  }
}
