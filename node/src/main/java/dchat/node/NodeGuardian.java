package dchat.node;

import dchat.chat.Backup;
import dchat.chat.ChatListener;
import dchat.chat.ChatQueries;
import dchat.chat.ChatStateMachine;
import dchat.chat.EventFeed;
import dchat.chat.Presence;
import dchat.chat.PresenceExchange;
import dchat.chat.RecentSpeakers;
import dchat.chat.SearchIndex;
import dchat.http.HttpInputs;
import dchat.http.HttpServer;
import dchat.node.PeerDiscovery.Found;
import dchat.node.PeerDiscovery.Introduction;
import dchat.raft.Journal;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import dchat.raft.RaftActor;
import dchat.raft.RaftStatus;
import dchat.raft.RemoteTransport;
import dchat.storage.NodeData;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

/**
 * Root of a node's actors: starts each part once what it needs is there, and ends the node when a
 * part it can't do without has ended. Decides nothing else.
 */
final class NodeGuardian extends AbstractMatchingBehavior<NodeGuardian.Command> {

  /** Everything a NodeGuardian understands; all of it comes from its own children. */
  sealed interface Command {}

  private record PeersFound(List<Member> members) implements Command {}

  private record NotLetIn(String why) implements Command {}

  private record HttpListens(HttpServer server) implements Command {}

  private record HttpFailed(String why) implements Command {}

  static Behavior<Command> create(
      NodeSettings settings, NodeTls tls, NodeData data, Origin origin) {
    return Behaviors.setup(context -> new NodeGuardian(context, settings, tls, data, origin));
  }

  private final NodeSettings settings;
  private final NodeTls tls;
  private final NodeData data;
  private final LearnedPeers learnedPeers;
  private final Origin origin;
  private Optional<NodeMetrics> metrics = Optional.empty();

  private NodeGuardian(
      ActorContext<Command> context,
      NodeSettings settings,
      NodeTls tls,
      NodeData data,
      Origin origin)
      throws SQLException {
    super(context);
    this.settings = settings;
    this.tls = tls;
    this.data = data;
    this.origin = origin;
    this.learnedPeers = new LearnedPeers(data.journal().writer());
    takeOverNewKeys();
    if (origin.joined().isPresent()) {
      spawnDiscovery(Set.of());
      startReplica(new Membership(origin.joined().get().members()));
    } else if (!settings.founder()) {
      // Its log tells who the members are; should it not, this node alone must be no cluster.
      spawnDiscovery(Set.of());
      startReplica(Membership.of(self(Member.Suffrage.LEARNER)));
    } else {
      findPeers();
    }
  }

  @Override
  public Behavior<Command> onMessage(Command command) throws SQLException {
    switch (command) {
      case PeersFound(var members) -> {
        learnedPeers.save(members);
        startReplica(foundedWith(members));
      }
      case NotLetIn(var why) -> fail(why);
      case HttpListens(var server) -> onHttpListens(server);
      case HttpFailed(var why) -> fail(why);
    }
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof Terminated terminated) {
      String part = terminated.getRef().path().name();
      String cause =
          terminated instanceof ChildFailed failed ? failed.getCause().toString() : "it stopped";
      fail("lost its part '" + part + "': " + cause);
    }
    if (signal instanceof PostStop) {
      metrics.ifPresent(NodeMetrics::close);
    }
    return this;
  }

  private void takeOverNewKeys() {
    if (tls.isOff()) {
      return;
    }
    ActorSystem<?> system = getContext().getSystem();
    system
        .scheduler()
        .scheduleWithFixedDelay(
            settings.tlsReloadEvery(),
            settings.tlsReloadEvery(),
            tls::refresh,
            system.dispatchers().lookup(DispatcherSelector.blocking()));
  }

  private void findPeers() throws SQLException {
    Map<String, NodeId> learned = learnedPeers.load();
    Map<String, Optional<NodeId>> ids = new HashMap<>();
    for (Peer peer : settings.peers()) {
      String address = peer.raft().toString();
      ids.put(address, peer.id().or(() -> Optional.ofNullable(learned.get(address))));
    }
    boolean allKnown = ids.values().stream().allMatch(Optional::isPresent);
    // One that is missing makes all be asked, so that all ids are of one moment.
    spawnDiscovery(allKnown ? Set.of() : new TreeSet<>(ids.keySet()));
    if (allKnown) {
      startReplica(
          foundedWith(
              ids.entrySet().stream()
                  .map(known -> Member.voter(known.getValue().orElseThrow(), known.getKey()))
                  .toList()));
    }
  }

  private void spawnDiscovery(Set<String> unknown) {
    getContext()
        .spawn(
            PeerDiscovery.create(
                new Introduction(
                    settings.clusterName(),
                    settings.id(),
                    settings.raft().toString(),
                    settings.clientUrl()),
                unknown,
                settings.config().getDuration("dchat.node.ask-peers-every"),
                getContext().messageAdapter(Found.class, found -> new PeersFound(found.members()))),
            PeerDiscovery.NAME);
  }

  private Member self(Member.Suffrage suffrage) {
    return new Member(
        settings.id(), settings.raft().toString(), Optional.of(settings.clientUrl()), suffrage);
  }

  private Membership foundedWith(List<Member> peers) {
    return new Membership(peers).with(self(Member.Suffrage.VOTER));
  }

  private void startReplica(Membership bootstrap) {
    ChatQueries queries = new ChatQueries(data.chat().reader());
    EventFeed<ByteString> feed =
        HttpServer.feed(getContext().getSystem(), settings.clients(), queries);
    RecentSpeakers speakers = new RecentSpeakers(queries);
    SearchIndex search =
        new SearchIndex(
            data.search().writer(),
            data.search().reader(),
            queries,
            getContext().getSystem().dispatchers().lookup(DispatcherSelector.blocking()));
    CoordinatedShutdown.get(getContext().getSystem())
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "end-indexing",
            () -> {
              search.close();
              return CompletableFuture.completedFuture(Done.done());
            });
    ChatStateMachine chat =
        new ChatStateMachine(
            data.chat().writer(), data.chat().reader(), ChatListener.all(feed, speakers, search));
    boolean joins = origin.joined().isPresent() && origin.withoutData();
    MembershipWatch status = new MembershipWatch(notStarted(bootstrap), !joins);
    NodeMetrics measured = new NodeMetrics(settings.clusterName(), status.get());
    metrics = Optional.of(measured);
    ActorRef<RaftActor.Command> raft =
        getContext()
            .spawn(
                RaftActor.create(
                    new RaftActor.Setup(
                        settings.consensus(),
                        settings.id(),
                        settings.clusterName(),
                        settings.raft().toString(),
                        settings.clientUrl(),
                        bootstrap,
                        origin.joined().map(JoinedCluster::point),
                        replyTo ->
                            Journal.create(
                                settings.id(),
                                bootstrap,
                                settings.consensus().journalSnapshotEvery(),
                                settings.consensus().journalSnapshotAfterBytes(),
                                replyTo),
                        chat,
                        new RemoteTransport(getContext().getSystem()),
                        System::nanoTime,
                        InstantSource.system(),
                        new Random(),
                        status.andThen(measured),
                        measured)),
                RemoteTransport.ACTOR_NAME);
    getContext().watch(raft);
    Presence presence = new Presence();
    getContext()
        .spawn(
            PresenceExchange.create(settings.clusterName(), status::get, presence),
            PresenceExchange.NAME);
    handOverBeforeStop(raft);
    origin.joined().ifPresent(cluster -> askToBeLetIn(cluster, status));
    getContext()
        .pipeToSelf(
            HttpServer.start(
                getContext().getSystem(),
                settings.clients(),
                new HttpInputs(
                    settings.clusterName(),
                    raft,
                    status,
                    status::exclusion,
                    data::writeTrouble,
                    chat::view,
                    queries,
                    feed,
                    chat.people(),
                    presence,
                    speakers,
                    search,
                    measured,
                    settings.accounts(),
                    () -> backup(chat),
                    InstantSource.system()),
                tls.clients()),
            (server, failure) ->
                failure == null ? new HttpListens(server) : new HttpFailed(rootMessage(failure)));
  }

  private Backup backup(ChatStateMachine chat) {
    return new Backup(
        chat.openSnapshot(),
        settings.clusterName(),
        settings.id().value(),
        data.chat().schemaVersion(),
        System.currentTimeMillis());
  }

  private void askToBeLetIn(JoinedCluster cluster, MembershipWatch status) {
    Stream<URI> known =
        cluster.members().stream().flatMap(member -> member.clientUrl().stream()).map(URI::create);
    List<URI> nodes = Stream.concat(settings.join().stream(), known).distinct().toList();
    if (nodes.isEmpty()) {
      return;
    }
    getContext()
        .spawn(
            Admission.create(
                new Admission.Setup(
                    self(Member.Suffrage.LEARNER),
                    nodes,
                    cluster.point(),
                    tls.trust(),
                    settings.clients().adminToken(),
                    status,
                    getContext()
                        .messageAdapter(
                            Admission.Refused.class, refused -> new NotLetIn(refused.why())))),
            Admission.NAME);
  }

  private void onHttpListens(HttpServer server) {
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(getContext().getSystem());
    shutdown.addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "drain", () -> drain(server));
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(),
        "end-requests",
        () -> server.stop(settings.finishRequestsWithin()));
    getContext()
        .getLog()
        .info(
            "{} listens: http {}, raft {}, data {}",
            settings.id(),
            settings.clientUrl(),
            settings.raft(),
            settings.data());
  }

  /** Balancers send nobody here any more once they have heard that the node isn't ready. */
  private CompletionStage<Done> drain(HttpServer server) {
    server.drain();
    return new CompletableFuture<Done>()
        .completeOnTimeout(Done.done(), settings.drainFor().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void fail(String why) {
    CoordinatedShutdown.get(getContext().getSystem()).run(new Stop.Failed(why));
  }

  /**
   * A leader that is told to stop makes another one first, so that nobody has to wait for an
   * election timeout. Longer than that timeout isn't worth waiting.
   */
  private void handOverBeforeStop(ActorRef<RaftActor.Command> raft) {
    Scheduler scheduler = getContext().getSystem().scheduler();
    Duration within = settings.consensus().electionTimeoutMax();
    CoordinatedShutdown.get(getContext().getSystem())
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(),
            "hand-leadership-over",
            () ->
                AskPattern.<RaftActor.Command, RaftActor.AdminReply>ask(
                        raft,
                        replyTo -> new RaftActor.TransferLeadership(Optional.empty(), replyTo),
                        within,
                        scheduler)
                    .handle((reply, failure) -> Done.done()));
  }

  /** What is known before the replica has said anything. */
  private RaftStatus notStarted(Membership bootstrap) {
    return new RaftStatus(
        settings.id(),
        RaftStatus.Role.RECOVERING,
        0,
        Optional.empty(),
        0,
        0,
        0,
        0,
        bootstrap,
        false,
        Optional.empty());
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure instanceof CompletionException e ? e.getCause() : failure;
    return root.getMessage();
  }
}
