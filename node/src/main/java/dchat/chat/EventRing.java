package dchat.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The most recent events in memory, bounded in number and weight. Knows from which index on it is
 * complete. Not safe for concurrent use, its slots are.
 */
final class EventRing<F> {

  /** An event and, once somebody wanted it, its frame: made once for all readers. */
  static final class Slot<F> {
    private final Happening event;
    private final Function<Happening, F> render;
    private volatile F frame;

    private Slot(Happening event, Function<Happening, F> render) {
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
  private final Function<Happening, F> render;
  private final List<Slot<F>> slots;
  private int first;
  private int size;
  private long weight;
  private long floor;

  EventRing(int maxEvents, int maxWeight, Function<Happening, F> render, long floor) {
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

  void add(Happening event) {
    forgetWhatItDeletes(event);
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

  /** What was taken back is told to nobody any more, not even to who resumes before it. */
  private void forgetWhatItDeletes(Happening event) {
    if (event instanceof ChatEvent deletion && deletion.type() == ChatEvent.Type.MESSAGE_DELETE) {
      replace(
          earlier ->
              earlier instanceof ChatEvent line
                      && line.type() == ChatEvent.Type.CHAT
                      && deletion.text().equals(Optional.of(line.id()))
                      && line.room().equals(deletion.room())
                  ? Optional.of(line.withoutText())
                  : Optional.empty());
    } else if (event instanceof PersonalEvent.DirectDeleted deletion) {
      replace(
          earlier ->
              earlier instanceof PersonalEvent.Direct dm
                      && dm.id().equals(deletion.messageId())
                      && dm.from() == deletion.from()
                  ? Optional.of(
                      new PersonalEvent.DirectDeleted(
                          dm.index(),
                          dm.id(),
                          dm.from(),
                          dm.fromName(),
                          dm.to(),
                          dm.toName(),
                          dm.atMillis()))
                  : Optional.empty());
    }
  }

  private void replace(Function<Happening, Optional<Happening>> replacement) {
    for (int i = 0; i < size; i++) {
      int place = (first + i) % maxEvents;
      Happening earlier = slots.get(place).event;
      replacement
          .apply(earlier)
          .ifPresent(
              stub -> {
                weight += stub.weight() - earlier.weight();
                slots.set(place, new Slot<>(stub, render));
              });
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
   * The events after {@code after}, which must not be below the floor, that the holder of {@code
   * account} may see: at most {@code max}, and no more than the first beyond {@code
   * maxSliceWeight}.
   */
  List<Slot<F>> slice(long after, int max, int maxSliceWeight, OptionalLong account) {
    List<Slot<F>> slice = new ArrayList<>();
    int sliceWeight = 0;
    for (int i = firstAfter(after); i < size; i++) {
      if (slice.size() == max || sliceWeight >= maxSliceWeight) {
        break;
      }
      if (!isFor(account, slot(i).event)) {
        continue;
      }
      slice.add(slot(i));
      sliceWeight += slot(i).event.weight();
    }
    return slice;
  }

  private static boolean isFor(OptionalLong account, Happening event) {
    return switch (event) {
      case ChatEvent everybodys -> true;
      case PersonalEvent somebodys ->
          account.isPresent() && somebodys.concerns(account.getAsLong());
    };
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
