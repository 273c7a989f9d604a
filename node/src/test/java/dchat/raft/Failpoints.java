package dchat.raft;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Named places between a replica and its disk at which a test makes the disk, or the node, fail.
 */
final class Failpoints {

  /** Where. */
  enum Place {
    BEFORE_PERSIST,
    /** Durable, but nobody will be told. */
    BEFORE_ACK,
    OPEN_STATE,
    BEFORE_APPLY,
    /** Stored, but the commit is reported as failed. */
    AFTER_APPLY,
    MAKE_DURABLE,
    READ_SNAPSHOT,
    WRITE_SNAPSHOT,
    BEFORE_INSTALL,
    AFTER_INSTALL
  }

  /** How. */
  enum Kind {
    /** An error, each time until the test disarms it. */
    ERROR,
    /** The process ends there. */
    CRASH
  }

  /** What a database says. */
  static final String WORDS = "[SQLITE_FULL] database or disk is full";

  private record Armed(Place place, Kind kind, CountDownLatch hit) {}

  private volatile Optional<Armed> armed = Optional.empty();

  void arm(Place place, Kind kind) {
    armed = Optional.of(new Armed(place, kind, new CountDownLatch(1)));
  }

  void disarm() {
    armed = Optional.empty();
  }

  boolean isHit() {
    return armed.filter(a -> a.hit().getCount() == 0).isPresent();
  }

  void awaitHit() throws InterruptedException {
    if (!armed.orElseThrow().hit().await(10, TimeUnit.SECONDS)) {
      throw new AssertionError(armed.get().place() + " wasn't reached");
    }
  }

  /**
   * @throws DiskError if an error is armed for this place
   * @throws Crash if the end of the process is
   */
  void pass(Place place) {
    Optional<Armed> here = armed.filter(a -> a.place() == place);
    if (here.isPresent()) {
      here.get().hit().countDown();
      switch (here.get().kind()) {
        case ERROR -> throw new DiskError();
        case CRASH -> throw new Crash();
      }
    }
  }

  /** As libraries report it: the words that help stand in the innermost cause. */
  static final class DiskError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DiskError() {
      super("it didn't work", new IllegalStateException(WORDS + "\nat page 7"));
    }
  }

  /** Nothing after it happens in this process. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }
}
