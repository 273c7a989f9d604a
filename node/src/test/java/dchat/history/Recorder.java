package dchat.history;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a history while it happens. Events of several clients get into one order, and their times
 * into the same: what is written when a request hasn't left yet, or when its answer has come, says
 * the truth about who was first.
 */
public final class Recorder implements AutoCloseable {
  private final BufferedWriter out;
  private final long beganNanos = System.nanoTime();
  private int processes;
  private long acknowledged;

  /** Makes the file anew. */
  public Recorder(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      out = Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A number that no process of this history has had. */
  public synchronized int newProcess() {
    return processes++;
  }

  /** Lines that were acknowledged so far. */
  public synchronized long acknowledged() {
    return acknowledged;
  }

  synchronized void record(
      Event.Type type, int process, Event.Function function, String room, Content content) {
    long timeNanos = System.nanoTime() - beganNanos;
    Event event = new Event(type, process, function, room, content, timeNanos);
    try {
      out.write(HistoryLines.write(event));
      out.newLine();
      // What came before a test was ended is there to be looked at.
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (type == Event.Type.OK && !event.isRead()) {
      acknowledged++;
    }
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
