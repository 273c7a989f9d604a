package dchat.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Which meter a request belongs to. Whatever is asked for, there are no more of them than routes
 * and methods: what people write in a path must not become the name of a measurement.
 */
final class RouteMeters {
  static final String OTHER = "other";
  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "DELETE");
  private static final String OTHER_METHOD = "OTHER";

  private record Pattern(List<String> segments, Map<String, HttpMeter.Route> meters) {}

  private final Map<String, Map<String, HttpMeter.Route>> exact = new HashMap<>();
  private final List<Pattern> patterns = new ArrayList<>();
  private final Map<String, HttpMeter.Route> others;
  private final HttpMeter.Route commands;

  /**
   * @param routes such as {@code /v1/rooms/{room}}
   */
  RouteMeters(HttpMeter meter, Collection<String> routes) {
    for (String route : routes) {
      Map<String, HttpMeter.Route> meters = meters(meter, route);
      if (route.contains("{")) {
        patterns.add(new Pattern(List.of(route.substring(1).split("/")), meters));
      } else {
        exact.put(route, meters);
      }
    }
    others = meters(meter, OTHER);
    commands = meter.route("POST", "/chat");
  }

  private static Map<String, HttpMeter.Route> meters(HttpMeter meter, String route) {
    Map<String, HttpMeter.Route> meters = new HashMap<>();
    METHODS.forEach(method -> meters.put(method, meter.route(method, route)));
    meters.put(OTHER_METHOD, meter.route(OTHER_METHOD, route));
    return meters;
  }

  /** Measures {@code POST /chat}, which there is far more of than of all others. */
  HttpResponse command(HttpResponse response, long begunNanos) {
    commands.answered(response.status().intValue(), System.nanoTime() - begunNanos);
    return response;
  }

  HttpResponse any(HttpRequest request, HttpResponse response, long begunNanos) {
    Map<String, HttpMeter.Route> meters = find(request.getUri().getPathString());
    HttpMeter.Route meter = meters.get(request.method().name());
    (meter == null ? meters.get(OTHER_METHOD) : meter)
        .answered(response.status().intValue(), System.nanoTime() - begunNanos);
    return response;
  }

  private Map<String, HttpMeter.Route> find(String path) {
    Map<String, HttpMeter.Route> found = exact.get(path);
    if (found != null) {
      return found;
    }
    String[] segments = path.startsWith("/") ? path.substring(1).split("/") : new String[0];
    for (Pattern pattern : patterns) {
      if (matches(pattern.segments(), segments)) {
        return pattern.meters();
      }
    }
    return others;
  }

  private static boolean matches(List<String> pattern, String[] path) {
    if (pattern.size() != path.length) {
      return false;
    }
    for (int i = 0; i < path.length; i++) {
      if (!pattern.get(i).startsWith("{") && !pattern.get(i).equals(path[i])) {
        return false;
      }
    }
    return true;
  }
}
