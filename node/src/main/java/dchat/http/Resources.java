package dchat.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Paths with names and ids in them, and what answers each of their methods. */
final class Resources {

  /** Answers one method of one path. May throw, or fail with, a {@link ProblemException}. */
  interface Handler {
    /**
     * @param arguments what stands in the path in the place of each {@code {name}}, in order
     */
    CompletionStage<HttpResponse> answer(HttpRequest request, List<String> arguments);
  }

  private record Resource(List<String> pattern, Map<String, Handler> methods) {}

  private final Map<String, Resource> resources = new LinkedHashMap<>();

  /**
   * @param pattern such as {@code /v1/rooms/{room}}
   */
  Resources on(String method, String pattern, Handler handler) {
    resources
        .computeIfAbsent(
            pattern, p -> new Resource(List.of(p.substring(1).split("/")), new HashMap<>()))
        .methods()
        .put(method, handler);
    return this;
  }

  Resources on(String method, String pattern, Endpoint endpoint) {
    return on(method, pattern, (request, arguments) -> endpoint.answer(request));
  }

  /** Every path with its methods. */
  Map<String, List<String>> paths() {
    Map<String, List<String>> paths = new LinkedHashMap<>();
    resources.forEach(
        (path, r) -> paths.put(path, r.methods().keySet().stream().sorted().toList()));
    return paths;
  }

  /** What answers this request: at least that its method isn't; empty if there is no such path. */
  Optional<Endpoint> find(HttpRequest request) {
    List<String> path = new ArrayList<>();
    request.getUri().pathSegments().forEach(path::add);
    for (Resource resource : resources.values()) {
      Optional<List<String>> arguments = match(resource.pattern(), path);
      if (arguments.isPresent()) {
        return Optional.of(endpoint(resource, request, arguments.get()));
      }
    }
    return Optional.empty();
  }

  private static Endpoint endpoint(Resource resource, HttpRequest request, List<String> arguments) {
    String method = request.method().name();
    Handler handler = resource.methods().get(method.equals("HEAD") ? "GET" : method);
    if (handler == null) {
      var allowed = new TreeSet<>(resource.methods().keySet());
      if (allowed.contains("GET")) {
        allowed.add("HEAD");
      }
      String list = String.join(", ", allowed);
      return refused -> {
        throw Problem.of(ProblemType.METHOD_NOT_ALLOWED, "This path takes " + list + ".")
            .with("Allow", list)
            .asException();
      };
    }
    return asked -> handler.answer(asked, arguments);
  }

  private static Optional<List<String>> match(List<String> pattern, List<String> path) {
    if (pattern.size() != path.size()) {
      return Optional.empty();
    }
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < path.size(); i++) {
      if (pattern.get(i).startsWith("{")) {
        arguments.add(path.get(i));
      } else if (!pattern.get(i).equals(path.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(arguments);
  }
}
