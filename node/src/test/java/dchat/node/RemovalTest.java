package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.node.FakeNode.Answer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RemovalTest {
  private static final Answer DONE = Answer.json(200, "{}");
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @Test
  void it_follows_to_the_leader_and_ends_when_the_removal_is_committed() throws Exception {
    try (FakeNode leader =
            new FakeNode(Answer.problem(409, "change-under-way", "another change"), DONE);
        FakeNode follower =
            new FakeNode(
                new Answer(302, Map.of("Location", leader.url() + "/v1/cluster/members/n4"), ""))) {
      assertThat(remove("--node", follower.url().toString(), "--id", "n4")).isZero();
      assertThat(leader.requests)
          .hasSize(2)
          .allMatch(r -> r.equals("DELETE /v1/cluster/members/n4 "));
      assertThat(said()).isEqualTo("n4 is no member of the cluster any more");
    }
  }

  @Test
  void it_asks_the_next_node_when_one_is_down() throws Exception {
    URI dead;
    try (FakeNode node = new FakeNode(DONE)) {
      dead = node.url();
    }
    try (FakeNode node = new FakeNode(DONE)) {
      assertThat(remove("--node", dead + "," + node.url(), "--id", "n4")).isZero();
    }
  }

  @Test
  void what_will_never_work_is_one_line_and_exit_code_1() throws Exception {
    try (FakeNode node = new FakeNode(Answer.problem(409, "last-voter", "n4 is the last voter."))) {
      assertThat(remove("--node", node.url().toString(), "--id", "n4")).isEqualTo(Main.FAILED);
      assertThat(said()).isEqualTo("dchat remove: says: n4 is the last voter.");
    }
  }

  @Test
  void nobody_who_leads_in_time_is_one_line_and_exit_code_1() throws Exception {
    try (FakeNode node = new FakeNode(Answer.problem(503, "no-quorum", "no leader is known"))) {
      assertThat(remove("--node", node.url().toString(), "--id", "n4", "--within", "0"))
          .isEqualTo(Main.FAILED);
      assertThat(said()).startsWith("dchat remove: n4 isn't removed within 0 s: ");
    }
  }

  @Test
  void wrong_options_are_one_line_and_exit_code_2() {
    assertThat(remove("--id", "n4")).isEqualTo(Main.BAD_SETTINGS);
    assertThat(said()).startsWith("dchat remove: Missing required option: '--node=URLS'");
  }

  private int remove(String... options) {
    PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
    List<String> arguments = new ArrayList<>(List.of(options));
    return Main.tool("remove", new Removal(stream), arguments.toArray(String[]::new), stream);
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8).strip();
  }
}
