package dchat.client.tui;

import dchat.client.api.ClusterStatus;
import dchat.client.api.StreamEvent;
import dchat.client.api.Survey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The state of connection, cluster and outbox in one line of words. */
final class StatusLine {
  /** What stays free of a line of 80 columns beside what isn't committed and the clock. */
  private static final int LONGEST_REASONS = 40;

  private StatusLine() {}

  static Tone tone(Model model) {
    return model.identity().maySend() ? tone(model.link()) : Tone.BAR_ERROR;
  }

  private static Tone tone(Link link) {
    return switch (link.health()) {
      case LIVE -> Tone.BAR;
      case CONNECTING, ELECTING, BEHIND -> Tone.BAR_WARNING;
      case NO_QUORUM, OFFLINE -> Tone.BAR_ERROR;
    };
  }

  /** How things are; why nothing is sent in the reader's name comes first. */
  static String words(Model model, boolean narrow) {
    Optional<Identity.Why> locked = model.identity().locked();
    if (locked.isEmpty()) {
      return cluster(model.link(), model.now(), narrow);
    }
    String title = locked.get().title();
    if (locked.get() == Identity.Why.REQUIRED) {
      // Without a session there is no stream, and nothing to say of the cluster.
      return title + (narrow ? "" : " (/login, /register)");
    }
    return narrow ? title : title + " (/login)  " + cluster(model.link(), model.now(), true);
  }

  /** From which node, who leads, how far, and how it is. */
  static String cluster(Link link, Instant now, boolean narrow) {
    return switch (link.health()) {
      case CONNECTING -> link.node().map(n -> n + " lost, ").orElse("") + "CONNECTING";
      case LIVE -> served(link, "*") + (narrow ? "" : figures(link)) + " LIVE";
      case BEHIND -> served(link, "*") + " STALE +" + link.lag();
      case ELECTING -> served(link, "") + term(link) + " ELECTING " + tenths(link.leaderless(now));
      case NO_QUORUM ->
          served(link, "") + " NO QUORUM " + up(link) + ", " + rounded(link.leaderless(now));
      case OFFLINE -> "OFFLINE retry in " + rounded(link.untilRetry(now)) + reasons(link, narrow);
    };
  }

  private static String served(Link link, String star) {
    String leader = link.leader().map(l -> l + star).orElse("?");
    return link.node().orElse("?") + ">" + leader;
  }

  private static String term(Link link) {
    return link.heartbeat().map(h -> " t" + h.term()).orElse("");
  }

  private static String figures(Link link) {
    Optional<StreamEvent.Heartbeat> beat = link.heartbeat();
    return term(link)
        + beat.map(h -> " i" + h.appliedIndex() + " +" + link.lag()).orElse("")
        + link.roundTrip().map(r -> " " + Math.max(1, r.toMillis()) + "ms").orElse("");
  }

  private static String up(Link link) {
    return link.survey().map(s -> s.votersUp() + "/" + s.voters() + " up").orElse("");
  }

  private static String reasons(Link link, boolean narrow) {
    List<StreamEvent.Failure> failures = link.failures();
    if (failures.isEmpty() || narrow) {
      return "";
    }
    String each =
        failures.stream()
            .map(f -> name(link, f) + " " + f.reason())
            .collect(Collectors.joining(", ", " (", ")"));
    return each.length() <= LONGEST_REASONS ? each : counted(failures);
  }

  /** How many nodes failed in which way, where there is no room to name them. */
  private static String counted(List<StreamEvent.Failure> failures) {
    Map<String, Long> counts =
        failures.stream()
            .collect(
                Collectors.groupingBy(
                    StreamEvent.Failure::reason, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(c -> c.getValue() + (c.getValue() == 1 ? " node " : " nodes ") + c.getKey())
        .collect(Collectors.joining(", ", " (", ")"));
  }

  /** The node's id where it is known, else its port, which on one machine says more than a host. */
  private static String name(Link link, StreamEvent.Failure failure) {
    return link.survey()
        .flatMap(Survey::best)
        .flatMap(best -> id(best.status(), failure))
        .orElseGet(
            () ->
                failure.node().getPort() < 0
                    ? failure.node().getHost()
                    : failure.node().getHost() + ":" + failure.node().getPort());
  }

  private static Optional<String> id(ClusterStatus status, StreamEvent.Failure failure) {
    return status.members().stream()
        .filter(m -> m.http().filter(failure.node()::equals).isPresent())
        .map(ClusterStatus.Member::id)
        .findFirst();
  }

  /** What isn't committed yet. */
  static String outbox(Outbox outbox, boolean narrow) {
    String waiting = outbox.waiting() + (narrow ? " pend" : " pending");
    String failed = outbox.rejected() + (narrow ? " fail" : " failed");
    return Stream.of(outbox.waiting() == 0 ? "" : waiting, outbox.rejected() == 0 ? "" : failed)
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /** Rooms with something unread: their number, a colon or for mentions an exclamation mark. */
  static String activity(Chat chat) {
    List<String> names = chat.names();
    String rooms =
        names.stream()
            .filter(name -> chat.room(name).unread() > 0)
            .map(
                name ->
                    (names.indexOf(name) + 1)
                        + (chat.room(name).mentions() > 0 ? "!" : ":")
                        + View.number(chat.room(name)))
            .collect(Collectors.joining(" "));
    return rooms.isEmpty() ? "" : "act: " + rooms;
  }

  private static String tenths(Duration duration) {
    return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
  }

  private static String rounded(Duration duration) {
    return (duration.toMillis() + 999) / 1000 + "s";
  }
}
