package dchat.tls;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says the same thing once a minute at most: who is refused calls again at once. Bounded, because
 * strangers choose what their certificates say.
 */
final class Complaints {
  private static final Logger log = LoggerFactory.getLogger(Complaints.class);
  private static final long SILENCE_NANOS = 60_000_000_000L;
  private static final int REMEMBERED = 100;

  private final Map<String, Long> lastSaidNanos =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  void warn(String line) {
    if (isNew(line)) {
      // Names in certificates may be anything.
      log.warn("{}", line.replaceAll("\\p{Cntrl}", "?"));
    }
  }

  private synchronized boolean isNew(String line) {
    long now = System.nanoTime();
    Long last = lastSaidNanos.get(line);
    if (last != null && now - last < SILENCE_NANOS) {
      return false;
    }
    lastSaidNanos.put(line, now);
    return true;
  }
}
