package dchat.client.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is made of the answers of several nodes. */
class SurveyTest {
  private static final URI FIRST = URI.create("http://127.0.0.1:9000");
  private static final URI SECOND = URI.create("http://127.0.0.1:9001");
  private static final URI UNUSED = URI.create("http://node0:9000");

  @Test
  void a_node_the_new_leader_has_not_heard_of_has_the_address_it_answered_under() {
    List<ClusterStatus.Member> members =
        List.of(
            member("node0", Optional.of(FIRST)),
            member("node1", Optional.empty()),
            member("node2", Optional.empty()));
    Survey survey =
        new Survey(
            List.of(
                reply(UNUSED, status("node0", members)),
                reply(SECOND, status("node1", List.of()))));

    assertThat(survey.addresses()).containsExactly(FIRST, SECOND);
  }

  private static Survey.Reply reply(URI from, ClusterStatus status) {
    return new Survey.Reply(from, status, Duration.ofMillis(1));
  }

  private static ClusterStatus status(String node, List<ClusterStatus.Member> members) {
    return new ClusterStatus(
        node, "follower", Optional.of("node0"), 1, 1, 1, 1, Optional.empty(), members);
  }

  private static ClusterStatus.Member member(String id, Optional<URI> http) {
    return new ClusterStatus.Member(
        id,
        "voter",
        id + ":9100",
        http,
        id.equals("node0"),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty());
  }
}
