package dchat.client.tui;

import dchat.client.api.StreamEvent;
import dchat.client.api.Survey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What this client knows about its connection and the cluster behind it.
 *
 * @param stage how the event stream is
 * @param since when the stage began
 * @param heartbeat the last that the serving node said of itself
 * @param leaderlessSince when the serving node lost sight of a leader
 * @param failures why no node gave a stream
 * @param retryAt when they are tried again
 * @param survey what the nodes last said about each other; keeps what was known when none answers
 * @param heardAt when the serving node last said something of itself
 * @param lastPoll when the nodes were last asked how they are
 */
record Link(
    Stage stage,
    Instant since,
    Optional<StreamEvent.Heartbeat> heartbeat,
    Optional<Instant> leaderlessSince,
    List<StreamEvent.Failure> failures,
    Instant retryAt,
    Optional<Survey> survey,
    Instant heardAt,
    Instant lastPoll) {

  /** How the event stream is. */
  enum Stage {
    CONNECTING,
    LIVE,
    OFFLINE
  }

  /** How the cluster is, as far as can be told from here. */
  enum Health {
    CONNECTING,
    LIVE,
    BEHIND,
    ELECTING,
    NO_QUORUM,
    OFFLINE
  }

  /** An election that takes longer than this is worth a notice. */
  static final Duration LONG_ELECTION = Duration.ofSeconds(3);

  /** Entries a node may be behind before it is called behind. */
  private static final long TOLERABLE_LAG = 100;

  private static final Duration CALM_POLL = Duration.ofSeconds(10);
  private static final Duration ANXIOUS_POLL = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofSeconds(2);

  Link {
    failures = List.copyOf(failures);
  }

  static Link connecting(Instant now) {
    return new Link(
        Stage.CONNECTING,
        now,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        now,
        Optional.empty(),
        now,
        now);
  }

  /** Whether commands have somewhere to go. */
  boolean isConnected() {
    return stage == Stage.LIVE;
  }

  Health health() {
    return switch (stage) {
      case CONNECTING -> Health.CONNECTING;
      case OFFLINE -> Health.OFFLINE;
      case LIVE -> {
        if (heartbeat.isEmpty()) {
          yield Health.CONNECTING;
        }
        if (leaderlessSince.isEmpty()) {
          yield lag() > TOLERABLE_LAG ? Health.BEHIND : Health.LIVE;
        }
        yield hasQuorum() ? Health.ELECTING : Health.NO_QUORUM;
      }
    };
  }

  private boolean hasQuorum() {
    return survey.filter(s -> s.voters() > 0).map(s -> s.votersUp() > s.voters() / 2).orElse(true);
  }

  Optional<String> node() {
    return heartbeat.map(StreamEvent.Heartbeat::node);
  }

  Optional<String> leader() {
    return heartbeat.flatMap(StreamEvent.Heartbeat::leader);
  }

  /** How long the serving node took for its last answer. */
  Optional<Duration> roundTrip() {
    return survey.stream()
        .flatMap(s -> s.replies().stream())
        .filter(r -> node().filter(r.status().node()::equals).isPresent())
        .map(Survey.Reply::roundTrip)
        .findFirst();
  }

  long lag() {
    return heartbeat.map(h -> Math.max(0, h.commitIndex() - h.appliedIndex())).orElse(0L);
  }

  /** How long there has been no leader; zero while there is one. */
  Duration leaderless(Instant now) {
    return leaderlessSince.map(then -> positive(Duration.between(then, now))).orElse(Duration.ZERO);
  }

  Duration untilRetry(Instant now) {
    return positive(Duration.between(now, retryAt));
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  /** Whether it is time to ask the nodes how they are: often while something seems wrong. */
  boolean isPollDue(Instant now, boolean calm) {
    Duration pause = calm && health() == Health.LIVE ? CALM_POLL : ANXIOUS_POLL;
    return Duration.between(lastPoll, now).compareTo(pause) >= 0;
  }

  Link polled(Instant now) {
    return with(stage, since, leaderlessSince, failures, retryAt, now);
  }

  Link connecting() {
    return stage == Stage.LIVE
        ? with(Stage.CONNECTING, heardAt, leaderlessSince, failures, retryAt, lastPoll)
        : this;
  }

  Link live(Instant now) {
    return with(Stage.LIVE, now, Optional.empty(), List.of(), now, Instant.EPOCH);
  }

  Link offline(List<StreamEvent.Failure> why, Duration retryIn, Instant now) {
    Instant began = stage == Stage.OFFLINE ? since : now;
    return with(Stage.OFFLINE, began, Optional.empty(), why, now.plus(retryIn), lastPoll);
  }

  Link heard(StreamEvent.Heartbeat beat, Instant now) {
    Optional<Instant> leaderless =
        beat.leader().isPresent() ? Optional.empty() : leaderlessSince.or(() -> Optional.of(now));
    Instant poll = leaderless.equals(leaderlessSince) ? lastPoll : Instant.EPOCH;
    return new Link(
        stage, since, Optional.of(beat), leaderless, failures, retryAt, survey, now, poll);
  }

  Link learned(Survey answers) {
    Optional<Survey> known = answers.replies().isEmpty() ? survey : Optional.of(answers);
    return new Link(
        stage, since, heartbeat, leaderlessSince, failures, retryAt, known, heardAt, lastPoll);
  }

  /** The serving node sent the event at {@code index}, so it is at least there. */
  Link reached(long index) {
    Optional<StreamEvent.Heartbeat> further =
        heartbeat.map(
            h ->
                new StreamEvent.Heartbeat(
                    h.node(),
                    h.leader(),
                    h.term(),
                    Math.max(h.commitIndex(), index),
                    Math.max(h.appliedIndex(), index)));
    return new Link(
        stage, since, further, leaderlessSince, failures, retryAt, survey, heardAt, lastPoll);
  }

  /**
   * Whether another node would serve better: this one hangs, or is cut off from a cluster that goes
   * on without it. In either case it has been quiet, since it reports changes at once.
   */
  boolean shouldMove(Survey answers, Instant now) {
    if (stage != Stage.LIVE || heartbeat.isEmpty() || answers.replies().isEmpty()) {
      return false;
    }
    StreamEvent.Heartbeat beat = heartbeat.get();
    boolean quiet = Duration.between(heardAt, now).compareTo(QUIET) > 0;
    boolean hangs = !answers.hasAnswered(beat.node());
    boolean behind = answers.replies().stream().anyMatch(r -> r.status().term() > beat.term());
    boolean onlyOthersLed =
        leaderless(now).compareTo(QUIET) > 0
            && answers.replies().stream().anyMatch(r -> r.status().leader().isPresent());
    return quiet && (hangs || behind) || onlyOthersLed;
  }

  private Link with(
      Stage newStage,
      Instant newSince,
      Optional<Instant> newLeaderless,
      List<StreamEvent.Failure> newFailures,
      Instant newRetry,
      Instant newPoll) {
    return new Link(
        newStage,
        newSince,
        heartbeat,
        newLeaderless,
        newFailures,
        newRetry,
        survey,
        heardAt,
        newPoll);
  }
}
