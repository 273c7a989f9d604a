package dchat.http;

import dchat.chat.ChatView;
import dchat.raft.RaftActor;
import dchat.raft.RaftStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Lets a read wait until this node's state is as fresh as the request asks; one that asks for
 * nothing waits for nothing. What can't be had in time fails with a {@link ProblemException}.
 */
final class Freshness {
  /** The query parameter: {@code local} or {@code linearizable}. */
  static final String CONSISTENCY = "consistency";

  static final String MIN_INDEX = "X-DChat-Min-Index";

  private static final CompletionStage<Done> NOW =
      CompletableFuture.completedFuture(Done.getInstance());

  /** An election takes some hundred milliseconds; it is ridden out by asking again. */
  private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(50);

  /** Raft answers in time by itself, and knows better why not. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final ActorSystem<?> system;
  private final ActorRef<RaftActor.Command> raft;
  private final Supplier<RaftStatus> status;
  private final Supplier<ChatView> view;
  private final Duration timeout;

  Freshness(ActorSystem<?> system, HttpSettings settings, HttpInputs inputs) {
    this.system = system;
    raft = inputs.raft();
    status = inputs.status();
    view = inputs.chat();
    timeout = settings.readTimeout();
  }

  /**
   * Completes when the read may begin.
   *
   * @param parameters of {@code request}, {@link #CONSISTENCY} among the known ones
   * @throws ProblemException if the request asks for what can't be understood
   */
  CompletionStage<Done> awaitAsked(HttpRequest request, Parameters parameters) {
    boolean linearizable = isLinearizable(parameters);
    long minIndex = minIndex(request);
    return linearizable
        ? awaitConfirmed().thenCompose(confirmed -> awaitApplied(minIndex))
        : awaitApplied(minIndex);
  }

  /**
   * Completes when this node's state holds everything that was acknowledged, by any node, before
   * this call (ReadIndex).
   */
  CompletionStage<Done> awaitConfirmed() {
    return confirm(System.nanoTime() + timeout.toNanos());
  }

  /**
   * Completes when this node's state also holds everything that was proposed here before this call
   * and that can still be committed.
   */
  CompletionStage<Done> awaitSettled() {
    return awaitConfirmed().thenCompose(confirmed -> awaitApplied(status.get().lastLogIndex()));
  }

  private CompletionStage<Done> confirm(long deadlineNanos) {
    return ask(RaftActor.ReadIndex::new)
        .thenCompose(
            reply -> {
              boolean again =
                  reply instanceof RaftActor.ReadRefused refused
                      && refused.why() == RaftActor.ReadRefusal.NOT_CONFIRMED
                      && deadlineNanos - System.nanoTime() > 0;
              return again
                  ? NOW.thenComposeAsync(now -> confirm(deadlineNanos), afterAPause())
                  : outcome(reply);
            });
  }

  private CompletionStage<Done> awaitApplied(long index) {
    return index <= view.get().appliedIndex()
        ? NOW
        : ask(replyTo -> new RaftActor.AwaitApplied(index, replyTo)).thenCompose(this::outcome);
  }

  private CompletionStage<RaftActor.ReadReply> ask(
      Function<ActorRef<RaftActor.ReadReply>, RaftActor.Command> question) {
    return AskPattern.ask(raft, question::apply, timeout.plus(MARGIN), system.scheduler())
        .handleAsync(
            (reply, failure) -> {
              if (failure == null) {
                return reply;
              }
              if (failure instanceof TimeoutException) {
                return new RaftActor.ReadRefused(
                    RaftActor.ReadRefusal.NOT_CONFIRMED, "consensus didn't answer in time");
              }
              throw new CompletionException(failure);
            },
            // Else it would run in a pool of the JDK's, beside the one of all the rest.
            system.executionContext());
  }

  private CompletionStage<Done> outcome(RaftActor.ReadReply reply) {
    return switch (reply) {
      case RaftActor.ReadReady ready -> NOW;
      case RaftActor.ReadRefused(RaftActor.ReadRefusal why, String reason) ->
          CompletableFuture.failedFuture(problem(why, reason).asException());
    };
  }

  private Problem problem(RaftActor.ReadRefusal why, String reason) {
    return switch (why) {
      case NOT_CONFIRMED ->
          Problem.of(
                  ProblemType.NO_QUORUM,
                  "No leader could confirm the read within %d ms: %s."
                      .formatted(timeout.toMillis(), reason))
              .with("Retry-After", "1");
      case BEHIND ->
          Problem.of(
                  ProblemType.BEHIND,
                  "This node has applied entry %d; after %d ms: %s."
                      .formatted(view.get().appliedIndex(), timeout.toMillis(), reason))
              .with("Retry-After", "1");
    };
  }

  private static boolean isLinearizable(Parameters parameters) {
    return switch (parameters.text(CONSISTENCY).orElse("local")) {
      case "local" -> false;
      case "linearizable" -> true;
      default ->
          throw Parameters.invalid(CONSISTENCY, "consistency must be local or linearizable.");
    };
  }

  private static long minIndex(HttpRequest request) {
    return request.getHeader(MIN_INDEX).map(header -> parsed(header.value())).orElse(0L);
  }

  private static long parsed(String value) {
    Optional<Long> index = Numbers.nonNegative(value);
    return index.orElseThrow(
        () ->
            Problem.ofField(
                    ProblemType.INVALID_MIN_INDEX,
                    MIN_INDEX,
                    MIN_INDEX + " must be a log index, a whole number from 0 on.")
                .asException());
  }

  private static Executor afterAPause() {
    return CompletableFuture.delayedExecutor(ASK_AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS);
  }
}
