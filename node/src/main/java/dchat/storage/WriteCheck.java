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

/**
 * Finds out whether a folder takes writes, by writing: an idle node would notice a full or broken
 * disk only with somebody's next message. Thread-safe; blocks for as long as the disk takes.
 */
public final class WriteCheck {
  /** As much as the journal writes at once. A new file each time: a full disk overwrites old. */
  private static final int BYTES = 128 * 1024;

  private final Path file;
  private final long keepNanos;
  private final LongSupplier nanos;
  private Optional<Long> checkedAtNanos = Optional.empty();
  private Optional<String> trouble = Optional.empty();

  /**
   * @param keep how long a result counts: however often somebody asks, the disk is written to once
   *     in that time
   * @param nanos a clock that never jumps
   */
  WriteCheck(Path folder, Duration keep, LongSupplier nanos) {
    this.file = folder.resolve("write-check");
    this.keepNanos = keep.toNanos();
    this.nanos = nanos;
  }

  /** What the disk says when it is written to; empty if it takes writes. */
  public synchronized Optional<String> trouble() {
    long now = nanos.getAsLong();
    if (checkedAtNanos.isEmpty() || now - checkedAtNanos.get() >= keepNanos) {
      trouble = write();
      checkedAtNanos = Optional.of(now);
    }
    return trouble;
  }

  private Optional<String> write() {
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
      return Optional.of("can't write to " + file.getParent() + ": " + DataFolder.reason(e));
    }
  }
}
