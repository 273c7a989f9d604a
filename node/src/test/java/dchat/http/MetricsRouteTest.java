package dchat.http;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.http.HttpFixture.Reply;
import dchat.raft.RaftActor.PeerProgress;
import dchat.raft.RaftStatus.Role;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsRouteTest {
  private static final ActorTestKit KIT = HttpFixture.kit();

  @TempDir Path folder;
  private HttpFixture node;

  @BeforeEach
  void start() throws Exception {
    node = new HttpFixture(KIT, folder);
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
  void the_page_is_rendered_from_the_node_at_that_moment() throws Exception {
    node.progress = List.of(new PeerProgress(HttpFixture.NODE1.id(), 5, Optional.of(12L)));
    Reply page = node.get("/metrics");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body()).isEqualTo("page 1\n");
    assertThat(page.header("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    HttpMeter.Moment moment = node.meter.moments.getFirst();
    assertThat(moment.view().peers()).isEqualTo(node.progress);
    assertThat(moment.ready()).isTrue();
    assertThat(moment.eventStreams()).isZero();
  }

  @Test
  void consensus_that_is_stuck_is_seen_on_the_page_and_does_not_hide_it() {
    node.answersView = false;
    node.status.set(HttpFixture.status(Role.FOLLOWER, 7, Optional.empty(), 0, 0));
    assertThat(node.get("/metrics").status()).isEqualTo(200);
    HttpMeter.Moment moment = node.meter.moments.getFirst();
    assertThat(moment.view().status().term()).isEqualTo(7);
    assertThat(moment.ready()).isFalse();
  }

  @Test
  void open_event_streams_are_counted() throws Exception {
    try (EventReader events = node.events("/v1/events")) {
      events.next();
      node.get("/metrics");
      assertThat(node.meter.moments.getFirst().eventStreams()).isEqualTo(1);
    }
  }

  @Test
  void requests_are_counted_by_route_and_never_by_what_stands_in_their_paths() {
    node.get("/v1/rooms/secret/messages");
    node.get("/v1/dms/ann/messages?limit=1");
    node.get("/v1/cluster");
    node.get("/nothing/at/all");
    node.get("/chat/");
    node.post("{}");
    node.send(
        node.request("/v1/cluster/members/node9")
            .method("PATCH", HttpRequest.BodyPublishers.noBody())
            .build());
    assertThat(node.meter.distinct())
        .containsExactly(
            "GET /v1/cluster 200",
            "GET /v1/dms/{user}/messages 401",
            "GET /v1/rooms/{room}/messages 404",
            "GET other 404",
            "OTHER /v1/cluster/members/{id} 405",
            "POST /chat 400");
  }
}
