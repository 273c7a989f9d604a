package dchat.http;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What answers one path. May throw, or fail with, a {@link ProblemException}. */
@FunctionalInterface
interface Endpoint {
  CompletionStage<HttpResponse> answer(HttpRequest request);
}
