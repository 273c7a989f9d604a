package dchat.history;

import dchat.history.Content.Line;
import java.util.List;

/** Something a client did, from its first event to its last. */
final class Operation {
  private final Event invoke;
  private final int begun;
  private Event end;
  private int ended = Integer.MAX_VALUE;

  /**
   * @param begun position of {@code invoke} in the history, from 0
   */
  Operation(Event invoke, int begun) {
    this.invoke = invoke;
    this.begun = begun;
    this.end = invoke;
  }

  void end(Event event, int position) {
    end = event;
    ended = position;
  }

  boolean isRead() {
    return invoke.isRead();
  }

  String room() {
    return invoke.room();
  }

  int begun() {
    return begun;
  }

  /** Position of its last event; behind everything if it never got one. */
  int ended() {
    return ended;
  }

  /** Position of the last event there is of it. */
  int lastEvent() {
    return ended == Integer.MAX_VALUE ? begun : ended;
  }

  Event invoke() {
    return invoke;
  }

  boolean isOk() {
    return end.type() == Event.Type.OK;
  }

  boolean isFailed() {
    return end.type() == Event.Type.FAIL;
  }

  /** What a write sends. */
  String value() {
    return ((Content.Sent) invoke.content()).value();
  }

  /** What the sender was told. */
  Line told() {
    return (Line) end.content();
  }

  boolean isLinearizable() {
    return invoke.content() instanceof Content.None;
  }

  /** The index that a read which isn't linearizable has to have seen. */
  long askedFor() {
    return ((Content.AtLeast) invoke.content()).index();
  }

  /** Whether a read was answered with the whole room. */
  boolean isFull() {
    return end.content() instanceof Content.Lines;
  }

  /** What a read was answered with. */
  List<Line> lines() {
    return switch (end.content()) {
      case Content.Lines(List<Line> lines) -> lines;
      case Line line -> List.of(line);
      case Content.None ignored -> List.of();
      case Content.Sent ignored -> List.of();
      case Content.AtLeast ignored -> List.of();
    };
  }

  /** The highest index it has seen, 0 if none. */
  long horizon() {
    return lines().stream().mapToLong(Line::index).max().orElse(0);
  }

  @Override
  public String toString() {
    return switch (end.type()) {
      case INVOKE -> what() + " was sent on line " + (1 + begun) + " and never answered";
      case OK ->
          isRead()
              ? what() + " on lines " + (1 + begun) + " to " + (1 + ended)
              : what() + " was acknowledged at " + told().index() + " on line " + (1 + ended);
      case FAIL -> what() + " failed on line " + (1 + ended);
      case INFO -> what() + " ended unknown on line " + (1 + ended);
    };
  }

  private String what() {
    return isRead()
        ? "the read of " + room() + " by process " + invoke.process()
        : value() + " of process " + invoke.process();
  }
}
