package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.http.HttpMeter;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import dchat.raft.RaftActor.ClusterView;
import dchat.raft.RaftActor.PeerProgress;
import dchat.raft.RaftMeter.Rejection;
import dchat.raft.RaftStatus;
import dchat.raft.RaftStatus.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeMetricsTest {
  private static final Member NODE0 = Member.voter(new NodeId("node0"), "a:1");
  private static final Member NODE1 = Member.voter(new NodeId("node1"), "b:1");

  private final NodeMetrics metrics =
      new NodeMetrics("chat", status(Role.RECOVERING, 0, Optional.empty(), 0, 0));

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void a_leader_shows_itself_and_how_far_its_peers_are() {
    RaftStatus leading = status(Role.LEADER, 3, Optional.of(NODE0), 20, 17);
    List<PeerProgress> peers =
        List.of(
            new PeerProgress(NODE1.id(), 12, Optional.of(250L)),
            new PeerProgress(new NodeId("node2"), 20, Optional.empty()));
    assertThat(page(leading, peers, true, 4))
        .contains(
            "dchat_raft_role{cluster=\"chat\",node=\"node0\",role=\"leader\"} 1.0",
            "dchat_raft_role{cluster=\"chat\",node=\"node0\",role=\"follower\"} 0.0",
            "dchat_raft_term{cluster=\"chat\",node=\"node0\"} 3.0",
            "dchat_raft_leader_known{cluster=\"chat\",node=\"node0\"} 1.0",
            "dchat_raft_commit_index{cluster=\"chat\",node=\"node0\"} 20.0",
            "dchat_raft_applied_index{cluster=\"chat\",node=\"node0\"} 17.0",
            "dchat_raft_apply_lag_entries{cluster=\"chat\",node=\"node0\"} 3.0",
            "dchat_raft_proposals_in_flight{cluster=\"chat\",node=\"node0\"} 3.0",
            "dchat_raft_members{cluster=\"chat\",node=\"node0\",suffrage=\"voter\"} 2.0",
            "dchat_raft_peer_lag_entries{cluster=\"chat\",node=\"node0\",peer=\"node1\"} 8.0",
            "dchat_raft_peer_lag_entries{cluster=\"chat\",node=\"node0\",peer=\"node2\"} 0.0",
            "dchat_raft_peer_last_contact_seconds{cluster=\"chat\",node=\"node0\",peer=\"node1\"}"
                + " 0.25",
            "dchat_ready{cluster=\"chat\",node=\"node0\"} 1.0",
            "dchat_http_event_streams{cluster=\"chat\",node=\"node0\"} 4.0");
  }

  @Test
  void who_leads_no_more_shows_no_peers_and_no_proposals() {
    page(
        status(Role.LEADER, 3, Optional.of(NODE0), 20, 17),
        List.of(new PeerProgress(NODE1.id(), 12, Optional.of(1L))),
        true,
        0);
    List<String> lines =
        page(status(Role.FOLLOWER, 4, Optional.of(NODE1), 20, 17), List.of(), false, 0);
    assertThat(lines)
        .noneMatch(line -> line.contains("peer="))
        .contains(
            "dchat_raft_proposals_in_flight{cluster=\"chat\",node=\"node0\"} 0.0",
            "dchat_ready{cluster=\"chat\",node=\"node0\"} 0.0");
  }

  @Test
  void durations_are_seconds_in_buckets() {
    metrics.journalWritten(5, Duration.ofMillis(3).toNanos());
    metrics.appended(Duration.ofMillis(40).toNanos());
    metrics.committed(Duration.ofMillis(4).toNanos());
    metrics.applied(7, Duration.ofMillis(2).toNanos());
    String own = "{cluster=\"chat\",node=\"node0\"";
    assertThat(page())
        .contains(
            "dchat_raft_journal_write_seconds_bucket" + own + ",le=\"0.0025\"} 0",
            "dchat_raft_journal_write_seconds_bucket" + own + ",le=\"0.005\"} 1",
            "dchat_raft_journal_write_seconds_sum" + own + "} 0.003",
            "dchat_raft_journal_write_entries_sum" + own + "} 5.0",
            "dchat_raft_append_seconds_bucket" + own + ",le=\"0.05\"} 1",
            "dchat_raft_commit_seconds_count" + own + "} 1",
            "dchat_raft_apply_seconds_count" + own + "} 1",
            "dchat_raft_apply_entries_sum" + own + "} 7.0");
  }

  @Test
  void a_leader_counts_as_changed_when_it_is_another_one() {
    Optional<Member> nobody = Optional.empty();
    metrics.accept(status(Role.FOLLOWER, 1, Optional.of(NODE1), 1, 1));
    metrics.accept(status(Role.FOLLOWER, 1, Optional.of(NODE1), 2, 2));
    metrics.accept(status(Role.FOLLOWER, 2, nobody, 2, 2));
    metrics.accept(status(Role.FOLLOWER, 3, Optional.of(NODE1), 2, 2));
    metrics.accept(status(Role.LEADER, 4, Optional.of(NODE0), 2, 2));
    assertThat(page())
        .contains("dchat_raft_leader_changes_total{cluster=\"chat\",node=\"node0\"} 2.0");
  }

  @Test
  void requests_and_rejections_are_counted_by_what_became_of_them() {
    HttpMeter.Route chat = metrics.route("POST", "/chat");
    chat.answered(200, 1_000_000);
    chat.answered(204, 1_000_000);
    chat.answered(503, 1_000_000);
    chat.answered(799, 1_000_000);
    metrics.rejected(Rejection.OVERLOADED);
    String own = "{cluster=\"chat\",method=\"POST\",node=\"node0\",route=\"/chat\",status=\"";
    assertThat(page())
        .contains(
            "dchat_http_requests_seconds_count" + own + "2xx\"} 2",
            "dchat_http_requests_seconds_count" + own + "5xx\"} 1",
            "dchat_http_requests_seconds_count" + own + "other\"} 1",
            "dchat_raft_proposals_rejected_total{cluster=\"chat\",node=\"node0\",reason=\"overloaded\"}"
                + " 1.0",
            "dchat_raft_proposals_rejected_total{cluster=\"chat\",node=\"node0\",reason=\"not-leader\"}"
                + " 0.0");
  }

  @Test
  void the_process_shows_memory_garbage_collection_threads_and_load() {
    assertThat(page().stream().map(line -> line.replaceAll("[{ ].*", "")))
        .contains(
            "jvm_memory_used_bytes",
            "jvm_memory_max_bytes",
            "jvm_gc_live_data_size_bytes",
            "jvm_threads_live_threads",
            "process_cpu_usage",
            "process_files_open_files",
            "process_uptime_seconds");
  }

  private List<String> page() {
    return page(status(Role.FOLLOWER, 1, Optional.of(NODE1), 0, 0), List.of(), true, 0);
  }

  private List<String> page(
      RaftStatus status, List<PeerProgress> peers, boolean ready, int streams) {
    return metrics
        .page(new HttpMeter.Moment(new ClusterView(status, peers), ready, streams))
        .lines()
        .toList();
  }

  private static RaftStatus status(
      Role role, long term, Optional<Member> leader, long last, long applied) {
    return new RaftStatus(
        NODE0.id(),
        role,
        term,
        leader,
        last,
        last,
        last,
        applied,
        Membership.of(NODE0, NODE1),
        false,
        Optional.empty());
  }
}
