package dchat.client.bench;

import java.util.Map;
import java.util.TreeMap;

/** How often what happened, by kind. For what is rare. */
final class Tally {
  private final Map<String, Long> counts = new TreeMap<>();

  void add(String kind, long times) {
    synchronized (counts) {
      counts.merge(kind, times, Long::sum);
    }
  }

  long total() {
    synchronized (counts) {
      return counts.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  Map<String, Long> byKind() {
    synchronized (counts) {
      return new TreeMap<>(counts);
    }
  }
}
