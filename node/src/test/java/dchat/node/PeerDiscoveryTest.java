package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dchat.node.PeerDiscovery.Found;
import dchat.node.PeerDiscovery.Introduction;
import dchat.process.FreePorts;
import dchat.raft.Member;
import dchat.raft.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Real actor systems that reach each other over loopback, as nodes do. */
class PeerDiscoveryTest {
  private static final Duration ASK_EVERY = Duration.ofMillis(50);

  private final List<Site> sites = new ArrayList<>();

  /** Tests are silent otherwise, and some here are about what is said. */
  @BeforeAll
  static void speak() {
    ((Logger) LoggerFactory.getLogger(PeerDiscovery.class)).setLevel(Level.ERROR);
  }

  @AfterEach
  void stop() {
    sites.forEach(site -> site.kit().shutdownTestKit());
  }

  @Test
  void nodes_that_know_only_addresses_learn_each_others_ids_and_urls() throws Exception {
    Site a = site("a", "dchat");
    Site b = site("b", "dchat");
    Site c = site("c", "dchat");
    Set<String> all = Set.of(a.address(), b.address(), c.address());

    TestProbe<Found> atA = a.find(without(all, a));
    TestProbe<Found> atB = b.find(without(all, b));
    // The last comes when the others have been asking for a while.
    TestProbe<Found> atC = c.find(without(all, c));

    assertThat(atA.receiveMessage().members()).containsExactlyInAnyOrder(b.member(), c.member());
    assertThat(atB.receiveMessage().members()).containsExactlyInAnyOrder(a.member(), c.member());
    assertThat(atC.receiveMessage().members()).containsExactlyInAnyOrder(a.member(), b.member());
  }

  @Test
  void a_node_that_has_nothing_to_find_answers_all_the_same() throws Exception {
    Site a = site("a", "dchat");
    Site b = site("b", "dchat");
    TestProbe<Found> atB = b.find(Set.of());

    assertThat(a.find(Set.of(b.address())).receiveMessage().members()).containsExactly(b.member());
    atB.expectNoMessage();
  }

  @Test
  void a_peer_of_another_cluster_is_not_found_and_complained_about_once() throws Exception {
    Site a = site("a", "dchat");
    Site b = site("b", "other");
    b.find(Set.of());
    TestProbe<Found> atA =
        LoggingTestKit.error(
                "a can't start an election yet: "
                    + b.address()
                    + " belongs to cluster other, not to dchat")
            .withOccurrences(1)
            .expect(a.kit.system(), () -> a.find(Set.of(b.address())));
    atA.expectNoMessage();
  }

  @Test
  void two_peers_with_one_id_are_complained_about_until_one_is_called_otherwise() throws Exception {
    Site a = site("a", "dchat");
    Site b = site("b", "dchat");
    Site c = site("c", "dchat");
    b.find(Set.of());
    AtomicReference<NodeId> name = new AtomicReference<>(new NodeId("b"));
    c.kit.spawn(answersAs(c, name), PeerDiscovery.NAME);

    TestProbe<Found> atA =
        LoggingTestKit.error("are both called b: one of them needs another id")
            .expect(a.kit.system(), () -> a.find(Set.of(b.address(), c.address())));
    atA.expectNoMessage();

    name.set(new NodeId("c"));
    assertThat(atA.receiveMessage().members()).containsExactlyInAnyOrder(b.member(), c.member());
  }

  @Test
  void a_peer_with_this_nodes_own_id_is_not_found() throws Exception {
    Site a = site("a", "dchat");
    Site twin = site("a", "dchat");
    twin.find(Set.of());
    TestProbe<Found> atA =
        LoggingTestKit.error("are both called a: one of them needs another id")
            .expect(a.kit.system(), () -> a.find(Set.of(twin.address())));
    atA.expectNoMessage();
  }

  private static Behavior<PeerDiscovery.Command> answersAs(
      Site site, AtomicReference<NodeId> name) {
    return Behaviors.setup(
        context ->
            Behaviors.receiveMessage(
                message -> {
                  if (message instanceof PeerDiscovery.Hello hello) {
                    ActorRef<PeerDiscovery.Command> asker =
                        ActorRefResolver.get(context.getSystem())
                            .resolveActorRef(
                                "pekko://dchat@" + hello.sender().raftAddress() + "/user/peers");
                    asker.tell(
                        new PeerDiscovery.Welcome(
                            new Introduction(
                                site.cluster(), name.get(), site.address(), site.url())));
                  }
                  return Behaviors.same();
                }));
  }

  /** One node's actor system and who it says it is. */
  private record Site(ActorTestKit kit, NodeId id, String cluster, String address) {
    String url() {
      return "http://" + id;
    }

    Member member() {
      return Member.voter(id, address).withClientUrl(url());
    }

    TestProbe<Found> find(Set<String> unknown) {
      TestProbe<Found> probe = kit.createTestProbe();
      kit.spawn(
          PeerDiscovery.create(
              new Introduction(cluster, id, address, url()), unknown, ASK_EVERY, probe.getRef()),
          PeerDiscovery.NAME);
      return probe;
    }
  }

  private Site site(String id, String cluster) throws IOException {
    int port = FreePorts.one();
    Config config =
        ConfigFactory.parseMap(
                Map.of(
                    "pekko.remote.artery.canonical.hostname",
                    "127.0.0.1",
                    "pekko.remote.artery.canonical.port",
                    port,
                    "pekko.loglevel",
                    "WARNING",
                    "pekko.actor.testkit.typed.single-expect-default",
                    "15 s"))
            .withFallback(ConfigFactory.parseResources("dchat-node.conf"))
            .withFallback(ConfigFactory.defaultReferenceUnresolved())
            .resolve();
    Site site =
        new Site(
            ActorTestKit.create(Node.SYSTEM_NAME, config),
            new NodeId(id),
            cluster,
            "127.0.0.1:" + port);
    sites.add(site);
    return site;
  }

  private static Set<String> without(Set<String> all, Site site) {
    return all.stream()
        .filter(address -> !address.equals(site.address()))
        .collect(Collectors.toSet());
  }
}
