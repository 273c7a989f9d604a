package dchat.raft;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** For tests of one replica whose surroundings the test plays. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ReplicaTest {
  static final NodeId SELF = ReplicaFixture.SELF;
  static final NodeId A = ReplicaFixture.A;
  static final NodeId B = ReplicaFixture.B;

  private ActorTestKit testKit;
  private ManualClock clock;
  private final List<ReplicaFixture> started = new ArrayList<>();

  @BeforeAll
  void startActorSystem() {
    testKit =
        ActorTestKit.create(
            getClass().getSimpleName(), ManualTime.config().withFallback(ConfigFactory.load()));
    clock = new ManualClock(ManualTime.get(testKit.system()));
  }

  @AfterEach
  void stopReplicas() {
    started.forEach(ReplicaFixture::stop);
    started.clear();
  }

  @AfterAll
  void stopActorSystem() {
    testKit.shutdownTestKit();
  }

  ReplicaFixture replica(long term, LogEntry... log) {
    return replica(term, null, log);
  }

  ReplicaFixture replica(long term, NodeId votedFor, LogEntry... log) {
    return keep(new ReplicaFixture(testKit, clock, term, votedFor, log));
  }

  /**
   * @param settings what differs from the defaults of {@code dchat.raft}, as HOCON
   */
  ReplicaFixture replicaWith(String settings, long term) {
    var fixture =
        new ReplicaFixture(
            testKit,
            clock,
            ReplicaFixture.membershipOf(SELF, A, B),
            Optional.empty(),
            new Failpoints(),
            settings);
    fixture.recoverFrom(term, null);
    return keep(fixture);
  }

  ReplicaFixture replicaOf(Membership membership, long term, LogEntry... log) {
    return keep(new ReplicaFixture(testKit, clock, membership, term, null, log));
  }

  /** One that began without data in a cluster of "a" and "b" that stood there. */
  ReplicaFixture joiningReplica(JoinPoint joinPoint) {
    var fixture =
        new ReplicaFixture(
            testKit,
            clock,
            ReplicaFixture.membershipOf(A, B),
            Optional.of(joinPoint),
            new Failpoints());
    fixture.recoverFrom(0, null);
    return keep(fixture);
  }

  /** A replica of three whose journal hasn't said anything yet. */
  ReplicaFixture silentReplica(Failpoints failpoints) {
    return keep(
        new ReplicaFixture(testKit, clock, ReplicaFixture.membershipOf(SELF, A, B), failpoints));
  }

  /** What this class's replicas say, and no other's. */
  LogLines logLines() {
    return new LogLines(testKit.system());
  }

  private ReplicaFixture keep(ReplicaFixture fixture) {
    started.add(fixture);
    return fixture;
  }
}
