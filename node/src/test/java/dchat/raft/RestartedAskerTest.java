package dchat.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A node asks its leader, restarts, and asks again; the first answer arrives only then. */
class RestartedAskerTest {
  private static final long DEADLINE_NANOS = 1_000_000_000;

  @Test
  void rule_15_an_answer_to_a_command_of_an_earlier_run_reaches_nobody() {
    long earlierId = new Forwarding(new Random(1).nextLong()).add(reply -> {}, DEADLINE_NANOS);
    List<RaftActor.ProposeReply> answers = new ArrayList<>();
    Forwarding restarted = new Forwarding(new Random(2).nextLong());
    restarted.add(answers::add, DEADLINE_NANOS);

    restarted.complete(
        new PeerMessage.ForwardedReply(
            "test",
            new NodeId("leader"),
            1,
            earlierId,
            PeerMessage.ForwardedReply.Outcome.COMMITTED,
            7,
            new byte[0],
            Optional.empty()));

    assertThat(answers).isEmpty();
  }

  @Test
  void rule_9_an_index_told_to_an_earlier_run_confirms_no_read() {
    long earlierId = askedBy(new PendingReads(new Random(1).nextLong()), reply -> {});
    List<RaftActor.ReadReply> answers = new ArrayList<>();
    PendingReads restarted = new PendingReads(new Random(2).nextLong());
    askedBy(restarted, answers::add);

    restarted.confirmed(earlierId, OptionalLong.of(7), 7);

    assertThat(answers).isEmpty();
  }

  private static long askedBy(PendingReads reads, Consumer<RaftActor.ReadReply> waiter) {
    reads.add(waiter, DEADLINE_NANOS);
    return reads.nextQuestion(0, 1).orElseThrow();
  }
}
