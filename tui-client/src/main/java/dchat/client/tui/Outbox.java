package dchat.client.tui;

import dchat.client.api.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What waits to be committed, in the order it was typed. One command is under way at a time, so
 * lines can't overtake each other however often they have to be sent.
 *
 * @param inFlight the command that is under way
 * @param onDisk whether what was said survives the end of this program
 */
record Outbox(List<Pending> pending, Optional<Flight> inFlight, boolean onDisk) {
  /** Longer than this no command is under way in a healthy cluster. */
  private static final Duration LONG_FLIGHT = Duration.ofSeconds(1);

  /** Which command is under way, and since when. */
  record Flight(String id, Instant since) {}

  static final Outbox EMPTY = new Outbox(List.of(), Optional.empty(), false);

  Outbox {
    pending = List.copyOf(pending);
  }

  Outbox add(Command command) {
    List<Pending> more = new ArrayList<>(pending);
    more.add(Pending.of(command));
    return new Outbox(more, inFlight, onDisk);
  }

  /** The command to send now: the first that isn't rejected, when its time has come. */
  Optional<Command> due(Instant now) {
    if (inFlight.isPresent()) {
      return Optional.empty();
    }
    return pending.stream()
        .filter(p -> !p.isRejected())
        .findFirst()
        .filter(p -> !p.notBefore().isAfter(now))
        .map(Pending::command);
  }

  Outbox sending(String id, Instant now) {
    return new Outbox(pending, Optional.of(new Flight(id, now)), onDisk);
  }

  /** Whether a command has been under way for suspiciously long. */
  boolean isStuck(Instant now) {
    return inFlight
        .filter(f -> Duration.between(f.since(), now).compareTo(LONG_FLIGHT) > 0)
        .isPresent();
  }

  /** The command has left the outbox, wherever it was. */
  Outbox without(String id) {
    return new Outbox(
        pending.stream().filter(p -> !p.id().equals(id)).toList(), landed(id), onDisk);
  }

  /** The command is no longer under way and becomes what {@code change} makes of it. */
  Outbox back(String id, UnaryOperator<Pending> change) {
    return new Outbox(change(id, change), landed(id), onDisk);
  }

  /** The command, still under way if it was, becomes what {@code change} makes of it. */
  Outbox update(String id, UnaryOperator<Pending> change) {
    return new Outbox(change(id, change), inFlight, onDisk);
  }

  /** Rejected commands are tried again. */
  Outbox retryRejected() {
    return new Outbox(
        pending.stream().map(p -> p.isRejected() ? p.again() : p).toList(), inFlight, onDisk);
  }

  /** Whoever waits for a later try is tried as soon as possible. */
  Outbox hurry() {
    return new Outbox(
        pending.stream()
            .map(p -> p.isRejected() ? p : p.delayed(p.waitingFor(), Instant.EPOCH))
            .toList(),
        inFlight,
        onDisk);
  }

  Outbox dropRejected() {
    return new Outbox(pending.stream().filter(p -> !p.isRejected()).toList(), inFlight, onDisk);
  }

  /** With lines from an earlier time before those of now. */
  Outbox recalled(List<Pending> lines) {
    List<Pending> all = new ArrayList<>(lines);
    Set<String> ids = lines.stream().map(Pending::id).collect(Collectors.toSet());
    pending.stream().filter(p -> !ids.contains(p.id())).forEach(all::add);
    return new Outbox(all, inFlight, onDisk);
  }

  Outbox onDisk(boolean isOnDisk) {
    return new Outbox(pending, inFlight, isOnDisk);
  }

  /**
   * What has to survive this program. What is under way may be committed by the time it is read
   * again.
   */
  List<Pending> kept() {
    return pending.stream()
        .filter(p -> survives(p.command()))
        .map(p -> Pending.kept(p.command(), p.mayBeCommitted() || isUnderWay(p), p.rejection()))
        .toList();
  }

  /** How many commands that wait would be lost if this program ended now. */
  int endangered() {
    return onDisk
        ? (int) pending.stream().filter(p -> !p.isRejected() && !survives(p.command())).count()
        : waiting();
  }

  /**
   * Lines and rooms that were made are kept. Nobody expects a room or a line to vanish, or a topic
   * to change, because they started a client.
   */
  private static boolean survives(Command command) {
    return switch (command) {
      case Command.Say say -> true;
      case Command.Direct dm -> true;
      case Command.AddRoom add -> true;
      case Command.DeleteRoom delete -> false;
      case Command.SetTopic topic -> false;
      case Command.TakeBack back -> false;
      case Command.TakeBackDirect back -> false;
    };
  }

  Optional<Pending> find(String id) {
    return pending.stream().filter(p -> p.id().equals(id)).findFirst();
  }

  Optional<Pending> lastRejected() {
    return pending.reversed().stream().filter(Pending::isRejected).findFirst();
  }

  int rejected() {
    return (int) pending.stream().filter(Pending::isRejected).count();
  }

  int waiting() {
    return pending.size() - rejected();
  }

  boolean isUnderWay(Pending p) {
    return inFlight.filter(f -> f.id().equals(p.id())).isPresent();
  }

  private Optional<Flight> landed(String id) {
    return inFlight.filter(f -> !f.id().equals(id));
  }

  private List<Pending> change(String id, UnaryOperator<Pending> change) {
    return pending.stream().map(p -> p.id().equals(id) ? change.apply(p) : p).toList();
  }
}
