package dchat.chat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is connected: here, by what this node sees itself, and elsewhere, by what the other nodes
 * said last. Never goes through the log. Safe for concurrent use.
 */
public final class Presence {
  /** More than this a node doesn't tell of; it fits into one message between nodes. */
  static final int MAX_TOLD = 10_000;

  private final Map<Long, Integer> here = new ConcurrentHashMap<>();
  private final Map<String, Set<Long>> elsewhere = new ConcurrentHashMap<>();

  /**
   * Somebody has connected.
   *
   * @param account of who it is
   * @return to be run once, when the connection has ended
   */
  public Runnable enter(long account) {
    here.merge(account, 1, Integer::sum);
    return () -> here.computeIfPresent(account, (id, count) -> count == 1 ? null : count - 1);
  }

  /** The accounts of who is connected to any node. */
  public Set<Long> connected() {
    Set<Long> everywhere = new TreeSet<>(here.keySet());
    elsewhere.values().forEach(everywhere::addAll);
    return everywhere;
  }

  /** The accounts of who is connected to this node. */
  Set<Long> connectedHere() {
    return Set.copyOf(here.keySet());
  }

  /** What another node sees, in the place of what it saw before. */
  void setElsewhere(String node, Set<Long> accounts) {
    elsewhere.put(node, Set.copyOf(accounts));
  }

  /** Nothing was heard of that node for too long. */
  void forget(String node) {
    elsewhere.remove(node);
  }
}
