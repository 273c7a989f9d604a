package dchat.raft;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A leader's conversation with one peer, for one term: what to send next, what is under way, and
 * the heartbeats. Lives exactly as long as that leadership and stamps its term on everything, so
 * nothing of an earlier leadership can speak for a later one.
 */
final class Replicator extends AbstractMatchingBehavior<Replicator.Command> {

  sealed interface Command {}

  /** What it, or its SnapshotSender, asks the leader. */
  sealed interface Question extends RaftActor.Internal {}

  /** How does the log go on from {@code fromIndex}? */
  record ReadLog(long term, long fromIndex, int maxBytes, ActorRef<Command> replyTo)
      implements Question {}

  /** What does a snapshot of that index stand for? It is about to be sent. */
  record DescribeSnapshot(
      long term, NodeId peer, long index, ActorRef<SnapshotSender.Command> replyTo)
      implements Question {}

  /**
   * The leader's log has grown.
   *
   * @param prevTerm term of the entry before the first of {@code entries}
   */
  record Appended(long prevTerm, List<LogEntry> entries) implements Command {}

  /** The leader's commit index has moved. */
  record CommitAdvanced(long commitIndex) implements Command {}

  /** A round of {@link ReadRounds} has begun: ask at once. */
  record ReadRound(long round) implements Command {}

  /** The peer agrees up to {@code verifiedIndex} and holds {@code matchIndex} durably. */
  record Accepted(long verifiedIndex, long matchIndex) implements Command {}

  /** The peer disagreed at {@code prevLogIndex}; the leader knows from its log where to go on. */
  record Rejected(long prevLogIndex, long nextIndex) implements Command {}

  /** The part of the log asked for with {@link ReadLog}. */
  record Slice(long fromIndex, long prevTerm, List<LogEntry> entries) implements Command {}

  /** The entry asked for was compacted: only a snapshot can help the peer. */
  record Compacted() implements Command {}

  /** The peer has stored a part of a snapshot and wants the next. */
  record ChunkStored(long image, long nextChunk) implements Command {}

  private record SenderEnded(ActorRef<SnapshotSender.Command> ended) implements Command {}

  private enum Heartbeat implements Command {
    TICK
  }

  /** How sure the leader is of what the peer holds. */
  private enum Mode {
    /** Looking for the last entry in common: one message at a time. */
    PROBE,
    /** It is known: entries are sent ahead of their acceptance, within the window. */
    REPLICATE,
    /** It lacks entries that were compacted: it gets the state instead, and no entries. */
    SNAPSHOT
  }

  /**
   * What stays the same for one leadership.
   *
   * @param peer who is at the other end
   * @param stateMachine whose state to send where entries are gone
   * @param send to this peer
   * @param nanos a clock that never jumps
   */
  record Conversation(
      RaftSettings settings,
      String cluster,
      NodeId self,
      String raftAddress,
      String clientUrl,
      long term,
      ActorRef<RaftActor.Command> leader,
      NodeId peer,
      StateMachine stateMachine,
      Consumer<PeerMessage> send,
      LongSupplier nanos,
      RaftMeter meter) {}

  /**
   * @param lastIndex the leader's last entry; the peer is taken to hold all of it until it says
   *     otherwise (paper, figure 2)
   * @param lastTerm that entry's term
   */
  static Behavior<Command> create(
      Conversation conversation, long lastIndex, long lastTerm, long commitIndex) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(
                      Heartbeat.TICK, conversation.settings().heartbeatInterval());
                  return new Replicator(context, conversation, lastIndex, lastTerm, commitIndex);
                }));
  }

  /** For a peer that is behind, by how much doesn't matter. */
  private static final long MANY_BYTES = Long.MAX_VALUE / 2;

  private final Conversation conversation;
  private final Inflights inflights;
  private Mode mode = Mode.PROBE;
  private long nextIndex;
  private long prevTerm;
  private boolean prevTermKnown = true;
  private long matchIndex;
  private long lastIndex;

  /** What the entries from nextIndex on add up to. */
  private long waitingBytes;

  private long commitIndex;
  private long sentCommitIndex;
  private long readRound;
  private boolean probeInFlight;
  private boolean readInFlight;
  private int ticksWithoutAnswer;
  private Optional<ActorRef<SnapshotSender.Command>> sender = Optional.empty();

  private Replicator(
      ActorContext<Command> context,
      Conversation conversation,
      long lastIndex,
      long lastTerm,
      long commitIndex) {
    super(context);
    this.conversation = conversation;
    this.inflights =
        new Inflights(conversation.settings(), conversation.nanos(), conversation.meter());
    this.lastIndex = lastIndex;
    this.nextIndex = lastIndex + 1;
    this.prevTerm = lastTerm;
    this.commitIndex = commitIndex;
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Appended appended -> onAppended(appended);
      case Accepted accepted -> onAccepted(accepted);
      case Rejected rejected -> onRejected(rejected);
      case Slice slice -> onSlice(slice);
      case Compacted ignored -> onCompacted();
      case ChunkStored(var image, var next) ->
          sender.ifPresent(s -> s.tell(new SnapshotSender.Wanted(image, next)));
      case SenderEnded(var ended) -> onSenderEnded(ended);
      case CommitAdvanced(var index) -> onCommitAdvanced(index);
      case ReadRound(var round) -> onReadRound(round);
      case Heartbeat ignored -> onHeartbeat();
    }
    return Behaviors.same();
  }

  private void onAppended(Appended appended) {
    lastIndex = appended.entries().getLast().index();
    // What was read from the log before this was told of it may have been sent already.
    waitingBytes += Inflights.sizeBytes(appended.entries(), nextIndex);
    boolean isNext = appended.entries().getFirst().index() == nextIndex;
    if (isNext && maySend() && !readInFlight && fitsOneMessage(appended.entries())) {
      prevTerm = appended.prevTerm();
      prevTermKnown = true;
      sendEntries(appended.entries());
    } else {
      sendWhatIsDue();
    }
  }

  private boolean fitsOneMessage(List<LogEntry> entries) {
    return entries.size() == 1
        || Inflights.sizeBytes(entries) <= conversation.settings().maxBatchBytes();
  }

  private void onAccepted(Accepted accepted) {
    ticksWithoutAnswer = 0;
    matchIndex = Math.max(matchIndex, accepted.matchIndex());
    inflights.accepted(matchIndex);
    boolean found = mode == Mode.PROBE && accepted.verifiedIndex() >= nextIndex - 1;
    // Behind an installed snapshot the peer verifies up to it, and its next entry is in the log.
    boolean helped = mode == Mode.SNAPSHOT && accepted.verifiedIndex() >= nextIndex;
    if (found || helped) {
      stopSender();
      probeInFlight = false;
      mode = Mode.REPLICATE;
      moveTo(Math.min(accepted.verifiedIndex(), lastIndex) + 1);
    }
    sendWhatIsDue();
  }

  private void onRejected(Rejected rejected) {
    ticksWithoutAnswer = 0;
    boolean answersThisProbe = mode == Mode.PROBE && rejected.prevLogIndex() == nextIndex - 1;
    boolean contradictsWhatIsSent =
        mode == Mode.REPLICATE
            && rejected.prevLogIndex() >= matchIndex
            && rejected.prevLogIndex() < nextIndex;
    if (answersThisProbe) {
      // A late acceptance may be of a peer that has lost its data since and was added again: what
      // it says it lacks counts, or this would ask it the same for ever.
      matchIndex = Math.min(matchIndex, rejected.nextIndex() - 1);
    }
    if (answersThisProbe || contradictsWhatIsSent) {
      probeFrom(Math.clamp(rejected.nextIndex(), matchIndex + 1, lastIndex + 1));
      readLog();
    }
  }

  private void onSlice(Slice slice) {
    readInFlight = false;
    if (slice.fromIndex() != nextIndex || mode == Mode.SNAPSHOT) {
      sendWhatIsDue();
      return;
    }
    prevTerm = slice.prevTerm();
    prevTermKnown = true;
    if (!maySend()) {
      return;
    }
    if (slice.entries().isEmpty()) {
      sendEmpty();
      probeInFlight = mode == Mode.PROBE;
    } else {
      sendEntries(slice.entries());
    }
  }

  private void onCompacted() {
    readInFlight = false;
    inflights.clear();
    mode = Mode.SNAPSHOT;
    if (sender.isEmpty()) {
      ActorRef<SnapshotSender.Command> started =
          getContext()
              .spawnAnonymous(
                  // It says by itself, in a line, why it fails.
                  Behaviors.supervise(
                          SnapshotSender.create(
                              conversation,
                              conversation.peer(),
                              conversation.settings().electionTimeoutMin()))
                      .onFailure(SupervisorStrategy.stop().withLoggingEnabled(false)),
                  DispatcherSelector.fromConfig(conversation.settings().blockingDispatcher()));
      getContext().watchWith(started, new SenderEnded(started));
      sender = Optional.of(started);
    }
  }

  /** It gave up half-way: with the next heartbeat, look again what the peer holds. */
  private void onSenderEnded(ActorRef<SnapshotSender.Command> ended) {
    if (sender.equals(Optional.of(ended))) {
      sender = Optional.empty();
      probeFrom(matchIndex + 1);
      prevTermKnown = false;
    }
  }

  private void stopSender() {
    sender.ifPresent(getContext()::stop);
    sender = Optional.empty();
  }

  private void onCommitAdvanced(long index) {
    commitIndex = index;
    sendWhatIsDue();
  }

  private void onReadRound(long round) {
    readRound = round;
    if (prevTermKnown || mode == Mode.SNAPSHOT) {
      sendEmpty();
    }
  }

  /**
   * Shows that the leader lives, and finds out about losses: the message names the last entry that
   * was sent, so a peer that misses something says so.
   */
  private void onHeartbeat() {
    ticksWithoutAnswer++;
    if (mode == Mode.REPLICATE && !inflights.isEmpty() && isSilent()) {
      probeFrom(matchIndex + 1);
    }
    if (prevTermKnown || mode == Mode.SNAPSHOT) {
      sendEmpty();
    } else {
      readLog();
    }
  }

  private boolean isSilent() {
    return conversation
            .settings()
            .heartbeatInterval()
            .multipliedBy(ticksWithoutAnswer)
            .compareTo(conversation.settings().electionTimeoutMax())
        > 0;
  }

  private void sendWhatIsDue() {
    if (readInFlight || mode == Mode.SNAPSHOT) {
      return;
    }
    if (!prevTermKnown || (nextIndex <= lastIndex && maySend())) {
      readLog();
    } else if (mode == Mode.REPLICATE && inflights.isEmpty() && sentCommitIndex < commitIndex) {
      // Nothing on its way would carry it.
      sendCommitIndex();
    }
  }

  private boolean maySend() {
    return switch (mode) {
      case PROBE -> !probeInFlight;
      case REPLICATE -> inflights.hasRoom(waitingBytes >= conversation.settings().maxBatchBytes());
      case SNAPSHOT -> false;
    };
  }

  private void probeFrom(long index) {
    mode = Mode.PROBE;
    inflights.clear();
    probeInFlight = false;
    moveTo(index);
  }

  private void moveTo(long index) {
    if (index != nextIndex) {
      nextIndex = index;
      prevTermKnown = false;
      waitingBytes = nextIndex > lastIndex ? 0 : MANY_BYTES;
    }
  }

  private void readLog() {
    if (!readInFlight) {
      readInFlight = true;
      conversation
          .leader()
          .tell(
              new ReadLog(
                  conversation.term(),
                  nextIndex,
                  conversation.settings().maxBatchBytes(),
                  getContext().getSelf()));
    }
  }

  private void sendEntries(List<LogEntry> entries) {
    if (mode == Mode.PROBE) {
      send(entries);
      probeInFlight = true;
      return;
    }
    LogEntry last = entries.getLast();
    // First, for it notes the time: the answer may come at once.
    inflights.sent(entries);
    send(entries);
    nextIndex = last.index() + 1;
    prevTerm = last.term();
    waitingBytes = nextIndex > lastIndex ? 0 : waitingBytes - Inflights.sizeBytes(entries);
  }

  private void sendEmpty() {
    send(List.of());
  }

  private void sendCommitIndex() {
    sentCommitIndex = commitIndex;
    conversation
        .send()
        .accept(
            new PeerMessage.CommitAdvanced(
                conversation.cluster(), conversation.self(), conversation.term(), commitIndex));
  }

  private void send(List<LogEntry> entries) {
    sentCommitIndex = commitIndex;
    // Every log agrees at 0: while a snapshot is on its way, a heartbeat claims no more than that.
    boolean claimsNothing = mode == Mode.SNAPSHOT;
    conversation
        .send()
        .accept(
            new PeerMessage.AppendEntries(
                conversation.cluster(),
                conversation.self(),
                conversation.term(),
                claimsNothing ? 0 : nextIndex - 1,
                claimsNothing ? 0 : prevTerm,
                entries,
                commitIndex,
                readRound,
                conversation.raftAddress(),
                conversation.clientUrl()));
  }
}
