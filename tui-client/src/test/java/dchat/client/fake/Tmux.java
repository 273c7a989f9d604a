package dchat.client.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real terminal without a person in front of it: one window of a tmux server of its own. */
public final class Tmux implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path socket;

  /**
   * Runs {@code command} in a shell on a screen of that size, and a shell after it.
   *
   * @param folder where the server keeps its socket
   */
  public Tmux(
      Path folder, int columns, int rows, Map<String, String> environment, List<String> command) {
    socket = folder.resolve("tmux");
    List<String> start = new ArrayList<>();
    start.addAll(List.of("new-session", "-d", "-x", "" + columns, "-y", "" + rows));
    environment.forEach((name, value) -> start.addAll(List.of("-e", name + "=" + value)));
    String words = String.join(" ", command.stream().map(w -> "'" + w + "'").toList());
    start.add("sh -c \"" + words + "; echo exit \\$?; exec sh\"");
    run(start);
  }

  public static boolean isInstalled() {
    try {
      return new ProcessBuilder("tmux", "-V").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Types text as it is. */
  public Tmux type(String text) {
    run(List.of("send-keys", "-l", text));
    return this;
  }

  /** Presses keys by tmux's names for them. */
  public Tmux press(String... keys) {
    List<String> send = new ArrayList<>(List.of("send-keys"));
    send.addAll(List.of(keys));
    run(send);
    return this;
  }

  /** Pastes text as terminals do that can tell pasting from typing. */
  public Tmux paste(String text) {
    run(List.of("set-buffer", text));
    run(List.of("paste-buffer", "-p", "-r"));
    return this;
  }

  public Tmux resize(int columns, int rows) {
    run(List.of("resize-window", "-x", "" + columns, "-y", "" + rows));
    return this;
  }

  public String screen() {
    return run(List.of("capture-pane", "-p"));
  }

  public String cursor() {
    return run(List.of("display-message", "-p", "#{cursor_x},#{cursor_y}")).strip();
  }

  public boolean isOnAlternateScreen() {
    return run(List.of("display-message", "-p", "#{alternate_on}")).strip().equals("1");
  }

  /** The process that runs on the terminal, under the shell. */
  public ProcessHandle process() {
    long shell = Long.parseLong(run(List.of("display-message", "-p", "#{pane_pid}")).strip());
    return ProcessHandle.of(shell)
        .orElseThrow()
        .descendants()
        .filter(p -> p.info().command().filter(c -> c.endsWith("java")).isPresent())
        .findFirst()
        .orElseThrow();
  }

  public Tmux awaitText(String text) {
    Eventually.eventually(PATIENCE, () -> assertThat(screen()).contains(text));
    return this;
  }

  public Tmux awaitPattern(String pattern) {
    Eventually.eventually(PATIENCE, () -> assertThat(screen()).containsPattern(pattern));
    return this;
  }

  private String run(List<String> arguments) {
    List<String> command =
        new ArrayList<>(List.of("tmux", "-u", "-f", "/dev/null", "-S", socket.toString()));
    command.addAll(arguments);
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.environment().remove("TMUX");
      Process process = builder.start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("tmux hangs");
      }
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    run(List.of("kill-server"));
  }
}
