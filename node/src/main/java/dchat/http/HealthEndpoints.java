package dchat.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.raft.RaftActor;
import dchat.raft.RaftActor.ClusterView;
import dchat.raft.RaftStatus;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * What a supervisor or a load balancer asks, each with its reason in words: has it started, should
 * people be sent here, does it still work at all.
 */
final class HealthEndpoints {
  private final ActorSystem<?> system;
  private final HttpSettings settings;
  private final HttpInputs inputs;
  private final BooleanSupplier stopping;
  private final Executor blocking;

  /** The first time it has read its journal is what counts: later failures are no new start. */
  private volatile boolean started;

  /**
   * @param stopping whether the node was told to stop
   */
  HealthEndpoints(
      ActorSystem<?> system,
      HttpSettings settings,
      HttpInputs inputs,
      BooleanSupplier stopping,
      Executor blocking) {
    this.system = system;
    this.settings = settings;
    this.inputs = inputs;
    this.stopping = stopping;
    this.blocking = blocking;
  }

  /** {@code GET /health}: the process answers, nothing more. */
  CompletionStage<HttpResponse> health(HttpRequest request) {
    return done(
        HttpResponse.create()
            .withEntity(ContentTypes.TEXT_PLAIN_UTF8, "OK".getBytes(StandardCharsets.US_ASCII)));
  }

  /** {@code GET /started}: whether the journal has been read since the start. */
  CompletionStage<HttpResponse> started(HttpRequest request) {
    RaftStatus status = inputs.status().get();
    if (status.role() != RaftStatus.Role.RECOVERING) {
      started = true;
    }
    return done(
        started
            ? yes("started", "The journal has been read.")
            : no(status.trouble().orElse("The node is reading its journal.")));
  }

  /** {@code GET /ready}: whether sending people here makes sense. */
  CompletionStage<HttpResponse> ready(HttpRequest request) {
    RaftStatus status = inputs.status().get();
    Optional<String> reason = unreadiness(status);
    if (reason.isPresent()) {
      return done(no(reason.get()));
    }
    return CompletableFuture.supplyAsync(inputs.diskTrouble(), blocking)
        .thenApply(
            trouble ->
                trouble.map(HealthEndpoints::no).orElseGet(() -> yes("ready", describe(status))));
  }

  /** Why people shouldn't be sent here, as far as can be told without asking the disk. */
  Optional<String> unreadiness(RaftStatus status) {
    if (stopping.getAsBoolean()) {
      return Optional.of("The node is stopping.");
    }
    Optional<String> trouble = inputs.exclusion().get().or(status::trouble);
    if (trouble.isPresent()) {
      return trouble;
    }
    if (status.role() == RaftStatus.Role.RECOVERING) {
      return Optional.of("The node is reading its journal.");
    }
    if (status.leader().isEmpty()) {
      return Optional.of("No leader is known.");
    }
    if (lag(status) > settings.readyMaxLag()) {
      return Optional.of(
          "%d committed entries aren't applied yet, %d may be."
              .formatted(lag(status), settings.readyMaxLag()));
    }
    if (!status.membership().isVoter(status.self())) {
      return Optional.of("The node is a learner until it has caught up.");
    }
    return Optional.empty();
  }

  private static long lag(RaftStatus status) {
    return status.heardCommitIndex() - status.appliedIndex();
  }

  private static String describe(RaftStatus status) {
    return "%s leads, %d committed entries are still to be applied here."
        .formatted(
            status.leader().map(leader -> leader.id().value()).orElse("nobody"), lag(status));
  }

  /**
   * {@code GET /live}: whether consensus still handles messages. Not whether it has a leader or a
   * majority: ending the process would mend neither, and cost the others one more.
   */
  CompletionStage<HttpResponse> live(HttpRequest request) {
    return AskPattern.<RaftActor.Command, ClusterView>ask(
            inputs.raft(), RaftActor.GetClusterView::new, settings.liveWithin(), system.scheduler())
        .handle(
            (view, failure) ->
                failure == null
                    ? yes("live", "Consensus answers.")
                    : no(
                        "Consensus hasn't answered for %d ms."
                            .formatted(settings.liveWithin().toMillis())));
  }

  private static HttpResponse yes(String status, String detail) {
    ObjectNode body = Json.object().put("status", status).put("detail", detail);
    return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(body));
  }

  private static HttpResponse no(String reason) {
    return Problem.of(ProblemType.NOT_READY, reason).with("Retry-After", "1").response();
  }

  private static CompletionStage<HttpResponse> done(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
