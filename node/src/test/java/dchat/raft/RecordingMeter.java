package dchat.raft;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it hears, as words. */
final class RecordingMeter implements RaftMeter {
  final List<String> heard = new CopyOnWriteArrayList<>();

  @Override
  public void journalWritten(int entries, long nanos) {
    heard.add("journal %d in %d ms".formatted(entries, millis(nanos)));
  }

  @Override
  public void appended(long nanos) {
    heard.add("appended in %d ms".formatted(millis(nanos)));
  }

  @Override
  public void committed(long nanos) {
    heard.add("committed in %d ms".formatted(millis(nanos)));
  }

  @Override
  public void applied(int entries, long nanos) {
    heard.add("applied %d".formatted(entries));
  }

  @Override
  public void rejected(Rejection why) {
    heard.add("rejected " + why);
  }

  private static long millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis();
  }
}
