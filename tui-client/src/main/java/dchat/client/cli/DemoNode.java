package dchat.client.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One node process of a demo. Whatever becomes of this program, the process doesn't outlive it: a
 * shell watches over the two and ends the one when the other has gone, even when that was killed.
 */
final class DemoNode {
  private static final long STOP_SECONDS = 10;

  /**
   * Becomes the node, after it has left a guard behind that holds the pipe from this program: when
   * the pipe ends without a word, the guard kills the node. The guard is there before the node, so
   * there is no moment at which this program can die and leave the node behind.
   */
  private static final String GUARDED =
      "exec 3<&0; "
          + "(exec sh -c 'trap \"\" INT HUP; read _ || kill -9 $0' $$ <&3 >/dev/null 2>&1) & "
          + "exec \"$@\" 3<&- </dev/null";

  private final String id;
  private final URI url;
  private final List<String> command;
  private final Path log;
  private final Consumer<String> onDeath;
  private Optional<Process> process = Optional.empty();
  private boolean paused;
  private boolean diedByItself;

  /**
   * @param onDeath is told in words when the process ends without being asked to
   */
  DemoNode(String id, URI url, List<String> command, Path log, Consumer<String> onDeath) {
    this.id = id;
    this.url = url;
    this.command = List.copyOf(command);
    this.log = log;
    this.onDeath = onDeath;
  }

  String id() {
    return id;
  }

  URI url() {
    return url;
  }

  Path log() {
    return log;
  }

  synchronized boolean isRunning() {
    return process.filter(Process::isAlive).isPresent();
  }

  synchronized boolean isPaused() {
    return paused && isRunning();
  }

  synchronized boolean hasDiedByItself() {
    return diedByItself;
  }

  synchronized void start() throws IOException {
    List<String> guarded = new ArrayList<>(List.of("sh", "-c", GUARDED, "node"));
    guarded.addAll(command);
    Process started =
        new ProcessBuilder(guarded)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    process = Optional.of(started);
    paused = false;
    started.onExit().thenAccept(this::onExit);
  }

  private void onExit(Process ended) {
    boolean unexpected;
    synchronized (this) {
      unexpected = process.filter(ended::equals).isPresent();
      diedByItself |= unexpected;
      if (unexpected) {
        forget();
      }
    }
    if (unexpected) {
      onDeath.accept(id + " died by itself, exit code " + ended.exitValue() + ", see " + log);
    }
  }

  /** Ends the process as a power cut would. */
  synchronized void kill() throws InterruptedException {
    if (process.isPresent()) {
      Process killed = process.get();
      forget();
      killed.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Asks the process to end, and ends it if it doesn't. */
  void stop() throws InterruptedException {
    Optional<Process> stopping;
    synchronized (this) {
      stopping = process;
      resumeQuietly();
      forget();
    }
    if (stopping.isPresent()) {
      stopping.get().destroy();
      if (!stopping.get().waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        stopping.get().destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  /** The process stands still, as a machine does that swaps or whose network is gone. */
  synchronized void pause() throws IOException, InterruptedException {
    signal("-STOP");
    paused = true;
  }

  synchronized void resume() throws IOException, InterruptedException {
    signal("-CONT");
    paused = false;
  }

  private void resumeQuietly() throws InterruptedException {
    try {
      if (isPaused()) {
        resume();
      }
    } catch (IOException e) {
      // Then it will be ended by force.
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    List<String> kill = new ArrayList<>(List.of("kill", name));
    process.ifPresent(p -> kill.add(Long.toString(p.pid())));
    if (new ProcessBuilder(kill).start().waitFor() != 0) {
      throw new IOException("kill " + name + " failed");
    }
  }

  /** The process is no longer this node's, so its end is no surprise and its guard may go. */
  private void forget() {
    process.ifPresent(DemoNode::dismissGuard);
    process = Optional.empty();
    paused = false;
  }

  private static void dismissGuard(Process node) {
    try (OutputStream pipe = node.getOutputStream()) {
      pipe.write('\n');
    } catch (IOException e) {
      // The guard has gone before.
    }
  }
}
