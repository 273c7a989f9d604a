package dchat.history;

import dchat.history.Event.Function;
import dchat.history.RecordingClient.Extent;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that send to chat rooms and read them, until told to stop. Some keep trying until they
 * know what became of a line, some try once. Rooms are read as a whole or for their last line, so a
 * full one is left for a new one.
 */
public final class Workload implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long MOST_THINKING_NANOS = Duration.ofMillis(20).toNanos();

  private volatile boolean stopped;
  private final Recorder recorder;
  private final HttpClient http;
  private final List<URI> nodes;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> running = new ArrayList<>();
  private final Rooms rooms = new Rooms(() -> !stopped);
  private final AtomicLong lines = new AtomicLong();

  /**
   * @param nodes base URLs of all nodes
   */
  public Workload(Recorder recorder, HttpClient http, List<URI> nodes) {
    this.recorder = recorder;
    this.http = http;
    this.nodes = nodes;
  }

  /** Makes the first rooms, then starts that many clients. */
  public void start(int clients) {
    RecordingClient first = client(PATIENCE);
    rooms.make(first, Function.APPEND);
    rooms.make(first, Function.REGISTER);
    for (int i = 0; i < clients; i++) {
      long seed = i;
      running.add(threads.submit(() -> run(client(PATIENCE), new Random(seed))));
    }
  }

  /** A client of its own, for whoever wants to ask something at a special moment. */
  public RecordingClient client(Duration patience) {
    return new RecordingClient(recorder, http, nodes, patience);
  }

  /**
   * Begins linearizable reads at one node, which may take its time to answer.
   *
   * @return one for each, done when it has been answered or given up
   */
  public List<Future<?>> beginReads(URI node, int count, Duration patience) {
    List<Future<?>> reads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Rooms.Room room = rooms.newest(i % 2 == 0 ? Function.APPEND : Function.REGISTER);
      reads.add(threads.submit(() -> client(patience).read(node, room.name(), Extent.WHOLE)));
    }
    return reads;
  }

  /** Lets what is under way end. What went wrong in a client is thrown here. */
  public void stop() throws Exception {
    stopped = true;
    for (Future<?> client : running) {
      client.get();
    }
  }

  /**
   * Reads every room at every node twice: a node that lacks a line which another has shown is found
   * out in the second round at the latest. All nodes have to run, and nobody else may be at work.
   */
  public void readEverything(Duration within) {
    long deadline = System.nanoTime() + within.toNanos();
    RecordingClient reader = client(PATIENCE);
    for (int round = 0; round < 2; round++) {
      for (URI node : nodes) {
        for (Rooms.Room room : rooms.all()) {
          while (!reader.read(node, room.name(), Extent.WHOLE)) {
            if (System.nanoTime() > deadline) {
              throw new AssertionError(node + " doesn't answer reads of " + room.name());
            }
          }
        }
      }
    }
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdown();
  }

  // --- what a client does

  private void run(RecordingClient client, Random random) {
    boolean persistent = random.nextInt(3) > 0;
    while (!stopped) {
      Rooms.Room room = rooms.newest(random.nextInt(3) > 0 ? Function.APPEND : Function.REGISTER);
      if (random.nextBoolean()) {
        client.send(
            room.function(),
            room.name(),
            "m" + lines.incrementAndGet(),
            () -> persistent && !stopped);
        rooms.sent(client, room);
      } else {
        Extent extent = room.function() == Function.APPEND ? Extent.WHOLE : Extent.LAST_LINE;
        URI node = nodes.get(random.nextInt(nodes.size()));
        if (random.nextInt(3) > 0) {
          client.read(node, room.name(), extent);
        } else {
          client.knows(room.madeAt());
          client.readKnown(node, room.name(), extent);
        }
      }
      LockSupport.parkNanos(random.nextLong(MOST_THINKING_NANOS));
    }
  }
}
