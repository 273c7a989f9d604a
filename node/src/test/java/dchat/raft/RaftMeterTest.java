package dchat.raft;

import static dchat.raft.ReplicaFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What a replica tells of its own speed. */
class RaftMeterTest extends ReplicaTest {

  @Test
  void a_leader_measures_a_batch_once_however_many_commands_are_in_it() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    // It knows what A holds, and has nothing to look up that could split the batch.
    awaitSentToA(replica, append -> append.prevLogIndex() == 1);
    replica.meter.heard.clear();

    replica.whileBusy(() -> List.of("a", "b", "c").forEach(replica::propose));
    Journal.Write write = replica.expectWrite();
    awaitSentToA(replica, append -> append.entries().size() == 3);
    replica.clock.advance(Duration.ofMillis(7));
    replica.durable(write);
    replica.awaitStatus(s -> replica.meter.heard.contains("journal 3 in 7 ms"));
    replica.clock.advance(Duration.ofMillis(4));
    replica.accepted(A, term, 4);
    replica.awaitStatus(s -> s.appliedIndex() == 4);

    replica.awaitStatus(s -> replica.meter.heard.contains("appended in 11 ms"));
    assertThat(replica.meter.heard)
        .containsExactlyInAnyOrder(
            "journal 3 in 7 ms", "appended in 11 ms", "committed in 11 ms", "applied 3");
  }

  private static void awaitSentToA(
      ReplicaFixture replica, Predicate<PeerMessage.AppendEntries> wanted) {
    PeerMessage.AppendEntries append = replica.expect(PeerMessage.AppendEntries.class, A);
    while (!wanted.test(append)) {
      append = replica.expect(PeerMessage.AppendEntries.class, A);
    }
  }

  @Test
  void a_follower_measures_its_journal_and_what_it_applies() {
    var replica = replica(3);
    replica.appendEntries(A, 3, 0, 0, 2, entry(1, 3), entry(2, 3));
    Journal.Write write = replica.expectWrite();
    replica.clock.advance(Duration.ofMillis(5));
    replica.durable(write);
    replica.awaitStatus(s -> s.appliedIndex() == 2);
    assertThat(replica.meter.heard).containsExactly("journal 2 in 5 ms", "applied 2");
  }

  @Test
  void who_is_refused_is_counted_with_the_reason() {
    var replica = replica(3);
    replica.propose("a").receiveMessage();
    assertThat(replica.meter.heard).containsExactly("rejected NOT_LEADER");

    replica.becomeLeader();
    replica.meter.heard.clear();
    int most = replica.settings().maxProposals();
    for (int i = 0; i < most; i++) {
      replica.propose("b");
    }
    replica.settle();
    assertThat(replica.meter.heard).containsExactly("rejected OVERLOADED");
  }
}
