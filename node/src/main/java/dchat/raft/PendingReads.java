package dchat.raft;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads on this node that wait: first for the index from which on they are fresh, then until the
 * state machine has come that far. One question to the leader is for all reads that came before it;
 * who comes while it is under way waits for the next.
 */
final class PendingReads {

  private record Pending(Consumer<RaftActor.ReadReply> waiter, long deadlineNanos) {}

  private final List<Pending> unasked = new ArrayList<>();
  private final Map<Long, List<Pending>> unconfirmed = new HashMap<>();
  private final TreeMap<Long, List<Pending>> unapplied = new TreeMap<>();
  private long lastRequestId;
  private boolean isAsking;
  private long askedNanos;

  /**
   * @param firstRequestId drawn anew at each start of the node: an answer may arrive after a
   *     restart, and its index would be too old for a read that began since
   */
  PendingReads(long firstRequestId) {
    lastRequestId = firstRequestId;
  }

  /** Notes a read whose index the leader has to tell. */
  void add(Consumer<RaftActor.ReadReply> waiter, long deadlineNanos) {
    unasked.add(new Pending(waiter, deadlineNanos));
  }

  /**
   * A question for all that wait for one, if there are any and none is under way.
   *
   * @param patienceNanos after so long the one under way may be lost, and nobody waits for it
   * @return the id that its answer will carry
   */
  OptionalLong nextQuestion(long nowNanos, long patienceNanos) {
    boolean underWay = isAsking && nowNanos - askedNanos < patienceNanos;
    if (unasked.isEmpty() || underWay) {
      return OptionalLong.empty();
    }
    unconfirmed.put(++lastRequestId, new ArrayList<>(unasked));
    unasked.clear();
    isAsking = true;
    askedNanos = nowNanos;
    return OptionalLong.of(lastRequestId);
  }

  int size() {
    return unasked.size() + unconfirmed.size() + unapplied.size();
  }

  /** The leader has told the index, or that it can't. */
  void confirmed(long requestId, OptionalLong index, long appliedIndex) {
    List<Pending> found = unconfirmed.remove(requestId);
    if (found == null) {
      return;
    }
    if (requestId == lastRequestId) {
      isAsking = false;
    }
    if (index.isPresent()) {
      found.forEach(pending -> waitFor(index.getAsLong(), pending, appliedIndex));
    } else {
      refuse(found, "no leader could confirm the read");
    }
  }

  /** Whoever was asked won't answer any more. */
  void leaderUnknown(String reason) {
    List<Pending> waiting = new ArrayList<>(unasked);
    unconfirmed.values().forEach(waiting::addAll);
    unasked.clear();
    unconfirmed.clear();
    isAsking = false;
    refuse(waiting, reason);
  }

  private static void refuse(List<Pending> waiting, String reason) {
    waiting.forEach(pending -> pending.waiter().accept(notConfirmed(reason)));
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
    unasked.removeIf(pending -> isLate(pending, nowNanos, unanswered));
    removeLate(unconfirmed.values(), nowNanos, unanswered);
    List<Pending> behind = new ArrayList<>();
    removeLate(unapplied.values(), nowNanos, behind);
    refuse(unanswered, "the leader didn't answer in time");
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

  private static void removeLate(
      Collection<List<Pending>> waiting, long nowNanos, List<Pending> late) {
    waiting.removeIf(
        all -> {
          all.removeIf(pending -> isLate(pending, nowNanos, late));
          return all.isEmpty();
        });
  }

  private static boolean isLate(Pending pending, long nowNanos, List<Pending> late) {
    boolean isLate = pending.deadlineNanos() - nowNanos <= 0;
    if (isLate) {
      late.add(pending);
    }
    return isLate;
  }
}
