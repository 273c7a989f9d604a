package dchat.client.tui;

import dchat.client.api.ActivePeople;
import dchat.client.api.ChatEvent;
import dchat.client.api.ClusterStatus;
import dchat.client.api.DirectMessage;
import dchat.client.api.Outcome;
import dchat.client.api.PastOutcome;
import dchat.client.api.Progress;
import dchat.client.api.Room;
import dchat.client.api.SearchOutcome;
import dchat.client.api.Session;
import dchat.client.api.SignInOutcome;
import dchat.client.api.StreamEvent;
import dchat.client.api.Survey;
import dchat.client.api.Unread;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
              s.rooms().stream()
                  .map(r -> new Room(line(r.name()), r.createdAt(), line(r.topic())))
                  .toList(),
              s.lines().stream().map(Incoming::clean).toList(),
              s.unread().map(Incoming::clean));
      case StreamEvent.Happened(ChatEvent happened) -> new StreamEvent.Happened(clean(happened));
      case StreamEvent.Direct(DirectMessage dm) -> new StreamEvent.Direct(clean(dm));
      case StreamEvent.DirectTakenBack d ->
          new StreamEvent.DirectTakenBack(line(d.from()), line(d.to()), d.message());
      case StreamEvent.ReadRoom r -> new StreamEvent.ReadRoom(line(r.room()), r.marker());
      case StreamEvent.ReadDirect r -> new StreamEvent.ReadDirect(line(r.user()), r.marker());
      case StreamEvent.SessionOver o ->
          new StreamEvent.SessionOver(o.reader(), line(o.code()), line(o.detail()));
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
      case SearchOutcome.Found(List<SearchOutcome.Hit> lines) ->
          new SearchOutcome.Found(
              lines.stream()
                  .map(
                      hit ->
                          new SearchOutcome.Hit(
                              hit.index(),
                              line(hit.where()),
                              line(hit.user()),
                              Sanitizer.text(hit.text()),
                              hit.at()))
                  .toList());
      case SearchOutcome.Failed(String reason) -> new SearchOutcome.Failed(line(reason));
    };
  }

  static SignInOutcome clean(SignInOutcome outcome) {
    return switch (outcome) {
      case SignInOutcome.SignedIn(Session session) ->
          new SignInOutcome.SignedIn(new Session(line(session.name()), session.token()));
      case SignInOutcome.Elsewhere e -> e;
      case SignInOutcome.Refused r -> new SignInOutcome.Refused(line(r.code()), line(r.detail()));
      case SignInOutcome.Failed f -> new SignInOutcome.Failed(line(f.detail()));
    };
  }

  static PastOutcome clean(PastOutcome outcome) {
    return switch (outcome) {
      case PastOutcome.InRoom r ->
          new PastOutcome.InRoom(r.lines().stream().map(Incoming::clean).toList(), r.older());
      case PastOutcome.BetweenTwo b ->
          new PastOutcome.BetweenTwo(b.lines().stream().map(Incoming::clean).toList(), b.older());
      case PastOutcome.Failed f -> new PastOutcome.Failed(f.definite(), line(f.reason()));
    };
  }

  static List<String> clean(List<String> names) {
    return names.stream().map(Incoming::line).toList();
  }

  static ActivePeople clean(ActivePeople people) {
    Map<String, Instant> spoke = new HashMap<>();
    people.spoke().forEach((name, at) -> spoke.put(line(name), at));
    return new ActivePeople(clean(people.connected()), spoke);
  }

  private static Unread clean(Unread unread) {
    return new Unread(
        unread.rooms().stream()
            .map(r -> new Unread.InRoom(line(r.room()), r.unread(), r.orMore()))
            .toList(),
        unread.directs().stream()
            .map(
                d ->
                    new Unread.InDirect(
                        line(d.user()), d.gone(), d.lastIndex(), d.unread(), d.orMore()))
            .toList());
  }

  private static DirectMessage clean(DirectMessage dm) {
    return new DirectMessage(
        dm.index(), dm.id(), line(dm.from()), line(dm.to()), Sanitizer.text(dm.text()), dm.at());
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
        e.index(), e.type(), line(e.user()), said(e), line(e.room()), e.id(), e.at(), e.standing());
  }

  /** What is left of a text must not pass for one that was taken back. */
  private static String said(ChatEvent e) {
    String text = Sanitizer.text(e.text());
    return text.isEmpty() && !e.text().isEmpty() ? "\uFFFD" : text;
  }

  private static String line(String text) {
    return Sanitizer.line(text);
  }
}
