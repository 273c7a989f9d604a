package dchat.client.tui;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Whether the terminal shows what is typed; switched off while a password is. */
final class Echo implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 5;

  private final boolean terminal;
  private final Thread shutdownHook = new Thread(() -> stty("echo"), "echo-restore");
  private boolean off;

  private Echo(boolean terminal) {
    this.terminal = terminal;
  }

  /** Of the terminal that this program reads from, if it does. */
  static Echo ofInput() {
    return new Echo(run("test -t 0"));
  }

  /** Of no terminal. */
  static Echo none() {
    return new Echo(false);
  }

  /** Whether there is somebody at a terminal who could be asked for a password. */
  boolean isPossible() {
    return terminal;
  }

  void off() {
    if (terminal && !off) {
      off = stty("-echo");
      Runtime.getRuntime().addShutdownHook(shutdownHook);
    }
  }

  void on() {
    if (off) {
      off = false;
      stty("echo");
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    }
  }

  @Override
  public void close() {
    on();
  }

  private static boolean stty(String what) {
    return run("stty " + what);
  }

  private static boolean run(String command) {
    try {
      Process process = new ProcessBuilder("sh", "-c", command).inheritIO().start();
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
