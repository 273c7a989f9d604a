package dchat.client.cli;

import java.io.IOException;
import java.util.Optional;

/**
 * Notices that nobody reads the standard output any more while there is nothing to write: Java can
 * find out only by writing, but GNU tail can wait for it. Where there is no GNU tail the end is
 * noticed with the next line.
 */
final class PipeWatch {
  /** What a shell says of a process that died of writing to a closed pipe. */
  private static final int DIED_OF_SIGPIPE = 128 + 13;

  private PipeWatch() {}

  /** Calls {@code readerGone} when it has; the process that waits for that ends with this one. */
  static Optional<Process> start(Runnable readerGone) {
    String waiting =
        "test -p /dev/stdout && exec tail -f --pid=" + ProcessHandle.current().pid() + " /dev/null";
    try {
      Process watch =
          new ProcessBuilder("sh", "-c", waiting)
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      watch
          .onExit()
          .thenAccept(
              ended -> {
                if (ended.exitValue() == DIED_OF_SIGPIPE) {
                  readerGone.run();
                }
              });
      return Optional.of(watch);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
