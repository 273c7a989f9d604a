package dchat.http;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it hears. */
final class RecordingMeter implements HttpMeter {
  final Set<String> routes = ConcurrentHashMap.newKeySet();
  final List<String> answered = new CopyOnWriteArrayList<>();
  final List<Moment> moments = new CopyOnWriteArrayList<>();

  @Override
  public Route route(String method, String route) {
    routes.add(route);
    return (status, nanos) -> {
      if (nanos < 0) {
        throw new IllegalArgumentException("answered before it came");
      }
      answered.add(method + " " + route + " " + status);
    };
  }

  @Override
  public String page(Moment moment) {
    moments.add(moment);
    return "page " + moments.size() + "\n";
  }

  Set<String> distinct() {
    return new TreeSet<>(answered);
  }
}
