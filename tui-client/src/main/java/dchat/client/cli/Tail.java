package dchat.client.cli;

import dchat.client.api.ChatEvent;
import dchat.client.api.ClusterClient;
import dchat.client.api.EventStream;
import dchat.client.api.StreamEvent;
import dchat.client.tui.PlainFormat;
import dchat.client.tui.Sanitizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints committed events, each once and in order, and goes on printing as they come. */
@Command(
    name = "tail",
    description = "Print what is said, line by line, as it is committed.",
    footer = {"", "Without --after or --all it begins with the last few lines."})
final class Tail implements Callable<Integer> {
  private static final int RECENT_LINES = 10;
  private static final int FLUSH_EVERY = 256;

  @Spec private CommandSpec spec;
  @Mixin private NodesOption nodes;

  @Option(names = "--json", description = "One JSON object per line, as the nodes give them.")
  private boolean json;

  @Option(names = "--room", paramLabel = "ROOM", description = "Only what happens in this room.")
  private Optional<String> room = Optional.empty();

  @ArgGroup private From from = new From();

  @Option(names = "--no-follow", description = "End after the last event there is now.")
  private boolean noFollow;

  /** Where to begin. */
  static final class From {
    @Option(
        names = "--after",
        paramLabel = "INDEX",
        description = "Begin with the first event after this place in the log.")
    private Optional<Long> after = Optional.empty();

    @Option(names = "--all", description = "Begin with the first event there is.")
    private boolean all;
  }

  private final CountDownLatch readerGone = new CountDownLatch(1);
  private PrintWriter out;
  private long printed;
  private long last;
  private volatile boolean refused;

  @Override
  public Integer call() throws InterruptedException {
    out = spec.commandLine().getOut();
    Optional<Long> start = from.all ? Optional.of(0L) : from.after;
    try (ClusterClient client = nodes.connect()) {
      if (start.isPresent() || noFollow) {
        last = start.orElse(0L);
        if (!catchUp(client)) {
          return ExitCode.NO_LEADER;
        }
        if (noFollow) {
          out.flush();
          return ExitCode.OK;
        }
      }
      follow(client, start.isPresent() ? OptionalLong.of(last) : OptionalLong.empty());
      return refused ? ExitCode.REJECTED : ExitCode.OK;
    }
  }

  /** Reads history from one node after the other until one gives it whole. */
  private boolean catchUp(ClusterClient client) throws InterruptedException {
    List<String> failures = new ArrayList<>();
    for (URI node : client.nodes()) {
      try {
        client.messages(node, last, this::printHistory);
        return true;
      } catch (ClosedPipe e) {
        return true;
      } catch (IOException e) {
        failures.add(node + ": " + describe(e));
      }
    }
    spec.commandLine()
        .getErr()
        .println("dchat: no node gives the history; " + String.join(", ", failures));
    return false;
  }

  private static String describe(IOException e) {
    return Optional.ofNullable(e.getMessage()).map(Sanitizer::line).orElse("no connection");
  }

  @SuppressWarnings("try") // the stream is only to be open
  private void follow(ClusterClient client, OptionalLong after) throws InterruptedException {
    if (out.checkError()) {
      return;
    }
    Optional<Process> watch = PipeWatch.start(readerGone::countDown);
    try (EventStream stream = client.events(after, this::onStream)) {
      readerGone.await();
    } finally {
      watch.ifPresent(Process::destroy);
    }
  }

  private void onStream(StreamEvent event) {
    switch (event) {
      case StreamEvent.Snapshot snapshot -> {
        List<ChatEvent> lines = snapshot.lines().stream().filter(this::isWanted).toList();
        int skipped = last == 0 ? Math.max(0, lines.size() - RECENT_LINES) : 0;
        lines.stream().skip(skipped).filter(e -> e.index() > last).forEach(this::print);
        last = Math.max(last, snapshot.cursor());
      }
      case StreamEvent.Happened(ChatEvent happened) -> print(happened);
      case StreamEvent.SessionOver over -> {
        note("the cluster gives nothing to guests: " + Sanitizer.line(over.detail()));
        refused = true;
        readerGone.countDown();
      }
      case StreamEvent.Direct d -> {}
      case StreamEvent.DirectTakenBack d -> {}
      case StreamEvent.ReadRoom r -> {}
      case StreamEvent.ReadDirect r -> {}
      case StreamEvent.Offline offline -> note("no node answers, trying on");
      case StreamEvent.Resync r -> note("some events are no longer kept and were left out");
      case StreamEvent.Heartbeat h -> {}
      case StreamEvent.Connecting c -> {}
      case StreamEvent.Live l -> {}
    }
    if (out.checkError()) {
      readerGone.countDown();
    }
  }

  private void note(String text) {
    spec.commandLine().getErr().println("dchat: " + text);
    spec.commandLine().getErr().flush();
  }

  private boolean isWanted(ChatEvent event) {
    return room.isEmpty() || room.get().equals(event.room());
  }

  private void print(ChatEvent event) {
    last = Math.max(last, event.index());
    if (isWanted(event)) {
      out.println(json ? ClusterClient.toJson(event) : PlainFormat.line(event));
    }
  }

  /** History may be long: whether anybody still reads it is looked at now and then. */
  private void printHistory(ChatEvent event) {
    print(event);
    if (++printed % FLUSH_EVERY == 0 && out.checkError()) {
      throw new ClosedPipe();
    }
  }

  /** Nobody reads what is printed any more: the end, and no error. */
  private static final class ClosedPipe extends RuntimeException {
    ClosedPipe() {
      super(null, null, false, false);
    }
  }
}
