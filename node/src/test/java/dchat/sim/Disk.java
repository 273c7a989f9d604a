package dchat.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * One node's disk: what is on it outlives the node. A write takes virtual time, is stored whole or
 * not at all, and in order; a crash loses what wasn't acknowledged, or keeps it without having said
 * so; a failed write leaves open which.
 *
 * @param <R> a record
 */
final class Disk<R> {

  /**
   * How it treats a write.
   *
   * @param stallShare of writes that take up to {@code maxStallNanos} instead
   * @param failShare of writes that fail
   */
  record Speed(
      long minNanos, long maxNanos, double stallShare, long maxStallNanos, double failShare) {

    /** A good SSD. */
    static Speed fast() {
      return new Speed(100_000, 1_000_000, 0, 0, 0);
    }
  }

  /** Hears what became of a write. */
  interface Writer {
    void written();

    void failed();
  }

  private record Pending<R>(List<R> records, Writer writer, boolean fails) {}

  private final Simulation simulation;
  private final String name;
  private final RandomGenerator random;
  private final List<R> stored = new ArrayList<>();
  private final Deque<Pending<R>> pending = new ArrayDeque<>();
  private final Consumer<List<R>> onStored;
  private final Function<List<R>, String> text;
  private Speed speed = Speed.fast();
  private boolean full;
  private int mount;
  private long lastDoneNanos;

  /**
   * @param onStored hears what has just become durable, before the writer does
   * @param text records as the trace shows them
   */
  Disk(
      Simulation simulation,
      String name,
      Consumer<List<R>> onStored,
      Function<List<R>, String> text) {
    this.simulation = simulation;
    this.text = text;
    this.onStored = onStored;
    this.name = name;
    this.random = simulation.random("disk " + name);
  }

  void setSpeed(Speed speed) {
    this.speed = speed;
    simulation.trace().line(() -> name + " disk " + speed);
  }

  /** While it is full every write fails, and nothing of it is stored. */
  void setFull(boolean full) {
    this.full = full;
    simulation.trace().line(() -> name + " disk " + (full ? "full" : "has room"));
  }

  /** What would survive a crash right now. */
  List<R> stored() {
    return stored;
  }

  /** How long reading everything takes at start. */
  long drawReadNanos() {
    return speed.minNanos() + random.nextLong(Math.max(1, speed.maxNanos()));
  }

  /**
   * Opens it for writing. Ends what an earlier opening could do, as does a crash: nobody writes to
   * a disk once the process is dead, though its actors may need some steps more to end.
   */
  Handle open() {
    forgetPending();
    return new Handle(mount);
  }

  /** The right to write until the next crash. */
  final class Handle {
    private final int mountedAt;

    private Handle(int mountedAt) {
      this.mountedAt = mountedAt;
    }

    /** Stores all of {@code records} or none, after what was given to it before. */
    void write(List<R> records, Writer writer) {
      if (mountedAt == mount) {
        enqueue(records, writer);
      }
    }
  }

  private void enqueue(List<R> records, Writer writer) {
    boolean fails = full || random.nextDouble() < speed.failShare();
    pending.add(new Pending<>(records, writer, fails));
    long done = Math.max(lastDoneNanos + 1, simulation.nowNanos() + drawWriteNanos());
    lastDoneNanos = done;
    int mounted = mount;
    simulation.after(
        done - simulation.nowNanos(),
        () -> {
          if (mounted == mount) {
            complete(pending.remove());
          }
        });
  }

  /**
   * The power goes, or the process is killed: of the writes under way some may be stored, none is
   * acknowledged any more.
   */
  void crash() {
    while (!pending.isEmpty() && !pending.peek().fails() && random.nextBoolean()) {
      store(pending.remove().records());
    }
    forgetPending();
  }

  private void complete(Pending<R> write) {
    if (!write.fails()) {
      store(write.records());
      simulation.trace().line(() -> name + " stored " + text.apply(write.records()));
      write.writer().written();
      return;
    }
    if (!full && random.nextBoolean()) {
      store(write.records());
    }
    simulation.trace().line(() -> name + " failed to store " + text.apply(write.records()));
    forgetPending();
    write.writer().failed();
  }

  private void store(List<R> records) {
    stored.addAll(records);
    onStored.accept(records);
  }

  private void forgetPending() {
    mount++;
    lastDoneNanos = 0;
    pending.clear();
  }

  private long drawWriteNanos() {
    boolean stalls = speed.stallShare() > 0 && random.nextDouble() < speed.stallShare();
    long most = stalls ? speed.maxStallNanos() : speed.maxNanos();
    return speed.minNanos() + random.nextLong(Math.max(1, most - speed.minNanos()));
  }
}
