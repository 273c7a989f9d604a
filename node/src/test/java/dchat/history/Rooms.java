package dchat.history;

import dchat.history.Event.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The rooms of a run. Each is read as a whole, often, so it has to stay small: when it is full
 * another takes its place.
 */
final class Rooms {
  private static final int MOST_LINES = 60;

  /**
   * @param function how it is used; the chat knows no difference
   * @param madeAt index from which on a node has it
   */
  record Room(String name, Function function, long madeAt, AtomicInteger sent) {}

  private final BooleanSupplier wanted;
  private final List<Room> all = new ArrayList<>();
  private int names;

  /**
   * @param wanted whether rooms still have to be made
   */
  Rooms(BooleanSupplier wanted) {
    this.wanted = wanted;
  }

  /** The one that is in use. */
  synchronized Room newest(Function function) {
    return all.reversed().stream()
        .filter(room -> room.function() == function)
        .findFirst()
        .orElseThrow();
  }

  synchronized List<Room> all() {
    return List.copyOf(all);
  }

  /** Makes another room, however long that takes, unless it isn't wanted any more. */
  void make(RecordingClient client, Function function) {
    String name = newName(function);
    boolean made = false;
    while (!made && wanted.getAsBoolean()) {
      made = client.makeRoom(name);
    }
    if (made) {
      add(new Room(name, function, client.known(), new AtomicInteger()));
    }
  }

  /** Counts a line that was sent; the one that fills the room makes the next. */
  void sent(RecordingClient client, Room room) {
    if (room.sent().incrementAndGet() == MOST_LINES) {
      make(client, room.function());
    }
  }

  private synchronized String newName(Function function) {
    return (function == Function.APPEND ? "room-" : "register-") + ++names;
  }

  private synchronized void add(Room room) {
    all.add(room);
  }
}
