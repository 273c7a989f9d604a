package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dchat.process.FreePorts;
import dchat.raft.Member;
import dchat.raft.NodeId;
import dchat.raft.PeerMessage;
import dchat.raft.RemoteTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A leader calls a restarted peer all the time, so it is heard as soon as the peer's actor system
 * listens: before the RaftActor is there.
 */
class EarlyPeerTest {
  /** A minute by default: so long it would take for the called to go deaf. */
  private static final Duration ADVERTISED_EVERY = Duration.ofMillis(20);

  private static final Duration LONG_ENOUGH = ADVERTISED_EVERY.multipliedBy(50);
  private static final int CALLS_IN_VAIN = 20;

  private final List<ActorTestKit> kits = new ArrayList<>();
  private long sent;

  @AfterEach
  void shutDown() {
    kits.forEach(ActorTestKit::shutdownTestKit);
  }

  @Test
  void who_was_called_before_it_could_answer_hears_the_caller_ever_after() throws Exception {
    ActorTestKit caller = kit(FreePorts.one());
    int port = FreePorts.one();
    ActorTestKit called = kit(port);
    RemoteTransport transport = new RemoteTransport(caller.system());
    Member peer = Member.voter(new NodeId("called"), "127.0.0.1:" + port);

    TestProbe<DeadLetter> unheard = called.createDeadLetterProbe();
    for (int i = 0; i < CALLS_IN_VAIN; i++) {
      PeerMessage message = next();
      transport.send(peer, message);
      assertThat(unheard.receiveMessage().message()).isEqualTo(message);
    }

    TestProbe<PeerMessage> heard = called.createTestProbe();
    called.spawn(forwardsTo(heard), RemoteTransport.ACTOR_NAME);
    long end = System.nanoTime() + LONG_ENOUGH.toNanos();
    while (System.nanoTime() < end) {
      PeerMessage message = next();
      transport.send(peer, message);
      assertThat(heard.receiveMessage()).isEqualTo(message);
    }
  }

  private static Behavior<PeerMessage> forwardsTo(TestProbe<PeerMessage> probe) {
    return Behaviors.receiveMessage(
        message -> {
          probe.ref().tell(message);
          return Behaviors.same();
        });
  }

  private PeerMessage next() {
    return new PeerMessage.TimeoutNow("dchat", new NodeId("caller"), ++sent);
  }

  private ActorTestKit kit(int port) {
    String compression = "pekko.remote.artery.advanced.compression.";
    Config config =
        ConfigFactory.parseMap(
                Map.of(
                    "pekko.remote.artery.canonical.hostname",
                    "127.0.0.1",
                    "pekko.remote.artery.canonical.port",
                    port,
                    compression + "actor-refs.advertisement-interval",
                    ADVERTISED_EVERY,
                    compression + "manifests.advertisement-interval",
                    ADVERTISED_EVERY,
                    "pekko.actor.testkit.typed.single-expect-default",
                    "15 s"))
            .withFallback(ConfigFactory.parseResources("dchat-node.conf"))
            .withFallback(ConfigFactory.defaultReferenceUnresolved())
            .resolve();
    ActorTestKit kit = ActorTestKit.create(Node.SYSTEM_NAME, config);
    kits.add(kit);
    return kit;
  }
}
