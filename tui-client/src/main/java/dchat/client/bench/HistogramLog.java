package dchat.client.bench;

import java.io.FileNotFoundException;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** Latencies second by second in HdrHistogram's own log format, one tag for each kind. */
final class HistogramLog implements AutoCloseable {
  /** Values are microseconds; the log's maximum column is to be in milliseconds. */
  private static final double MICROS_PER_MILLI = 1000.0;

  private final HistogramLogWriter writer;
  private final long startMillis;

  /**
   * @param startMillis when the measurement begins
   * @throws FileNotFoundException when the file can't be written
   */
  HistogramLog(Path file, long startMillis) throws FileNotFoundException {
    this.startMillis = startMillis;
    writer = new HistogramLogWriter(file.toFile());
    writer.outputComment("[values are microseconds, Interval_Max is milliseconds]");
    writer.outputLogFormatVersion();
    writer.outputStartTime(startMillis);
    writer.outputLegend();
  }

  void write(Kind kind, Histogram interval) {
    interval.setTag(kind.tag());
    writer.outputIntervalHistogram(
        // The first interval reaches back into the warm-up, in which nothing was noted.
        Math.max(0, interval.getStartTimeStamp() - startMillis) / 1000.0,
        (interval.getEndTimeStamp() - startMillis) / 1000.0,
        interval,
        MICROS_PER_MILLI);
  }

  @Override
  public void close() {
    writer.close();
  }
}
