package dchat.client.tui;

import static dchat.client.fake.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dchat.client.api.ChatEvent;
import dchat.client.api.ClusterClient;
import dchat.client.api.Command;
import dchat.client.fake.FakeCluster;
import dchat.client.fake.FakeNode.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainChatTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final ClusterClient client = new ClusterClient(ClusterClient.Settings.of(cluster.urls()));
  private final StringWriter out = new StringWriter();
  // Not the common pool, which the HTTP client needs for itself.
  private final ExecutorService threads = Executors.newCachedThreadPool();
  @TempDir private Path folder;

  @AfterEach
  void stop() {
    threads.shutdownNow();
    client.close();
    cluster.close();
  }

  private int chat(InputStream in) throws InterruptedException {
    NameFile names = new NameFile(folder.resolve("name"));
    ChatSession session =
        new ChatSession(
            client,
            Optional.of("ann"),
            Optional.empty(),
            names,
            Optional.empty(),
            new SettingsFile(folder.resolve("client.toml"), Theme.NONE),
            Optional.of(new OutboxFolder(folder.resolve("outbox"), client::nodes)),
            Host.NONE);
    return PlainChat.run(session, in, new PrintWriter(out));
  }

  private static InputStream lines(String... lines) {
    String text = String.join("\n", lines) + "\n";
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void piped_lines_are_committed_in_order_before_it_ends() throws Exception {
    assertThat(chat(lines("one", "//two", "three"))).isZero();
    assertThat(cluster.log()).extracting(ChatEvent::text).containsExactly("one", "/two", "three");
  }

  @Test
  void a_rejected_line_is_told_and_shows_in_the_exit_code() throws Exception {
    cluster
        .nodes()
        .forEach(n -> n.plays(new Part.Refuses(422, "text-too-long", "too \u001b[1mlong")));
    assertThat(chat(lines("one"))).isEqualTo(4);
    assertThat(out.toString()).contains("!! rejected: too [1mlong");
  }

  @Test
  void what_follows_a_question_for_a_password_that_nobody_can_answer_is_not_said()
      throws Exception {
    assertThat(chat(lines("hello", "/login ann", "my password"))).isEqualTo(2);
    assertThat(cluster.log()).extracting(ChatEvent::text).doesNotContain("my password");
    assertThat(out.toString()).contains("no terminal to ask for a password");
  }

  @Test
  void a_name_that_takes_a_session_is_a_rejection_and_not_waited_for() throws Exception {
    cluster
        .nodes()
        .forEach(n -> n.plays(new Part.Refuses(401, "name-registered", "sign in to speak")));
    assertThat(chat(lines("one"))).isEqualTo(4);
    assertThat(out.toString()).contains("!! rejected: sign in to speak");
  }

  @Test
  void what_was_kept_goes_out_before_what_is_typed() throws Exception {
    try (OutboxFolder earlier = new OutboxFolder(folder.resolve("outbox"), client::nodes)) {
      earlier.recall("ann");
      earlier.keep(
          List.of(Pending.of(new Command.Say("kept-1", "ann", "general", "from last time"))));
    }
    assertThat(chat(lines("new"))).isZero();
    assertThat(cluster.log()).extracting(ChatEvent::text).containsExactly("from last time", "new");
    assertThat(cluster.log().getFirst().id()).isEqualTo("kept-1");
    assertThat(folder.resolve("outbox").resolve("ann.1.json")).doesNotExist();
  }

  @Test
  void a_search_prints_what_was_found() throws Exception {
    cluster.say("bob", "red fish & chips");
    PipedOutputStream keyboard = new PipedOutputStream();
    PipedInputStream in = new PipedInputStream(keyboard);
    CompletableFuture<Integer> code =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return chat(in);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            threads);
    write(keyboard, "/search fish & chips\n");
    eventually(
        Duration.ofSeconds(20),
        () ->
            assertThat(out.toString())
                .containsPattern("SEARCH fish & chips\\Rone line\\R.* #general bob\\R  red fish"));
    write(keyboard, "/quit\n");
    assertThat(code.get(20, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void an_election_is_told_and_waited_out() throws Exception {
    cluster.holdElection();
    CompletableFuture<Integer> code =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return chat(lines("one"));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            threads);
    eventually(
        Duration.ofSeconds(20), () -> assertThat(out.toString()).contains("node0>? t3 ELECTING"));
    cluster.lead(1);
    assertThat(code.get(20, TimeUnit.SECONDS)).isZero();
    assertThat(cluster.log()).hasSize(1);
  }

  @Test
  void what_others_say_is_printed_with_its_room_until_the_input_ends() throws Exception {
    PipedOutputStream keyboard = new PipedOutputStream();
    PipedInputStream in = new PipedInputStream(keyboard);
    CompletableFuture<Integer> code =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return chat(in);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            threads);
    eventually(Duration.ofSeconds(20), () -> assertThat(out.toString()).contains("LIVE"));
    cluster.say("bob", "hello \u202eann");
    cluster.commit("id", ChatEvent.Type.ROOM_ADD, "bob", "ops", "");
    eventually(
        Duration.ofSeconds(20),
        () ->
            assertThat(out.toString())
                .containsPattern("\\d\\d:\\d\\d #general bob: hello ann\\R")
                .containsPattern("\\d\\d:\\d\\d #ops -- bob created the room"));
    write(keyboard, "/join ops\n/frobnicate\n/quit\n");
    assertThat(code.get(20, TimeUnit.SECONDS)).isZero();
    assertThat(out.toString()).contains("-- there is no command /frobnicate");
  }

  private static void write(PipedOutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Test
  void a_name_is_kept_for_the_next_time_unless_it_could_not_be_one() {
    NameFile names = new NameFile(folder.resolve("state").resolve("name"));
    assertThat(names.read()).isEmpty();
    names.write("zoe");
    assertThat(names.read()).contains("zoe");
    names.write("no name at all");
    assertThat(names.read()).isEmpty();
  }
}
