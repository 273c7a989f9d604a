package dchat.client.tui;

import dchat.client.api.ActivePeople;
import dchat.client.api.ChatEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who is there.
 *
 * @param lastSpoke by user, by the cluster's clock
 * @param connected who is signed in and reads along, as the nodes last said
 * @param skew how much the cluster's clock is ahead of this machine's
 */
record Presence(Map<String, Instant> lastSpoke, Set<String> connected, Duration skew) {
  /** Who spoke within this time counts as active. */
  static final Duration ACTIVE_FOR = Duration.ofMinutes(5);

  /** Who spoke within this time is surely still there. */
  private static final Duration HERE_FOR = Duration.ofMinutes(1);

  /** When more are remembered, those go who haven't spoken lately. */
  private static final int MOST_PEOPLE = 500;

  static final Presence NOBODY = new Presence(Map.of(), Set.of(), Duration.ZERO);

  Presence {
    lastSpoke = Map.copyOf(lastSpoke);
    connected = Set.copyOf(connected);
  }

  /**
   * A person.
   *
   * @param here whether they are signed in somewhere, or spoke a moment ago
   * @param ago how long ago they last spoke, if that was within five minutes
   */
  record Active(String user, boolean here, Optional<Duration> ago) {}

  /** Who is there or was a moment ago; who spoke last comes first. */
  List<Active> active(Instant now) {
    Instant there = now.plus(skew);
    Set<String> users = new HashSet<>(connected);
    lastSpoke.forEach(
        (user, at) -> {
          if (at.isAfter(there.minus(ACTIVE_FOR))) {
            users.add(user);
          }
        });
    return users.stream()
        .map(user -> active(user, there))
        .sorted(
            Comparator.comparing((Active a) -> !a.here())
                .thenComparing(a -> a.ago().orElse(ACTIVE_FOR))
                .thenComparing(Active::user))
        .toList();
  }

  private Active active(String user, Instant there) {
    Optional<Duration> ago =
        Optional.ofNullable(lastSpoke.get(user))
            .map(at -> Duration.between(at, there))
            .filter(d -> d.compareTo(ACTIVE_FOR) < 0)
            .map(d -> d.isNegative() ? Duration.ZERO : d);
    boolean lately = ago.filter(d -> d.compareTo(HERE_FOR) < 0).isPresent();
    return new Active(user, connected.contains(user) || lately, ago);
  }

  /** By an event of this moment, the cluster's clock is so much ahead. */
  Presence at(Instant there, Instant now) {
    return new Presence(lastSpoke, connected, Duration.between(now, there));
  }

  Presence spoke(ChatEvent event) {
    return spoke(event.user(), event.at());
  }

  Presence spoke(String user, Instant at) {
    Map<String, Instant> spoke = new HashMap<>(lastSpoke);
    spoke.merge(user, at, (a, b) -> a.isAfter(b) ? a : b);
    if (spoke.size() > MOST_PEOPLE) {
      spoke.values().removeIf(then -> then.isBefore(at.minus(ACTIVE_FOR)));
    }
    return new Presence(spoke, connected, skew);
  }

  /** As the nodes say; who was seen speaking here stays. */
  Presence with(ActivePeople told) {
    Presence merged = new Presence(lastSpoke, Set.copyOf(told.connected()), skew);
    for (Map.Entry<String, Instant> speaker : told.spoke().entrySet()) {
      merged = merged.spoke(speaker.getKey(), speaker.getValue());
    }
    return merged;
  }

  /** Everybody known, for completion. */
  List<String> names() {
    TreeSet<String> names = new TreeSet<>(lastSpoke.keySet());
    names.addAll(connected);
    return List.copyOf(names);
  }
}
