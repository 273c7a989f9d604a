package dchat.client.bench;

import dchat.client.bench.Leadership.Leader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * One client: has at most one request under way, and sees to it that it gets an answer, as a real
 * one does: a line goes to the leader with an id of its own, and is sent again with that id until
 * its outcome is known. Belongs to the thread of its loop.
 */
final class LoadClient implements Connection.Owner {
  private enum State {
    IDLE,
    UNDER_WAY,
    /** Sends again after a while. */
    PAUSED,
    /** Sends again when there is a leader. */
    LEADERLESS
  }

  /** After that long a request counts as failed, however it did. */
  private static final long BUDGET_NANOS = 15_000_000_000L;

  private static final long ATTEMPT_NANOS = 5_000_000_000L;
  private static final long FIRST_PAUSE_NANOS = 10_000_000L;
  private static final long LONGEST_PAUSE_NANOS = 200_000_000L;
  private static final ResponseReader.Body PASS_OVER = (buffer, from, to) -> {};

  private final LoadLoop loop;
  private final LoadPlan plan;
  private final List<Target> nodes;
  private final IndexScanner indexes;
  private final ChatRequest lines;
  private final ByteBuffer localRead;
  private final ByteBuffer linearizableRead;

  private Optional<Connection> toLeader = Optional.empty();
  private Optional<Connection> toReader = Optional.empty();
  private Optional<Leader> leader = Optional.empty();
  private int readsFrom;

  private State state = State.IDLE;
  private Kind kind = Kind.WRITE;
  private long intendedNanos;
  private long firstSentNanos;

  /** When the current try is given up, or the next one begins. */
  private long nextLookNanos;

  private long pauseNanos;
  private String lastReason = "";

  /**
   * @param number from 1 on
   * @param nodes to read from; each client has one of them as its own
   */
  LoadClient(LoadLoop loop, LoadPlan plan, int number, List<Target> nodes) {
    this.loop = loop;
    this.plan = plan;
    this.nodes = nodes;
    readsFrom = number % nodes.size();
    indexes = new IndexScanner(plan.linesPerRequest());
    lines = new ChatRequest(plan, number, nodes.getFirst());
    String room = LoadPlan.room(1 + number % plan.rooms());
    localRead = get(room, "");
    linearizableRead = get(room, "&consistency=linearizable");
  }

  private static ByteBuffer get(String room, String more) {
    // Nodes don't look at the host of a read, so one request fits all of them.
    String request =
        "GET /messages?room=%s&limit=1%s HTTP/1.1\r\nHost: dchat\r\n\r\n".formatted(room, more);
    return ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
  }

  boolean isIdle() {
    return state == State.IDLE;
  }

  /**
   * Begins a request.
   *
   * @param intended when it should have begun; its latency counts from then
   */
  void begin(Kind next, long intended, long now) {
    kind = next;
    intendedNanos = intended;
    firstSentNanos = now;
    pauseNanos = FIRST_PAUSE_NANOS;
    lastReason = "no leader";
    if (kind == Kind.WRITE) {
      lines.renew(loop.ids(), loop.dice());
    }
    attempt(now);
  }

  private void attempt(long now) {
    if (now - firstSentNanos > BUDGET_NANOS) {
      fail(lastReason, now);
    } else if (kind == Kind.WRITE) {
      write(now);
    } else {
      read(now);
    }
  }

  private void write(long now) {
    leader = loop.leadership().current();
    if (leader.isEmpty()) {
      state = State.LEADERLESS;
      return;
    }
    Target target = leader.get().target();
    try {
      if (toLeader.isEmpty() || !toLeader.get().isOpenTo(target)) {
        toLeader.ifPresent(Connection::close);
        toLeader = Optional.empty();
        toLeader = Optional.of(Connection.open(loop.selector(), this, target, indexes));
      }
      indexes.reset();
      lines.aim(target);
      send(toLeader.get(), lines.bytes(), now);
    } catch (IOException e) {
      leader.ifPresent(loop.leadership()::doubt);
      retry(Connection.describe(e), now);
    }
  }

  private void read(long now) {
    Target target = nodes.get(readsFrom);
    try {
      if (toReader.isEmpty() || !toReader.get().isOpenTo(target)) {
        toReader.ifPresent(Connection::close);
        toReader = Optional.empty();
        toReader = Optional.of(Connection.open(loop.selector(), this, target, PASS_OVER));
      }
      ByteBuffer request = kind == Kind.LOCAL_READ ? localRead : linearizableRead;
      send(toReader.get(), request.clear(), now);
    } catch (IOException e) {
      retry(Connection.describe(e), now);
    }
  }

  private void send(Connection connection, ByteBuffer request, long now) {
    state = State.UNDER_WAY;
    nextLookNanos = now + ATTEMPT_NANOS;
    connection.send(request);
  }

  /** Looks whether it is time for something. */
  void look(long now) {
    switch (state) {
      case IDLE -> {}
      case UNDER_WAY -> {
        if (now - nextLookNanos >= 0) {
          current().ifPresent(Connection::close);
          doubtLeader();
          retry("no answer in 5 s", now);
        }
      }
      case PAUSED -> {
        if (now - nextLookNanos >= 0) {
          attempt(now);
        }
      }
      case LEADERLESS -> {
        if (loop.leadership().current().isPresent() || now - firstSentNanos > BUDGET_NANOS) {
          attempt(now);
        }
      }
    }
  }

  @Override
  public void onBytes(long now) {}

  @Override
  public void onResponse(Connection connection, int status, long now) {
    if (!isAwaiting(connection)) {
      return;
    }
    switch (status) {
      case 200 -> succeed(now);
      case 302, 307, 504 -> {
        doubtLeader();
        retry("http " + status, now);
      }
      case 503 -> retry("http 503", now);
      default -> fail("http " + status, now);
    }
  }

  @Override
  public void onLost(Connection connection, String reason, long now) {
    if (!isAwaiting(connection)) {
      // Nodes end connections that are idle for long.
      return;
    }
    doubtLeader();
    retry(reason, now);
  }

  private boolean isAwaiting(Connection connection) {
    Optional<Connection> current = current();
    return state == State.UNDER_WAY && current.isPresent() && current.get() == connection;
  }

  private Optional<Connection> current() {
    return kind == Kind.WRITE ? toLeader : toReader;
  }

  private void doubtLeader() {
    if (kind == Kind.WRITE) {
      leader.ifPresent(loop.leadership()::doubt);
    }
  }

  private void succeed(long now) {
    if (kind == Kind.WRITE) {
      int acknowledged = indexes.count();
      loop.acknowledged(leader.orElseThrow(), indexes, now);
      loop.measurements().done(kind, intendedNanos, now, acknowledged);
      if (acknowledged < plan.linesPerRequest()) {
        loop.measurements()
            .failed("line not accepted", intendedNanos, plan.linesPerRequest() - acknowledged);
      }
    } else {
      loop.measurements().done(kind, intendedNanos, now, 1);
    }
    state = State.IDLE;
    loop.onIdle(this, now);
  }

  private void retry(String reason, long now) {
    loop.measurements().retried(reason, now);
    lastReason = reason;
    if (kind != Kind.WRITE) {
      readsFrom = (readsFrom + 1) % nodes.size();
    }
    state = State.PAUSED;
    nextLookNanos = now + pauseNanos;
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
  }

  private void fail(String reason, long now) {
    // A failed array is that many lines that failed.
    long times = kind == Kind.WRITE ? plan.linesPerRequest() : 1;
    loop.measurements().failed(reason, intendedNanos, times);
    state = State.IDLE;
    loop.onIdle(this, now);
  }

  /** The run is over. What is still under way failed, unless the run was ended before its time. */
  void end(boolean complete) {
    if (complete && state != State.IDLE) {
      long times = kind == Kind.WRITE ? plan.linesPerRequest() : 1;
      loop.measurements().failed("no outcome by the end", intendedNanos, times);
    }
    state = State.IDLE;
    toLeader.ifPresent(Connection::close);
    toReader.ifPresent(Connection::close);
  }
}
