package dchat.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.chat.ChatResult;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** What a command is answered that took effect. */
final class Answers {
  private Answers() {}

  static HttpResponse of(StatusCode status, ObjectNode body, ChatResult.Accepted accepted) {
    HttpResponse response =
        HttpResponse.create()
            .withStatus(status)
            .withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(body));
    return accepted.replayed()
        ? response.addHeader(RawHeader.create("Idempotency-Replayed", "true"))
        : response;
  }

  /** For what is made by PUT: 201, or 200 for a repetition. */
  static HttpResponse createdOrReplayed(ChatResult.Accepted accepted) {
    return index(accepted.replayed() ? StatusCodes.OK : StatusCodes.CREATED, accepted);
  }

  /** Only where it took effect. */
  static HttpResponse index(StatusCode status, ChatResult.Accepted accepted) {
    return of(status, Json.object().put("index", accepted.index()), accepted);
  }
}
