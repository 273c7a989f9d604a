package dchat.client.api;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.fake.FakeCluster;
import dchat.client.fake.FakeNode.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LibraryTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final ClusterClient client = new ClusterClient(ClusterClient.Settings.of(cluster.urls()));

  @AfterEach
  void stop() {
    client.close();
    cluster.close();
  }

  @Test
  void words_with_signs_of_their_own_in_urls_are_found() {
    cluster.say("bob", "100% red & blue + green");
    cluster.say("bob", "else");
    assertThat(client.library().search("100% red & blue"))
        .isInstanceOfSatisfying(
            SearchOutcome.Found.class,
            found ->
                assertThat(found.lines())
                    .extracting(SearchOutcome.Hit::text)
                    .containsExactly("100% red & blue + green"));
  }

  @Test
  void a_node_that_is_down_or_in_trouble_is_passed_over() {
    cluster.say("bob", "fish");
    cluster.node(0).stop();
    cluster.node(1).plays(new Part.Refuses(503, "not-ready", "removed"));
    assertThat(client.library().search("fish")).isInstanceOf(SearchOutcome.Found.class);
  }

  @Test
  void the_past_of_a_room_comes_page_by_page_down_to_its_beginning() {
    for (int i = 1; i <= 5; i++) {
      cluster.say("bob", "line " + i);
    }
    List<String> read = new ArrayList<>();
    Optional<String> before = Optional.empty();
    do {
      PastOutcome.InRoom page = (PastOutcome.InRoom) client.library().room("general", before);
      page.lines().reversed().forEach(line -> read.add(line.text()));
      before = page.older();
    } while (before.isPresent());
    assertThat(read).containsExactly("line 5", "line 4", "line 3", "line 2", "line 1");
  }

  @Test
  void a_room_that_is_unknown_is_refused_for_good_and_a_silent_cluster_is_not() {
    cluster.node(0).plays(new Part.Refuses(404, "unknown-room", "There is no such room."));
    assertThat(client.library().room("gone", Optional.empty()))
        .isEqualTo(new PastOutcome.Failed(true, "There is no such room."));
    cluster.nodes().forEach(node -> node.stop());
    assertThat(client.library().room("gone", Optional.empty()))
        .isInstanceOfSatisfying(
            PastOutcome.Failed.class, failed -> assertThat(failed.definite()).isFalse());
  }

  @Test
  void a_refusal_is_told_in_the_nodes_words_and_asked_of_nobody_else() {
    cluster.node(0).plays(new Part.Refuses(401, "sign-in-required", "Sign in first."));
    assertThat(client.library().search("fish"))
        .isEqualTo(new SearchOutcome.Failed("Sign in first."));
  }

  @Test
  void when_no_node_answers_the_last_reason_is_told() {
    cluster.nodes().forEach(node -> node.stop());
    assertThat(client.library().search("fish"))
        .isInstanceOfSatisfying(
            SearchOutcome.Failed.class, failed -> assertThat(failed.reason()).endsWith("refused"));
  }
}
