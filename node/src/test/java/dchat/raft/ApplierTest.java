package dchat.raft;

import static dchat.raft.ReplicaFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who waits for an entry hears the truth about it, or that nobody knows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApplierTest {
  private ActorTestKit testKit;
  private TestProbe<RaftActor.Command> raft;
  private ActorRef<Applier.Command> applier;
  private RecordingStateMachine stateMachine;
  private final List<RaftActor.ProposeReply> answers = new ArrayList<>();

  @BeforeAll
  void startActorSystem() {
    testKit = ActorTestKit.create(ConfigFactory.load());
  }

  @BeforeEach
  void startApplier() {
    answers.clear();
    stateMachine = new RecordingStateMachine();
    raft = testKit.createTestProbe();
    applier =
        testKit.spawn(
            Applier.create(
                stateMachine,
                RaftSettings.from(
                    ConfigFactory.parseString("recovery-backoff = 50ms")
                        .withFallback(ConfigFactory.load().getConfig("dchat.raft"))),
                System::nanoTime,
                RaftMeter.NONE,
                raft.ref()));
    raft.expectMessageClass(Applier.StateOpened.class);
  }

  @AfterAll
  void stopActorSystem() {
    testKit.shutdownTestKit();
  }

  @Test
  void rule_15_who_waits_for_an_entry_that_was_replaced_does_not_get_the_others_result() {
    applier.tell(new Applier.Await(List.of(new Applier.Waiter(1, 1, answers::add))));

    apply(entry(1, 2));

    assertThat(answers).singleElement().isInstanceOf(RaftActor.OutcomeUnknown.class);
  }

  @Test
  void rule_15_what_is_committed_is_answered_although_leadership_was_lost_meanwhile() {
    applier.tell(new Applier.Await(List.of(new Applier.Waiter(1, 1, answers::add))));
    applier.tell(new Applier.Await(List.of(new Applier.Waiter(2, 1, answers::add))));

    applier.tell(new Applier.LeadershipLost(1, "another leads"));
    apply(entry(1, 1));

    assertThat(answers).hasSize(2);
    assertThat(answers.getFirst()).isInstanceOf(RaftActor.OutcomeUnknown.class);
    assertThat(answers.getLast()).isInstanceOf(RaftActor.Committed.class);
  }

  @Test
  void an_entry_that_a_snapshot_brought_already_is_not_applied_again() {
    apply(entry(1, 1), entry(2, 1));

    applier.tell(new Applier.Apply(List.of(entry(2, 1), entry(3, 1))));

    raft.expectMessage(new Applier.Applied(3));
  }

  @Test
  void rule_17_a_state_that_could_not_be_made_durable_is_as_soon_as_there_is_room() {
    apply(entry(1, 1));
    stateMachine.hasRoom(false);
    applier.tell(new Applier.MakeDurable());
    raft.expectMessage(new Applier.StateNotDurable("no room"));
    raft.expectMessage(new Applier.StateNotDurable("no room"));

    stateMachine.hasRoom(true);

    raft.fishForMessage(
        Duration.ofSeconds(15),
        report ->
            report instanceof Applier.StateDurable(long index) && index == 1
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  private void apply(LogEntry... entries) {
    applier.tell(new Applier.Apply(List.of(entries)));
    raft.expectMessage(new Applier.Applied(entries[entries.length - 1].index()));
  }
}
