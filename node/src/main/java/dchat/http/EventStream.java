package dchat.http;

import dchat.chat.EventFeed;
import dchat.chat.EventFeed.Batch;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of one {@code /v1/events} stream. It asks the feed only when the reader has taken what
 * came before, so a slow reader holds one batch at most, and one that takes nothing for too long is
 * let go; it resumes from where it was.
 */
final class EventStream extends GraphStage<SourceShape<ByteString>> {
  private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
  private static final int BATCH_EVENTS = 64;

  /** A snapshot event and the position from which to go on. */
  record SnapshotFrame(ByteString frame, long cursor) {}

  private final Outlet<ByteString> out = Outlet.create("EventStream.out");
  private final SourceShape<ByteString> shape = SourceShape.of(out);
  private final OptionalLong after;
  private final EventFeed<ByteString> feed;
  private final ClusterBeat beat;
  private final Supplier<CompletionStage<SnapshotFrame>> snapshots;
  private final long stallNanos;
  private final Reader reader;

  /**
   * Who reads.
   *
   * @param account empty for who isn't signed in
   * @param ended why the reader's session is over, once it is; cheap
   * @param enter notes that the reader is connected; what it returns, that it isn't any more
   */
  record Reader(OptionalLong account, Supplier<Optional<Problem>> ended, Supplier<Runnable> enter) {
    static Reader anybody() {
      return new Reader(OptionalLong.empty(), Optional::empty, () -> () -> {});
    }
  }

  /**
   * @param after position to resume from; empty to begin with a snapshot
   * @param snapshots takes a snapshot
   */
  EventStream(
      OptionalLong after,
      EventFeed<ByteString> feed,
      ClusterBeat beat,
      Supplier<CompletionStage<SnapshotFrame>> snapshots,
      Duration stallTimeout,
      Reader reader) {
    this.reader = reader;
    this.after = after;
    this.feed = feed;
    this.beat = beat;
    this.snapshots = snapshots;
    stallNanos = stallTimeout.toNanos();
  }

  @Override
  public SourceShape<ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  /** What the stream is told from other threads. */
  private sealed interface Told {}

  private record Beat(ByteString frame) implements Told {}

  private record Answer(Batch<ByteString> batch) implements Told {}

  private record SnapshotTaken(SnapshotFrame snapshot) implements Told {}

  private record Failed(Throwable cause) implements Told {}

  private record Closed() implements Told {}

  private final class Logic extends GraphStageLogic implements ClusterBeat.Listener {
    private final AsyncCallback<Told> callback = createAsyncCallback(this::on);

    /** Position up to which the reader has everything; empty until a snapshot gives one. */
    private OptionalLong cursor = after;

    private Optional<ByteString> frames = Optional.empty();
    private Optional<ByteString> clusterFrame = Optional.empty();
    private Runnable withdraw = () -> {};
    private boolean asked;
    private boolean ending;
    private Runnable leave = () -> {};
    private long takenAtNanos = System.nanoTime();

    Logic() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              takenAtNanos = System.nanoTime();
              goOn();
            }
          });
    }

    @Override
    public void preStart() {
      clusterFrame = Optional.of(beat.frame());
      beat.add(this);
      leave = reader.enter().get();
    }

    @Override
    public void postStop() {
      beat.remove(this);
      leave.run();
      withdraw.run();
    }

    @Override
    public void onBeat(ByteString frame) {
      callback.invoke(new Beat(frame));
    }

    @Override
    public void onClose() {
      callback.invoke(new Closed());
    }

    private void on(Told told) {
      if (!(told instanceof Beat)) {
        // Nothing to withdraw any more, and the old answer needn't be held.
        withdraw = () -> {};
      }
      switch (told) {
        case Beat(ByteString frame) -> {
          clusterFrame = Optional.of(frame);
          endIfStalled();
        }
        case Answer(Batch.Events<ByteString>(var events, long next)) -> {
          asked = false;
          cursor = OptionalLong.of(next);
          frames = events.stream().reduce(ByteString::concat);
        }
        case Answer(Batch.TooOld<ByteString>(long keptAfter)) -> {
          asked = false;
          cursor = OptionalLong.empty();
          frames = Optional.of(EventFrames.resync(keptAfter));
        }
        case SnapshotTaken(SnapshotFrame snapshot) -> {
          asked = false;
          cursor = OptionalLong.of(snapshot.cursor());
          frames = Optional.of(snapshot.frame());
        }
        case Failed(Throwable cause) -> {
          LOG.warn("an event stream ends: {}", cause.toString());
          completeStage();
        }
        case Closed() -> completeStage();
      }
      endIfSessionEnded();
      goOn();
    }

    /** What came for the session that is over isn't told to its reader any more. */
    private void endIfSessionEnded() {
      if (!ending) {
        reader
            .ended()
            .get()
            .ifPresent(
                why -> {
                  ending = true;
                  frames = Optional.of(EventFrames.sessionEnded(why));
                });
      }
    }

    private void endIfStalled() {
      if (!isAvailable(out) && System.nanoTime() - takenAtNanos > stallNanos) {
        LOG.info("an event stream ends: its reader takes nothing");
        completeStage();
      }
    }

    /** Hands the reader what there is, or sees to it that there will be something. */
    private void goOn() {
      if (isClosed(out) || !isAvailable(out)) {
        return;
      }
      if (frames.isPresent()) {
        push(out, frames.get());
        frames = Optional.empty();
        if (ending) {
          completeStage();
        }
      } else if (cursor.isPresent() && clusterFrame.isPresent()) {
        push(out, clusterFrame.get());
        clusterFrame = Optional.empty();
      } else if (!asked) {
        asked = true;
        ask();
      }
    }

    private void ask() {
      if (cursor.isEmpty()) {
        tell(snapshots.get().thenApply(SnapshotTaken::new));
        return;
      }
      var answer = feed.after(cursor.getAsLong(), BATCH_EVENTS, reader.account());
      withdraw = () -> answer.cancel(false);
      tell(answer.thenApply(Answer::new));
    }

    private void tell(CompletionStage<? extends Told> told) {
      told.whenComplete(
          (value, failure) -> callback.invoke(failure == null ? value : new Failed(failure)));
    }
  }
}
