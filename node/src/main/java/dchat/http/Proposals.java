package dchat.http;

import dchat.chat.ChatCodec;
import dchat.chat.ChatResult;
import dchat.chat.LogCommand;
import dchat.raft.Member;
import dchat.raft.RaftActor;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Brings commands of signed-in people through the log, by the rules of {@code POST /chat}. */
final class Proposals {
  private final ActorSystem<?> system;
  private final HttpSettings settings;
  private final HttpInputs inputs;
  private final Redirects redirects;

  Proposals(ActorSystem<?> system, HttpSettings settings, HttpInputs inputs) {
    this.system = system;
    this.settings = settings;
    this.inputs = inputs;
    redirects = new Redirects(settings);
  }

  /**
   * What to answer at once, before any work, where this node neither leads nor forwards: nothing
   * was done.
   */
  Optional<HttpResponse> redirect(HttpRequest request) {
    boolean here = inputs.status().get().isLeader() || forwards(request);
    return here
        ? Optional.empty()
        : Optional.of(redirects.toPublicAddress(inputs.status().get().leader(), target(request)));
  }

  /**
   * @param accepted what to answer when it took effect
   * @param rejected what to answer when it was refused
   */
  CompletionStage<HttpResponse> submit(
      HttpRequest request,
      LogCommand command,
      Function<ChatResult.Accepted, HttpResponse> accepted,
      Function<ChatResult.Reason, HttpResponse> rejected) {
    byte[] encoded = command.encoded();
    boolean forward = forwards(request);
    return AskPattern.<RaftActor.Command, RaftActor.ProposeReply>ask(
            inputs.raft(),
            replyTo -> new RaftActor.Propose(encoded, forward, replyTo),
            settings.proposeTimeout(),
            system.scheduler())
        .handleAsync(
            (reply, failure) -> {
              if (failure != null) {
                return outcomeUnknown(
                    failure instanceof TimeoutException
                        ? "Nothing was heard of it for %d ms."
                            .formatted(settings.proposeTimeout().toMillis())
                        : "Asking for it failed.");
              }
              return switch (reply) {
                case RaftActor.Committed(long index, byte[] result) ->
                    committed(result, accepted, rejected);
                case RaftActor.NotLeader(Optional<Member> leader) ->
                    redirects.toPublicAddress(leader, target(request));
                case RaftActor.Overloaded(String reason) ->
                    Problem.of(ProblemType.OVERLOADED, reason).with("Retry-After", "1").response();
                case RaftActor.OutcomeUnknown(String reason) -> outcomeUnknown(reason);
              };
            },
            system.executionContext());
  }

  /** Proposes what nobody waits for, and what does no harm if it is lost. */
  void tell(LogCommand command) {
    byte[] encoded = command.encoded();
    AskPattern.<RaftActor.Command, RaftActor.ProposeReply>ask(
        inputs.raft(),
        replyTo -> new RaftActor.Propose(encoded, true, replyTo),
        settings.proposeTimeout(),
        system.scheduler());
  }

  private static HttpResponse committed(
      byte[] result,
      Function<ChatResult.Accepted, HttpResponse> accepted,
      Function<ChatResult.Reason, HttpResponse> rejected) {
    ChatResult decoded;
    try {
      decoded = ChatCodec.decodeResult(result);
    } catch (IllegalArgumentException e) {
      return outcomeUnknown("The leader, of another version, answered: " + e.getMessage() + ".");
    }
    return switch (decoded) {
      case ChatResult.Accepted done -> accepted.apply(done);
      case ChatResult.Rejected(ChatResult.Reason reason) -> rejected.apply(reason);
    };
  }

  private boolean forwards(HttpRequest request) {
    return NotLeaderPreference.of(request).orElse(settings.forward());
  }

  private static String target(HttpRequest request) {
    return request.getUri().getPathString()
        + request.getUri().rawQueryString().map(query -> "?" + query).orElse("");
  }

  private static HttpResponse outcomeUnknown(String reason) {
    return Problem.of(
            ProblemType.OUTCOME_UNKNOWN, reason + " Send it again, with the same id if it has one.")
        .response();
  }
}
