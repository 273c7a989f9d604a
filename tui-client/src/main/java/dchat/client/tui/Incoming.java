package dchat.client.tui;

import dchat.client.api.ChatEvent;
import dchat.client.api.ClusterStatus;
import dchat.client.api.Outcome;
import dchat.client.api.Progress;
import dchat.client.api.Room;
import dchat.client.api.SearchOutcome;
import dchat.client.api.StreamEvent;
import dchat.client.api.Survey;
import java.util.List;

/**
 * The edge: everything that comes from the cluster passes here once on its way into the model, and
 * comes out with all its text harmless.
 */
final class Incoming {
  private Incoming() {}

  static StreamEvent clean(StreamEvent event) {
    return switch (event) {
      case StreamEvent.Snapshot s ->
          new StreamEvent.Snapshot(
              s.cursor(),
              s.rooms().stream().map(r -> new Room(line(r.name()), r.createdAt())).toList(),
              s.lines().stream().map(Incoming::clean).toList());
      case StreamEvent.Happened(ChatEvent happened) -> new StreamEvent.Happened(clean(happened));
      case StreamEvent.Heartbeat h ->
          new StreamEvent.Heartbeat(
              line(h.node()),
              h.leader().map(Incoming::line),
              h.term(),
              h.commitIndex(),
              h.appliedIndex());
      case StreamEvent.Offline o ->
          new StreamEvent.Offline(
              o.failures().stream()
                  .map(f -> new StreamEvent.Failure(f.node(), line(f.reason())))
                  .toList(),
              o.retryIn());
      case StreamEvent.Resync r -> r;
      case StreamEvent.Connecting c -> c;
      case StreamEvent.Live l -> l;
    };
  }

  static Outcome clean(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Committed c -> c;
      case Outcome.Rejected r -> new Outcome.Rejected(line(r.code()), line(r.detail()));
      case Outcome.Unknown u -> new Outcome.Unknown(line(u.detail()));
      case Outcome.NoLeader n -> new Outcome.NoLeader(line(n.detail()));
    };
  }

  static SearchOutcome clean(SearchOutcome outcome) {
    return switch (outcome) {
      case SearchOutcome.Found(List<ChatEvent> lines) ->
          new SearchOutcome.Found(lines.stream().map(Incoming::clean).toList());
      case SearchOutcome.Failed(String reason) -> new SearchOutcome.Failed(line(reason));
    };
  }

  static Progress clean(Progress progress) {
    return progress instanceof Progress.Retrying r
        ? new Progress.Retrying(line(r.reason()), r.pause(), r.mayBeCommitted())
        : progress;
  }

  static Survey clean(Survey survey) {
    return new Survey(survey.replies().stream().map(Incoming::clean).toList());
  }

  private static Survey.Reply clean(Survey.Reply reply) {
    ClusterStatus s = reply.status();
    return new Survey.Reply(
        reply.from(),
        new ClusterStatus(
            line(s.node()),
            line(s.role()),
            s.leader().map(Incoming::line),
            s.term(),
            s.commitIndex(),
            s.appliedIndex(),
            s.lastLogIndex(),
            s.trouble().map(Incoming::line),
            s.members().stream().map(Incoming::clean).toList()),
        reply.roundTrip());
  }

  private static ClusterStatus.Member clean(ClusterStatus.Member m) {
    return new ClusterStatus.Member(
        line(m.id()),
        line(m.suffrage()),
        line(m.raft()),
        m.http(),
        m.leader(),
        m.matchIndex(),
        m.lag(),
        m.lastContactMillis(),
        m.reachable());
  }

  private static ChatEvent clean(ChatEvent e) {
    return new ChatEvent(
        e.index(),
        e.type(),
        line(e.user()),
        Sanitizer.text(e.text()),
        line(e.room()),
        e.id(),
        e.at());
  }

  private static String line(String text) {
    return Sanitizer.line(text);
  }
}
