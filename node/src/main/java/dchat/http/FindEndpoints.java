package dchat.http;

import dchat.chat.Account;
import dchat.chat.ChatEvent;
import dchat.chat.Happening;
import dchat.chat.PersonalEvent;
import dchat.chat.RecentSpeakers;
import dchat.chat.SearchIndex;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** {@code /v1/users/active} and {@code /v1/search}: to find people, and what was said. */
final class FindEndpoints {
  private static final Duration ACTIVE_FOR = Duration.ofMinutes(5);
  private static final int DEFAULT_RESULTS = 20;
  private static final int MAX_RESULTS = 100;
  private static final int MAX_QUERY_LENGTH = 256;

  private final HttpInputs inputs;
  private final Freshness freshness;
  private final Access access;
  private final Executor blocking;

  FindEndpoints(HttpInputs inputs, Freshness freshness, Access access, Executor blocking) {
    this.inputs = inputs;
    this.freshness = freshness;
    this.access = access;
    this.blocking = blocking;
  }

  /** {@code GET /v1/users/active}. */
  CompletionStage<HttpResponse> active(HttpRequest request) {
    Parameters.of(request, Set.of());
    return access.reader(request).thenApply(reader -> active());
  }

  private HttpResponse active() {
    List<String> connected =
        inputs.presence().connected().stream()
            .flatMap(id -> inputs.people().withId(id).stream())
            .map(Account::name)
            .sorted()
            .toList();
    List<RecentSpeakers.Speaker> spoke =
        inputs.speakers().since(inputs.clock().millis() - ACTIVE_FOR.toMillis());
    return Json.response(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("connected");
          for (String name : connected) {
            json.writeString(name);
          }
          json.writeEndArray();
          json.writeArrayFieldStart("spoke");
          for (RecentSpeakers.Speaker speaker : spoke) {
            json.writeStartObject();
            json.writeStringField("user", speaker.name());
            json.writeStringField("at", Json.time(speaker.atMillis()));
            if (speaker.member()) {
              json.writeBooleanField("member", true);
            }
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** {@code GET /v1/search}. */
  CompletionStage<HttpResponse> search(HttpRequest request) {
    Parameters parameters =
        Parameters.of(request, Set.of("q", "room", "limit", Freshness.CONSISTENCY));
    String words = parameters.text("q").orElse("");
    if (words.length() > MAX_QUERY_LENGTH || !SearchIndex.hasWords(words)) {
      throw Parameters.invalid(
          "q", "q must have at least one word, and " + MAX_QUERY_LENGTH + " characters at most.");
    }
    Optional<String> room = parameters.text("room").map(name -> Fields.requireName("room", name));
    long limit = parameters.number("limit").orElse((long) DEFAULT_RESULTS);
    if (limit < 1 || limit > MAX_RESULTS) {
      throw Parameters.invalid("limit", "limit must be 1 to " + MAX_RESULTS + ".");
    }
    return access
        .reader(request)
        .thenCompose(
            reader ->
                freshness
                    .awaitAsked(request, parameters)
                    .thenApplyAsync(
                        fresh -> {
                          long indexedIndex = inputs.search().indexedIndex();
                          OptionalLong account =
                              reader.stream().mapToLong(Access.Caller::id).findFirst();
                          return found(
                              inputs.search().search(words, account, room, (int) limit),
                              indexedIndex);
                        },
                        blocking));
  }

  private static HttpResponse found(List<Happening> found, long indexedIndex) {
    return Json.response(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("messages");
          for (Happening happening : found) {
            switch (happening) {
              case ChatEvent event -> Json.writeEvent(json, event);
              case PersonalEvent event -> Json.writePersonal(json, event);
            }
          }
          json.writeEndArray();
          json.writeNumberField("indexedUpTo", indexedIndex);
          json.writeEndObject();
        });
  }
}
