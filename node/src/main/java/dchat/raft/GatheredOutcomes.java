package dchat.raft;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The outcomes of commands that were proposed together, until each is known. They come from the
 * RaftActor's thread as well as from the Applier's; the last one answers.
 */
final class GatheredOutcomes {
  private final RaftActor.ProposeReply[] outcomes;
  private final AtomicInteger missing;
  private final ActorRef<RaftActor.ProposeAllReply> replyTo;

  GatheredOutcomes(int count, ActorRef<RaftActor.ProposeAllReply> replyTo) {
    this.outcomes = new RaftActor.ProposeReply[count];
    this.missing = new AtomicInteger(count);
    this.replyTo = replyTo;
    if (count == 0) {
      replyTo.tell(new RaftActor.ProposeAllReply(List.of()));
    }
  }

  /** Takes the outcome of that command; to be called once. */
  Consumer<RaftActor.ProposeReply> of(int position) {
    return outcome -> {
      outcomes[position] = outcome;
      // Counting down publishes what was written before it, and the last one sees all of it.
      if (missing.decrementAndGet() == 0) {
        replyTo.tell(new RaftActor.ProposeAllReply(List.copyOf(Arrays.asList(outcomes))));
      }
    };
  }
}
