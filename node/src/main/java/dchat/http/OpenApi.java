package dchat.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;

/** {@code GET /openapi.yaml}: the interface, described for programs. */
final class OpenApi {
  private static final ContentType YAML =
      MediaTypes.customWithFixedCharset("application", "yaml", HttpCharsets.UTF_8, Map.of(), false)
          .toContentType();

  private OpenApi() {}

  static CompletionStage<HttpResponse> answer(HttpRequest request) {
    Parameters.of(request, Set.of());
    return CompletableFuture.completedFuture(
        HttpResponse.create().withEntity(YAML, text().getBytes(StandardCharsets.UTF_8)));
  }

  static String text() {
    try (InputStream file = OpenApi.class.getResourceAsStream("openapi.yaml")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the description of the interface can't be read", e);
    }
  }
}
