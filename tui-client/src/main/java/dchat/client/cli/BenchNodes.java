package dchat.client.cli;

import dchat.client.api.ClusterClient;
import dchat.client.bench.Victims;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** The nodes that were started for a measurement, and may be killed for it. */
final class BenchNodes implements Victims {
  private static final long START_NANOS = 120_000_000_000L;
  private static final long LOOK_EVERY_MILLIS = 50;

  private final DemoCluster cluster;
  private final ClusterClient client;

  BenchNodes(DemoCluster cluster, ClusterClient client) {
    this.cluster = cluster;
    this.client = client;
  }

  /**
   * Starts them all and waits until they are ready.
   *
   * @throws IOException when one of them doesn't become so
   */
  void start() throws IOException, InterruptedException {
    cluster.start();
    for (DemoNode node : cluster.nodes()) {
      awaitReady(node);
    }
  }

  private void awaitReady(DemoNode node) throws IOException, InterruptedException {
    long began = System.nanoTime();
    while (!client.isReady(node.url())) {
      if (!node.isRunning() || System.nanoTime() - began > START_NANOS) {
        cluster.keepData();
        List<String> log = Files.readAllLines(node.log());
        String lastLine = log.isEmpty() ? "" : ": " + log.getLast();
        throw new IOException(node.id() + " did not start, see " + node.log() + lastLine);
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  @Override
  public Optional<Victim> at(URI url) {
    return cluster.nodes().stream()
        .filter(node -> node.url().equals(url))
        .findFirst()
        .map(Spawned::new);
  }

  private final class Spawned implements Victim {
    private final DemoNode node;

    Spawned(DemoNode node) {
      this.node = node;
    }

    @Override
    public void kill() throws InterruptedException {
      node.kill();
    }

    @Override
    public void revive() throws IOException, InterruptedException {
      node.start();
      awaitReady(node);
    }
  }
}
