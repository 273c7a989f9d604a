package dchat.client.api;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.fake.FakeCluster;
import dchat.client.fake.FakeNode;
import dchat.client.fake.FakeNode.Part;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterClientTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(600);

  private final FakeCluster cluster = new FakeCluster(3);
  private final List<Progress> progress = new ArrayList<>();
  private final Command command =
      new Command.Say(UUID.randomUUID().toString(), "ann", "general", "hi");
  private ClusterClient client;

  @BeforeEach
  void connect() {
    client = client(cluster.urls(), Optional.empty());
  }

  private static ClusterClient client(List<URI> seeds, Optional<URI> publicAddress) {
    return new ClusterClient(
        new ClusterClient.Settings(
            seeds,
            publicAddress,
            Duration.ofMillis(500),
            Duration.ofMillis(300),
            4,
            Duration.ofMillis(5),
            Duration.ofMillis(40),
            Optional.empty(),
            Optional.empty()));
  }

  @AfterEach
  void stop() {
    client.close();
    cluster.close();
  }

  private Outcome send(Duration budget) {
    return client.send(command, budget, progress::add);
  }

  private void committedOnce(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Committed.class);
    assertThat(cluster.log()).singleElement().returns(command.id(), ChatEvent::id);
    assertThat(cluster.nodes())
        .allSatisfy(
            node ->
                assertThat(node.requests())
                    .allSatisfy(
                        r ->
                            assertThat(r.method() + r.body())
                                .startsWith("POST")
                                .contains(command.id())));
  }

  @Test
  void the_leader_commits_at_the_first_try() {
    committedOnce(send(AMPLE));
    assertThat(progress).containsExactly(new Progress.Asking(cluster.node(0).url()));
  }

  @Test
  void a_redirect_is_followed_as_the_same_post_and_the_leader_remembered() {
    cluster.lead(2);
    committedOnce(send(AMPLE));
    assertThat(cluster.node(0).requests()).hasSize(1);

    client.send(
        new Command.Say(UUID.randomUUID().toString(), "ann", "general", "two"), AMPLE, p -> {});
    assertThat(cluster.node(0).requests()).hasSize(1);
    assertThat(cluster.node(2).requests()).hasSize(2);
  }

  @Test
  void one_seed_is_enough_to_find_the_leader_behind_it() {
    cluster.lead(2);
    client = client(List.of(cluster.node(0).url()), Optional.empty());
    committedOnce(send(AMPLE));
  }

  @Test
  void a_redirect_to_a_stranger_is_not_followed() {
    try (FakeCluster strangers = new FakeCluster(1)) {
      String bait = strangers.node(0).url() + "/chat";
      cluster.nodes().forEach(n -> n.plays(new Part.RedirectsTo(bait)));
      assertThat(send(SHORT))
          .isInstanceOfSatisfying(
              Outcome.NoLeader.class,
              o -> assertThat(o.detail()).contains("which is no known member"));
      assertThat(strangers.node(0).requests()).isEmpty();
    }
  }

  @Test
  void a_node_that_redirects_to_a_stranger_is_asked_to_hand_the_command_on_itself() {
    try (FakeCluster strangers = new FakeCluster(1)) {
      String bait = strangers.node(0).url() + "/chat";
      cluster.nodes().forEach(n -> n.plays(new Part.RedirectsOrForwards(bait)));
      committedOnce(send(AMPLE));
      assertThat(strangers.node(0).requests()).isEmpty();
    }
  }

  @Test
  void the_configured_public_address_is_no_stranger() {
    try (FakeCluster balancer = new FakeCluster(1)) {
      URI address = balancer.node(0).url();
      cluster.nodes().forEach(n -> n.plays(new Part.RedirectsTo(address + "/chat")));
      client = client(cluster.urls(), Optional.of(address));
      assertThat(send(AMPLE)).isInstanceOf(Outcome.Committed.class);
    }
  }

  @Test
  void a_balancer_that_leads_back_to_itself_is_asked_to_forward() {
    FakeNode balancer = cluster.node(0);
    balancer.plays(new Part.RedirectsTo(balancer.url() + "/chat"));
    client = client(List.of(balancer.url()), Optional.empty());
    assertThat(send(SHORT)).isInstanceOf(Outcome.NoLeader.class);
    assertThat(balancer.requests().getFirst().prefer()).isEmpty();
    assertThat(balancer.requests().getLast().prefer()).isEqualTo("dchat-not-leader=forward");
  }

  @Test
  void redirects_in_a_circle_end_with_the_budget_and_pause_after_each_limit() {
    cluster.node(0).plays(new Part.Follower(cluster.node(1)));
    cluster.node(1).plays(new Part.Follower(cluster.node(0)));
    cluster.node(2).plays(new Part.Follower(cluster.node(0)));
    assertThat(send(SHORT)).isInstanceOf(Outcome.NoLeader.class);
    assertThat(progress.stream().filter(Progress.Retrying.class::isInstance)).isNotEmpty();
    int inARow = 0;
    for (Progress p : progress) {
      inARow =
          p instanceof Progress.Redirected ? inARow + 1 : p instanceof Progress.Asking ? inARow : 0;
      assertThat(inARow).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void an_election_is_waited_out_and_the_wait_is_shown() {
    cluster.holdElection();
    Outcome outcome =
        client.send(
            command,
            AMPLE,
            p -> {
              progress.add(p);
              if (progress.stream().filter(Progress.Electing.class::isInstance).count() == 3) {
                cluster.lead(1);
              }
            });
    committedOnce(outcome);
    assertThat(progress.stream().filter(Progress.Electing.class::isInstance).count())
        .isGreaterThanOrEqualTo(3);
  }

  @Test
  void an_election_that_outlasts_the_budget_is_no_leader_and_nothing_was_executed() {
    cluster.holdElection();
    assertThat(send(SHORT)).isInstanceOf(Outcome.NoLeader.class);
    assertThat(cluster.log()).isEmpty();
  }

  @Test
  void a_lost_outcome_is_asked_for_again_with_the_same_id() {
    cluster.node(0).plays(new Part.LosesOutcome());
    cluster.node(1).plays(new Part.Leader());
    committedOnce(send(AMPLE));
    assertThat(progress)
        .anySatisfy(
            p ->
                assertThat(p)
                    .isInstanceOfSatisfying(
                        Progress.Retrying.class, r -> assertThat(r.mayBeCommitted()).isTrue()));
  }

  @Test
  void a_committed_command_that_is_sent_again_says_so() {
    send(AMPLE);
    assertThat(send(AMPLE))
        .isInstanceOfSatisfying(Outcome.Committed.class, c -> assertThat(c.replayed()).isTrue());
  }

  @Test
  void a_lost_outcome_that_never_clears_up_is_unknown() {
    cluster.nodes().forEach(n -> n.plays(new Part.LosesCommand()));
    assertThat(send(SHORT)).isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void a_node_that_never_answers_is_left_and_the_line_is_not_doubled() {
    cluster.node(0).plays(new Part.Mute());
    cluster.node(1).plays(new Part.Leader());
    committedOnce(send(AMPLE));
  }

  @Test
  void no_leader_after_a_lost_outcome_is_still_unknown() {
    cluster.node(0).plays(new Part.LosesCommand());
    cluster.node(1).plays(new Part.Electing());
    cluster.node(2).plays(new Part.Electing());
    assertThat(send(SHORT)).isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void a_dead_node_is_passed_over() {
    cluster.lead(1);
    cluster.node(0).stop();
    committedOnce(send(AMPLE));
  }

  @Test
  void a_follower_that_still_names_a_dead_leader_is_asked_again_until_it_knows_better() {
    cluster.node(0).stop();
    Outcome outcome =
        client.send(
            command,
            AMPLE,
            p -> {
              progress.add(p);
              if (progress.stream().filter(Progress.Retrying.class::isInstance).count() == 2) {
                cluster.lead(2);
              }
            });
    committedOnce(outcome);
  }

  @Test
  void when_every_node_is_dead_the_answer_names_them_all() {
    cluster.nodes().forEach(FakeNode::stop);
    assertThat(send(SHORT))
        .isInstanceOfSatisfying(
            Outcome.NoLeader.class,
            o ->
                assertThat(o.detail())
                    .contains(cluster.urls().stream().map(u -> u.getPort() + " refused").toList()));
  }

  @Test
  void a_definite_refusal_is_passed_on_and_not_repeated() {
    cluster.node(0).plays(new Part.Refuses(422, "text-too-long", "text has 4213 characters"));
    assertThat(send(AMPLE))
        .isEqualTo(new Outcome.Rejected("text-too-long", "text has 4213 characters"));
    assertThat(cluster.node(0).requests()).hasSize(1);
    assertThat(cluster.node(1).requests()).isEmpty();
  }

  @Test
  void the_404_of_a_stranger_is_no_refusal() {
    cluster.node(0).plays(new Part.Stranger(404));
    cluster.node(1).plays(new Part.Leader());
    committedOnce(send(AMPLE));
  }

  @Test
  void a_5xx_of_a_stranger_may_hide_a_commit() {
    cluster.nodes().forEach(n -> n.plays(new Part.Stranger(502)));
    assertThat(send(SHORT)).isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void a_503_that_does_not_say_that_nothing_was_proposed_may_hide_a_commit() {
    cluster.nodes().forEach(n -> n.plays(new Part.Refuses(503, "unavailable", "timed out")));
    assertThat(send(SHORT)).isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void an_overloaded_leader_gets_the_time_it_asks_for() {
    cluster.node(0).plays(new Part.Overloaded(1));
    Outcome outcome =
        client.send(
            command,
            AMPLE,
            p -> {
              progress.add(p);
              if (p instanceof Progress.Retrying) {
                cluster.lead(0);
              }
            });
    committedOnce(outcome);
    assertThat(progress)
        .filteredOn(Progress.Retrying.class::isInstance)
        .singleElement()
        .isInstanceOfSatisfying(
            Progress.Retrying.class,
            r -> {
              assertThat(r.pause()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
              assertThat(r.mayBeCommitted()).isFalse();
            });
  }

  @Test
  void a_survey_asks_all_and_takes_those_for_up_that_answer() {
    cluster.node(0).stop();
    Survey survey = client.survey(AMPLE);
    assertThat(survey.replies()).hasSize(2);
    assertThat(survey.voters()).isEqualTo(3);
    assertThat(survey.votersUp()).isEqualTo(2);
    ClusterStatus status = survey.best().orElseThrow().status();
    assertThat(status.leader()).contains("node0");
    assertThat(survey.isUp(status.members().get(0))).isEmpty();
    assertThat(status.members().get(1).http()).contains(cluster.node(1).url());
  }

  @Test
  void addresses_are_understood_with_and_without_scheme() {
    assertThat(ClusterClient.parseAddress("node1:9000")).contains(URI.create("http://node1:9000"));
    assertThat(ClusterClient.parseAddress("https://Chat.example/x"))
        .contains(URI.create("https://chat.example"));
    assertThat(ClusterClient.parseAddress("ftp://node1")).isEmpty();
    assertThat(ClusterClient.parseAddress("no de")).isEmpty();
  }
}
