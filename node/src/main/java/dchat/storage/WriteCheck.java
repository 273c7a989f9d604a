package dchat.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Finds out whether writing works, by writing: an idle node would notice a full or broken disk only
 * with somebody's next message. Thread-safe; blocks for as long as the disk takes.
 */
final class WriteCheck {
  /** However often somebody asks, the disk is written to once in that time. */
  private static final Duration COUNTS_FOR = Duration.ofSeconds(5);

  /** As much as the journal writes at once. A new file each time: a full disk overwrites old. */
  private static final int BYTES = 128 * 1024;

  private final Supplier<Optional<String>> write;
  private final LongSupplier nanos;
  private Optional<Long> checkedAtNanos = Optional.empty();
  private Optional<String> trouble = Optional.empty();

  /**
   * @param write tries it, and says what is wrong
   * @param nanos a clock that never jumps
   */
  WriteCheck(Supplier<Optional<String>> write, LongSupplier nanos) {
    this.write = write;
    this.nanos = nanos;
  }

  /** What the disk says when it is written to; empty if it takes writes. */
  synchronized Optional<String> trouble() {
    long now = nanos.getAsLong();
    if (checkedAtNanos.isEmpty() || now - checkedAtNanos.get() >= COUNTS_FOR.toNanos()) {
      trouble = write.get();
      checkedAtNanos = Optional.of(now);
    }
    return trouble;
  }

  /** Writes into a folder, and leaves it as it was. */
  static Optional<String> write(Path folder) {
    Path file = folder.resolve("write-check");
    try {
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(false);
      } finally {
        Files.deleteIfExists(file);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("can't write to " + folder + ": " + DataFolder.reason(e));
    }
  }
}
