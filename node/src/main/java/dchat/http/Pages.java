package dchat.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dchat.chat.PersonalQueries.Page;
import dchat.chat.PersonalQueries.PageRequest;
import dchat.chat.PersonalQueries.PageRequest.Direction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Pages of a conversation, in both directions. A cursor stands between two messages, and stays
 * valid whatever is said or deleted later; what is in it is nobody's business.
 */
final class Pages {
  static final Set<String> PARAMETERS = Set.of("before", "after", "limit", Freshness.CONSISTENCY);
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;

  private Pages() {}

  /** Without a cursor it begins at the newest message. */
  static PageRequest requested(Parameters parameters) {
    Optional<Long> before = parameters.text("before").map(cursor -> index("before", cursor));
    Optional<Long> after = parameters.text("after").map(cursor -> index("after", cursor));
    if (before.isPresent() && after.isPresent()) {
      throw Parameters.invalid("after", "A page is before or after a cursor, not both.");
    }
    long limit = parameters.number("limit").orElse((long) DEFAULT_LIMIT);
    if (limit < 1 || limit > MAX_LIMIT) {
      throw Parameters.invalid("limit", "limit must be 1 to " + MAX_LIMIT + ".");
    }
    return new PageRequest(
        after.or(() -> before).orElse(Long.MAX_VALUE),
        after.isPresent() ? Direction.AFTER : Direction.BEFORE,
        (int) limit);
  }

  /** What writes one message. */
  interface Writing<T> {
    void to(JsonGenerator json, T message) throws IOException;
  }

  /**
   * {@code prev} goes on to older messages with {@code before}, {@code next} to newer ones with
   * {@code after}: also to those that are yet to come.
   */
  static <T> HttpResponse response(
      PageRequest request, Page<T> page, ToLongFunction<T> index, Writing<T> writing) {
    boolean empty = page.messages().isEmpty();
    boolean older = request.direction() == Direction.AFTER || page.more();
    long newest =
        !empty
            ? index.applyAsLong(page.messages().getLast())
            : request.index() == Long.MAX_VALUE ? 0 : request.index();
    return Json.response(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("messages");
          for (T message : page.messages()) {
            writing.to(json, message);
          }
          json.writeEndArray();
          if (older && !empty) {
            json.writeStringField("prev", cursor(index.applyAsLong(page.messages().getFirst())));
          } else {
            json.writeNullField("prev");
          }
          json.writeStringField("next", cursor(newest));
          json.writeEndObject();
        });
  }

  private static String cursor(long index) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(("m" + index).getBytes(StandardCharsets.US_ASCII));
  }

  private static long index(String parameter, String cursor) {
    try {
      String decoded = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
      Optional<Long> index =
          decoded.startsWith("m") ? Numbers.nonNegative(decoded.substring(1)) : Optional.empty();
      if (index.isPresent()) {
        return index.get();
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw Parameters.invalid(parameter, parameter + " must be a cursor from an earlier page.");
  }
}
