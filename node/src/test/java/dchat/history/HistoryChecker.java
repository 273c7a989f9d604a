package dchat.history;

import dchat.history.Content.Line;
import dchat.history.Verdict.Kind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says whether a history of chat rooms could have happened to one chat on one machine: whether it
 * is linearizable. In general that is a search; here every line is its own and tells its index, so
 * the order is known, and what remains is to see that every answer fits it and that time doesn't
 * contradict it, which sorting does.
 *
 * <p>It asks for more than linearizability where the log promises more: an order of all rooms
 * together, and that an index never changes.
 */
public final class HistoryChecker {

  /** A line as the readers and its sender know it. */
  private record Place(Line line, int toldAt) {}

  /** The lines of one room, by index. */
  private static final class Room {
    private final TreeMap<Long, Place> places = new TreeMap<>();
    private long[] indexes = {};
    private int lastWrite = -1;
    private int lastFullRead = -1;

    void seal() {
      indexes = places.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    /** How many lines it has up to {@code index}. */
    int upTo(long index) {
      int found = Arrays.binarySearch(indexes, index);
      return found >= 0 ? found + 1 : -found - 1;
    }
  }

  private final List<Event> events;
  private final Faults faults = new Faults();
  private final Map<String, Room> rooms = new TreeMap<>();
  private final Map<String, Place> places = new HashMap<>();
  private final Map<Long, Place> byIndex = new HashMap<>();
  private Operations operations;

  private HistoryChecker(List<Event> events) {
    this.events = events;
  }

  /**
   * @param events in the order in which they happened
   */
  public static Verdict check(List<Event> events) {
    return new HistoryChecker(events).check();
  }

  private Verdict check() {
    operations = Operations.of(events, faults);
    if (faults.isEmpty()) {
      placeWhatWasRead();
      operations.writes().values().forEach(this::checkAnswer);
      rooms.values().forEach(Room::seal);
      operations.reads().forEach(this::checkNoHole);
      checkTime();
      rooms.forEach(this::checkFinalRead);
    }
    return faults.verdict();
  }

  // --- where the lines are

  private void placeWhatWasRead() {
    for (Operation read : operations.reads()) {
      Room room = room(read);
      if (!read.isOk()) {
        continue;
      }
      if (read.isFull() && read.isLinearizable()) {
        room.lastFullRead = Math.max(room.lastFullRead, read.begun());
      }
      Line before = null;
      for (Line line : read.lines()) {
        if (before != null && line.index() <= before.index()) {
          complainOfOrder(read, before, line);
        }
        place(read, line);
        before = line;
      }
    }
  }

  private void complainOfOrder(Operation read, Line before, Line line) {
    boolean twice = read.lines().stream().filter(l -> l.value().equals(line.value())).count() > 1;
    if (twice) {
      faults.add(Kind.DOUBLED_LINE, "%s shows %s more than once", read, line);
    } else {
      faults.add(Kind.REORDERED, "%s shows %s behind %s", read, line, before);
    }
  }

  private void place(Operation read, Line line) {
    Operation write = operations.writes().get(line.value());
    if (write == null || !write.room().equals(read.room())) {
      faults.add(Kind.UNSENT_LINE_READ, "%s shows %s, which nobody sent there", read, line);
      return;
    }
    if (write.isFailed()) {
      faults.add(Kind.FAILED_LINE_READ, "%s shows %s, but %s", read, line, write);
    }
    if (read.ended() < write.begun()) {
      faults.add(Kind.UNSENT_LINE_READ, "%s shows %s, sent later: %s", read, line, write);
    }
    Place earlier = places.get(line.value());
    if (earlier == null) {
      occupy(room(read), new Place(line, read.ended()), read);
    } else if (earlier.line().index() != line.index()) {
      Kind kind = read.lines().contains(earlier.line()) ? Kind.DOUBLED_LINE : Kind.DIVERGED;
      faults.add(kind, "%s shows %s, line %d %s", read, line, 1 + earlier.toldAt(), earlier.line());
    }
  }

  private void occupy(Room room, Place place, Operation by) {
    places.put(place.line().value(), place);
    Place other = byIndex.putIfAbsent(place.line().index(), place);
    if (other == null) {
      room.places.put(place.line().index(), place);
    } else {
      faults.add(
          Kind.DIVERGED,
          "%s tells %s, but line %d %s",
          by,
          place.line(),
          1 + other.toldAt(),
          other.line());
    }
  }

  private void checkAnswer(Operation write) {
    Room room = room(write);
    room.lastWrite = Math.max(room.lastWrite, write.lastEvent());
    if (!write.isOk()) {
      return;
    }
    Line told = write.told();
    Place found = places.get(told.value());
    if (found == null) {
      faults.add(Kind.LOST_LINE, "%s, but no read shows it", write);
    } else if (found.line().index() != told.index()) {
      faults.add(
          Kind.WRONG_INDEX, "%s, but line %d shows %s", write, 1 + found.toldAt(), found.line());
    }
  }

  /** Two reads, one of which has a line that the other passed over, can't both be right. */
  private void checkNoHole(Operation read) {
    if (!read.isOk() || !read.isFull() || read.lines().isEmpty()) {
      return;
    }
    Room room = room(read);
    Line last = read.lines().getLast();
    if (read.lines().size() < room.upTo(last.index())) {
      room.places.headMap(last.index()).values().stream()
          .filter(place -> !read.lines().contains(place.line()))
          .findFirst()
          .ifPresent(
              place ->
                  faults.add(
                      Kind.HOLE,
                      "%s shows %s but not %s, which line %d does",
                      read,
                      last,
                      place.line(),
                      1 + place.toldAt()));
    }
  }

  private void checkFinalRead(String name, Room room) {
    if (room.lastFullRead < room.lastWrite) {
      faults.add(Kind.NO_FINAL_READ, "%s, behind line %d", name, 1 + room.lastWrite);
    }
  }

  // --- time

  /**
   * Goes through the history once. What anybody has been told of, by an answer or by a read, is
   * over: whatever begins later comes behind it, and a linearizable read sees it.
   */
  private void checkTime() {
    long known = 0;
    int knownSince = -1;
    for (int at = 0; at < events.size(); at++) {
      Operation operation = operations.at(at);
      if (operation.begun() == at) {
        if (operation.isRead()) {
          checkFresh(operation, known, knownSince);
        } else {
          checkBehind(operation, known, knownSince);
        }
      } else if (operation.isOk()) {
        long seen = operation.isRead() ? operation.horizon() : effect(operation);
        if (seen > known) {
          known = seen;
          knownSince = at;
        }
      }
    }
  }

  /** The index at which the line took effect; 0 if nobody ever saw it. */
  private long effect(Operation write) {
    Place place = places.get(write.value());
    return place == null ? 0 : place.line().index();
  }

  private void checkBehind(Operation write, long known, int knownSince) {
    long effect = effect(write);
    if (effect > 0 && effect <= known) {
      faults.add(
          Kind.TIME_INVERTED,
          "%s took effect at %d, but %d was known since line %d",
          write,
          effect,
          known,
          1 + knownSince);
    }
  }

  private void checkFresh(Operation read, long known, int knownSince) {
    if (!read.isOk()) {
      return;
    }
    long floor = read.isLinearizable() ? known : read.askedFor();
    Room room = room(read);
    int seen = room.upTo(read.horizon());
    if (seen < room.upTo(floor)) {
      Place missed = room.places.get(room.indexes[seen]);
      if (read.isLinearizable()) {
        faults.add(
            Kind.STALE_READ,
            "%s lacks %s, but %d was known since line %d",
            read,
            missed.line(),
            known,
            1 + knownSince);
      } else {
        faults.add(Kind.READ_BEHIND, "%s lacks %s", read, missed.line());
      }
    }
  }

  private Room room(Operation operation) {
    return rooms.computeIfAbsent(operation.room(), unseen -> new Room());
  }
}
