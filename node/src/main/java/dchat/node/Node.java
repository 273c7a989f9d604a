package dchat.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dchat.node.StartException.InTheWay;
import dchat.raft.NodeId;
import dchat.storage.Identity;
import dchat.storage.NodeData;
import dchat.storage.StorageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.remote.RemoteTransportException;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node: its data and its actor system, started and ended in the right order. */
final class Node {
  /** The same in every node: it is part of the addresses peers reach each other at. */
  static final String SYSTEM_NAME = "dchat";

  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private final NodeSettings settings;
  private final NodeData data;
  private final ActorSystem<NodeGuardian.Command> system;

  private Node(NodeSettings settings, NodeData data, ActorSystem<NodeGuardian.Command> system) {
    this.settings = settings;
    this.data = data;
    this.system = system;
  }

  /**
   * Starts a node; returns when its actors run, before it has found its peers or a leader. One that
   * is to join a running cluster looks for that first, for as long as it takes.
   *
   * @throws StartException.BadSettings if its keys or certificates can't be used
   * @throws InTheWay if a port is busy, or there is no place for it in the cluster
   * @throws StorageException if its data can't be used
   */
  static Node start(NodeSettings settings) {
    NodeTls tls = NodeTls.load(settings, InstantSource.system());
    refuseIfBusy("http", settings.http());
    refuseIfBusy("raft", settings.raftBind());
    Optional<JoinedCluster> found =
        ClusterLookup.findIfAsked(settings, tls, settings.data().isNew());
    NodeData data =
        settings.data().open(new Identity(settings.id().value(), settings.clusterName()));
    try {
      Origin origin = Origin.of(settings, tls, data, found);
      return new Node(
          settings,
          data,
          ActorSystem.create(
              NodeGuardian.create(settings, tls, data, origin),
              SYSTEM_NAME,
              setup(tls, actorConfig(settings, data))));
    } catch (RemoteTransportException e) {
      data.close();
      throw new InTheWay(e.getMessage(), e);
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  NodeId id() {
    return settings.id();
  }

  /** Asks the node to stop: no more requests, then the actors, then the databases. */
  void stop(Stop reason) {
    CoordinatedShutdown.get(system).run(reason);
  }

  /**
   * Waits until everything has ended, by whatever cause, and closes its data.
   *
   * @return why it ended
   */
  Stop awaitEnd() {
    system.getWhenTerminated().toCompletableFuture().join();
    data.close();
    Stop reason = reason();
    switch (reason) {
      case Stop.Asked(String by) -> log.info("{} stopped ({})", settings.id(), by);
      case Stop.Failed(String why) -> log.error("{} stopped: {}", settings.id(), why);
    }
    return reason;
  }

  private Stop reason() {
    Optional<CoordinatedShutdown.Reason> reason =
        CoordinatedShutdown.get(system).getShutdownReason();
    return reason
        .filter(Stop.class::isInstance)
        .map(Stop.class::cast)
        .orElseGet(() -> new Stop.Failed("its actor system ended: " + reason));
  }

  private static Config actorConfig(NodeSettings settings, NodeData data) {
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                settings.raft().host(),
                "pekko.remote.artery.canonical.port",
                settings.raft().port(),
                "pekko.remote.artery.bind.hostname",
                settings.raftBind().host(),
                "pekko.remote.artery.bind.port",
                settings.raftBind().port(),
                "pekko.remote.artery.transport",
                settings.peerTls().isPresent() ? "tls-tcp" : "tcp"))
        .withFallback(
            ConfigFactory.parseMap(data.journal().slick(), "storage")
                .atPath("pekko-persistence-jdbc.shared-databases.slick"))
        .withFallback(settings.config());
  }

  private static ActorSystemSetup setup(NodeTls tls, Config config) {
    BootstrapSetup base = BootstrapSetup.create(config);
    return tls.peers()
        .map(peers -> base.and(SSLEngineProviderSetup.create(system -> new PeerEngines(peers))))
        .orElseGet(() -> ActorSystemSetup.create(base));
  }

  /** Before the data are touched: an operator's slip with ports must change nothing. */
  private static void refuseIfBusy(String use, HostPort address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
    } catch (UnknownHostException e) {
      throw new InTheWay("can't listen for " + use + " at " + address + ": unknown host", e);
    } catch (IOException e) {
      throw new InTheWay("can't listen for " + use + " at " + address + ": " + e.getMessage(), e);
    }
  }
}
