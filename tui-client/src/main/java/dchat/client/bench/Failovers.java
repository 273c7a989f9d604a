package dchat.client.bench;

import dchat.client.bench.Leadership.Leader;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Kills one leader after the other, and measures how long writes stood still each time. */
final class Failovers implements Callable<Void> {
  /** Between a node's return and the next kill, for the cluster to be itself again. */
  private static final Duration CALM = Duration.ofSeconds(1);

  private static final Duration LONGEST_GAP = Duration.ofSeconds(60);
  private static final long LOOK_EVERY_MILLIS = 10;

  private final int kills;
  private final Leadership leadership;
  private final Victims victims;
  private final WriteGap writeGap;
  private final Consumer<Duration> onGap;

  Failovers(
      int kills,
      Leadership leadership,
      Victims victims,
      WriteGap writeGap,
      Consumer<Duration> onGap) {
    this.kills = kills;
    this.leadership = leadership;
    this.victims = victims;
    this.writeGap = writeGap;
    this.onGap = onGap;
  }

  /**
   * Ends when all kills are done.
   *
   * @throws IOException when a node doesn't come back, or writes don't
   */
  @Override
  public Void call() throws IOException, InterruptedException {
    for (int i = 0; i < kills; i++) {
      Thread.sleep(CALM);
      Leader leader = leader();
      Victims.Victim victim =
          victims
              .at(leader.target().url())
              .orElseThrow(() -> new IOException(leader.id() + " leads, and can't be killed"));
      var firstNanos = writeGap.begin(leader);
      long killed = System.nanoTime();
      victim.kill();
      OptionalLong first = WriteGap.await(firstNanos, LONGEST_GAP);
      if (first.isEmpty()) {
        throw new IOException(
            "nothing was acknowledged for %d s after %s was killed"
                .formatted(LONGEST_GAP.toSeconds(), leader.id()));
      }
      Duration gap = Duration.ofNanos(first.getAsLong() - killed);
      onGap.accept(gap);
      victim.revive();
    }
    return null;
  }

  private Leader leader() throws InterruptedException {
    Optional<Leader> leader = leadership.current();
    while (leader.isEmpty()) {
      Thread.sleep(LOOK_EVERY_MILLIS);
      leader = leadership.current();
    }
    return leader.get();
  }
}
