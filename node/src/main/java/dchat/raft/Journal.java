package dchat.raft;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.BackoffSupervisorStrategy;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.persistence.typed.DeleteEventsFailed;
import org.apache.pekko.persistence.typed.DeleteSnapshotsFailed;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotCompleted;
import org.apache.pekko.persistence.typed.SnapshotFailed;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable copy of a replica's term, vote and log, on Pekko Persistence. Promises: {@link
 * Durable} is sent after the events of that write survive a power cut, in order, each write whole
 * or not at all; {@link Recovered} holds exactly what was durable.
 *
 * <p>Whoever starts it gets {@link Recovered} first. After a failed write it stops: what is on disk
 * is then unknown, and only a new Journal, which reads it, can tell.
 */
public final class Journal
    extends EventSourcedBehavior<Journal.Command, JournalEvent, Journal.State> {

  public sealed interface Command {}

  /**
   * Make these events durable, all or none.
   *
   * @param number comes back in {@link Durable}
   */
  public record Write(long number, List<JournalEvent> events) implements Command {}

  public sealed interface Reply {}

  /** What the journal held when it started. The log is the receiver's own from now on. */
  public record Recovered(long term, Optional<NodeId> votedFor, RaftLog log) implements Reply {}

  /** The write of that number is durable. */
  public record Durable(long number) implements Reply {}

  /** What the events so far add up to. Changed in place: it holds the whole uncompacted log. */
  static final class State {
    private final RaftLog log;
    private long term;
    private Optional<NodeId> votedFor = Optional.empty();

    /** What the entries in the events since the last snapshot add up to. */
    private long replayBytes;

    State(Membership bootstrap) {
      log = new RaftLog(bootstrap);
    }

    State(long term, Optional<NodeId> votedFor, SnapshotMeta base, List<LogEntry> entries) {
      this.term = term;
      this.votedFor = votedFor;
      log = RaftLog.behind(base);
      log.append(entries);
    }

    long term() {
      return term;
    }

    Optional<NodeId> votedFor() {
      return votedFor;
    }

    RaftLog log() {
      return log;
    }

    State apply(JournalEvent event) {
      switch (event) {
        case JournalEvent.TermChanged changed -> {
          term = changed.term();
          votedFor = changed.votedFor();
        }
        case JournalEvent.Appended(var entries) -> {
          log.append(entries);
          replayBytes += entries.stream().mapToLong(LogEntry::sizeBytes).sum();
        }
        case JournalEvent.Truncated(var fromIndex) -> log.truncateFrom(fromIndex);
        case JournalEvent.Compacted(var index) -> log.compactTo(index);
        case JournalEvent.SnapshotInstalled(var meta) -> log.install(meta);
      }
      return this;
    }

    boolean isLongToReplay(long bytes) {
      return replayBytes >= bytes;
    }

    void snapshotEnded() {
      replayBytes = 0;
    }

    Recovered recovered() {
      return new Recovered(term, votedFor, log.copy());
    }
  }

  /**
   * @param bootstrap the membership before any entry describes one
   * @param snapshotEvery after so many events the journal stores their sum and deletes them, so
   *     that neither the file nor the next start grows with history
   * @param snapshotAfterBytes also after entries of so many bytes, however few the events: the next
   *     start reads all that came behind the sum
   * @param replyTo hears {@link Recovered} once, then one {@link Durable} per write
   */
  public static Behavior<Command> create(
      NodeId self,
      Membership bootstrap,
      int snapshotEvery,
      long snapshotAfterBytes,
      ActorRef<Reply> replyTo) {
    return new Journal(self, bootstrap, snapshotEvery, snapshotAfterBytes, replyTo);
  }

  /**
   * No restart, and no stack trace for each write while a disk is full: who started it hears the
   * reason and says it once. Only a strategy with restarts can be given here, so it has none left.
   */
  private static final BackoffSupervisorStrategy STOP_SILENTLY =
      SupervisorStrategy.restartWithBackoff(Duration.ofSeconds(1), Duration.ofSeconds(1), 0)
          .withMaxRestarts(0)
          .withLoggingEnabled(false);

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  private final Membership bootstrap;
  private final int snapshotEvery;
  private final long snapshotAfterBytes;
  private final ActorRef<Reply> replyTo;

  private Journal(
      NodeId self,
      Membership bootstrap,
      int snapshotEvery,
      long snapshotAfterBytes,
      ActorRef<Reply> replyTo) {
    super(PersistenceId.ofUniqueId(persistenceId(self)), STOP_SILENTLY);
    this.bootstrap = bootstrap;
    this.snapshotEvery = snapshotEvery;
    this.snapshotAfterBytes = snapshotAfterBytes;
    this.replyTo = replyTo;
  }

  static String persistenceId(NodeId self) {
    return "raft-" + self;
  }

  @Override
  public State emptyState() {
    return new State(bootstrap);
  }

  @Override
  public CommandHandler<Command, JournalEvent, State> commandHandler() {
    return (state, command) ->
        switch (command) {
          case Write(var number, var events) ->
              Effect()
                  .persist(events)
                  .thenRun((State ignored) -> replyTo.tell(new Durable(number)));
        };
  }

  @Override
  public EventHandler<State, JournalEvent> eventHandler() {
    return State::apply;
  }

  /**
   * What a snapshot holds is small, because the log is compacted; and only what the state machine
   * holds durably was compacted, so deleting the events loses nothing.
   */
  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(snapshotEvery, 1).withDeleteEventsOnSnapshot();
  }

  /**
   * Full events, of a hundred lines and more each, would else be a start of many seconds. Such a
   * snapshot deletes nothing; the next one by {@link #retentionCriteria()} does.
   */
  @Override
  public boolean shouldSnapshot(State state, JournalEvent event, long sequenceNr) {
    return state.isLongToReplay(snapshotAfterBytes);
  }

  @Override
  public SignalHandler<State> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), state -> replyTo.tell(state.recovered()))
        .onSignal(SnapshotCompleted.class, (state, stored) -> state.snapshotEnded())
        .onSignal(
            SnapshotFailed.class,
            (state, failed) -> {
              state.snapshotEnded();
              notSummedUp(failed.getFailure());
            })
        .onSignal(DeleteEventsFailed.class, (state, failed) -> notSummedUp(failed.getFailure()))
        .onSignal(DeleteSnapshotsFailed.class, (state, failed) -> notSummedUp(failed.getFailure()))
        .build();
  }

  /** Nothing is lost by that: all events are there. */
  private void notSummedUp(Throwable failure) {
    LOG.warn(
        "{} couldn't replace its journal's events by their sum, and will try after {} more or {}"
            + " bytes: {}",
        persistenceId().id(),
        snapshotEvery,
        snapshotAfterBytes,
        Troubles.reason(failure));
  }
}
