package dchat.raft;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The RaftActor's side of its {@link Journal}: starts it, goes on from what it held, writes to it,
 * and after a failure reads it again and proves its disk. Changed only by the {@link RaftActor} and
 * its {@link Applying}, on the actor's thread; what it returns is the role to go on with.
 */
final class Journaling {
  private final ActorContext<RaftActor.Command> context;
  private final RaftActor.Setup setup;
  private final Replica replica;
  private final Troubles troubles;
  private final ActorRef<Journal.Reply> replyTo;
  private ActorRef<Journal.Command> journal;
  private int starts;
  private Optional<Journal.Recovered> recovered = Optional.empty();
  private Optional<Applier.StateOpened> stateOpened = Optional.empty();

  /** The journal was read again after a failure, and a write is under way that proves its disk. */
  private boolean proving;

  /** Of the write under way. */
  private int writtenEntries;

  private long writeBegunNanos;

  /**
   * @param replyTo brings the journal's news to the actor
   */
  Journaling(
      ActorContext<RaftActor.Command> context,
      RaftActor.Setup setup,
      Replica replica,
      Troubles troubles,
      ActorRef<Journal.Reply> replyTo) {
    this.context = context;
    this.setup = setup;
    this.replica = replica;
    this.troubles = troubles;
    this.replyTo = replyTo;
    this.journal = spawn();
  }

  /** Starts another journal in the place of the one that failed. */
  void restart() {
    journal = spawn();
  }

  private ActorRef<Journal.Command> spawn() {
    ActorRef<Journal.Command> started =
        context.spawn(
            Behaviors.supervise(setup.journal().apply(replyTo))
                .onFailure(SupervisorStrategy.stop().withLoggingEnabled(false)),
            "journal-" + ++starts);
    context.watch(started);
    return started;
  }

  /** Whether {@code ended} is the journal in use, not one that failed before. */
  boolean uses(ActorRef<Void> ended) {
    return ended.equals(journal);
  }

  boolean isProving() {
    return proving;
  }

  void write() {
    replica.persistent().nextWrite().ifPresent(this::write);
  }

  private void write(PersistentState.Write write) {
    writtenEntries = 0;
    for (JournalEvent event : write.events()) {
      if (event instanceof JournalEvent.Appended(var entries)) {
        writtenEntries += entries.size();
      }
    }
    writeBegunNanos = replica.nanos();
    journal.tell(new Journal.Write(write.number(), write.events()));
  }

  Role onReply(Journal.Reply reply, Role role) {
    return switch (reply) {
      case Journal.Recovered all -> {
        recovered = Optional.of(all);
        yield beginWhenRecovered(role);
      }
      case Journal.Durable(var number) -> {
        if (!replica.persistent().completed(number)) {
          yield role;
        }
        setup.meter().journalWritten(writtenEntries, replica.nanos() - writeBegunNanos);
        yield proving ? takePart() : role.onDurable();
      }
    };
  }

  /** Whether the last write is on disk nobody knows; only reading the journal again can tell. */
  Role onFailed(String reason) {
    troubles.begin(Troubles.Kind.JOURNAL, reason);
    proving = false;
    replica.leaderUnknown("the journal failed");
    return new Recovering(replica, "its journal failed");
  }

  /** The state machine is open, and maybe the last thing that was waited for. */
  Role onStateOpened(Applier.StateOpened opened, Role role) {
    stateOpened = Optional.of(opened);
    return beginWhenRecovered(role);
  }

  /** For when the journal is read again before, or because, it doesn't hold this. */
  void stateInstalled(SnapshotMeta meta) {
    stateOpened = Optional.of(new Applier.StateOpened(meta.lastIndex(), Optional.of(meta)));
  }

  private Role beginWhenRecovered(Role role) {
    if (recovered.isEmpty() || stateOpened.isEmpty()) {
      return role;
    }
    Journal.Recovered all = recovered.get();
    PersistentState persistent =
        new PersistentState(
            all.term(), all.votedFor(), all.log(), replica.persistent().lastWriteNumber());
    // The state is installed before the journal hears of it; a crash in between is mended here.
    stateOpened
        .flatMap(Applier.StateOpened::installed)
        .filter(meta -> !all.log().holds(meta))
        .ifPresent(persistent::install);
    long applied = Math.max(stateOpened.get().appliedIndex(), replica.appliedIndex());
    RaftLog log = persistent.log();
    if (applied > log.lastIndex() || applied < log.baseIndex()) {
      troubles.begin(
          Troubles.Kind.DATA,
          "its state holds entries up to %d but its journal those from %d to %d: they are not of one node or time"
              .formatted(applied, log.baseIndex() + 1, log.lastIndex()));
      return role;
    }
    replica.recover(persistent, applied);
    setup
        .joinPoint()
        .map(JoinPoint::term)
        .filter(term -> term > persistent.currentTerm())
        .ifPresent(persistent::advanceTerm);
    recovered = Optional.empty();
    if (troubles.has(Troubles.Kind.JOURNAL)) {
      // A full disk can be read. Only a write shows that it takes writes again.
      persistent.writeTermAgain();
      proving = true;
      return role;
    }
    return takePart();
  }

  private Role takePart() {
    proving = false;
    troubles.end(Troubles.Kind.JOURNAL);
    replica.restartElectionTimer();
    return new Follower(replica, "journal read up to entry " + replica.log().lastIndex());
  }
}
