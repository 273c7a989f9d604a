package dchat.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.stream.StreamLimitReachedException;
import org.apache.pekko.util.ByteString;

/** Bodies of requests, bounded in size and time. */
final class Bodies {
  /** How much of a body that is too large is read before it is answered. */
  private static final long MAX_DRAINED_BYTES = 1 << 20;

  private Bodies() {}

  /** Fails with a {@link ProblemException} if the body is too large or too slow. */
  static CompletionStage<byte[]> read(
      HttpRequest request, HttpSettings settings, ActorSystem<?> system) {
    int max = settings.maxRequestBytes();
    return request
        .entity()
        .withoutSizeLimit()
        .getDataBytes()
        .completionTimeout(settings.bodyTimeout())
        .limitWeighted(Math.max(max, MAX_DRAINED_BYTES), part -> (long) part.size())
        .runFold(Received.NOTHING, (received, part) -> received.and(part, max), system)
        .thenApply(received -> received.within(max))
        .exceptionally(
            failure -> {
              throw problem(failure, settings);
            });
  }

  /**
   * What has come of a body. One that is too large is read on and thrown away, within reason: who
   * answers while the client still sends closes the connection, and the answer may be lost with it.
   */
  private record Received(ByteString kept, long bytes) {
    static final Received NOTHING = new Received(ByteString.emptyByteString(), 0);

    Received and(ByteString part, int max) {
      long all = bytes + part.size();
      return new Received(all <= max ? kept.concat(part) : ByteString.emptyByteString(), all);
    }

    byte[] within(int max) {
      if (bytes > max) {
        throw tooLarge(max);
      }
      return kept.toArrayUnsafe();
    }
  }

  /**
   * Completes when the body of a request that is refused for another reason has been thrown away:
   * an answer before that would cost the connection, and with it maybe the answer.
   */
  static CompletionStage<Done> skip(HttpRequest request, ActorSystem<?> system) {
    return request.entity().isStrict()
        ? CompletableFuture.completedFuture(Done.getInstance())
        : request
            .discardEntityBytes(system)
            .completionStage()
            .exceptionally(failure -> Done.getInstance());
  }

  static ProblemException tooLarge(int maxBytes) {
    return Problem.of(ProblemType.BODY_TOO_LARGE, "The body may have " + maxBytes + " bytes.")
        .asException();
  }

  private static RuntimeException problem(Throwable failure, HttpSettings settings) {
    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    return switch (cause) {
      case ProblemException problem -> problem;
      case StreamLimitReachedException e -> tooLarge(settings.maxRequestBytes());
      case TimeoutException e ->
          Problem.of(
                  ProblemType.REQUEST_TIMEOUT,
                  "The body took more than " + settings.bodyTimeout().toMillis() + " ms.")
              .asException();
      default -> Problem.of(ProblemType.BAD_REQUEST, "The body can't be read.").asException();
    };
  }
}
