package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dchat.node.FakeNode.Answer;
import dchat.raft.JoinPoint;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import dchat.raft.RaftStatus;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AdmissionTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final NodeId ID = new NodeId("node3");
  private static final Member SELF =
      new Member(ID, "127.0.0.1:10003", Optional.of("http://me"), Member.Suffrage.LEARNER);
  private static final Answer DONE = Answer.json(200, "{\"status\":\"ok\"}");

  private final AtomicReference<RaftStatus> status =
      new AtomicReference<>(status(RaftStatus.Role.FOLLOWER, 0, Membership.of(voter()), false));
  private final TestProbe<Admission.Refused> refused = KIT.createTestProbe();

  /** Tests are silent otherwise, and one here is about what is said. */
  @BeforeAll
  static void speak() {
    ((Logger) LoggerFactory.getLogger(Admission.class)).setLevel(Level.WARN);
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void it_follows_the_leader_waits_for_its_turn_and_ends_when_it_is_let_in() throws Exception {
    try (FakeNode leader =
            new FakeNode(
                Answer.problem(409, "change-under-way", "another change is under way"),
                Answer.problem(504, "outcome-unknown", "nobody knows"),
                DONE);
        FakeNode follower =
            new FakeNode(
                new Answer(302, Map.of(), "{\"status\":\"not_leader\",\"leader\":null}"),
                new Answer(302, Map.of("Location", leader.url() + "/v1/cluster/members/x"), ""))) {
      assertEnds(ask(follower.url()));

      assertThat(leader.requests)
          .hasSize(3)
          .containsOnly(
              "PUT /v1/cluster/members/node3"
                  + " {\"raft\":\"127.0.0.1:10003\",\"http\":\"http://me\",\"withoutData\":true}");
      assertThat(follower.requests).hasSize(4);
    }
  }

  @Test
  void once_it_has_entries_it_does_not_claim_to_have_none() throws Exception {
    status.set(status(RaftStatus.Role.FOLLOWER, 4, Membership.of(voter()), false));
    try (FakeNode node = new FakeNode(DONE)) {
      assertEnds(ask(node.url()));
      assertThat(node.requests).singleElement().asString().contains("\"withoutData\":false");
    }
  }

  @Test
  void who_is_in_or_was_removed_asks_for_nothing() throws Exception {
    try (FakeNode node = new FakeNode(DONE)) {
      status.set(status(RaftStatus.Role.FOLLOWER, 41, Membership.of(voter(), SELF), false));
      assertEnds(ask(node.url()));
      status.set(status(RaftStatus.Role.FOLLOWER, 50, Membership.of(voter()), true));
      assertEnds(ask(node.url()));
      assertThat(node.requests).isEmpty();
    }
  }

  @Test
  void who_only_reads_of_the_time_when_it_was_a_member_asks_to_be_let_in() throws Exception {
    status.set(status(RaftStatus.Role.FOLLOWER, 40, Membership.of(voter(), SELF), false));
    try (FakeNode node = new FakeNode(DONE)) {
      assertEnds(ask(node.url()));
      assertThat(node.requests).hasSize(1);
    }
  }

  @Test
  void where_only_an_operator_may_it_says_so_and_waits_for_one() throws Exception {
    try (FakeNode node =
        new FakeNode(Answer.problem(403, "admin-only", "only over loopback"), DONE)) {
      LoggingTestKit.warn("./dchat cluster add node3 --raft 127.0.0.1:10003")
          .expect(
              KIT.system(),
              () -> {
                assertEnds(ask(node.url()));
                return true;
              });
    }
  }

  @Test
  void a_refusal_for_good_is_told_once() throws Exception {
    try (FakeNode node = new FakeNode(Answer.problem(409, "member-exists", "node3 is there"))) {
      assertEnds(ask(node.url()));
      assertThat(refused.receiveMessage().why()).contains("can't join", "node3 is there");
      assertThat(node.requests).hasSize(1);
    }
  }

  private ActorRef<Admission.Command> ask(URI node) {
    return KIT.spawn(
        Admission.create(
            new Admission.Setup(
                SELF,
                List.of(node),
                new JoinPoint(3, 40),
                Optional.empty(),
                Optional.empty(),
                status::get,
                refused.ref())));
  }

  private void assertEnds(ActorRef<Admission.Command> admission) {
    KIT.createTestProbe().expectTerminated(admission, SOON);
  }

  private static Member voter() {
    return Member.voter(new NodeId("node0"), "127.0.0.1:10000");
  }

  private static RaftStatus status(
      RaftStatus.Role role, long lastLogIndex, Membership membership, boolean removed) {
    return new RaftStatus(
        ID,
        role,
        3,
        Optional.empty(),
        lastLogIndex,
        0,
        0,
        0,
        membership,
        removed,
        Optional.empty());
  }
}
