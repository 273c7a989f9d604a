package dchat.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;

/** Bodies of requests, bounded in size and time. */
final class Bodies {
  private Bodies() {}

  /** Fails with a {@link ProblemException} if the body is too large or too slow. */
  static CompletionStage<byte[]> read(
      HttpRequest request, HttpSettings settings, ActorSystem<?> system) {
    int max = settings.maxRequestBytes();
    return request
        .entity()
        .withSizeLimit(max)
        // The limit above decides: one that fails in its own way here would only race with it.
        .toStrict(settings.bodyTimeout().toMillis(), Long.MAX_VALUE, system)
        .thenApply(body -> body.getData().toArrayUnsafe())
        .exceptionally(
            failure -> {
              throw problem(failure, settings);
            });
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
      case EntityStreamSizeException e -> tooLarge(settings.maxRequestBytes());
      case TimeoutException e ->
          Problem.of(
                  ProblemType.REQUEST_TIMEOUT,
                  "The body took more than " + settings.bodyTimeout().toMillis() + " ms.")
              .asException();
      default -> Problem.of(ProblemType.BAD_REQUEST, "The body can't be read.").asException();
    };
  }
}
