package dchat.sim;

import dchat.raft.JournalEvent;
import dchat.raft.LogEntry;
import dchat.raft.PeerMessage;
import java.util.List;
import java.util.stream.Collectors;

/** Short text for a trace, the same in every run: no object's identity is in it. */
final class Describe {
  private Describe() {}

  static String message(PeerMessage message) {
    String head = message.getClass().getSimpleName() + " t" + message.term();
    return switch (message) {
      case PeerMessage.AppendEntries m ->
          "%s after %d/%d commit %d round %d %s"
              .formatted(
                  head,
                  m.prevLogIndex(),
                  m.prevLogTerm(),
                  m.leaderCommit(),
                  m.readRound(),
                  entries(m.entries()));
      case PeerMessage.AppendAccepted m ->
          "%s agrees to %d durable to %d round %d"
              .formatted(head, m.verifiedIndex(), m.matchIndex(), m.readRound());
      case PeerMessage.ForwardedProposal m ->
          head + " #" + m.requestId() + " " + Command.id(m.command());
      case PeerMessage.ForwardedReply m ->
          "%s #%d %s at %d".formatted(head, m.requestId(), m.outcome(), m.index());
      case PeerMessage.InstallSnapshot m ->
          "%s of %d image %d part %d%s"
              .formatted(
                  head, m.meta().lastIndex(), m.image(), m.chunk(), m.last() ? ", the last" : "");
      default -> message.toString();
    };
  }

  static String events(List<JournalEvent> events) {
    return events.stream().map(Describe::event).collect(Collectors.joining(", "));
  }

  private static String event(JournalEvent event) {
    return event instanceof JournalEvent.Appended(var entries)
        ? entries(entries)
        : event.toString();
  }

  private static String entries(List<LogEntry> entries) {
    return entries.stream().map(Describe::entry).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String entry(LogEntry entry) {
    String content =
        entry.kind() == LogEntry.Kind.COMMAND
            ? Command.id(entry.payload())
            : entry.kind().toString();
    return entry.index() + "/" + entry.term() + " " + content;
  }
}
