package dchat.http;

import static dchat.http.HttpFixture.NODE1;
import static dchat.http.HttpFixture.add;
import static dchat.http.HttpFixture.following;
import static dchat.http.HttpFixture.say;
import static dchat.http.PostChatTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dchat.http.EventReader.Event;
import dchat.raft.Membership;
import dchat.raft.RaftStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EventsTest {
  private static final ActorTestKit KIT = HttpFixture.kit();

  @TempDir Path folder;
  private HttpFixture node;

  @BeforeEach
  void start() throws Exception {
    node = new HttpFixture(KIT, folder, "events.ring-events = 8", "events.snapshot-lines = 3");
  }

  @AfterEach
  void close() {
    node.close();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void a_new_stream_begins_with_a_snapshot_and_goes_on_without_gap() throws Exception {
    node.happen(add("1", "ops"));
    for (int i = 2; i <= 6; i++) {
      node.happen(say("id" + i, "ops", "line " + i));
    }
    try (EventReader stream = node.events("/v1/events")) {
      assertThat(stream.response.headers().firstValue("Content-Type"))
          .hasValue("text/event-stream");
      assertThat(stream.response.headers().firstValue("Cache-Control")).hasValue("no-cache");
      assertThat(stream.response.headers().firstValue("X-DChat-Node")).hasValue("node0");
      Event snapshot = stream.next().orElseThrow();
      assertThat(snapshot.type()).isEqualTo("snapshot");
      assertThat(snapshot.id()).hasValue("6");
      assertThat(snapshot.data().path("cursor").asLong()).isEqualTo(6);
      assertThat(snapshot.data().path("rooms").toString())
          .contains("\"name\":\"general\",\"createdAt\":\"2023-11-14T22:13:20.124Z\"")
          .contains("\"name\":\"ops\"");
      assertThat(snapshot.data().path("lines").findValuesAsText("index"))
          .containsExactly("4", "5", "6");
      assertThat(stream.next().orElseThrow().type()).isEqualTo("cluster");

      node.happen(say("id7", "ops", "line 7"));
      Event event = stream.nextChange();
      assertThat(event.type()).isEqualTo("chat");
      assertThat(event.id()).hasValue("7");
      assertThat(event.data().toString())
          .isEqualTo(
              "{'index':7,'type':'chat','user':'ann','text':'line 7','room':'ops','id':'id7','at':'2023-11-14T22:13:20.130Z'}"
                  .replace('\'', '"'));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 5, 29, 30})
  void a_stream_resumes_after_any_index_with_nothing_lost_and_nothing_twice(long after)
      throws Exception {
    for (int i = 1; i <= 30; i++) {
      node.happen(say("id" + i, "general", "line"));
    }
    try (EventReader stream = node.events("/v1/events", "Last-Event-ID", "" + after)) {
      assertThat(stream.next().orElseThrow().type()).isEqualTo("cluster");
      node.happen(say("id31", "general", "line"));
      List<String> ids = new ArrayList<>();
      while (!ids.contains("31")) {
        ids.add(stream.nextChange().id().orElseThrow());
      }
      List<String> expected = new ArrayList<>();
      for (long i = after + 1; i <= 31; i++) {
        expected.add(Long.toString(i));
      }
      assertThat(ids).isEqualTo(expected);
    }
  }

  @Test
  void a_stream_ahead_of_this_node_is_sent_nothing_it_has_already() throws Exception {
    node.happen(say("id1", "general", "line"));
    try (EventReader stream = node.events("/v1/events", "Last-Event-ID", "3")) {
      stream.nextCluster();
      for (int i = 2; i <= 4; i++) {
        node.happen(say("id" + i, "general", "line"));
      }
      assertThat(stream.nextChange().id()).hasValue("4");
    }
  }

  @Test
  void the_position_may_be_a_parameter_and_the_header_counts_more() throws Exception {
    for (int i = 1; i <= 3; i++) {
      node.happen(say("id" + i, "general", "line"));
    }
    try (EventReader stream = node.events("/v1/events?after=1")) {
      assertThat(stream.nextChange().id()).hasValue("2");
    }
    try (EventReader stream = node.events("/v1/events?after=1", "Last-Event-ID", "2")) {
      assertThat(stream.nextChange().id()).hasValue("3");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "1.5", "99999999999999999999"})
  void a_last_event_id_that_is_no_index_is_400(String id) {
    assertProblem(
        node.get("/v1/events", "Last-Event-ID", id), 400, "invalid-last-event-id", "Last-Event-ID");
  }

  @Test
  void a_bad_parameter_is_400() {
    assertProblem(node.get("/v1/events?after=x"), 400, "invalid-parameter", "after");
    assertProblem(node.get("/v1/events?since=1"), 400, "invalid-parameter", "since");
  }

  @Test
  void every_change_of_leader_or_term_is_told_and_silence_is_broken() throws Exception {
    try (EventReader stream = node.events("/v1/events?after=0")) {
      Event first = stream.next().orElseThrow();
      assertThat(first.type()).isEqualTo("cluster");
      assertThat(first.id()).as("it doesn't move the reader's position").isEmpty();
      assertThat(first.data().toString())
          .isEqualTo(
              "{'node':'node0','leader':'node0','term':1,'commitIndex':0,'appliedIndex':0,'nodes':['http://127.0.0.1:9000','http://127.0.0.1:9001']}"
                  .replace('\'', '"'));
      assertThat(stream.nextCluster().data()).as("heartbeat").isEqualTo(first.data());

      node.status.set(following(2, Optional.empty()));
      awaitCluster(stream, "\"leader\":null,\"term\":2");
      node.status.set(following(2, Optional.of(NODE1)));
      awaitCluster(stream, "\"leader\":\"node1\",\"term\":2");
    }
  }

  @Test
  void a_reader_that_leaves_is_forgotten() throws Exception {
    try (EventReader stream = node.events("/v1/events?after=0")) {
      stream.nextCluster();
      await(() -> node.feed.waiting() == 1);
    }
    await(() -> node.feed.waiting() == 0);
  }

  @Test
  void a_server_that_stops_ends_its_streams() throws Exception {
    try (EventReader stream = node.events("/v1/events?after=0")) {
      stream.nextCluster();
      node.server.stop(Duration.ofSeconds(20)).toCompletableFuture().get(10, TimeUnit.SECONDS);
      readToEnd(stream);
    }
  }

  @Test
  void a_node_that_was_removed_ends_its_streams_and_takes_no_more() throws Exception {
    try (EventReader stream = node.events("/v1/events?after=0")) {
      stream.nextCluster();
      RaftStatus now = node.status.get();
      node.status.set(
          new RaftStatus(
              now.self(),
              now.role(),
              now.term(),
              Optional.empty(),
              now.lastLogIndex(),
              now.commitIndex(),
              now.heardCommitIndex(),
              now.appliedIndex(),
              Membership.of(NODE1),
              true,
              Optional.empty()));
      readToEnd(stream);
    }
    assertProblem(node.get("/v1/events"), 503, "not-ready");
  }

  @Test
  void a_stream_too_far_back_is_told_to_begin_anew_and_gets_a_snapshot() throws Exception {
    for (int i = 1; i <= 20; i++) {
      node.happen(say("id" + i, "general", "line"));
    }
    node.forgetEventsUpTo(5);
    try (EventReader stream = node.events("/v1/events", "Last-Event-ID", "3")) {
      assertThat(stream.nextChange().type()).isEqualTo("resync");
      assertThat(stream.nextChange().type()).isEqualTo("snapshot");
      node.happen(say("id21", "general", "line"));
      assertThat(stream.nextChange().id()).hasValue("21");
    }
  }

  private static void awaitCluster(EventReader stream, String content) throws IOException {
    while (!stream.nextCluster().data().toString().contains(content)) {
      // Heartbeats of before are on their way.
    }
  }

  /** The server may close a connection in the middle of a stream: that is an end, too. */
  private static void readToEnd(EventReader stream) {
    try {
      Optional<Event> next = stream.next();
      while (next.isPresent()) {
        next = stream.next();
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("closed");
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
