package dchat.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Everything that will ever happen in a simulated world, on one thread: tasks that are ready,
 * timers that are due later, and a clock that moves only when the loop says so. Which ready task
 * runs next is drawn at random, so every order in which real threads could take them can come up.
 */
final class EventLoop {

  /**
   * Which of the ready tasks to prefer: different habits of a scheduler find different mistakes.
   */
  enum Order {
    /** Any, with equal chance. */
    UNIFORM,
    /** Mostly in order of arrival, as an idle machine would. */
    OLDEST_FIRST,
    /** Mostly the newest, so that something old may wait very long. */
    NEWEST_FIRST
  }

  /** Where the tasks of one dispatcher wait. A halted lane keeps its tasks until it is resumed. */
  static final class Lane {
    private final String name;
    private final List<Runnable> parked = new ArrayList<>();
    private boolean halted;

    private Lane(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }

    boolean isHalted() {
      return halted;
    }
  }

  /** A task that becomes ready later. */
  static final class Timer implements Comparable<Timer> {
    private final long dueNanos;
    private final long sequence;
    private Runnable action;

    private Timer(long dueNanos, long sequence, Runnable action) {
      this.dueNanos = dueNanos;
      this.sequence = sequence;
      this.action = action;
    }

    /** Returns whether it was still going to fire. */
    boolean cancel() {
      boolean waiting = action != null;
      action = null;
      return waiting;
    }

    boolean isDone() {
      return action == null;
    }

    @Override
    public int compareTo(Timer other) {
      int byTime = Long.compare(dueNanos, other.dueNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  private static final long SETTLING_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Thread owner = Thread.currentThread();
  private final Map<String, Lane> lanes = new HashMap<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private Runnable[] tasks = new Runnable[64];
  private int size;
  private long nowNanos;
  private long sequence;
  private long steps;
  private long digest;

  /** While an actor system boots, tasks run at once and in order: nobody steps the loop yet. */
  private boolean inline = true;

  private boolean draining;
  private boolean closed;

  private Order order = Order.UNIFORM;
  private long maxStepNanos;

  Lane lane(String name) {
    return lanes.computeIfAbsent(name, Lane::new);
  }

  /**
   * From now on tasks wait for {@link #step}; the clock starts again at zero.
   *
   * @param maxStepNanos a step takes a random time of up to so much, at least 1
   */
  void begin(Order order, long maxStepNanos) {
    if (!isIdle()) {
      throw new IllegalStateException("something of the last run is left: " + this);
    }
    this.order = order;
    this.maxStepNanos = maxStepNanos;
    inline = false;
    nowNanos = 0;
    sequence = 0;
    steps = 0;
    digest = 0;
  }

  /** From now on tasks run as soon as they are submitted. */
  void runInline() {
    inline = true;
    drain();
  }

  /**
   * Runs inline for a while and drops what is still scheduled then: an extension that Pekko loads
   * may repeat something for ever, which is no part of any run.
   */
  void settle() {
    runInline();
    long end = nowNanos + SETTLING_NANOS;
    for (long next = nextTimerNanos(); next <= end; next = nextTimerNanos()) {
      nowNanos = next;
      fireDueTimers();
    }
    timers.clear();
  }

  /** Fires what is still scheduled and takes nothing more, as Pekko asks of a scheduler. */
  void close() {
    closed = true;
    for (Timer next = timers.poll(); next != null; next = timers.poll()) {
      if (next.action != null) {
        next.action.run();
      }
    }
    runInline();
  }

  void submit(Lane lane, Runnable task) {
    checkThread();
    if (lane.halted) {
      lane.parked.add(task);
    } else {
      push(task);
    }
    if (inline) {
      drain();
    }
  }

  /** Runs {@code action} on the loop itself after a delay; negative delays count as none. */
  Timer schedule(long delayNanos, Runnable action) {
    checkThread();
    if (closed) {
      throw new IllegalStateException("the actor system has ended");
    }
    Timer timer = new Timer(nowNanos + Math.max(0, delayNanos), sequence++, action);
    timers.add(timer);
    return timer;
  }

  /** Holds back what this lane has and gets: its owner is stopped like a process by SIGSTOP. */
  void halt(Lane lane) {
    lane.halted = true;
  }

  void resume(Lane lane) {
    lane.halted = false;
    lane.parked.forEach(this::push);
    lane.parked.clear();
  }

  /**
   * Runs one ready task. Moves the clock to the next timer if none is ready.
   *
   * @return whether there was anything to do up to {@code untilNanos}; if not, it is that time now
   */
  boolean step(RandomGenerator random, long untilNanos) {
    fireDueTimers();
    while (size == 0) {
      dropCancelled();
      if (timers.isEmpty() || timers.peek().dueNanos > untilNanos) {
        nowNanos = Math.max(nowNanos, untilNanos);
        return false;
      }
      nowNanos = timers.peek().dueNanos;
      fireDueTimers();
    }
    long draw = random.nextLong();
    int index = pick(draw);
    digest = (digest ^ (nowNanos + 31L * index + size)) * 0x9E3779B97F4A7C15L;
    nowNanos += 1 + Long.remainderUnsigned(draw >>> 32, maxStepNanos);
    steps++;
    Runnable task = tasks[index];
    size--;
    if (order == Order.UNIFORM) {
      tasks[index] = tasks[size];
    } else {
      System.arraycopy(tasks, index + 1, tasks, index, size - index);
    }
    tasks[size] = null;
    task.run();
    return true;
  }

  long nowNanos() {
    return nowNanos;
  }

  /** Steps since {@link #begin}. */
  long steps() {
    return steps;
  }

  /** A fingerprint of all choices since {@link #begin}: equal for equal runs. */
  long digest() {
    return digest;
  }

  /** When the next timer is due; {@link Long#MAX_VALUE} without one. */
  long nextTimerNanos() {
    dropCancelled();
    return timers.isEmpty() ? Long.MAX_VALUE : timers.peek().dueNanos;
  }

  boolean isIdle() {
    dropCancelled();
    return size == 0
        && timers.isEmpty()
        && lanes.values().stream().allMatch(lane -> lane.parked.isEmpty());
  }

  private int pick(long draw) {
    int any = (int) Integer.toUnsignedLong((int) draw) & Integer.MAX_VALUE;
    boolean byHabit = (any & 7) != 0;
    return switch (order) {
      case UNIFORM -> any % size;
      case OLDEST_FIRST -> byHabit ? 0 : (any >>> 3) % size;
      case NEWEST_FIRST -> byHabit ? size - 1 : (any >>> 3) % size;
    };
  }

  private void push(Runnable task) {
    if (size == tasks.length) {
      tasks = Arrays.copyOf(tasks, size * 2);
    }
    tasks[size++] = task;
  }

  private void fireDueTimers() {
    for (Timer next = timers.peek();
        next != null && (next.action == null || next.dueNanos <= nowNanos);
        next = timers.peek()) {
      timers.poll();
      Runnable action = next.action;
      next.action = null;
      if (action != null) {
        action.run();
      }
    }
  }

  private void dropCancelled() {
    while (!timers.isEmpty() && timers.peek().action == null) {
      timers.poll();
    }
  }

  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      while (size > 0) {
        Runnable first = tasks[0];
        System.arraycopy(tasks, 1, tasks, 0, --size);
        tasks[size] = null;
        first.run();
      }
    } finally {
      draining = false;
    }
  }

  private void checkThread() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException(
          "a simulated world has one thread, and this is another: " + Thread.currentThread());
    }
  }

  @Override
  public String toString() {
    return "EventLoop at " + nowNanos + " ns, " + size + " ready, " + timers.size() + " timers";
  }
}
