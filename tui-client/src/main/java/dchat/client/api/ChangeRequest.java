package dchat.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One {@link ClusterChange}'s way to the leader, until its outcome is certain or the time is up.
 * Used once, by one thread.
 */
final class ChangeRequest {
  /** A change commits only with a majority, so its answer takes longer than a line's. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /** A request that starts just before the deadline still gets this long for an answer. */
  private static final Duration LAST_CHANCE = Duration.ofSeconds(1);

  private final HttpClient http;
  private final ClusterClient cluster;
  private final Addresses addresses;
  private final ClusterChange change;
  private final Consumer<Progress> progress;
  private final Backoff backoff;
  private final int maxHops;
  private final long started = System.nanoTime();
  private final long deadline;

  private final Deque<URI> round = new ArrayDeque<>();
  private int hops;
  private boolean mayTakeEffect;
  private String lastReason = "no leader elected";

  ChangeRequest(
      HttpClient http,
      ClusterClient cluster,
      ClusterClient.Settings settings,
      Addresses addresses,
      ClusterChange change,
      Duration budget,
      Consumer<Progress> progress) {
    this.http = http;
    this.cluster = cluster;
    this.addresses = addresses;
    this.change = change;
    this.progress = progress;
    this.maxHops = settings.maxHops();
    this.backoff =
        new Backoff(settings.firstPause(), settings.longestPause(), RandomGenerator.getDefault());
    this.deadline = started + budget.toNanos();
  }

  ChangeOutcome run() {
    try {
      while (left().isPositive()) {
        if (round.isEmpty()) {
          round.addAll(addresses.all());
        }
        URI node = round.poll();
        progress.accept(new Progress.Asking(node));
        Optional<ChangeOutcome> outcome = ask(node);
        if (outcome.isPresent()) {
          return outcome.get();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new ChangeOutcome.Unknown("interrupted");
    }
    return mayTakeEffect
        ? new ChangeOutcome.Unknown(lastReason)
        : new ChangeOutcome.NoLeader(lastReason);
  }

  /** Empty if somebody has to be asked again. */
  private Optional<ChangeOutcome> ask(URI node) throws InterruptedException {
    try {
      return understand(node, http.send(request(node), BodyHandlers.ofString()));
    } catch (HttpConnectTimeoutException e) {
      return notThere(node, "no connection");
    } catch (HttpTimeoutException e) {
      return unknown(node, "no answer in time");
    } catch (ConnectException | NoRouteToHostException e) {
      return notThere(node, Failures.describe(e));
    } catch (IOException e) {
      return unknown(node, "connection lost");
    }
  }

  private HttpRequest request(URI node) {
    Duration left = left().compareTo(LAST_CHANCE) > 0 ? left() : LAST_CHANCE;
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .timeout(PATIENCE.compareTo(left) < 0 ? PATIENCE : left)
            .header("Content-Type", "application/json");
    HttpRequest.Builder asked =
        switch (change) {
          case ClusterChange.Add add ->
              request
                  .uri(node.resolve("/v1/cluster/members/" + add.id()))
                  .PUT(BodyPublishers.ofString(Json.write(add)));
          case ClusterChange.Remove(String id) ->
              request.uri(node.resolve("/v1/cluster/members/" + id)).DELETE();
          case ClusterChange.Transfer transfer ->
              request
                  .uri(node.resolve("/v1/cluster/leader"))
                  .POST(BodyPublishers.ofString(Json.write(transfer)));
        };
    return asked.build();
  }

  private Optional<ChangeOutcome> understand(URI node, HttpResponse<String> response)
      throws InterruptedException {
    Optional<JsonNode> body = Json.tree(response.body());
    String code = body.flatMap(b -> Json.optional(b, "code")).orElse("");
    String detail =
        body.flatMap(b -> Json.optional(b, "detail")).orElse("answered " + response.statusCode());
    boolean fromNode = response.headers().firstValue("X-DChat-Node").isPresent();
    if (!fromNode) {
      return notThere(node, "answered " + response.statusCode() + " and is no DChat node");
    }
    return switch (response.statusCode()) {
      case 200, 201 -> Optional.of(new ChangeOutcome.Done(detail));
      case 302, 307 -> follow(node, response.headers().firstValue("Location"));
      case 409 -> code.equals("change-under-way") ? later(node, detail) : refused(code, detail);
      case 503 -> code.equals("transfer-failed") ? refused(code, detail) : unknown(node, detail);
      case 504 -> unknown(node, detail);
      default -> response.statusCode() < 500 ? refused(code, detail) : unknown(node, detail);
    };
  }

  private static Optional<ChangeOutcome> refused(String code, String detail) {
    return Optional.of(new ChangeOutcome.Refused(code, detail));
  }

  private Optional<ChangeOutcome> follow(URI node, Optional<String> location)
      throws InterruptedException {
    if (location.isEmpty()) {
      lastReason = "no leader elected";
      progress.accept(new Progress.Electing(Duration.ofNanos(System.nanoTime() - started), left()));
      pause();
      return Optional.empty();
    }
    Optional<URI> leader = Addresses.parse(location.get());
    if (leader.filter(addresses::knows).isEmpty()) {
      cluster.refresh(node);
    }
    if (leader.filter(addresses::knows).isEmpty()) {
      return notThere(node, "redirects to " + location.get() + ", which is no known member");
    }
    hops++;
    if (hops > maxHops) {
      hops = 0;
      return later(node, "redirected " + maxHops + " times");
    }
    progress.accept(new Progress.Redirected(node, leader.get()));
    round.addFirst(Addresses.origin(leader.get()));
    return Optional.empty();
  }

  private Optional<ChangeOutcome> later(URI node, String reason) throws InterruptedException {
    lastReason = reason;
    progress.accept(new Progress.Retrying(reason, Duration.ZERO, mayTakeEffect));
    round.addFirst(node);
    pause();
    return Optional.empty();
  }

  private Optional<ChangeOutcome> notThere(URI node, String reason) throws InterruptedException {
    hops = 0;
    lastReason = Failures.show(node) + " " + reason;
    if (round.isEmpty()) {
      pause();
    }
    return Optional.empty();
  }

  private Optional<ChangeOutcome> unknown(URI node, String reason) throws InterruptedException {
    hops = 0;
    lastReason = Failures.show(node) + ": " + reason;
    mayTakeEffect = true;
    if (change instanceof ClusterChange.Transfer(Optional<String> to) && to.isEmpty()) {
      // Asked for again it could move the leadership twice.
      return Optional.of(new ChangeOutcome.Unknown(lastReason));
    }
    progress.accept(new Progress.Retrying(lastReason, Duration.ZERO, true));
    pause();
    return Optional.empty();
  }

  private void pause() throws InterruptedException {
    Duration pause = backoff.next();
    Duration bounded = pause.compareTo(left()) < 0 ? pause : left();
    if (bounded.isPositive()) {
      Thread.sleep(bounded);
    }
  }

  private Duration left() {
    return Duration.ofNanos(deadline - System.nanoTime());
  }
}
