package dchat.raft;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Commands that this follower handed to its leader and whose answers it waits for. One that can't
 * be answered any more ends as unknown, never as failed: the leader may have proposed it.
 */
final class Forwarding {

  private record Pending(Consumer<RaftActor.ProposeReply> waiter, long deadlineNanos) {}

  private final Map<Long, Pending> pending = new LinkedHashMap<>();
  private long lastRequestId;

  /**
   * @param firstRequestId drawn anew at each start of the node: an answer may arrive after a
   *     restart, and must not be taken for one to a question asked since
   */
  Forwarding(long firstRequestId) {
    lastRequestId = firstRequestId;
  }

  /**
   * Notes who waits.
   *
   * @return the id that the answer will carry
   */
  long add(Consumer<RaftActor.ProposeReply> waiter, long deadlineNanos) {
    pending.put(++lastRequestId, new Pending(waiter, deadlineNanos));
    return lastRequestId;
  }

  int size() {
    return pending.size();
  }

  void complete(PeerMessage.ForwardedReply reply) {
    Pending found = pending.remove(reply.requestId());
    if (found != null) {
      found.waiter().accept(decode(reply));
    }
  }

  /** Ends whatever waits past its deadline; {@code nowNanos} by the clock of the deadlines. */
  void expire(long nowNanos) {
    Iterator<Pending> oldestFirst = pending.values().iterator();
    while (oldestFirst.hasNext()) {
      Pending next = oldestFirst.next();
      if (next.deadlineNanos() - nowNanos > 0) {
        return;
      }
      oldestFirst.remove();
      next.waiter().accept(new RaftActor.OutcomeUnknown("the leader didn't answer in time"));
    }
  }

  void failAll(String reason) {
    pending.values().forEach(p -> p.waiter().accept(new RaftActor.OutcomeUnknown(reason)));
    pending.clear();
  }

  /** How a leader's answer travels back. */
  static PeerMessage.ForwardedReply encode(
      String cluster, NodeId self, long term, long requestId, RaftActor.ProposeReply reply) {
    record Parts(
        PeerMessage.ForwardedReply.Outcome outcome,
        long index,
        byte[] result,
        Optional<String> reason) {}
    byte[] none = new byte[0];
    Parts parts =
        switch (reply) {
          case RaftActor.Committed(var index, var result) ->
              new Parts(
                  PeerMessage.ForwardedReply.Outcome.COMMITTED, index, result, Optional.empty());
          case RaftActor.NotLeader ignored ->
              new Parts(PeerMessage.ForwardedReply.Outcome.NOT_LEADER, 0, none, Optional.empty());
          case RaftActor.Overloaded(var reason) ->
              new Parts(
                  PeerMessage.ForwardedReply.Outcome.OVERLOADED, 0, none, Optional.of(reason));
          case RaftActor.OutcomeUnknown(var reason) ->
              new Parts(PeerMessage.ForwardedReply.Outcome.UNKNOWN, 0, none, Optional.of(reason));
        };
    return new PeerMessage.ForwardedReply(
        cluster,
        self,
        term,
        requestId,
        parts.outcome(),
        parts.index(),
        parts.result(),
        parts.reason());
  }

  private static RaftActor.ProposeReply decode(PeerMessage.ForwardedReply reply) {
    String reason = reply.reason().orElse("the leader gave no reason");
    return switch (reply.outcome()) {
      case COMMITTED -> new RaftActor.Committed(reply.index(), reply.result());
      case NOT_LEADER -> new RaftActor.NotLeader(Optional.empty());
      case OVERLOADED -> new RaftActor.Overloaded(reason);
      case UNKNOWN -> new RaftActor.OutcomeUnknown(reason);
    };
  }
}
