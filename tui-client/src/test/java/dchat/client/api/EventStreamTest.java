package dchat.client.api;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.fake.FakeCluster;
import dchat.client.fake.FakeNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final ClusterClient client = new ClusterClient(ClusterClient.Settings.of(cluster.urls()));
  private final LinkedBlockingQueue<StreamEvent> arrived = new LinkedBlockingQueue<>();
  private final List<Long> indexes = new ArrayList<>();
  private EventStream stream;

  @AfterEach
  void stop() {
    stream.close();
    client.close();
    cluster.close();
  }

  private void open(OptionalLong after) {
    open(after, cluster.urls());
  }

  private void open(OptionalLong after, List<URI> known) {
    stream =
        new EventStream(
            client,
            new Addresses(known, Optional.empty()),
            new EventStream.Settings(
                Duration.ofSeconds(2),
                Duration.ofMillis(700),
                Duration.ofMillis(100),
                Duration.ofMillis(10),
                Duration.ofMillis(50)),
            after,
            arrived::add);
  }

  /** Takes what arrives until something fits; notes the indexes of the events on the way. */
  private StreamEvent await(Predicate<StreamEvent> fits) throws InterruptedException {
    while (true) {
      StreamEvent event = arrived.poll(20, TimeUnit.SECONDS);
      assertThat(event).as("nothing fitting arrived in time").isNotNull();
      if (event instanceof StreamEvent.Happened happened) {
        indexes.add(happened.event().index());
      }
      if (fits.test(event)) {
        return event;
      }
    }
  }

  private static Predicate<StreamEvent> text(String text) {
    return e -> e instanceof StreamEvent.Happened h && h.event().text().equals(text);
  }

  private static Predicate<StreamEvent> liveOn(FakeNode node) {
    return e -> e instanceof StreamEvent.Live l && l.node().equals(node.url());
  }

  @Test
  void without_the_session_it_takes_a_stream_waits_and_begins_anew_with_the_next_one()
      throws InterruptedException {
    cluster.say("bob", "hello");
    cluster.nodes().forEach(node -> node.wantsToken("fresh"));
    Session stale = new Session("ann", "stale");
    client.use(Optional.of(stale));
    open(OptionalLong.empty());
    assertThat(await(StreamEvent.SessionOver.class::isInstance))
        .isEqualTo(
            new StreamEvent.SessionOver(
                Optional.of(stale), "session-superseded", "Sign in first."));
    client.use(Optional.empty());
    stream.startOver();
    assertThat(await(StreamEvent.SessionOver.class::isInstance))
        .isEqualTo(
            new StreamEvent.SessionOver(Optional.empty(), "sign-in-required", "Sign in first."));
    client.use(Optional.of(new Session("ann", "fresh")));
    stream.startOver();
    await(StreamEvent.Snapshot.class::isInstance);
  }

  @Test
  void it_begins_with_a_snapshot_and_goes_on_after_it() throws Exception {
    cluster.say("ann", "before");
    open(OptionalLong.empty());
    StreamEvent.Snapshot snapshot =
        (StreamEvent.Snapshot) await(StreamEvent.Snapshot.class::isInstance);
    assertThat(snapshot.rooms()).extracting(Room::name).containsExactly("general");
    assertThat(snapshot.lines()).extracting(ChatEvent::text).containsExactly("before");
    long index = cluster.say("ann", "after");
    await(text("after"));
    assertThat(indexes).containsExactly(index);
  }

  @Test
  void it_resumes_on_another_node_with_nothing_lost_and_nothing_twice() throws Exception {
    open(OptionalLong.empty());
    await(liveOn(cluster.node(0)));
    cluster.say("ann", "one");
    await(text("one"));
    cluster.node(0).stop();
    cluster.say("ann", "two");
    cluster.say("ann", "three");
    await(text("three"));
    cluster.node(1).cutStreams();
    cluster.say("ann", "four");
    await(text("four"));
    assertThat(indexes).isEqualTo(cluster.log().stream().map(ChatEvent::index).toList());
    assertThat(cluster.node(1).resumedAfter()).first().isEqualTo("1");
  }

  @Test
  void it_learns_of_members_while_it_runs_and_goes_on_there_when_all_it_began_with_are_gone()
      throws Exception {
    open(OptionalLong.empty(), List.of(cluster.node(0).url()));
    await(StreamEvent.Heartbeat.class::isInstance);
    cluster.node(0).stop();
    cluster.say("ann", "from a node it never heard of at first");
    await(text("from a node it never heard of at first"));
  }

  @Test
  void it_starts_after_the_index_it_is_given() throws Exception {
    cluster.say("ann", "known");
    cluster.say("ann", "new");
    open(OptionalLong.of(1));
    await(text("new"));
    assertThat(indexes).containsExactly(2L);
  }

  @Test
  void it_leaves_a_node_that_has_gone_silent() throws Exception {
    open(OptionalLong.empty());
    await(StreamEvent.Heartbeat.class::isInstance);
    cluster.node(0).fallSilent();
    await(liveOn(cluster.node(1)));
  }

  @Test
  void it_says_why_no_node_answers_and_when_it_tries_again() throws Exception {
    cluster.nodes().forEach(FakeNode::stop);
    open(OptionalLong.empty());
    StreamEvent.Offline offline =
        (StreamEvent.Offline) await(StreamEvent.Offline.class::isInstance);
    assertThat(offline.failures()).extracting(StreamEvent.Failure::reason).containsOnly("refused");
    assertThat(offline.failures()).hasSize(3);
    assertThat(offline.retryIn()).isPositive();
  }

  @Test
  void when_its_place_is_no_longer_kept_it_begins_anew() throws Exception {
    for (int i = 0; i < 5; i++) {
      cluster.say("ann", "line " + i);
    }
    cluster.forgetUpTo(3);
    open(OptionalLong.of(1));
    await(StreamEvent.Resync.class::isInstance);
    StreamEvent.Snapshot snapshot =
        (StreamEvent.Snapshot) await(StreamEvent.Snapshot.class::isInstance);
    assertThat(snapshot.cursor()).isEqualTo(cluster.lastIndex());
  }

  @Test
  void on_request_it_moves_to_the_next_node() throws Exception {
    open(OptionalLong.empty());
    await(StreamEvent.Heartbeat.class::isInstance);
    stream.reconnect();
    await(liveOn(cluster.node(1)));
  }
}
