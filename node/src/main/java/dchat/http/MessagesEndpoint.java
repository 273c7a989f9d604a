package dchat.http;

import dchat.chat.ChatEvent;
import dchat.chat.ChatQueries;
import dchat.chat.ChatQueries.Stretch;
import dchat.chat.ChatSyntax;
import dchat.chat.ChatView;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** {@code GET /messages}: the public history, one page in memory at a time. */
final class MessagesEndpoint implements Endpoint {
  private static final int PAGE_EVENTS = 256;
  private static final ByteString BEGIN = ByteString.fromString("[");
  private static final ByteString END = ByteString.fromString("]\n");

  private final ChatQueries queries;
  private final Supplier<ChatView> view;
  private final Freshness freshness;
  private final Executor blocking;

  MessagesEndpoint(HttpInputs inputs, Freshness freshness, Executor blocking) {
    queries = inputs.queries();
    view = inputs.chat();
    this.freshness = freshness;
    this.blocking = blocking;
  }

  @Override
  public CompletionStage<HttpResponse> answer(HttpRequest request) {
    Parameters parameters =
        Parameters.of(request, Set.of("after", "limit", "room", Freshness.CONSISTENCY));
    long after = parameters.number("after").orElse(0L);
    long limit = parameters.number("limit").orElse(Long.MAX_VALUE);
    Optional<String> room = parameters.text("room");
    room.filter(name -> !ChatSyntax.isName(name))
        .ifPresent(
            name -> {
              throw Parameters.invalid(
                  "room", "room must be 1 to 32 characters of A-Z a-z 0-9 _ . -.");
            });
    return freshness
        .awaitAsked(request, parameters)
        .thenApplyAsync(
            fresh -> HttpResponse.create().withEntity(entity(stretch(after, room), limit)),
            blocking);
  }

  /** What fits into a page is answered as one; what is longer is read while it is being sent. */
  private RequestEntity entity(Stretch stretch, long limit) {
    int wanted = (int) Math.min(PAGE_EVENTS, limit);
    List<ChatEvent> page = wanted == 0 ? List.of() : queries.page(stretch, wanted);
    boolean complete = page.size() < wanted || page.size() == limit;
    return complete
        ? HttpEntities.create(
            ContentTypes.APPLICATION_JSON, BEGIN.concat(json(page, true)).concat(END))
        : HttpEntities.create(ContentTypes.APPLICATION_JSON, stream(page, stretch, limit));
  }

  private Stretch stretch(long after, Optional<String> room) {
    return room.map(
            name ->
                Stretch.ofRoom(view.get(), name, after)
                    .orElseThrow(
                        () ->
                            Problem.ofField(
                                    ProblemType.UNKNOWN_ROOM,
                                    "room",
                                    "There is no room " + name + ".")
                                .asException()))
        .orElseGet(() -> Stretch.of(view.get(), after));
  }

  /** Where the stream is: what is still to come, and how many events at most. */
  private record Rest(Stretch stretch, long limit) {
    Rest after(List<ChatEvent> page) {
      Stretch behind = new Stretch(page.getLast().index(), stretch.upTo(), stretch.room());
      return new Rest(behind, limit - page.size());
    }
  }

  private Source<ByteString, NotUsed> stream(List<ChatEvent> page, Stretch stretch, long limit) {
    return Source.single(BEGIN.concat(json(page, true)))
        .concat(Source.unfoldAsync(new Rest(stretch, limit).after(page), this::nextPage))
        .concat(Source.single(END));
  }

  private CompletionStage<Optional<Pair<Rest, ByteString>>> nextPage(Rest rest) {
    return CompletableFuture.supplyAsync(
        () -> {
          int wanted = (int) Math.min(PAGE_EVENTS, rest.limit());
          List<ChatEvent> page = queries.page(rest.stretch(), wanted);
          if (page.isEmpty()) {
            return Optional.empty();
          }
          return Optional.of(Pair.create(rest.after(page), json(page, false)));
        },
        blocking);
  }

  private static ByteString json(List<ChatEvent> page, boolean first) {
    return ByteString.fromArrayUnsafe(
        Json.write(
            json -> {
              String separator = first ? "" : ",";
              for (ChatEvent event : page) {
                json.writeRaw(separator);
                Json.writeEvent(json, event);
                json.writeRaw('\n');
                separator = ",";
              }
            }));
  }
}
