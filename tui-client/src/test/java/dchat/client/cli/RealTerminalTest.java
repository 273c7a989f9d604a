package dchat.client.cli;

import static dchat.client.fake.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dchat.client.api.ChatEvent;
import dchat.client.fake.FakeCluster;
import dchat.client.fake.Tmux;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The real program on a real terminal, where tmux can provide one. Each test has its own, with a
 * cluster of its own, and mostly waits for it.
 */
@Execution(ExecutionMode.CONCURRENT)
class RealTerminalTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FakeCluster cluster = new FakeCluster(3);
  @TempDir private Path state;
  private String nodes;
  private Tmux terminal;

  @BeforeEach
  void open() {
    assumeTrue(Tmux.isInstalled(), "tmux is not installed");
    nodes = cluster.urls().stream().map(URI::toString).collect(Collectors.joining(","));
    terminal = start(state);
    terminal.awaitText("your name>").type("ann").press("Enter").awaitText("LIVE");
  }

  private Tmux start(Path socket) {
    return ChatInTmux.start(socket, 80, nodes, state);
  }

  @AfterEach
  void close() {
    if (terminal != null) {
      terminal.close();
    }
    cluster.close();
  }

  private List<String> said() {
    return cluster.log().stream().map(ChatEvent::text).toList();
  }

  /** A line shows before it is committed: what was said is a matter of a moment. */
  private void awaitSaid(String text) {
    eventually(PATIENCE, () -> assertThat(said()).containsExactly(text));
  }

  @Test
  void what_is_typed_is_said_and_the_name_is_kept() {
    terminal.type("hello").press("Enter").awaitPattern("you +hello");
    awaitSaid("hello");
    assertThat(state.resolve("dchat").resolve("name")).hasContent("ann");
  }

  @Test
  void wide_and_joined_characters_keep_the_columns() {
    String text =
        "\u4f60\u597d \ud83d\ude00 \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 e\u0301|";
    terminal.type(text);
    // " [#general] ann> " is 17 columns wide, the text 4 + 1 + 2 + 1 + 2 + 1 + 2.
    eventually(PATIENCE, () -> assertThat(terminal.cursor()).isEqualTo("30,23"));
    terminal.press("Enter").awaitText("you");
    awaitSaid(
        "\u4f60\u597d \ud83d\ude00 \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67" + " \u00e9|");
    terminal.awaitText("\u4f60\u597d \ud83d\ude00");
  }

  @Test
  void a_paste_of_two_lines_waits_for_enter_and_is_one_message() {
    terminal.paste("one\ntwo\n").awaitText("one\u21b5two");
    assertThat(said()).isEmpty();
    terminal.press("Enter").awaitPattern("you +one");
    awaitSaid("one\ntwo");
  }

  @Test
  void hostile_text_can_not_drive_the_terminal() {
    cluster.say("eve\u001b[2J", "\u001b[2J\u001b[1;1H\u001b]0;title\u0007\u009b31m\u202egnp.exe");
    terminal.awaitPattern("eve\\[2J +\\[2J\\[1;1H\\]0;title31mgnp\\.exe");
    assertThat(terminal.screen()).contains("1:#general").contains("LIVE");
  }

  @Test
  void any_size_and_back_is_survived() {
    terminal.type("hello").press("Enter").awaitPattern("you +hello");
    terminal.resize(20, 3).awaitText("needs 40x8");
    terminal.resize(40, 8).awaitPattern("you +hello");
    assertThat(terminal.screen()).doesNotContain("ROOMS");
    terminal.resize(120, 40).awaitText("ACTIVE").awaitText("ROOMS").awaitPattern("you +hello");
  }

  @Test
  void keys_that_terminals_send_in_their_own_way_work() {
    terminal.type("/create ops").press("Enter");
    terminal.awaitText("[#ops] ann>");
    terminal.press("M-1").awaitText("[#general] ann>");
    terminal.press("F1").awaitText("COMMANDS").press("Escape").awaitText("[#general] ann>");
    terminal.type("ab").press("Left", "BSpace", "M-Enter").type("x").awaitText("\u21b5xb");
  }

  @Test
  void keys_that_stop_suspend_or_kill_do_nothing() {
    terminal.press("C-s", "C-z", "C-\\", "C-q", "C-v").type("alive").awaitText("ann> alive");
  }

  @Test
  void what_waits_survives_kill_9_and_is_said_once_at_the_next_start() throws IOException {
    cluster.holdElection();
    terminal.awaitText("ELECTING").type("first").press("Enter").awaitPattern("you +first");
    terminal.type("second").press("Enter").awaitPattern("you +second");
    terminal.process().destroyForcibly();
    terminal.awaitText("exit 137");
    assertThat(said()).isEmpty();

    try (Tmux again = start(Files.createDirectory(state.resolve("again")))) {
      again.awaitText("2 lines from last time aren't committed yet");
      again.awaitPattern("\\? you +first").awaitPattern("you +second");
      cluster.lead(1);
      eventually(PATIENCE, () -> assertThat(said()).containsExactly("first", "second"));
      again.awaitText("LIVE").type("/quit").press("Enter").awaitText("exit 0");
    }
  }

  @Test
  void leaving_while_lines_wait_keeps_them_and_says_so() {
    cluster.holdElection();
    terminal.awaitText("ELECTING").type("first").press("Enter").awaitPattern("you +first");
    terminal.type("/quit").press("Enter").awaitText("exit 0");
    assertThat(terminal.screen())
        .contains("1 line isn't committed yet; kept, and sent when you are back as ann");
  }

  @Test
  void after_sigterm_the_terminal_is_as_it_was() {
    assertThat(terminal.isOnAlternateScreen()).isTrue();
    terminal.process().destroy();
    terminal.awaitText("exit 143");
    assertThat(terminal.isOnAlternateScreen()).isFalse();
    terminal.type("stty -a; echo done").press("Enter").awaitPattern("(?m)^done$");
    assertThat(terminal.screen()).containsPattern("[^-]echo ").containsPattern("[^-]icanon");
  }

  @Test
  void after_quitting_the_terminal_is_as_it_was() {
    terminal.type("/quit").press("Enter").awaitText("exit 0");
    assertThat(terminal.isOnAlternateScreen()).isFalse();
  }
}
