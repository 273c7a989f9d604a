package dchat.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dchat.chat.Backup;
import dchat.chat.ChatCodec;
import dchat.chat.ChatCommand;
import dchat.chat.ChatListener;
import dchat.chat.ChatQueries;
import dchat.chat.ChatStateMachine;
import dchat.chat.EventFeed;
import dchat.chat.Presence;
import dchat.chat.RecentSpeakers;
import dchat.chat.SearchIndex;
import dchat.raft.LogEntry;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import dchat.raft.RaftActor;
import dchat.raft.RaftStatus;
import dchat.storage.DataFolder;
import dchat.storage.NewData;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

/**
 * A node's HTTP interface on a real socket, over a real chat state, with a Raft that answers as
 * told and records what was proposed.
 */
final class HttpFixture implements AutoCloseable {
  static final long T0 = 1_700_000_000_123L;
  static final Member NODE0 = member("node0", 9000);
  static final Member NODE1 = member("node1", 9001);
  private static final ObjectMapper JSON = new ObjectMapper();

  final List<RaftActor.Propose> proposed = new CopyOnWriteArrayList<>();
  final AtomicReference<RaftStatus> status = new AtomicReference<>(leading(1, 0));

  /** What Raft answers to a proposal; empty for silence. */
  volatile Function<RaftActor.Propose, Optional<RaftActor.ProposeReply>> raft = this::commit;

  /** What the node's clock says, to sessions. */
  volatile long nowMillis = T0;

  volatile List<RaftActor.PeerProgress> progress = List.of();

  final AtomicReference<Optional<String>> exclusion = new AtomicReference<>(Optional.empty());

  final AtomicReference<Optional<String>> diskTrouble = new AtomicReference<>(Optional.empty());

  /** What Raft was asked about reads and members, and what it answers; nothing for silence. */
  final List<RaftActor.Request> asked = new CopyOnWriteArrayList<>();

  volatile Function<RaftActor.ReadIndex, Optional<RaftActor.ReadReply>> readIndex =
      ask -> Optional.of(ready());

  volatile Function<RaftActor.AwaitApplied, Optional<RaftActor.ReadReply>> awaitApplied =
      ask -> Optional.of(ready());

  volatile Function<RaftActor.Request, Optional<RaftActor.AdminReply>> admin =
      ask -> Optional.of(new RaftActor.Done("done", Optional.empty()));

  /** Whether Raft answers the question for the cluster. */
  volatile boolean answersView = true;

  final ChatQueries queries;
  final ChatStateMachine chat;
  final EventFeed<ByteString> feed;
  final SearchIndex search;
  final Presence presence = new Presence();
  final RecordingMeter meter = new RecordingMeter();
  final HttpServer server;
  private final HttpInputs inputs;
  private final DataFolder data;
  private final ActorTestKit kit;
  private final ActorRef<RaftActor.Command> raftActor;
  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

  HttpFixture(ActorTestKit kit, Path folder, String... overrides) throws Exception {
    this.kit = kit;
    data = NewData.in(folder);
    queries = new ChatQueries(data.chat().reader());
    HttpSettings settings = settings(overrides);
    feed = HttpServer.feed(kit.system(), settings, queries);
    var speakers = new RecentSpeakers(queries);
    search =
        new SearchIndex(
            data.search().writer(), data.search().reader(), queries, ForkJoinPool.commonPool());
    chat =
        new ChatStateMachine(
            data.chat().writer(), data.chat().reader(), ChatListener.all(feed, speakers, search));
    raftActor = kit.spawn(fakeRaft());
    inputs =
        new HttpInputs(
            "test",
            raftActor,
            status::get,
            exclusion::get,
            diskTrouble::get,
            chat::view,
            queries,
            feed,
            chat.people(),
            presence,
            speakers,
            search,
            meter,
            accounts(overrides),
            this::backup,
            () -> Instant.ofEpochMilli(nowMillis));
    server =
        HttpServer.start(kit.system(), settings, inputs, Optional.empty())
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  static ActorTestKit kit() {
    return ActorTestKit.create(
        "http-test",
        ConfigFactory.parseString("pekko.actor.provider = local")
            .withFallback(ConfigFactory.load()));
  }

  static HttpSettings settings(String... overrides) {
    Config defaults = ConfigFactory.load().getConfig("dchat.http");
    String own = "host = 127.0.0.1\nport = 0\nevents.heartbeat-interval = 100 ms\n";
    return HttpSettings.from(
        ConfigFactory.parseString(own + String.join("\n", overrides)).withFallback(defaults));
  }

  /** With a hash that takes no time, and without limits that a test doesn't ask for. */
  static AccountSettings accounts(String... overrides) {
    String own =
        """
        argon2id { memory-kib = 64, iterations = 1 }
        limits {
          logins-per-name.at-once = 1000
          logins-per-address.at-once = 1000
          registrations.at-once = 1000
          lookups.at-once = 1000
          free-failures = 1000
        }
        """;
    String asked =
        Stream.of(overrides)
            .filter(line -> line.startsWith("accounts."))
            .map(line -> line.substring("accounts.".length()))
            .collect(Collectors.joining("\n"));
    return AccountSettings.from(
        ConfigFactory.parseString(own + asked)
            .withFallback(ConfigFactory.load().getConfig("dchat.accounts")));
  }

  private Behavior<RaftActor.Command> fakeRaft() {
    return Behaviors.receive(RaftActor.Command.class)
        .onMessage(
            RaftActor.Propose.class,
            propose -> {
              proposed.add(propose);
              raft.apply(propose).ifPresent(propose.replyTo()::tell);
              return Behaviors.same();
            })
        .onMessage(RaftActor.ProposeAll.class, this::proposeEach)
        .onMessage(
            RaftActor.GetClusterView.class,
            ask -> {
              if (answersView) {
                ask.replyTo().tell(new RaftActor.ClusterView(status.get(), progress));
              }
              return Behaviors.same();
            })
        .onMessage(
            RaftActor.ReadIndex.class,
            ask -> {
              asked.add(ask);
              readIndex.apply(ask).ifPresent(ask.replyTo()::tell);
              return Behaviors.same();
            })
        .onMessage(
            RaftActor.AwaitApplied.class,
            ask -> {
              asked.add(ask);
              awaitApplied.apply(ask).ifPresent(ask.replyTo()::tell);
              return Behaviors.same();
            })
        .onMessage(RaftActor.AddMember.class, ask -> administer(ask, ask.replyTo()))
        .onMessage(RaftActor.RemoveMember.class, ask -> administer(ask, ask.replyTo()))
        .onMessage(RaftActor.TransferLeadership.class, ask -> administer(ask, ask.replyTo()))
        .build();
  }

  private Behavior<RaftActor.Command> proposeEach(RaftActor.ProposeAll all) {
    List<RaftActor.ProposeReply> replies = new ArrayList<>();
    for (byte[] command : all.commands()) {
      ActorRef<RaftActor.ProposeReply> nobody = kit.<RaftActor.ProposeReply>createTestProbe().ref();
      var one = new RaftActor.Propose(command, all.forward(), nobody);
      proposed.add(one);
      raft.apply(one).ifPresent(replies::add);
    }
    if (replies.size() == all.commands().size()) {
      all.replyTo().tell(new RaftActor.ProposeAllReply(replies));
    }
    return Behaviors.same();
  }

  private Behavior<RaftActor.Command> administer(
      RaftActor.Request ask, ActorRef<RaftActor.AdminReply> replyTo) {
    asked.add(ask);
    admin.apply(ask).ifPresent(replyTo::tell);
    return Behaviors.same();
  }

  /** Every path with arguments, and its methods. */
  Map<String, List<String>> resources() {
    var freshness = new Freshness(kit.system(), settings(), inputs);
    var proposals = new Proposals(kit.system(), settings(), inputs);
    return PeopleResources.all(
            kit.system(),
            settings(),
            inputs,
            freshness,
            new Access(inputs, freshness, proposals),
            proposals,
            ForkJoinPool.commonPool())
        .paths();
  }

  RaftActor.ReadReady ready() {
    return new RaftActor.ReadReady(chat.lastAppliedIndex());
  }

  /** Commits and applies, as a leader without followers would. */
  Optional<RaftActor.ProposeReply> commit(RaftActor.Propose propose) {
    long index = chat.lastAppliedIndex() + 1;
    byte[] result = apply(propose.command());
    return Optional.of(new RaftActor.Committed(index, result));
  }

  synchronized byte[] apply(byte[] command) {
    RaftStatus before = status.get();
    long index = chat.lastAppliedIndex() + 1;
    byte[] result =
        chat.apply(
                List.of(
                    new LogEntry(index, before.term(), T0 + index, LogEntry.Kind.COMMAND, command)))
            .getFirst();
    status.set(
        new RaftStatus(
            before.self(),
            before.role(),
            before.term(),
            before.leader(),
            index,
            index,
            index,
            index,
            before.membership(),
            before.removed(),
            before.trouble()));
    return result;
  }

  /** Applies a command past HTTP. */
  void happen(ChatCommand command) {
    apply(ChatCodec.encode(command));
  }

  /** Applies an entry of {@code term} that isn't a command. */
  void noOp(long term) {
    long index = chat.lastAppliedIndex() + 1;
    chat.apply(List.of(new LogEntry(index, term, T0, LogEntry.Kind.NO_OP, new byte[0])));
  }

  /** As if the history up to there had been cut off. */
  void forgetEventsUpTo(long index) throws SQLException {
    try (Connection connection = DriverManager.getConnection(data.chat().jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM chat_event WHERE log_index <= " + index);
      statement.execute("UPDATE chat_applied SET events_kept_after = " + index);
    }
  }

  static ChatCommand say(String id, String room, String text) {
    return new ChatCommand.Chat(id, "ann", text, room);
  }

  static ChatCommand add(String id, String room) {
    return new ChatCommand.RoomAdd(id, "ann", room);
  }

  static ChatCommand delete(String id, String room) {
    return new ChatCommand.RoomDelete(id, "ann", room);
  }

  static Member member(String id, int port) {
    return Member.voter(new NodeId(id), "127.0.0.1:1" + port)
        .withClientUrl("http://127.0.0.1:" + port);
  }

  static RaftStatus leading(long term, long index) {
    return status(RaftStatus.Role.LEADER, term, Optional.of(NODE0), index, index);
  }

  static RaftStatus following(long term, Optional<Member> leader) {
    return status(RaftStatus.Role.FOLLOWER, term, leader, 0, 0);
  }

  static RaftStatus status(
      RaftStatus.Role role, long term, Optional<Member> leader, long commit, long applied) {
    return new RaftStatus(
        NODE0.id(),
        role,
        term,
        leader,
        commit,
        commit,
        commit,
        applied,
        Membership.of(NODE0, NODE1),
        false,
        Optional.empty());
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
  }

  Reply post(String body, String... headers) {
    HttpRequest.Builder request = request("/chat");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  Reply get(String path, String... headers) {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  Reply send(HttpRequest request) {
    try {
      return new Reply(client.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("no answer to " + request, e);
    }
  }

  /** An open event stream. */
  EventReader events(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return new EventReader(
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("no answer to " + path, e);
    }
  }

  /** An answer and its JSON. */
  record Reply(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String body() {
      return response.body();
    }

    JsonNode json() {
      try {
        return JSON.readTree(response.body());
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + response.body(), e);
      }
    }

    Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }

    String code() {
      return json().path("code").asText();
    }
  }

  Backup backup() {
    return new Backup(chat.openSnapshot(), "test", "node0", data.chat().schemaVersion(), nowMillis);
  }

  @Override
  public void close() {
    client.close();
    server
        .stop(Duration.ofMillis(500))
        .toCompletableFuture()
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
    kit.stop(raftActor);
    chat.close();
    data.close();
  }
}
