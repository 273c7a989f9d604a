package dchat.client.bench;

import dchat.client.api.ClusterClient;
import dchat.client.api.Command;
import dchat.client.api.Outcome;
import dchat.client.api.Survey;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One measurement: makes the rooms, then the load, and reports. Used once. */
public final class LoadRun {
  /** How it ended. */
  public sealed interface Result {
    record Measured(Report report) implements Result {}

    /** There was nothing to measure; nothing was written. */
    record NoLeader(String why) implements Result {}
  }

  /** How the measurement is going on. */
  public sealed interface Progress {
    /** Load is made, and not measured yet. */
    record WarmingUp() implements Progress {}

    /**
     * A second of measurement.
     *
     * @param linesPerSecond in that second, as are the others
     * @param left until the end; without meaning while leaders are killed
     */
    record Second(
        double linesPerSecond, double readsPerSecond, long p99Micros, long errors, Duration left)
        implements Progress {}

    /** A leader was killed, and writes go on. */
    record Gap(Duration gap) implements Progress {}
  }

  private static final Duration LEADER_PATIENCE = Duration.ofSeconds(5);
  private static final Duration ROOM_PATIENCE = Duration.ofSeconds(15);

  private final LoadPlan plan;
  private final ClusterClient cluster;
  private final Victims victims;
  private final Optional<Path> histogramLog;
  private final Consumer<Progress> progress;
  private final CountDownLatch aborted = new CountDownLatch(1);

  public LoadRun(
      LoadPlan plan,
      ClusterClient cluster,
      Victims victims,
      Optional<Path> histogramLog,
      Consumer<Progress> progress) {
    this.plan = plan;
    this.cluster = cluster;
    this.victims = victims;
    this.histogramLog = histogramLog;
    this.progress = progress;
  }

  /** Ends the measurement before its time; what was measured so far is reported. */
  public void abort() {
    aborted.countDown();
  }

  /**
   * Makes the load and measures.
   *
   * @throws IOException when the cluster is in no state to be measured, or leaves it on the way
   */
  public Result run() throws IOException, InterruptedException {
    Optional<Survey> found = findLeader();
    if (found.isEmpty()) {
      return new Result.NoLeader(
          "no leader within %d s at %s".formatted(LEADER_PATIENCE.toSeconds(), cluster.nodes()));
    }
    Survey survey = found.get();
    long commitIndex = survey.best().map(leader -> leader.status().commitIndex()).orElse(0L);
    // The same nodes whichever of their addresses is known: each is read from once per round.
    List<Target> nodes = memberUrls(survey).stream().map(Target::of).toList();
    Optional<String> obstacle = makeRooms();
    if (obstacle.isPresent()) {
      return new Result.NoLeader(obstacle.get());
    }
    try (Selector forLoad = Selector.open();
        Selector forStreams = Selector.open();
        Leadership leadership = new Leadership(cluster, forLoad::wakeup)) {
      Measurement measurement =
          new Measurement(plan, nodes, leadership, forLoad, forStreams, progress, aborted);
      return new Result.Measured(measurement.run(victims, histogramLog, commitIndex));
    }
  }

  private Optional<Survey> findLeader() throws InterruptedException {
    long began = System.nanoTime();
    do {
      Survey survey = cluster.survey(Duration.ofSeconds(1));
      if (survey.best().flatMap(r -> r.status().leader()).isPresent()) {
        return Optional.of(survey);
      }
    } while (System.nanoTime() - began < LEADER_PATIENCE.toNanos()
        && !aborted.await(100, TimeUnit.MILLISECONDS));
    return Optional.empty();
  }

  private List<URI> memberUrls(Survey survey) {
    List<URI> members = survey.addresses();
    return members.isEmpty() ? cluster.nodes() : members;
  }

  /** Empty if all rooms are there now. */
  private Optional<String> makeRooms() throws IOException {
    for (int i = 1; i <= plan.rooms(); i++) {
      Command room = new Command.AddRoom(UUID.randomUUID().toString(), "bench", LoadPlan.room(i));
      Outcome outcome = cluster.send(room, ROOM_PATIENCE, p -> {});
      switch (outcome) {
        case Outcome.Committed c -> {}
        case Outcome.Rejected(String code, String detail) -> {
          if (!code.equals("room-exists")) {
            throw new IOException("no room to measure in: " + detail);
          }
        }
        case Outcome.Unknown(String detail) ->
            throw new IOException("no room to measure in: " + detail);
        case Outcome.NoLeader(String detail) -> {
          return Optional.of(detail);
        }
      }
    }
    return Optional.empty();
  }
}
