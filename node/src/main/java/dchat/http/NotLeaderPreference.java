package dchat.http;

import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** What a request wants to happen if this node isn't the leader (RFC 7240, {@code Prefer}). */
final class NotLeaderPreference {
  private static final String NAME = "dchat-not-leader=";

  private NotLeaderPreference() {}

  /**
   * @return whether to forward; empty if the request says nothing, or nothing understood, about it
   */
  static Optional<Boolean> of(HttpRequest request) {
    for (HttpHeader header : request.getHeaders()) {
      if (header.is("prefer")) {
        for (String preference : header.value().split("[,;]")) {
          String wanted = preference.strip().toLowerCase(Locale.ROOT).replace("\"", "");
          if (wanted.startsWith(NAME)) {
            return switch (wanted.substring(NAME.length())) {
              case "forward" -> Optional.of(true);
              case "redirect" -> Optional.of(false);
              // A preference that isn't understood is ignored, says the RFC.
              default -> Optional.empty();
            };
          }
        }
      }
    }
    return Optional.empty();
  }
}
