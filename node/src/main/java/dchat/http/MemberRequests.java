package dchat.http;

import dchat.chat.ChatResult;
import dchat.chat.LogCommand;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Changes that signed-in people ask for: who is it, what is it, and through the log with it. */
final class MemberRequests {
  private final ActorSystem<?> system;
  private final HttpSettings settings;
  private final Access access;
  private final Proposals proposals;

  MemberRequests(ActorSystem<?> system, HttpSettings settings, Access access, Proposals proposals) {
    this.system = system;
    this.settings = settings;
    this.access = access;
    this.proposals = proposals;
  }

  /** A change that the path alone describes; a body is passed over. */
  CompletionStage<HttpResponse> change(
      HttpRequest request,
      Function<Access.Caller, LogCommand> command,
      Function<ChatResult.Accepted, HttpResponse> accepted,
      Function<ChatResult.Reason, HttpResponse> rejected) {
    return Bodies.skip(request, system)
        .thenCompose(skipped -> access.member(request))
        .thenCompose(caller -> submit(request, () -> command.apply(caller), accepted, rejected));
  }

  /**
   * A change that its body describes.
   *
   * @param known the fields that the body may have
   */
  CompletionStage<HttpResponse> changeByBody(
      HttpRequest request,
      List<String> known,
      BiFunction<Access.Caller, Fields, LogCommand> command,
      Function<ChatResult.Accepted, HttpResponse> accepted,
      Function<ChatResult.Reason, HttpResponse> rejected) {
    return Bodies.read(request, settings, system)
        .thenCompose(
            body ->
                access
                    .member(request)
                    .thenCompose(
                        caller ->
                            submit(
                                request,
                                () -> command.apply(caller, Fields.of(body, known)),
                                accepted,
                                rejected)));
  }

  private interface Making {
    LogCommand command();
  }

  private CompletionStage<HttpResponse> submit(
      HttpRequest request,
      Making making,
      Function<ChatResult.Accepted, HttpResponse> accepted,
      Function<ChatResult.Reason, HttpResponse> rejected) {
    LogCommand command = making.command();
    return proposals.unlessElsewhere(
        request, () -> proposals.submit(request, command, accepted, rejected));
  }
}
