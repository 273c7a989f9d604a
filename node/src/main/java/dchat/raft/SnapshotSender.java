package dchat.raft;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Streams one image of the state to one peer, part by part: the next is read only when the peer has
 * stored the one before, so neither side holds more than one. Reads SQL, so it runs on a blocking
 * dispatcher. Ends with its Replicator, or when the peer wants to begin again.
 */
final class SnapshotSender extends AbstractMatchingBehavior<SnapshotSender.Command> {

  sealed interface Command {}

  /**
   * What the image stands for; the leader answers {@link Replicator.DescribeSnapshot} so.
   *
   * @param image its number, as {@link PeerMessage.InstallSnapshot} carries it
   */
  record Described(SnapshotMeta meta, long image) implements Command {}

  /** The log was compacted beyond the image meanwhile: only a new one can help. */
  record Outdated() implements Command {}

  /** The peer wants that part next. */
  record Wanted(long image, long nextChunk) implements Command {}

  private enum Resend implements Command {
    NOW
  }

  /**
   * @param resendAfter how long it waits for an answer before it sends a part again
   */
  static Behavior<Command> create(
      Replicator.Conversation conversation, NodeId peer, Duration resendAfter) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new SnapshotSender(context, timers, conversation, peer, resendAfter)));
  }

  private final TimerScheduler<Command> timers;
  private final Replicator.Conversation conversation;
  private final Duration resendAfter;
  private final Consumer<PeerMessage> send;
  private final StateMachine.SnapshotReader reader;
  private Optional<Described> described = Optional.empty();
  private Optional<byte[]> ahead;
  private Optional<PeerMessage.InstallSnapshot> underWay = Optional.empty();

  private SnapshotSender(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Replicator.Conversation conversation,
      NodeId peer,
      Duration resendAfter) {
    super(context);
    this.timers = timers;
    this.conversation = conversation;
    this.resendAfter = resendAfter;
    this.send = conversation.send();
    this.reader = reading(conversation.stateMachine()::openSnapshot);
    this.ahead = firstChunk();
    conversation
        .leader()
        .tell(
            new Replicator.DescribeSnapshot(
                conversation.term(), peer, reader.position().index(), context.getSelf()));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    return switch (command) {
      case Described answer -> {
        described = Optional.of(answer);
        sendNext(0);
        yield this;
      }
      case Outdated ignored -> Behaviors.stopped();
      case Wanted wanted -> onWanted(wanted);
      case Resend ignored -> {
        underWay.ifPresent(this::transmit);
        yield this;
      }
    };
  }

  private Behavior<Command> onWanted(Wanted wanted) {
    if (underWay.isEmpty() || wanted.image() != described.orElseThrow().image()) {
      return this;
    }
    long sent = underWay.get().chunk();
    if (wanted.nextChunk() == sent + 1) {
      sendNext(sent + 1);
      return this;
    }
    // A part came twice, or the peer has lost what it had stored: only a new image can help then.
    return wanted.nextChunk() < sent ? Behaviors.stopped() : this;
  }

  private void sendNext(long chunk) {
    if (ahead.isEmpty()) {
      underWay = Optional.empty();
      timers.cancel(Resend.NOW);
      return;
    }
    byte[] data = ahead.get();
    ahead = readChunk();
    PeerMessage.InstallSnapshot message =
        new PeerMessage.InstallSnapshot(
            conversation.cluster(),
            conversation.self(),
            conversation.term(),
            described.orElseThrow().meta(),
            described.orElseThrow().image(),
            chunk,
            data,
            ahead.isEmpty(),
            conversation.raftAddress(),
            conversation.clientUrl());
    underWay = Optional.of(message);
    transmit(message);
  }

  private void transmit(PeerMessage.InstallSnapshot message) {
    send.accept(message);
    timers.startSingleTimer(Resend.NOW, resendAfter);
  }

  private Optional<byte[]> firstChunk() {
    try {
      return readChunk();
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private Optional<byte[]> readChunk() {
    return reading(() -> reader.nextChunk(conversation.settings().maxBatchBytes()));
  }

  /** Says why the state can't be read; the Replicator begins anew as long as the peer needs it. */
  private <T> T reading(Supplier<T> read) {
    try {
      return read.get();
    } catch (RuntimeException e) {
      getContext()
          .getLog()
          .warn(
              "{} can't read its state for {}: {}",
              conversation.self(),
              conversation.peer(),
              Troubles.reason(e));
      throw e;
    }
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      reader.close();
    }
    return this;
  }
}
