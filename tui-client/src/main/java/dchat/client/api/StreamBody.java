package dchat.client.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an endless response, read with a limit on how long it may stay silent, which an input
 * stream doesn't offer. The next piece is asked for only when the last has been taken, so a slow
 * reader slows the server down instead of filling memory.
 */
final class StreamBody implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {
  private sealed interface Piece {
    record Bytes(List<ByteBuffer> buffers) implements Piece {}

    record End(String reason) implements Piece {}
  }

  private final LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Flow.Subscription> subscriptions = new LinkedBlockingQueue<>();
  private Optional<Flow.Subscription> subscription = Optional.empty();

  /**
   * The next bytes.
   *
   * @throws IOException with the reason when the stream has ended or was silent for too long
   */
  List<ByteBuffer> next(Duration longestSilence) throws IOException, InterruptedException {
    if (subscription.isEmpty()) {
      subscription = Optional.of(subscriptions.take());
      subscription.get().request(1);
    }
    Piece piece = pieces.poll(longestSilence.toMillis(), TimeUnit.MILLISECONDS);
    if (piece == null) {
      throw new IOException("silent for " + longestSilence.toSeconds() + " s");
    }
    return switch (piece) {
      case Piece.Bytes(List<ByteBuffer> buffers) -> {
        subscription.get().request(1);
        yield buffers;
      }
      case Piece.End(String reason) -> throw new IOException(reason);
    };
  }

  /** Ends the connection; whoever waits in {@link #next} learns it. */
  @Override
  public void close() {
    pieces.add(new Piece.End("closed here"));
    Flow.Subscription held = subscription.orElseGet(subscriptions::poll);
    if (held != null) {
      held.cancel();
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription s) {
    subscriptions.add(s);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    pieces.add(new Piece.Bytes(buffers));
  }

  @Override
  public void onError(Throwable failure) {
    pieces.add(new Piece.End("connection lost"));
  }

  @Override
  public void onComplete() {
    pieces.add(new Piece.End("closed by the node"));
  }
}
