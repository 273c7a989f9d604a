package dchat.raft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads on this node that wait: first for the index from which on they are fresh, then until the
 * state machine has come that far.
 */
final class PendingReads {

  private record Pending(Consumer<RaftActor.ReadReply> waiter, long deadlineNanos) {}

  private final Map<Long, Pending> unconfirmed = new HashMap<>();
  private final TreeMap<Long, List<Pending>> unapplied = new TreeMap<>();
  private long lastRequestId;

  /**
   * @param firstRequestId drawn anew at each start of the node: an answer may arrive after a
   *     restart, and its index would be too old for a read that began since
   */
  PendingReads(long firstRequestId) {
    lastRequestId = firstRequestId;
  }

  /**
   * Notes a read whose index the leader has to tell.
   *
   * @return the id that its answer will carry
   */
  long add(Consumer<RaftActor.ReadReply> waiter, long deadlineNanos) {
    unconfirmed.put(++lastRequestId, new Pending(waiter, deadlineNanos));
    return lastRequestId;
  }

  int size() {
    return unconfirmed.size() + unapplied.size();
  }

  /** The leader has told the index, or that it can't. */
  void confirmed(long requestId, OptionalLong index, long appliedIndex) {
    Pending found = unconfirmed.remove(requestId);
    if (found == null) {
      return;
    }
    if (index.isPresent()) {
      waitFor(index.getAsLong(), found, appliedIndex);
    } else {
      found.waiter().accept(notConfirmed("no leader could confirm the read"));
    }
  }

  /** Whoever was asked won't answer any more. */
  void leaderUnknown(String reason) {
    List<Pending> asked = List.copyOf(unconfirmed.values());
    unconfirmed.clear();
    asked.forEach(p -> p.waiter().accept(notConfirmed(reason)));
  }

  /** Answers {@code waiter} as soon as {@code index} is applied. */
  void awaitApplied(
      long index, Consumer<RaftActor.ReadReply> waiter, long deadlineNanos, long appliedIndex) {
    waitFor(index, new Pending(waiter, deadlineNanos), appliedIndex);
  }

  private void waitFor(long index, Pending pending, long appliedIndex) {
    if (index <= appliedIndex) {
      pending.waiter().accept(new RaftActor.ReadReady(appliedIndex));
    } else {
      unapplied.computeIfAbsent(index, i -> new ArrayList<>()).add(pending);
    }
  }

  void applied(long appliedIndex) {
    Map<Long, List<Pending>> ready = unapplied.headMap(appliedIndex, true);
    ready
        .values()
        .forEach(all -> all.forEach(p -> p.waiter().accept(new RaftActor.ReadReady(appliedIndex))));
    ready.clear();
  }

  /** Ends whatever waits past its deadline. */
  void expire(long nowNanos) {
    List<Pending> unanswered = new ArrayList<>();
    unconfirmed.values().removeIf(pending -> isLate(pending, nowNanos, unanswered));
    List<Pending> behind = new ArrayList<>();
    unapplied
        .values()
        .removeIf(
            all -> {
              all.removeIf(pending -> isLate(pending, nowNanos, behind));
              return all.isEmpty();
            });
    unanswered.forEach(p -> p.waiter().accept(notConfirmed("the leader didn't answer in time")));
    behind.forEach(
        p ->
            p.waiter()
                .accept(
                    new RaftActor.ReadRefused(
                        RaftActor.ReadRefusal.BEHIND, "this node didn't get so far in time")));
  }

  static RaftActor.ReadRefused notConfirmed(String reason) {
    return new RaftActor.ReadRefused(RaftActor.ReadRefusal.NOT_CONFIRMED, reason);
  }

  private static boolean isLate(Pending pending, long nowNanos, List<Pending> late) {
    boolean isLate = pending.deadlineNanos() - nowNanos <= 0;
    if (isLate) {
      late.add(pending);
    }
    return isLate;
  }
}
