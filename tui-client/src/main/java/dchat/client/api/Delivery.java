package dchat.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/**
 * One change's way to the leader: from node to node, always as the same request, until its outcome
 * is certain or the budget is spent. Used once, by one thread.
 */
final class Delivery {
  /** A try that starts just before the deadline still gets this long for an answer. */
  private static final Duration LAST_CHANCE = Duration.ofMillis(200);

  private final HttpClient http;
  private final ClusterClient cluster;
  private final ClusterClient.Settings settings;
  private final Addresses addresses;
  private final ToLeader request;
  private final Consumer<Progress> progress;
  private final Backoff backoff;
  private final long started = System.nanoTime();
  private final long deadline;

  private final Deque<URI> round = new ArrayDeque<>();
  private final Map<URI, String> failures = new LinkedHashMap<>();
  private int hops;
  private boolean forwarding;
  private boolean mayHaveHappened;
  private boolean electing;
  private String lastReason = "";

  Delivery(
      HttpClient http,
      ClusterClient cluster,
      ClusterClient.Settings settings,
      Addresses addresses,
      ToLeader request,
      Duration budget,
      Consumer<Progress> progress) {
    this.http = http;
    this.cluster = cluster;
    this.settings = settings;
    this.addresses = addresses;
    this.request = request;
    this.progress = progress;
    this.backoff =
        new Backoff(settings.firstPause(), settings.longestPause(), RandomGenerator.getDefault());
    this.deadline = started + budget.toNanos();
  }

  Delivered run() {
    addresses.leader().ifPresent(round::add);
    addresses.all().stream().filter(node -> !round.contains(node)).forEach(round::add);
    while (left().isPositive()) {
      if (round.isEmpty()) {
        round.addAll(addresses.all());
      }
      URI node = round.poll();
      progress.accept(new Progress.Asking(node));
      try {
        switch (ask(node)) {
          case Answer.Done(JsonNode body, boolean replayed) -> {
            addresses.leaderIs(node);
            return new Delivered.Done(body, replayed);
          }
          case Answer.Rejected(String code, String detail) -> {
            return new Delivered.Rejected(code, detail);
          }
          case Answer.Redirect(URI location) -> follow(node, location);
          case Answer.Electing() -> waitForElection(node);
          case Answer.Busy(Duration wish, String detail) -> waitForRoom(node, wish, detail);
          case Answer.NotThere(String reason) -> tryNext(node, reason);
          case Answer.Unknown(String reason) -> {
            if (!request.repeatable()) {
              return new Delivered.Unknown(Failures.show(node) + ": " + reason);
            }
            tryAgain(node, reason);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Delivered.Unknown("interrupted");
      }
    }
    return gaveUp();
  }

  private Answer ask(URI node) throws InterruptedException {
    Duration patience = longer(shorter(request.patience(), left()), LAST_CHANCE);
    try {
      return Answer.of(
          http.send(request.to(node, patience, forwarding), BodyHandlers.ofString()),
          request.wantsIndex());
    } catch (HttpConnectTimeoutException e) {
      return new Answer.NotThere("no connection");
    } catch (HttpTimeoutException e) {
      return new Answer.Unknown("no answer in " + patience.toMillis() + " ms");
    } catch (ConnectException | NoRouteToHostException e) {
      return new Answer.NotThere(Failures.describe(e));
    } catch (SSLException e) {
      return Failures.cameBeforeRequest(e)
          ? new Answer.NotThere(Failures.describe(e))
          : new Answer.Unknown("connection lost");
    } catch (IOException e) {
      return new Answer.Unknown("connection lost");
    }
  }

  private void follow(URI node, URI location) throws InterruptedException {
    electing = false;
    if (!addresses.knows(location)) {
      cluster.refresh(node);
    }
    if (!addresses.knows(location) && !forwarding) {
      // Nobody vouches for that address; this node can hand the request on itself.
      forwarding = true;
      round.addFirst(node);
      return;
    }
    if (!addresses.knows(location)) {
      tryNext(node, "redirects to " + Failures.show(location) + ", which is no known member");
      return;
    }
    hops++;
    if (hops > settings.maxHops()) {
      hops = 0;
      addresses.leaderIsNot(node);
      pause("redirected " + settings.maxHops() + " times", Duration.ZERO);
      return;
    }
    // A balancer that leads back to itself: only by asking for forwarding is the leader sure.
    forwarding |= Addresses.origin(location).equals(Addresses.origin(node));
    addresses.leaderIsNot(node);
    progress.accept(new Progress.Redirected(node, location));
    round.addFirst(location);
  }

  private void waitForElection(URI node) throws InterruptedException {
    hops = 0;
    failures.remove(node);
    addresses.leaderIsNot(node);
    electing = true;
    progress.accept(new Progress.Electing(Duration.ofNanos(System.nanoTime() - started), left()));
    sleep(backoff.next());
  }

  private void waitForRoom(URI node, Duration wish, String detail) throws InterruptedException {
    hops = 0;
    electing = false;
    round.addFirst(node);
    pause(detail, wish);
  }

  private void tryNext(URI node, String reason) throws InterruptedException {
    hops = 0;
    addresses.leaderIsNot(node);
    failures.put(Addresses.origin(node), reason);
    lastReason = Failures.show(node) + " " + reason;
    if (round.isEmpty()) {
      pause(lastReason, Duration.ZERO);
    }
  }

  private void tryAgain(URI node, String reason) throws InterruptedException {
    hops = 0;
    electing = false;
    mayHaveHappened = true;
    addresses.leaderIsNot(node);
    pause(Failures.show(node) + ": " + reason, Duration.ZERO);
  }

  private void pause(String reason, Duration atLeast) throws InterruptedException {
    lastReason = reason;
    Duration pause = shorter(longer(atLeast, backoff.next()), left());
    progress.accept(new Progress.Retrying(reason, pause, mayHaveHappened));
    sleep(pause);
  }

  private void sleep(Duration pause) throws InterruptedException {
    Duration bounded = shorter(pause, left());
    if (bounded.isPositive()) {
      Thread.sleep(bounded);
    }
  }

  private Delivered gaveUp() {
    if (mayHaveHappened) {
      return new Delivered.Unknown(lastReason);
    }
    String each =
        failures.entrySet().stream()
            .map(f -> Failures.show(f.getKey()) + " " + f.getValue())
            .collect(Collectors.joining(", "));
    if (electing) {
      return new Delivered.NoLeader("no leader elected" + (each.isEmpty() ? "" : "; " + each));
    }
    String reason = lastReason.isEmpty() ? "no leader elected" : lastReason;
    return new Delivered.NoLeader(each.isEmpty() ? reason : each);
  }

  private Duration left() {
    return Duration.ofNanos(deadline - System.nanoTime());
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
