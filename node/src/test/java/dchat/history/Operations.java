package dchat.history;

import dchat.history.Verdict.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The operations of a history, put together from its events. */
final class Operations {
  private final Map<String, Operation> writes = new LinkedHashMap<>();
  private final List<Operation> reads = new ArrayList<>();
  private final List<Operation> byPosition = new ArrayList<>();
  private final Map<Integer, Operation> underWay = new HashMap<>();
  private final Set<Integer> retired = new HashSet<>();
  private final Faults faults;

  private Operations(Faults faults) {
    this.faults = faults;
  }

  /**
   * @param faults gets what makes the events no history
   */
  static Operations of(List<Event> events, Faults faults) {
    Operations operations = new Operations(faults);
    long before = Long.MIN_VALUE;
    for (int at = 0; at < events.size() && faults.isEmpty(); at++) {
      Event event = events.get(at);
      if (event.timeNanos() < before) {
        operations.refuse(at, "its time is before that of the line above");
      }
      before = event.timeNanos();
      operations.add(event, at);
    }
    return operations;
  }

  /** By what they send. */
  Map<String, Operation> writes() {
    return writes;
  }

  List<Operation> reads() {
    return reads;
  }

  /** Whose event stands at that position. */
  Operation at(int position) {
    return byPosition.get(position);
  }

  private void add(Event event, int at) {
    if (event.type() == Event.Type.INVOKE) {
      begin(event, at);
    } else {
      end(event, at);
    }
  }

  private void begin(Event event, int at) {
    Operation operation = new Operation(event, at);
    byPosition.add(operation);
    boolean fits =
        switch (event.content()) {
          case Content.None ignored -> event.isRead();
          case Content.AtLeast ignored -> event.isRead();
          case Content.Sent ignored -> !event.isRead();
          case Content.Line ignored -> false;
          case Content.Lines ignored -> false;
        };
    if (!fits) {
      refuse(at, "nothing begins so");
    } else if (retired.contains(event.process())) {
      refuse(at, "process " + event.process() + " was retired");
    } else if (underWay.put(event.process(), operation) != null) {
      refuse(at, "process " + event.process() + " does two things at once");
    } else if (event.isRead()) {
      reads.add(operation);
    } else if (writes.put(operation.value(), operation) != null) {
      refuse(at, operation.value() + " was sent before");
    }
  }

  private void end(Event event, int at) {
    Operation operation = underWay.remove(event.process());
    byPosition.add(operation);
    if (operation == null) {
      refuse(at, "process " + event.process() + " ends what it hasn't begun");
    } else if (!isEndOf(operation, event)) {
      refuse(at, "it doesn't end what was begun on line " + (1 + operation.begun()));
    } else {
      operation.end(event, at);
      if (event.type() == Event.Type.INFO) {
        retired.add(event.process());
      }
    }
  }

  private static boolean isEndOf(Operation operation, Event end) {
    Event begin = operation.invoke();
    boolean same =
        begin.function() == end.function()
            && begin.room().equals(end.room())
            && begin.timeNanos() <= end.timeNanos();
    boolean ok = end.type() == Event.Type.OK;
    return same
        && switch (end.content()) {
          case Content.Line line -> ok && (end.isRead() || line.value().equals(operation.value()));
          case Content.Lines ignored -> ok && end.isRead();
          case Content.None ignored -> end.isRead();
          case Content.AtLeast ignored -> !ok && end.content().equals(begin.content());
          case Content.Sent ignored -> !ok && end.content().equals(begin.content());
        };
  }

  private void refuse(int at, String why) {
    faults.add(Kind.MALFORMED, "line %d: %s", 1 + at, why);
  }
}
