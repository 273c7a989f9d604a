package dchat.client.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** One event stream, taken up again on another node when it breaks off. */
final class Subscriber implements Connection.Owner {
  private static final long PAUSE_NANOS = 100_000_000;

  private final SubscriberLoop loop;
  private final List<Target> nodes;
  private final EventScanner events = new EventScanner(this::onEvent);
  private Optional<Connection> connection = Optional.empty();
  private int node;
  private long last;
  private boolean live;
  private long retryNanos;
  private long nowNanos;

  /**
   * @param number says which of the nodes it begins at
   * @param after index of the last event that it needn't be told
   */
  Subscriber(SubscriberLoop loop, List<Target> nodes, int number, long after) {
    this.loop = loop;
    this.nodes = nodes;
    node = number % nodes.size();
    last = after;
  }

  void subscribe(Selector selector, long now) {
    Target target = nodes.get(node);
    String request =
        "GET /v1/events HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\nLast-Event-ID: %d\r\n\r\n"
            .formatted(target.host(), last);
    events.reset();
    try {
      Connection opened = Connection.open(selector, this, target, events);
      connection = Optional.of(opened);
      opened.send(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      pause(Connection.describe(e), now);
    }
  }

  /** Tries again where that is due. */
  void look(Selector selector, long now) {
    if (connection.isEmpty() && now - retryNanos >= 0) {
      subscribe(selector, now);
    }
  }

  /** The index of the last event that came. */
  long last() {
    return last;
  }

  @Override
  public void onBytes(long now) {
    nowNanos = now;
    if (!live) {
      live = true;
      loop.onLive();
    }
  }

  private void onEvent(long index, boolean chat) {
    last = index;
    if (chat) {
      loop.arrived(index, nowNanos);
    }
  }

  @Override
  public void onResponse(Connection ended, int status, long now) {
    ended.close();
    pause(status == 200 ? "stream ended" : "stream: http " + status, now);
  }

  @Override
  public void onLost(Connection lost, String reason, long now) {
    pause("stream: " + reason, now);
  }

  private void pause(String reason, long now) {
    connection = Optional.empty();
    node = (node + 1) % nodes.size();
    retryNanos = now + PAUSE_NANOS;
    loop.onBroken(reason, now);
  }

  void end() {
    connection.ifPresent(Connection::close);
  }
}
