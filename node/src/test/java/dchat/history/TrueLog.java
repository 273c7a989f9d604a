package dchat.history;

import dchat.history.Content.Line;
import dchat.history.Event.Function;
import dchat.history.Event.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Clients of a log on one machine: a history that is right, drawn from a random source. */
final class TrueLog {
  private static final List<String> ROOMS = List.of("one", "two");

  /** What a process does; {@code told} once it has taken effect. */
  private record Doing(Function function, String room, Content asked, Content told) {}

  private final Random random;
  private final List<Event> events = new ArrayList<>();
  private final Map<String, List<Line>> log = new HashMap<>();
  private final TreeMap<Integer, Doing> underWay = new TreeMap<>();
  private final List<Doing> forgotten = new ArrayList<>();
  private int processes;
  private int values;
  private long index;

  TrueLog(Random random) {
    this.random = random;
    ROOMS.forEach(room -> log.put(room, new ArrayList<>()));
  }

  List<Event> events(int count) {
    while (events.size() < count) {
      if (underWay.size() < 5) {
        begin(++processes, ROOMS.get(random.nextInt(ROOMS.size())), random.nextBoolean());
      }
      List<Integer> all = List.copyOf(underWay.keySet());
      advance(all.get(random.nextInt(all.size())));
      if (!forgotten.isEmpty() && random.nextInt(10) == 0) {
        takeEffect(forgotten.removeFirst());
      }
    }
    underWay.clear();
    for (String room : ROOMS) {
      begin(++processes, room, true);
      advance(processes);
      advance(processes);
    }
    return events;
  }

  private void begin(int process, String room, boolean read) {
    Content asked = read ? new Content.None() : new Content.Sent("m" + ++values);
    Function function = read ? Function.READ : Function.APPEND;
    underWay.put(process, new Doing(function, room, asked, null));
    write(Type.INVOKE, process, underWay.get(process), asked);
  }

  /** First it takes effect, then it is told so. A line may be forgotten at either time. */
  private void advance(int process) {
    Doing doing = underWay.get(process);
    boolean lastingly = doing.function() != Function.READ;
    if (lastingly && random.nextInt(8) == 0) {
      underWay.remove(process);
      write(Type.INFO, process, doing, doing.asked());
      if (doing.told() == null) {
        forgotten.add(doing);
      }
    } else if (doing.told() == null) {
      underWay.put(process, takeEffect(doing));
    } else {
      underWay.remove(process);
      write(Type.OK, process, doing, doing.told());
    }
  }

  private Doing takeEffect(Doing doing) {
    List<Line> room = log.get(doing.room());
    index += 1 + random.nextInt(2);
    Content told =
        switch (doing.asked()) {
          case Content.Sent(String value) -> {
            Line line = new Line(value, index);
            room.add(line);
            yield line;
          }
          default -> new Content.Lines(List.copyOf(room));
        };
    return new Doing(doing.function(), doing.room(), doing.asked(), told);
  }

  private void write(Type type, int process, Doing doing, Content content) {
    events.add(new Event(type, process, doing.function(), doing.room(), content, events.size()));
  }
}
