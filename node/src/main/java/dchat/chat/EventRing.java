package dchat.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * The most recent events in memory, bounded in number and weight. Knows from which index on it is
 * complete. Not safe for concurrent use, its slots are.
 */
final class EventRing<F> {

  /** An event and, once somebody wanted it, its frame: made once for all readers. */
  static final class Slot<F> {
    private final ChatEvent event;
    private final Function<ChatEvent, F> render;
    private volatile F frame;

    private Slot(ChatEvent event, Function<ChatEvent, F> render) {
      this.event = event;
      this.render = render;
    }

    long index() {
      return event.index();
    }

    F frame() {
      F made = frame;
      if (made == null) {
        // Two readers may both make it; the frames are equal and either may stay.
        made = render.apply(event);
        frame = made;
      }
      return made;
    }
  }

  private final int maxEvents;
  private final int maxWeight;
  private final Function<ChatEvent, F> render;
  private final List<Slot<F>> slots;
  private int first;
  private int size;
  private long weight;
  private long floor;

  EventRing(int maxEvents, int maxWeight, Function<ChatEvent, F> render, long floor) {
    this.maxEvents = maxEvents;
    this.maxWeight = maxWeight;
    this.render = render;
    this.floor = floor;
    slots = new ArrayList<>(Collections.nCopies(maxEvents, null));
  }

  /** Every event with a greater index that happened is in here. */
  long floor() {
    return floor;
  }

  /** Index of the newest event, or the floor if there is none. */
  long last() {
    return size == 0 ? floor : slot(size - 1).index();
  }

  void add(ChatEvent event) {
    if (size == maxEvents) {
      dropFirst();
    }
    slots.set((first + size) % maxEvents, new Slot<>(event, render));
    size++;
    weight += event.weight();
    while (weight > maxWeight && size > 1) {
      dropFirst();
    }
  }

  /** Forgets everything; what comes next is after {@code newFloor}. */
  void clear(long newFloor) {
    while (size > 0) {
      dropFirst();
    }
    floor = newFloor;
  }

  /**
   * The events after {@code after}, which must not be below the floor: at most {@code max}, and no
   * more than the first beyond {@code maxSliceWeight}.
   */
  List<Slot<F>> slice(long after, int max, int maxSliceWeight) {
    List<Slot<F>> slice = new ArrayList<>();
    int sliceWeight = 0;
    for (int i = firstAfter(after); i < size; i++) {
      if (slice.size() == max || sliceWeight >= maxSliceWeight) {
        break;
      }
      slice.add(slot(i));
      sliceWeight += slot(i).event.weight();
    }
    return slice;
  }

  private int firstAfter(long after) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (slot(middle).index() > after) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private Slot<F> slot(int i) {
    return slots.get((first + i) % maxEvents);
  }

  private void dropFirst() {
    Slot<F> dropped = slots.set(first, null);
    floor = dropped.index();
    weight -= dropped.event.weight();
    first = (first + 1) % maxEvents;
    size--;
  }
}
