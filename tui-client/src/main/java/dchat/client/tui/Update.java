package dchat.client.tui;

import dchat.client.api.ActivePeople;
import dchat.client.api.ChatEvent;
import dchat.client.api.DirectMessage;
import dchat.client.api.SearchOutcome;
import dchat.client.api.StreamEvent;
import dchat.client.api.Survey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What each message makes of the model, and what is to be done because of it. Looks at nothing but
 * its arguments; even new ids come from outside.
 */
public final class Update {
  private final Keys keys;
  private final Timeline timeline;

  /**
   * @param view how lines are laid out, for scrolling
   * @param newId gives a new command id, a UUID, at each call
   */
  public Update(View view, Supplier<String> newId) {
    this.timeline = view.timeline();
    this.keys = new Keys(timeline, new SlashCommands(newId), new SigningIn(newId), newId);
  }

  public Step apply(Model model, Msg msg) {
    return react(model, msg).then(Marks::update).then(Past::ask);
  }

  private Step react(Model model, Msg msg) {
    return switch (msg) {
      case Msg.Pressed(Key key) -> keys.press(model.ui(model.ui().touched(model.now())), key);
      case Msg.Pasted(String text) -> keys.paste(model, text);
      case Msg.Resized(int columns, int rows) -> Step.of(model.ui(model.ui().size(columns, rows)));
      case Msg.Tick(Instant now) -> onTick(model, now);
      case Msg.Streamed(StreamEvent event) -> onStream(model, event);
      case Msg.Answered answered -> Outgoing.onAnswer(model, answered);
      case Msg.Waiting waiting -> Outgoing.onWaiting(model, waiting);
      case Msg.Polled(Survey survey) -> onPolled(model, survey);
      case Msg.Recalled recalled -> Outgoing.onRecalled(model, recalled);
      case Msg.Keeping(Optional<String> reason) -> Step.of(Outgoing.onKeeping(model, reason));
      case Msg.Searched(String words, SearchOutcome outcome) ->
          Step.of(onSearched(model, words, outcome));
      case Msg.SignInEnded ended -> SigningIn.onEnded(model, ended).then(Outgoing::pump);
      case Msg.AccountChanged changed -> SigningIn.onAccountChanged(model, changed);
      case Msg.NamesFound found -> SigningIn.onNames(model, found);
      case Msg.PastCame came -> Step.of(Past.onCame(model, came));
      case Msg.Marked marked -> Step.of(Marks.onMarked(model, marked));
      case Msg.PeopleCame(ActivePeople people) ->
          Step.of(model.chat(model.chat().presence(model.chat().presence().with(people))));
      case Msg.Told(String text, boolean bad) ->
          Step.of(model.note(bad ? Line.Kind.ERROR : Line.Kind.NOTE, text));
      case Msg.Closed() -> Step.of(model, new Cmd.Quit());
    };
  }

  /** How soon the model wants the next tick: the clock is slow, a running election isn't. */
  public static Duration untilTick(Model model) {
    boolean waits = model.outbox().waiting() > 0 && model.identity().maySend();
    boolean calm = model.link().health() == Link.Health.LIVE && !waits;
    return Duration.ofMillis(calm ? 1_000 : 100);
  }

  private Step onTick(Model model, Instant now) {
    Model later =
        model.now(now).chat(model.chat().change(model.chat().current(), RoomState::wantingAgain));
    if (isOver(model, now, Link.LONG_ELECTION)) {
      later =
          later.note(
              Line.Kind.WARNING,
              "no leader for 3 s; what you type waits here and goes out by itself");
    }
    Step step = Outgoing.pump(later);
    if (!later.link().isPollDue(now, !later.outbox().isStuck(now))) {
      return step;
    }
    return step.then(m -> Step.of(m.link(m.link().polled(now)), new Cmd.Poll()));
  }

  /**
   * Whether the time without a leader passed {@code limit} between the last tick and {@code now}.
   */
  private static boolean isOver(Model model, Instant now, Duration limit) {
    return model.link().leaderless(model.now()).compareTo(limit) <= 0
        && model.link().leaderless(now).compareTo(limit) > 0;
  }

  private Step onStream(Model model, StreamEvent event) {
    return switch (event) {
      case StreamEvent.Connecting c -> Step.of(model.link(model.link().connecting()));
      case StreamEvent.Live l -> onLive(model);
      case StreamEvent.Offline(List<StreamEvent.Failure> failures, Duration retryIn) ->
          Step.of(model.link(model.link().offline(failures, retryIn, model.now())));
      case StreamEvent.Heartbeat beat -> onHeartbeat(model, beat);
      case StreamEvent.Resync r ->
          Step.of(model.note(Line.Kind.WARNING, "some lines in between are no longer kept"));
      case StreamEvent.Snapshot snapshot -> onSnapshot(model, snapshot);
      case StreamEvent.Happened(ChatEvent happened) -> onEvent(model, happened);
      case StreamEvent.Direct(DirectMessage dm) -> onDirect(model, dm);
      case StreamEvent.DirectTakenBack(String from, String to, String message) -> {
        String partner = model.me().filter(from::equals).isPresent() ? to : from;
        yield Step.of(
            model.chat(model.chat().change(Talk.with(partner), talk -> talk.takenBack(message))));
      }
      case StreamEvent.ReadRoom(String room, long marker) -> onRead(model, room, marker);
      case StreamEvent.ReadDirect(String user, long marker) ->
          onRead(model, Talk.with(user), marker);
      case StreamEvent.SessionOver over -> SigningIn.onSessionOver(model, over);
    };
  }

  private Step onLive(Model model) {
    boolean wasOffline = model.link().stage() == Link.Stage.OFFLINE;
    Model live = model.link(model.link().live(model.now())).outbox(model.outbox().hurry());
    return Outgoing.pump(wasOffline ? live.note(Line.Kind.NOTE, "connected again") : live);
  }

  private static Step onHeartbeat(Model model, StreamEvent.Heartbeat beat) {
    boolean longWithout = model.link().leaderless(model.now()).compareTo(Link.LONG_ELECTION) > 0;
    Model heard = model.link(model.link().heard(beat, model.now()));
    if (longWithout && beat.leader().isPresent()) {
      heard = heard.note(Line.Kind.NOTE, beat.leader().get() + " leads now, term " + beat.term());
    }
    return Outgoing.pump(heard);
  }

  private static Step onSnapshot(Model model, StreamEvent.Snapshot snapshot) {
    Model after = model.chat(model.chat().with(snapshot, model.me()));
    for (ChatEvent line : snapshot.lines()) {
      after = after.outbox(after.outbox().without(line.id()));
    }
    return Outgoing.pump(Rooms.settle(model, after, Optional.empty()));
  }

  private Step onEvent(Model model, ChatEvent event) {
    boolean own = model.outbox().find(event.id()).isPresent();
    Model after =
        model
            .chat(model.chat().with(event, model.me(), model.now()))
            .link(model.link().reached(event.index()))
            .outbox(model.outbox().without(event.id()));
    after = Rooms.settle(model, after, Optional.of(event));
    if (event.type() != ChatEvent.Type.MESSAGE_DELETE) {
      after = keepPlace(after, event.room(), Line.of(event));
    }
    if (own && event.type() == ChatEvent.Type.ROOM_ADD) {
      after = Rooms.enter(after, event.room());
    }
    if (event.type() == ChatEvent.Type.ROOM_DELETE && own) {
      after = after.note(Line.Kind.NOTE, "#" + event.room() + " is deleted");
    }
    List<Cmd> bell = rings(model, event) ? List.of(new Cmd.Bell()) : List.of();
    return new Step(after, bell).then(Outgoing::pump);
  }

  private Step onDirect(Model model, DirectMessage dm) {
    if (!(model.identity() instanceof Identity.Member)) {
      return Step.of(model);
    }
    String me = model.me().orElse("");
    Model after =
        model
            .chat(model.chat().with(dm, me, model.now()))
            .link(model.link().reached(dm.index()))
            .outbox(model.outbox().without(dm.id()));
    after = keepPlace(after, Talk.with(dm.partner(me)), Line.of(dm));
    boolean rings =
        !dm.from().equals(me) && model.ui().settings().ringing() != Settings.Ringing.NONE;
    return new Step(after, rings ? List.of(new Cmd.Bell()) : List.of()).then(Outgoing::pump);
  }

  private static Step onRead(Model model, String talk, long marker) {
    return Step.of(model.chat(model.chat().change(talk, room -> room.marked(marker, model.me()))));
  }

  private static boolean rings(Model model, ChatEvent event) {
    boolean ofOthers =
        event.type() == ChatEvent.Type.CHAT && !model.me().equals(Optional.of(event.user()));
    return ofOthers
        && switch (model.ui().settings().ringing()) {
          case ALL -> true;
          case MENTIONS -> model.me().filter(me -> Chat.mentions(event.text(), me)).isPresent();
          case NONE -> false;
        };
  }

  /** What the reader looks at further up doesn't move when something is said at the bottom. */
  private Model keepPlace(Model model, String talk, Line line) {
    int back = model.ui().scroll().back();
    if (back == 0 || !talk.equals(model.chat().current())) {
      return model;
    }
    int width = Layout.of(model.ui()).timelineWidth() - 1;
    int added = timeline.rows(model, line, width).size();
    return model.ui(model.ui().scroll(back + added, model.ui().scroll().below() + 1));
  }

  /** For who has gone back to writing meanwhile it comes too late. */
  private static Model onSearched(Model model, String words, SearchOutcome outcome) {
    boolean waits = model.ui().mode() instanceof Mode.Search search && search.words().equals(words);
    return waits
        ? model.ui(model.ui().mode(new Mode.Search(words, Optional.of(outcome), 0)))
        : model;
  }

  private static Step onPolled(Model model, Survey survey) {
    List<Cmd> commands =
        model.link().shouldMove(survey, model.now())
            ? List.of(new Cmd.Reconnect(Optional.empty()))
            : List.of();
    return new Step(model.link(model.link().learned(survey)), commands);
  }
}
