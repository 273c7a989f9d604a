package dchat.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * An error as the caller gets it (RFC 9457).
 *
 * @param detail one sentence about this very occurrence
 * @param field the field or parameter it is about, if it is about one
 * @param headers further headers of the answer
 */
record Problem(ProblemType type, String detail, Optional<String> field, List<HttpHeader> headers) {
  private static final ContentType CONTENT_TYPE =
      MediaTypes.customWithFixedCharset(
              "application", "problem+json", HttpCharsets.UTF_8, Map.of(), false)
          .toContentType();

  static Problem of(ProblemType type, String detail) {
    return new Problem(type, detail, Optional.empty(), List.of());
  }

  static Problem ofField(ProblemType type, String field, String detail) {
    return new Problem(type, detail, Optional.of(field), List.of());
  }

  Problem with(String header, String value) {
    List<HttpHeader> more = new ArrayList<>(headers);
    more.add(RawHeader.create(header, value));
    return new Problem(type, detail, field, List.copyOf(more));
  }

  /** The same about an element of a list. */
  Problem inList(int position) {
    return new Problem(
        type,
        "Command %d of the list: %s".formatted(position, detail),
        field.map(name -> "[%d].%s".formatted(position, name)),
        headers);
  }

  ObjectNode body() {
    var body = Json.object();
    body.put("type", "urn:dchat:problem:" + type.code);
    body.put("title", type.title);
    body.put("status", type.status);
    body.put("detail", detail);
    body.put("code", type.code);
    field.ifPresent(name -> body.put("field", name));
    return body;
  }

  HttpResponse response() {
    return HttpResponse.create()
        .withStatus(StatusCodes.get(type.status))
        .addHeaders(headers)
        .withEntity(CONTENT_TYPE, Json.bytes(body()));
  }

  /** As an exception, where a value can't be returned instead. */
  ProblemException asException() {
    return new ProblemException(this);
  }
}
