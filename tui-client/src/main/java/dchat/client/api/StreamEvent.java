package dchat.client.api;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an {@link EventStream} tells: what happened in the chat, and how the stream itself is. */
public sealed interface StreamEvent {
  /**
   * Where the chat stands: everything up to {@code cursor}, of which the latest lines are given.
   *
   * @param unread of the same moment, for who is signed in
   */
  record Snapshot(long cursor, List<Room> rooms, List<ChatEvent> lines, Optional<Unread> unread)
      implements StreamEvent {
    public Snapshot {
      rooms = List.copyOf(rooms);
      lines = List.copyOf(lines);
    }

    /** As somebody gets it who isn't signed in. */
    public Snapshot(long cursor, List<Room> rooms, List<ChatEvent> lines) {
      this(cursor, rooms, lines, Optional.empty());
    }
  }

  /** The next event of the log; indexes only ever grow. */
  record Happened(ChatEvent event) implements StreamEvent {}

  /** A line to or from whoever is signed in; its index only ever grows with the others'. */
  record Direct(DirectMessage message) implements StreamEvent {}

  /** Such a line was taken back; {@code message} is its id. */
  record DirectTakenBack(String from, String to, String message) implements StreamEvent {}

  /** Whoever is signed in has read that room up to {@code marker}, on whatever device. */
  record ReadRoom(String room, long marker) implements StreamEvent {}

  /** Whoever is signed in has read what passed with {@code user} up to {@code marker}. */
  record ReadDirect(String user, long marker) implements StreamEvent {}

  /**
   * The cluster gives no stream: the session is over, or one is needed. The stream waits to be
   * begun anew.
   *
   * @param reader the session with which the stream was asked for
   * @param code {@code session-superseded}, {@code session-ended} or {@code sign-in-required}
   */
  record SessionOver(Optional<Session> reader, String code, String detail) implements StreamEvent {}

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
