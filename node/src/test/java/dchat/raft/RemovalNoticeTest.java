package dchat.raft;

import static dchat.raft.MembershipChangeTest.configuration;
import static dchat.raft.ReplicaFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Who missed its removal comes to know of it (thesis, section 4.2.3 leaves it asking for votes).
 */
class RemovalNoticeTest extends ReplicaTest {

  /** Its farewell may not have reached it; and it asks for votes that nobody will give. */
  @Test
  void who_asks_for_votes_after_its_removal_is_told_that_it_is_no_member() {
    var replica = replica(3);
    long term = replica.becomeLeaderWithCommit();
    replica.removeMember(B);
    replica.makeDurable();
    long removal = replica.settle().status().lastLogIndex();

    replica.preVoteRequest(B, term + 1, removal, term);
    replica.expectNone(PeerMessage.NotAMember.class);

    replica.accepted(A, term, removal);
    replica.awaitStatus(s -> s.commitIndex() == removal);
    replica.preVoteRequest(B, term + 1, removal, term);
    assertThat(replica.expect(PeerMessage.NotAMember.class, B).membershipIndex())
        .isEqualTo(removal);
    replica.preVoteRequest(A, term + 1, removal, term);
    replica.expectNone(PeerMessage.NotAMember.class);
  }

  @Test
  void a_node_that_is_told_of_its_removal_knows_it_and_asks_for_votes_no_more() {
    var replica = replica(3);
    replica.timeout();
    replica.expect(PeerMessage.PreVoteRequest.class, B);

    replica.tell(new PeerMessage.NotAMember(ReplicaFixture.CLUSTER, A, 3, 7));

    replica.awaitStatus(RaftStatus::removed);
    replica.timeout();
    replica.timeout();
    replica.expectNone(PeerMessage.PreVoteRequest.class);

    // Let in again later.
    replica.appendEntries(A, 3, 0, 0, 0, entry(1, 3), configuration(2, A, B));
    assertThat(replica.settle().status().removed()).isTrue();
    LogEntry[] more = new LogEntry[6];
    for (int i = 0; i < more.length; i++) {
      more[i] = entry(3 + i, 3);
    }
    more[5] = configuration(8, A, B, SELF);
    replica.appendEntries(A, 3, 2, 3, 2, more);
    replica.awaitStatus(s -> !s.removed());
  }

  /** Who says so may not know yet that it was let in. */
  @Test
  void a_node_is_not_told_of_its_removal_by_a_membership_older_than_its_own() {
    var replica = replica(3, configuration(1, A, B), configuration(2, A, B, SELF));

    replica.tell(new PeerMessage.NotAMember(ReplicaFixture.CLUSTER, A, 3, 1));

    assertThat(replica.settle().status().removed()).isFalse();
    replica.timeout();
    replica.expect(PeerMessage.PreVoteRequest.class, A);
  }
}
