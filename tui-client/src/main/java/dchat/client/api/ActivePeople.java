package dchat.client.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Who is there.
 *
 * @param connected who is signed in and reads along just now, on any node
 * @param spoke who said something in the last minutes, and when
 */
public record ActivePeople(List<String> connected, Map<String, Instant> spoke) {
  public ActivePeople {
    connected = List.copyOf(connected);
    spoke = Map.copyOf(spoke);
  }
}
