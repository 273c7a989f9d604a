package dchat.raft;

import dchat.storage.RootCause;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;

/**
 * What this node's disk keeps it from doing. Each kind of trouble is one line in the log when it
 * begins and one when it is over, however often what failed is tried meanwhile.
 */
final class Troubles {

  /** What fails, the worst first. */
  enum Kind {
    /** Journal and state contradict each other. */
    DATA("takes no part", "takes part"),
    /** The node can promise nothing, so it takes no part. */
    JOURNAL("can't use its journal", "uses its journal again"),
    /** The node can answer no command, so it doesn't lead. */
    STATE("can't apply entries", "applies entries again"),
    /** The node is behind, and what it lacks was compacted. */
    SNAPSHOT("can't store the leader's state", "stores the leader's state again"),
    /** The log grows on. */
    COMPACTION("can't make its state durable", "makes its state durable again");

    private final String begun;
    private final String over;

    Kind(String begun, String over) {
      this.begun = begun;
      this.over = over;
    }
  }

  private record Trouble(String text, long sinceNanos) {}

  private final Map<Kind, Trouble> present = new EnumMap<>(Kind.class);
  private final Replica replica;
  private final Logger log;

  Troubles(Replica replica, Logger log) {
    this.replica = replica;
    this.log = log;
  }

  /** Notes that it failed, for the first time or again. */
  void begin(Kind kind, String reason) {
    String text = kind.begun + ": " + reason;
    Trouble earlier = present.get(kind);
    if (earlier == null) {
      log.error("{} {}", replica.self(), text);
    }
    present.put(kind, new Trouble(text, earlier == null ? replica.nanos() : earlier.sinceNanos()));
  }

  /** Notes that it works. */
  void end(Kind kind) {
    Trouble ended = present.remove(kind);
    if (ended != null) {
      long lasted = Duration.ofNanos(replica.nanos() - ended.sinceNanos()).toMillis();
      log.info("{} {}, after {} ms", replica.self(), kind.over, lasted);
    }
  }

  boolean has(Kind kind) {
    return present.containsKey(kind);
  }

  /** The worst of them, with its reason; empty if there is none. */
  Optional<String> worst() {
    return present.values().stream().map(Trouble::text).findFirst();
  }

  /** What an operator can act upon: what the disk or the database said, not who passed it on. */
  static String reason(Throwable failure) {
    Throwable root = RootCause.of(failure);
    if (root instanceof TimeoutException) {
      return "the disk doesn't answer";
    }
    return Optional.ofNullable(root.getMessage())
        .flatMap(message -> message.lines().filter(line -> !line.isBlank()).findFirst())
        .orElse(root.getClass().getSimpleName());
  }
}
