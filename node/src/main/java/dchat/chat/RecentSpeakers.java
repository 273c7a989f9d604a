package dchat.chat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who has said something in public lately, on whatever node. Bounded: of very many speakers the one
 * silent for longest is forgotten. Safe for concurrent use.
 */
public final class RecentSpeakers implements ChatListener {
  private static final int MAX_SPEAKERS = 5_000;

  /** After a start: as far back as one look into the history goes. */
  private static final int EVENTS_LOOKED_BACK = 2_000;

  /** Somebody who spoke, by name, and when that was. */
  public record Speaker(String name, boolean member, long atMillis) {}

  private final ChatQueries queries;
  private final Map<String, Speaker> speakers =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Speaker> eldest) {
          return size() > MAX_SPEAKERS;
        }
      };

  /** Begins with the newest part of the history. */
  public RecentSpeakers(ChatQueries queries) {
    this.queries = queries;
    lookBack();
  }

  /** Who spoke at {@code sinceMillis} or later, the last one first. */
  public List<Speaker> since(long sinceMillis) {
    List<Speaker> recent;
    synchronized (this) {
      recent = new ArrayList<>(speakers.values());
    }
    return recent.stream()
        .filter(speaker -> speaker.atMillis() >= sinceMillis)
        .sorted(Comparator.comparingLong(Speaker::atMillis).reversed())
        .toList();
  }

  @Override
  public synchronized void onApplied(long appliedIndex, List<Happening> events) {
    for (Happening event : events) {
      if (event instanceof ChatEvent line && line.type() == ChatEvent.Type.CHAT) {
        note(line);
      }
    }
  }

  @Override
  public void onReset(long appliedIndex) {
    lookBack();
  }

  private synchronized void lookBack() {
    long from = Math.max(0, queries.appliedIndex() - EVENTS_LOOKED_BACK);
    for (ChatEvent event : queries.page(queries.history(from), EVENTS_LOOKED_BACK)) {
      if (event.type() == ChatEvent.Type.CHAT) {
        note(event);
      }
    }
  }

  private void note(ChatEvent line) {
    speakers.put(
        line.user(),
        new Speaker(line.user(), line.standing() == ChatEvent.Standing.MEMBER, line.atMillis()));
  }
}
