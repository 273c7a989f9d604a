package dchat.process;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.process.NodeProcess.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writers that go on until they are stopped, what was acknowledged to them, and how long the
 * longest of them had to wait for an acknowledgement.
 */
final class Load implements AutoCloseable {
  private static final int WRITERS = 4;

  /** Without a pause they would keep all cores from the nodes that are being started. */
  private static final long MOST_THINKING_NANOS = Duration.ofMillis(20).toNanos();

  private final ConcurrentLinkedQueue<Message> acknowledged = new ConcurrentLinkedQueue<>();
  private final List<Writer> writers = new ArrayList<>();
  private final List<Future<?>> running = new ArrayList<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
  private final AtomicLong longestWaitNanos = new AtomicLong();
  private volatile boolean stopped;

  Load(ProcessCluster cluster) {
    for (int i = 0; i < WRITERS; i++) {
      Writer writer = new Writer(cluster, "writer" + i);
      writers.add(writer);
      running.add(threads.submit(() -> write(writer)));
    }
  }

  private void write(Writer writer) {
    while (!stopped) {
      String id = UUID.randomUUID().toString();
      long asked = System.nanoTime();
      OptionalLong index = OptionalLong.empty();
      while (!stopped && index.isEmpty()) {
        index = writer.attempt(id);
      }
      index.ifPresent(
          at -> {
            longestWaitNanos.accumulateAndGet(System.nanoTime() - asked, Math::max);
            acknowledged.add(new Message(at, id));
          });
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(MOST_THINKING_NANOS));
    }
  }

  /** Forgets what was measured so far. */
  void measureFromNow() {
    longestWaitNanos.set(0);
    writers.forEach(Writer::forgetUnknown);
  }

  Duration longestWait() {
    return Duration.ofNanos(longestWaitNanos.get());
  }

  /** How many requests ended without anybody knowing what became of them. */
  int unknownOutcomes() {
    return writers.stream().mapToInt(Writer::unknown).sum();
  }

  void awaitMore(int count) {
    int goal = acknowledged.size() + count;
    Await.until(
        goal + " messages are acknowledged",
        ProcessCluster.SOON,
        () -> acknowledged.size() >= goal);
  }

  void stop() throws Exception {
    stopped = true;
    for (Future<?> writer : running) {
      writer.get();
    }
  }

  /** Waits until {@code nodes} hold the same messages: all that was acknowledged, each once. */
  List<Message> requireAllOn(List<NodeProcess> nodes) {
    List<Message> messages = ProcessCluster.agreed(nodes);
    assertThat(messages).isNotEmpty();
    assertThat(messages).extracting(Message::id).doesNotHaveDuplicates();
    assertThat(messages).extracting(Message::index).isSorted();
    assertThat(new HashSet<>(messages)).containsAll(acknowledged);
    return messages;
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdown();
  }
}
