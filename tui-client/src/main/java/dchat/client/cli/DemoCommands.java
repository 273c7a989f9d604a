package dchat.client.cli;

import dchat.client.api.ClusterClient;
import dchat.client.api.ClusterStatus;
import dchat.client.tui.Cmd;
import dchat.client.tui.Host;
import dchat.client.tui.Model;
import dchat.client.tui.Msg;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** What one can do to the nodes of a demo from inside its chat. */
final class DemoCommands implements Host {
  private static final List<Model.ExtraCommand> LIST =
      List.of(
          new Model.ExtraCommand(
              "kill", "/kill leader, /kill nodeN", "end a node, as a power cut does"),
          new Model.ExtraCommand("start", "/start nodeN", "start a node that was killed"),
          new Model.ExtraCommand("pause", "/pause leader, /pause nodeN", "let a node hang"),
          new Model.ExtraCommand("resume", "/resume nodeN", "let it go on"));

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_EVERY_MILLIS = 50;

  private final DemoCluster cluster;
  private final ClusterClient client;
  private volatile Consumer<Msg.Told> tell = told -> {};

  DemoCommands(DemoCluster cluster, ClusterClient client) {
    this.cluster = cluster;
    this.client = client;
  }

  @Override
  public List<Model.ExtraCommand> commands() {
    return LIST;
  }

  @Override
  public void begin(Consumer<Msg.Told> consumer) {
    tell = consumer;
    String nodes = cluster.nodes().size() + " nodes run on this machine, ";
    tell.accept(new Msg.Told(nodes + "others join with: " + cluster.howToJoin(), false));
    tell.accept(new Msg.Told("/kill leader shows what happens then; F1 lists everything", false));
  }

  /** A node ended that nobody had asked to. */
  void onDeath(String words) {
    tell.accept(new Msg.Told(words, true));
  }

  @Override
  public void run(Cmd.Extra command) {
    try {
      Optional<DemoNode> node = find(command.arguments());
      if (node.isEmpty()) {
        tell.accept(new Msg.Told(whichNode(command), true));
        return;
      }
      switch (command.name()) {
        case "kill" -> kill(node.get());
        case "start" -> start(node.get());
        case "pause" -> pause(node.get());
        case "resume" -> resume(node.get());
        default -> throw new IllegalArgumentException(command.name());
      }
    } catch (IOException e) {
      tell.accept(new Msg.Told(command.name() + " failed: " + e.getMessage(), true));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<DemoNode> find(String name) {
    if (name.equals("leader")) {
      return cluster.ledStatus(client).flatMap(ClusterStatus::leader).flatMap(cluster::node);
    }
    return cluster.node(name.matches("\\d") ? "node" + name : name);
  }

  private String whichNode(Cmd.Extra command) {
    if (command.arguments().equals("leader")) {
      return "there is no leader just now";
    }
    return "which node? /"
        + command.name()
        + " leader, or one of "
        + String.join(" ", cluster.nodes().stream().map(DemoNode::id).toList());
  }

  private void kill(DemoNode node) throws InterruptedException {
    if (!node.isRunning()) {
      tell.accept(new Msg.Told(node.id() + " isn't running", true));
      return;
    }
    Optional<ClusterStatus> before = cluster.ledStatus(client);
    long began = System.nanoTime();
    node.kill();
    lost(node, "killed", before, began);
  }

  private void pause(DemoNode node) throws IOException, InterruptedException {
    if (!node.isRunning() || node.isPaused()) {
      tell.accept(new Msg.Told(node.id() + " isn't running", true));
      return;
    }
    Optional<ClusterStatus> before = cluster.ledStatus(client);
    long began = System.nanoTime();
    node.pause();
    lost(node, "paused", before, began);
  }

  /** Says what the loss of a node means, and who leads in its place. */
  private void lost(DemoNode node, String how, Optional<ClusterStatus> before, long began)
      throws InterruptedException {
    boolean led = before.flatMap(ClusterStatus::leader).filter(node.id()::equals).isPresent();
    String up = cluster.working() + " of " + cluster.nodes().size() + " nodes left";
    tell.accept(new Msg.Told(how + " " + node.id() + (led ? ", the leader; " : "; ") + up, false));
    if (!cluster.hasMajority()) {
      tell.accept(
          new Msg.Told("no majority: lines wait until a node is back (/start nodeN)", true));
    } else if (led) {
      long oldTerm = before.map(ClusterStatus::term).orElse(0L);
      awaitLeader(oldTerm, began).ifPresent(words -> tell.accept(new Msg.Told(words, false)));
    }
  }

  private Optional<String> awaitLeader(long oldTerm, long began) throws InterruptedException {
    while (System.nanoTime() - began < PATIENCE.toNanos()) {
      Optional<ClusterStatus> status = cluster.ledStatus(client).filter(s -> s.term() > oldTerm);
      if (status.isPresent()) {
        return status
            .flatMap(ClusterStatus::leader)
            .map(
                leader ->
                    "%s leads now, term %d, %s later"
                        .formatted(leader, status.get().term(), seconds(began)));
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
    return Optional.empty();
  }

  private void start(DemoNode node) throws IOException, InterruptedException {
    if (node.isRunning()) {
      tell.accept(
          new Msg.Told(
              node.id() + (node.isPaused() ? " is paused: /resume " + node.id() : " is running"),
              true));
      return;
    }
    long began = System.nanoTime();
    node.start();
    tell.accept(new Msg.Told("starting " + node.id() + " ...", false));
    while (node.isRunning() && System.nanoTime() - began < PATIENCE.toNanos()) {
      if (client.isReady(node.url())) {
        tell.accept(
            new Msg.Told(node.id() + " is back and has caught up, " + seconds(began), false));
        return;
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  private void resume(DemoNode node) throws IOException, InterruptedException {
    if (!node.isPaused()) {
      tell.accept(new Msg.Told(node.id() + " isn't paused", true));
      return;
    }
    node.resume();
    tell.accept(new Msg.Told(node.id() + " goes on", false));
  }

  private static String seconds(long began) {
    return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - began) / 1e9);
  }
}
