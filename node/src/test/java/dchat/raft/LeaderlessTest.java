package dchat.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the person on call reads when nobody leads. */
@ResourceLock(LogLines.LOGGER)
class LeaderlessTest extends ReplicaTest {
  private static final Duration SOME_HEARTBEATS = Duration.ofMillis(150);
  private static final String NO_LEADER = "had no leader";

  @Test
  void a_long_search_for_a_leader_is_told_once_with_who_can_be_heard() {
    var replica = replica(3);
    try (LogLines log = logLines()) {
      pass(replica, SOME_HEARTBEATS);
      replica.preVoteRequest(A, 4, 0, 0);
      pass(replica, Leaderless.PATIENCE);
      pass(replica, Leaderless.PATIENCE);

      assertThat(log.containing(NO_LEADER))
          .containsExactly(
              "WARN self has had no leader for 10 s: a is heard but doesn't answer, b is silent");

      replica.appendEntries(A, 3, 0, 0, 0);
      pass(replica, SOME_HEARTBEATS);
      assertThat(log.containing("INFO self has a leader again: a, after ")).hasSize(1);
    }
  }

  @Test
  void who_answers_is_told_from_who_only_asks() {
    var replica = replica(3);
    try (LogLines log = logLines()) {
      pass(replica, SOME_HEARTBEATS);
      replica.tell(new PeerMessage.PreVoteReply(ReplicaFixture.CLUSTER, A, 3, 4, false));
      replica.preVoteRequest(B, 4, 0, 0);
      pass(replica, Leaderless.PATIENCE);

      assertThat(log.containing(NO_LEADER))
          .containsExactly(
              "WARN self has had no leader for 10 s: a answers, b is heard but doesn't answer");
    }
  }

  @Test
  void searches_that_find_a_leader_in_time_are_not_told_however_many() {
    var replica = replica(3);
    try (LogLines log = logLines()) {
      for (int i = 0; i < 3; i++) {
        pass(replica, ReplicaFixture.ELECTION_TIMEOUT.plus(SOME_HEARTBEATS));
        assertThat(replica.status.get().leader()).isEmpty();
        pass(replica, Leaderless.PATIENCE.minusSeconds(1));
        replica.appendEntries(A, 3, 0, 0, 0);
        pass(replica, SOME_HEARTBEATS);
        assertThat(replica.status.get().leader()).isPresent();
      }

      assertThat(log.containing(NO_LEADER)).isEmpty();
      assertThat(log.containing("leader again")).isEmpty();
    }
  }

  private static void pass(ReplicaFixture replica, Duration time) {
    replica.settle();
    replica.clock.advance(time);
    replica.settle();
  }
}
