package dchat.node;

import dchat.http.HttpMeter;
import dchat.raft.Member;
import dchat.raft.Membership;
import dchat.raft.NodeId;
import dchat.raft.RaftActor.ClusterView;
import dchat.raft.RaftActor.PeerProgress;
import dchat.raft.RaftMeter;
import dchat.raft.RaftStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Everything a node measures, by its name in Prometheus. The only class that knows the library: the
 * others tell what they do through small interfaces. What can be read off the node's state is read
 * when somebody asks; only durations and events are noted as they happen, per batch or request.
 */
final class NodeMetrics implements RaftMeter, HttpMeter, Consumer<RaftStatus>, AutoCloseable {
  /** From a local write to a client's patience. */
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5)
  };

  private static final String[] STATUS_CLASSES = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbage = new JvmGcMetrics();
  private final AtomicReference<Moment> moment;
  private final MultiGauge peerLag;
  private final MultiGauge peerContact;
  private final Timer journal;
  private final Timer append;
  private final Timer commit;
  private final Timer apply;
  private final DistributionSummary journalEntries;
  private final DistributionSummary applyEntries;
  private final Map<Rejection, Counter> rejected = new EnumMap<>(Rejection.class);
  private final Counter leaderChanges;

  // Only touched by who tells the status.
  private Optional<NodeId> lastLeader = Optional.empty();

  /**
   * @param initial what is known before the replica has said anything
   */
  NodeMetrics(String clusterName, RaftStatus initial) {
    registry.config().commonTags("cluster", clusterName, "node", initial.self().value());
    moment = new AtomicReference<>(new Moment(viewOf(initial), false, 0));
    bindJvm();

    for (RaftStatus.Role role : RaftStatus.Role.values()) {
      gauge(
          "dchat.raft.role",
          "1 for the part the node plays",
          Tags.of("role", name(role)),
          now -> now.view().status().role() == role ? 1 : 0);
    }
    gauge("dchat.raft.term", "Current term", status -> status.term());
    gauge("dchat.raft.leader.known", "1 if a leader is known", s -> s.leader().isPresent() ? 1 : 0);
    gauge("dchat.raft.last.log.index", "Last entry of the log", RaftStatus::lastLogIndex);
    gauge(
        "dchat.raft.commit.index", "Highest entry known to be committed", RaftStatus::commitIndex);
    gauge("dchat.raft.applied.index", "Highest entry applied", RaftStatus::appliedIndex);
    gauge(
        "dchat.raft.apply.lag.entries",
        "Committed entries that this node hasn't applied",
        status -> status.heardCommitIndex() - status.appliedIndex());
    gauge(
        "dchat.raft.proposals.in.flight",
        "Entries of this leader that aren't applied yet; 0 elsewhere",
        status -> status.isLeader() ? status.lastLogIndex() - status.appliedIndex() : 0);
    gauge(
        "dchat.raft.trouble",
        "1 if something keeps the node from its work",
        status -> status.trouble().isPresent() ? 1 : 0);
    for (Member.Suffrage suffrage : Member.Suffrage.values()) {
      gauge(
          "dchat.raft.members",
          "Members the node knows",
          Tags.of("suffrage", name(suffrage)),
          now -> count(now.view().status().membership(), suffrage));
    }
    gauge("dchat.ready", "1 if the node is ready", Tags.empty(), now -> now.ready() ? 1 : 0);
    gauge("dchat.http.event.streams", "Open event streams", Tags.empty(), Moment::eventStreams);
    peerLag =
        MultiGauge.builder("dchat.raft.peer.lag.entries")
            .description("Entries of this leader's log that a peer doesn't hold durably")
            .register(registry);
    peerContact =
        MultiGauge.builder("dchat.raft.peer.last.contact")
            .description("Time since a peer last answered this leader")
            .baseUnit("seconds")
            .register(registry);

    journal = timer("dchat.raft.journal.write", "A write to the journal, until it is durable");
    append = timer("dchat.raft.append", "Entries sent to a peer, until it holds them durably");
    commit = timer("dchat.raft.commit", "A batch of proposals, until it is committed");
    apply = timer("dchat.raft.apply", "A batch of committed entries in the state machine");
    journalEntries = summary("dchat.raft.journal.write.entries", "Entries in one journal write");
    applyEntries = summary("dchat.raft.apply.entries", "Entries in one batch applied");
    for (Rejection why : Rejection.values()) {
      rejected.put(
          why,
          Counter.builder("dchat.raft.proposals.rejected")
              .description("Commands refused without being proposed")
              .tag("reason", name(why))
              .register(registry));
    }
    leaderChanges =
        Counter.builder("dchat.raft.leader.changes")
            .description("How often this node learned of another leader")
            .register(registry);
  }

  private void bindJvm() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    garbage.bindTo(registry);
  }

  // --- consensus

  @Override
  public void accept(RaftStatus now) {
    if (now.leader().isPresent() && !lastLeader.equals(Optional.of(now.leader().get().id()))) {
      lastLeader = Optional.of(now.leader().get().id());
      leaderChanges.increment();
    }
  }

  @Override
  public void journalWritten(int entries, long nanos) {
    journal.record(nanos, TimeUnit.NANOSECONDS);
    journalEntries.record(entries);
  }

  @Override
  public void appended(long nanos) {
    append.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void committed(long nanos) {
    commit.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void applied(int entries, long nanos) {
    apply.record(nanos, TimeUnit.NANOSECONDS);
    applyEntries.record(entries);
  }

  @Override
  public void rejected(Rejection why) {
    rejected.get(why).increment();
  }

  // --- HTTP

  @Override
  public Route route(String method, String route) {
    // A timer per class of status once there is such an answer: most never occur.
    Map<String, Timer> timers = new ConcurrentHashMap<>();
    return (status, nanos) -> {
      int leading = status / 100;
      String statusClass = STATUS_CLASSES[leading < STATUS_CLASSES.length ? leading : 0];
      Timer timer = timers.get(statusClass);
      if (timer == null) {
        timer = timers.computeIfAbsent(statusClass, s -> requests(method, route, s));
      }
      timer.record(nanos, TimeUnit.NANOSECONDS);
    };
  }

  private Timer requests(String method, String route, String statusClass) {
    return Timer.builder("dchat.http.requests")
        .description("Requests, until the answer begins")
        .tags("method", method, "route", route, "status", statusClass)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /** One at a time: the rows of the peers are laid anew for each. */
  @Override
  public synchronized String page(Moment now) {
    moment.set(now);
    List<Row<?>> lags = new ArrayList<>();
    List<Row<?>> contacts = new ArrayList<>();
    for (PeerProgress peer : now.view().peers()) {
      Tags tags = Tags.of("peer", peer.id().value());
      long lag = Math.max(0, now.view().status().lastLogIndex() - peer.matchIndex());
      lags.add(Row.of(tags, () -> lag));
      peer.lastContactMillis()
          .ifPresent(millis -> contacts.add(Row.of(tags, () -> millis / 1000.0)));
    }
    peerLag.register(lags, true);
    peerContact.register(contacts, true);
    return registry.scrape();
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }

  // --- how they are made

  private void gauge(String name, String what, ToDoubleFunction<RaftStatus> value) {
    gauge(name, what, Tags.empty(), now -> value.applyAsDouble(now.view().status()));
  }

  private void gauge(String name, String what, Tags tags, ToDoubleFunction<Moment> value) {
    Gauge.builder(name, moment, latest -> value.applyAsDouble(latest.get()))
        .description(what)
        .tags(tags)
        .register(registry);
  }

  private Timer timer(String name, String what) {
    return Timer.builder(name).description(what).serviceLevelObjectives(BUCKETS).register(registry);
  }

  private DistributionSummary summary(String name, String what) {
    return DistributionSummary.builder(name).description(what).register(registry);
  }

  private static ClusterView viewOf(RaftStatus status) {
    return new ClusterView(status, List.of());
  }

  private static long count(Membership membership, Member.Suffrage suffrage) {
    return membership.members().stream().filter(m -> m.suffrage() == suffrage).count();
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
