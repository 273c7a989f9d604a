package dchat.client.cli;

import dchat.client.api.Accounts;
import dchat.client.api.ClusterClient;
import dchat.client.api.ClusterStatus;
import dchat.client.api.Command;
import dchat.client.api.EventStream;
import dchat.client.api.Outcome;
import dchat.client.api.Session;
import dchat.client.api.SignInOutcome;
import dchat.client.api.StreamEvent;
import dchat.client.api.Survey;
import dchat.client.api.TimeOrderedIds;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The guided tour: people register and talk while nodes are killed under them, one more than the
 * cluster can do without, and come back. Then every line that was ever acknowledged is looked for
 * on every node. A list of what was promised and how it went ends it.
 */
final class FaultTour {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** How long a line waits without a majority, which must not be long enough for it. */
  private static final Duration NO_MAJORITY = Duration.ofSeconds(2);

  private static final long LOOK_EVERY_MILLIS = 50;
  private static final int WRITERS = 4;
  private static final String ROOM = "general";
  private static final String PASSWORD = "a tour of faults";

  /** A part of the tour. It returns how long that took which its promise is about. */
  private interface Scene {
    Duration play() throws Failure, IOException, InterruptedException;
  }

  private record Chapter(String heading, String promise, Scene scene) {}

  /** A promise wasn't kept; says which in words. */
  private static final class Failure extends Exception {
    Failure(String message) {
      super(message);
    }
  }

  private final DemoCluster cluster;
  private final ClusterClient client;
  private final TourScreen screen;
  private final TimeOrderedIds ids = new TimeOrderedIds(InstantSource.system());
  private final Map<String, Session> sessions = new HashMap<>();
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private final List<DemoNode> dead = new ArrayList<>();
  private final TourHistory streamed = new TourHistory();
  private final TourWriters writers;
  private final long began;
  private Optional<EventStream> stream = Optional.empty();
  private Optional<Command.Say> unheard = Optional.empty();
  private long firstIndex;

  /** {@code began} is when the nodes were started, by {@link System#nanoTime}. */
  FaultTour(DemoCluster cluster, ClusterClient client, TourScreen screen, long began) {
    this.cluster = cluster;
    this.client = client;
    this.screen = screen;
    this.began = began;
    this.writers = new TourWriters(client, ids, acknowledged);
  }

  /** Plays it; true if every promise was kept. */
  boolean play() throws InterruptedException {
    List<Chapter> chapters = chapters();
    List<Duration> took = new ArrayList<>();
    try {
      for (Chapter chapter : chapters) {
        screen.chapter(chapter.heading());
        took.add(chapter.scene().play());
      }
    } catch (Failure | IOException e) {
      screen.failed(e.getMessage());
    } finally {
      writers.abandon();
      stream.ifPresent(EventStream::close);
    }
    return conclude(chapters, took);
  }

  private List<Chapter> chapters() {
    int size = cluster.nodes().size();
    List<Chapter> chapters = new ArrayList<>();
    chapters.add(
        new Chapter(
            size + " nodes start", size + " nodes start and agree on a leader", this::start));
    chapters.add(
        new Chapter(
            "Three people register and sign in",
            "accounts are made; a stranger can't use their names",
            this::register));
    chapters.add(
        new Chapter(
            "They talk; " + WRITERS + " more say line after line from here to the end",
            "a line is committed once a majority has it on disk",
            this::talk));
    chapters.add(
        new Chapter(
            "The leader dies (kill -9)",
            "the leader is killed: the next line is committed",
            () -> loseLeader("are you still there?", "still here. A short pause, nothing else")));
    if (size > 3) {
      chapters.add(
          new Chapter(
              "Its successor dies, too",
              "its successor is killed, too: the next line is committed",
              () -> loseLeader("and now?", "three of five are a majority")));
    }
    chapters.add(
        new Chapter(
            "One more dies: there is no majority",
            "without a majority nothing is acknowledged, reading goes on",
            this::loseMajority));
    chapters.add(
        new Chapter("The dead come back", "the dead nodes come back and catch up", this::restart));
    chapters.add(
        new Chapter(
            "Every line is looked for on every node",
            "every node has every line once, in order, where it was acknowledged",
            this::audit));
    return chapters;
  }

  private Duration start() throws Failure {
    ClusterStatus status = cluster.ledStatus(client).orElseThrow(() -> new Failure("no leader"));
    firstIndex = status.commitIndex();
    screen.note("%s leads, term %d".formatted(status.leader().orElse("?"), status.term()));
    stream = Optional.of(client.events(OptionalLong.of(firstIndex), this::onEvent));
    return since(began);
  }

  private void onEvent(StreamEvent event) {
    if (event instanceof StreamEvent.Happened happened) {
      streamed.add(happened.event());
    }
  }

  private Duration register() throws Failure {
    long began = System.nanoTime();
    for (String name : List.of("ann", "bob", "carol")) {
      screen.waiting(name + " registers");
      Accounts accounts = client.accounts(PATIENCE);
      Outcome made = accounts.register(name, PASSWORD, ids.next());
      SignInOutcome signIn = accounts.signIn(name, PASSWORD, true, ids.next());
      if (!(signIn instanceof SignInOutcome.SignedIn(Session session))) {
        throw new Failure(name + " can't sign in: " + made + ", " + signIn);
      }
      sessions.put(name, session);
    }
    Duration took = since(began);
    screen.note("ann, bob and carol have accounts on every node, their passwords only as hashes");
    Outcome stranger =
        client.send(new Command.Say(ids.next(), "ann", ROOM, "I am ann"), PATIENCE, p -> {});
    if (!(stranger instanceof Outcome.Rejected(String code, String detail))) {
      throw new Failure("a stranger could speak as ann: " + stranger);
    }
    screen.note("a stranger who says to be ann is refused: " + code);
    return took;
  }

  private Duration talk() throws Failure, InterruptedException {
    Duration first = say("ann", "hello everybody. Is this thing replicated?");
    writers.start(WRITERS, ROOM);
    say("bob", "on every node, I am told");
    say("carol", "then let us see what happens when machines die");
    return first;
  }

  /** Kills whoever leads; returns the time from then to the next committed line. */
  private Duration loseLeader(String question, String answer) throws Failure, InterruptedException {
    DemoNode leader =
        leader().orElseThrow(() -> new Failure("no leader after " + PATIENCE.toSeconds() + " s"));
    long killed = System.nanoTime();
    kill(leader, ", the leader");
    say("ann", question);
    Duration took = since(killed);
    say("bob", answer);
    screen.note(
        "%s from the kill to the next committed line; %s leads now"
            .formatted(
                TourScreen.seconds(took), leader().map(DemoNode::id).orElse("nobody known")));
    return took;
  }

  private Duration loseMajority() throws Failure, IOException, InterruptedException {
    Optional<DemoNode> leader = leader();
    DemoNode victim =
        cluster.nodes().stream()
            .filter(node -> node.isRunning() && !Optional.of(node).equals(leader))
            .findFirst()
            .orElseThrow();
    kill(victim, "");
    Command.Say line = new Command.Say(ids.next(), "carol", ROOM, "does anybody hear me?");
    unheard = Optional.of(line);
    long began = System.nanoTime();
    screen.pending(line.user(), line.text());
    Outcome outcome =
        client.send(line, Optional.of(sessions.get("carol")), NO_MAJORITY, progress -> {});
    Duration took = since(began);
    if (outcome instanceof Outcome.Committed || outcome instanceof Outcome.Rejected) {
      throw new Failure("without a majority the answer was " + outcome);
    }
    screen.unknown(line.user(), line.text());
    screen.note(
        "not acknowledged in %s: what a minority says could be lost"
            .formatted(TourScreen.seconds(took)));
    for (DemoNode node : cluster.nodes()) {
      if (node.isRunning()) {
        int lines = history(node).size();
        screen.note("%s still shows what was said: %,d lines".formatted(node.id(), lines));
      }
    }
    return took;
  }

  private Duration restart() throws Failure, IOException, InterruptedException {
    long began = System.nanoTime();
    for (DemoNode node : dead) {
      node.start();
    }
    screen.note("starting " + String.join(", ", dead.stream().map(DemoNode::id).toList()));
    Command.Say line = unheard.orElseThrow();
    send(line);
    screen.note("carol's line was sent again with its id; it is there once, see below");
    for (DemoNode node : cluster.nodes()) {
      screen.waiting(node.id() + " catches up");
      awaitCaughtUp(node, began);
    }
    screen.note("all have caught up, " + TourScreen.seconds(since(began)) + " after their start");
    return since(began);
  }

  private Duration audit() throws Failure, IOException, InterruptedException {
    long began = System.nanoTime();
    Optional<String> unsaid = writers.stop();
    if (unsaid.isPresent()) {
      throw new Failure(unsaid.get());
    }
    String common = "";
    int size = 0;
    for (DemoNode node : cluster.nodes()) {
      awaitCaughtUp(node, began);
      TourHistory history = history(node);
      String fingerprint = check(node.id(), history, acknowledged);
      if (!common.isEmpty() && !common.equals(fingerprint)) {
        throw new Failure(node.id() + " tells another history than the nodes before it");
      }
      common = fingerprint;
      size = history.size();
    }
    while (streamed.size() < size && since(began).compareTo(PATIENCE) < 0) {
      screen.waiting("the event stream has %,d of %,d".formatted(streamed.size(), size));
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
    if (!check("stream", streamed, acknowledged).equals(common)) {
      throw new Failure("the event stream told another history than the nodes");
    }
    if (cluster.nodes().stream().anyMatch(DemoNode::hasDiedByItself)) {
      throw new Failure("a node died by itself");
    }
    return since(began);
  }

  /** Returns the fingerprint of a history that has no fault. */
  private String check(String who, TourHistory history, Map<String, Long> expected) throws Failure {
    List<String> faults = history.faults(expected);
    if (!faults.isEmpty()) {
      throw new Failure(
          "%s: %s%s"
              .formatted(
                  who,
                  faults.getFirst(),
                  faults.size() > 1 ? ", and " + (faults.size() - 1) + " more" : ""));
    }
    String fingerprint = history.fingerprint();
    screen.note(
        String.format(
            Locale.ROOT,
            "%-6s has all %,d lines, each once, in order   SHA-256 %s",
            who,
            expected.size(),
            fingerprint));
    return fingerprint;
  }

  private boolean conclude(List<Chapter> chapters, List<Duration> took) {
    screen.checklistHead();
    for (int i = 0; i < chapters.size(); i++) {
      String promise = chapters.get(i).promise();
      if (i < took.size()) {
        screen.passed(promise, took.get(i));
      } else if (i == took.size()) {
        screen.notPassed(promise);
      } else {
        screen.notReached(promise);
      }
    }
    boolean good = took.size() == chapters.size();
    if (!good) {
      cluster.keepData();
    }
    screen.verdict(
        good,
        good
            ? String.format(
                Locale.ROOT,
                "%,d lines acknowledged, %d nodes killed, nothing lost, nothing doubled, %s in all",
                acknowledged.size(),
                dead.size(),
                TourScreen.seconds(since(began)))
            : "a promise was not kept; the logs of the nodes are in " + cluster.data());
    return good;
  }

  private Duration say(String user, String text) throws Failure, InterruptedException {
    long began = System.nanoTime();
    send(new Command.Say(ids.next(), user, ROOM, text));
    return since(began);
  }

  private void send(Command.Say line) throws Failure, InterruptedException {
    screen.pending(line.user(), line.text());
    Outcome outcome =
        client.send(line, Optional.of(sessions.get(line.user())), PATIENCE, progress -> {});
    if (!(outcome instanceof Outcome.Committed committed)) {
      throw new Failure("'" + line.text() + "' was not committed: " + outcome);
    }
    acknowledged.put(line.id(), committed.index());
    screen.committed(committed.index(), line.user(), line.text());
  }

  private void kill(DemoNode node, String what) throws InterruptedException {
    node.kill();
    dead.add(node);
    screen.note(
        "killed %s%s; %d of %d nodes left"
            .formatted(node.id(), what, cluster.working(), cluster.nodes().size()));
  }

  /** Who leads; waited for, since an election may be under way. */
  private Optional<DemoNode> leader() throws InterruptedException {
    long began = System.nanoTime();
    while (since(began).compareTo(PATIENCE) < 0) {
      Optional<DemoNode> leader =
          cluster
              .ledStatus(client)
              .flatMap(ClusterStatus::leader)
              .flatMap(cluster::node)
              .filter(DemoNode::isRunning);
      if (leader.isPresent()) {
        return leader;
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
    return Optional.empty();
  }

  /** Waits until a node has applied everything that was acknowledged so far. */
  private void awaitCaughtUp(DemoNode node, long began) throws Failure, InterruptedException {
    long goal = acknowledged.values().stream().mapToLong(Long::longValue).max().orElse(0);
    while (since(began).compareTo(PATIENCE) < 0) {
      Optional<Survey.Reply> reply =
          client.survey(LOOK).replies().stream()
              .filter(r -> r.status().node().equals(node.id()))
              .findFirst();
      if (reply.filter(r -> r.status().appliedIndex() >= goal).isPresent()) {
        return;
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
    throw new Failure(node.id() + " hasn't caught up after " + PATIENCE.toSeconds() + " s");
  }

  private TourHistory history(DemoNode node) throws IOException, InterruptedException {
    TourHistory history = new TourHistory();
    client.messages(node.url(), firstIndex, history::add);
    return history;
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
