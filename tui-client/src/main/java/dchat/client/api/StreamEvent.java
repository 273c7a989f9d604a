package dchat.client.api;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an {@link EventStream} tells: what happened in the chat, and how the stream itself is. */
public sealed interface StreamEvent {
  /**
   * Where the chat stands: everything up to {@code cursor}, of which the latest lines are given.
   */
  record Snapshot(long cursor, List<Room> rooms, List<ChatEvent> lines) implements StreamEvent {
    public Snapshot {
      rooms = List.copyOf(rooms);
      lines = List.copyOf(lines);
    }
  }

  /** The next event of the log; indexes only ever grow. */
  record Happened(ChatEvent event) implements StreamEvent {}

  /** The state of the node the stream comes from; at least every ten seconds. */
  record Heartbeat(
      String node, Optional<String> leader, long term, long commitIndex, long appliedIndex)
      implements StreamEvent {}

  /** What followed the last event is no longer kept; a new {@link Snapshot} comes. */
  record Resync() implements StreamEvent {}

  /** A connection to {@code node} is being made. */
  record Connecting(URI node) implements StreamEvent {}

  /** Events flow from {@code node}. */
  record Live(URI node) implements StreamEvent {}

  /** No node answers; after {@code retryIn} all are tried again. */
  record Offline(List<Failure> failures, Duration retryIn) implements StreamEvent {
    public Offline {
      failures = List.copyOf(failures);
    }
  }

  /** Why {@code node} gives no stream, in a few words. */
  record Failure(URI node, String reason) {}
}
