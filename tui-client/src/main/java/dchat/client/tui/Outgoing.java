package dchat.client.tui;

import dchat.client.api.Command;
import dchat.client.api.Outcome;
import dchat.client.api.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The way of what was typed here: into the outbox, to the cluster, and into the timeline. */
final class Outgoing {
  /** Between two tries of a command that no leader took. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final String ROOM_EXISTS = "room-exists";
  private static final String UNKNOWN_MESSAGE = "unknown-message";

  private Outgoing() {}

  /** A line for the talk the reader is in, or another one. */
  static Step say(Model model, String id, String talk, String text) {
    String me = model.me().orElse("");
    if (!Talk.isDirect(talk)) {
      return add(model, new Command.Say(id, me, talk, text));
    }
    return add(
        model.chat(model.chat().withRoom(talk)),
        new Command.Direct(id, me, Talk.partner(talk), text));
  }

  static Step add(Model model, Command command) {
    return pump(model.outbox(model.outbox().add(command)));
  }

  /** Sends what is due, if anything is and there is somebody to send it to. */
  static Step pump(Model model) {
    Optional<Command> due =
        model.link().isConnected() && model.identity().maySend()
            ? model.outbox().due(model.now())
            : Optional.empty();
    return due.map(
            command ->
                Step.of(
                    model.outbox(model.outbox().sending(command.id(), model.now())),
                    new Cmd.Send(command)))
        .orElseGet(() -> Step.of(model));
  }

  /** Lines of an earlier time wait before those of now, and go out like them. */
  static Step onRecalled(Model model, Msg.Recalled recalled) {
    Model with = model.outbox(model.outbox().recalled(recalled.lines()).onDisk(recalled.onDisk()));
    for (String problem : recalled.problems()) {
      with = with.note(Line.Kind.ERROR, problem);
    }
    int lines = recalled.lines().size();
    if (lines > 0) {
      String which =
          lines == 1 ? "1 line from last time isn't" : lines + " lines from last time aren't";
      with = with.note(Line.Kind.NOTE, which + " committed yet");
    }
    return pump(with);
  }

  static Model onKeeping(Model model, Optional<String> reason) {
    Model with = model.outbox(model.outbox().onDisk(reason.isEmpty()));
    return reason
        .map(r -> with.note(Line.Kind.ERROR, "lines can't be kept, leaving loses them: " + r))
        .orElseGet(() -> with.note(Line.Kind.NOTE, "lines are kept again"));
  }

  /** What to say of what still waits to somebody who has left. */
  static Optional<String> farewell(Model model) {
    int waiting = model.outbox().waiting() - model.outbox().endangered();
    return waiting == 0
        ? Optional.empty()
        : Optional.of(
            (waiting == 1 ? "1 line isn't" : waiting + " lines aren't")
                + " committed yet; kept, and sent when you are back as "
                + model.me().orElse(""));
  }

  static Step onAnswer(Model model, Msg.Answered answered) {
    Optional<Pending> pending = model.outbox().find(answered.id());
    if (pending.isEmpty()) {
      // The stream was faster, or the reader dropped it.
      return pump(model.outbox(model.outbox().without(answered.id())));
    }
    Command command = pending.get().command();
    return switch (answered.outcome()) {
      case Outcome.Committed(long index, boolean replayed) ->
          pump(committed(model, command, index, replayed));
      case Outcome.Rejected(String code, String detail) ->
          rejected(model, pending.get(), code, detail).then(Outgoing::pump);
      case Outcome.Unknown(String detail) ->
          pump(back(model, command, p -> p.unknown(detail, model.now().plus(PAUSE))));
      case Outcome.NoLeader(String detail) ->
          pump(back(model, command, p -> p.delayed(detail, model.now().plus(PAUSE))));
    };
  }

  private static Model back(Model model, Command command, UnaryOperator<Pending> change) {
    return model.outbox(model.outbox().back(command.id(), change));
  }

  private static Model committed(Model model, Command command, long index, boolean replayed) {
    Model without = model.outbox(model.outbox().without(command.id()));
    return switch (command) {
      case Command.Say say -> said(without, say, say.room(), say.text(), index, replayed);
      case Command.Direct dm -> {
        String talk = Talk.with(dm.to());
        Model shown = said(without, dm, talk, dm.text(), index, replayed);
        yield talk.equals(model.chat().current())
            ? shown
            : shown.note(Line.Kind.NOTE, "to " + talk + ": " + start(dm.text()));
      }
      case Command.AddRoom add -> replayed ? without : Rooms.created(without, add.room(), index);
      case Command.DeleteRoom delete -> without;
      case Command.SetTopic topic -> without;
      case Command.TakeBack back -> takenBack(without, back.room(), back.message());
      case Command.TakeBackDirect back ->
          takenBack(without, Talk.with(back.partner()), back.message());
    };
  }

  private static Model takenBack(Model model, String talk, String message) {
    return model.chat(model.chat().change(talk, room -> room.takenBack(message)));
  }

  /** Its place is known: it goes there at once, and the stream will bring the exact time. */
  private static Model said(
      Model model, Command command, String talk, String text, long index, boolean replayed) {
    if (replayed && !isShown(model, talk, index)) {
      // Of an earlier time, and too far back to be among what was read: its time isn't known.
      return model.note(Line.Kind.NOTE, "committed before, as entry " + index + ": " + start(text));
    }
    Line line =
        new Line(
            index,
            model.now().plus(model.chat().presence().skew()),
            Line.Kind.CHAT,
            command.user(),
            text,
            command.id());
    return model.chat(model.chat().withOwn(talk, line));
  }

  /** Whether the log has been read from before that place, so that the line has come or will. */
  private static boolean isShown(Model model, String talk, long index) {
    return index > model.chat().lastIndex()
        || !model.chat().has(talk)
        || model.chat().room(talk).has(index)
        || Talk.isDirect(talk) && !model.chat().room(talk).past().isHere();
  }

  private static String start(String text) {
    String line = Sanitizer.line(text);
    return line.length() <= 40 ? line : line.substring(0, line.offsetByCodePoints(0, 30)) + "...";
  }

  private static Step rejected(Model model, Pending pending, String code, String detail) {
    Command command = pending.command();
    if (command instanceof Command.AddRoom add && code.equals(ROOM_EXISTS)) {
      Model without = model.outbox(model.outbox().without(command.id()));
      return Step.of(
          Rooms.enter(without, add.room())
              .note(Line.Kind.NOTE, "#" + add.room() + " is there already"));
    }
    if (code.equals(UNKNOWN_MESSAGE) && pending.mayBeCommitted() && isTakeBack(command)) {
      // An earlier try has done it.
      return Step.of(committed(model, command, 0, true));
    }
    Optional<Identity.Why> why =
        Identity.Why.of(code).filter(w -> model.me().filter(command.user()::equals).isPresent());
    if (why.isEmpty()) {
      return Step.of(back(model, command, p -> p.rejected(detail)));
    }
    // Not the line is refused but who says it: it waits until that is settled.
    boolean outdated =
        model.outbox().inFlight().filter(f -> SigningIn.isOutdated(model, f.since())).isPresent();
    Model kept = back(model, command, p -> p.delayed("", model.now()));
    return outdated || !model.identity().maySend()
        ? Step.of(kept)
        : SigningIn.lock(kept, why.get());
  }

  private static boolean isTakeBack(Command command) {
    return command instanceof Command.TakeBack || command instanceof Command.TakeBackDirect;
  }

  static Step onWaiting(Model model, Msg.Waiting waiting) {
    return Step.of(
        switch (waiting.progress()) {
          case Progress.Asking a -> model;
          case Progress.Redirected r -> model;
          case Progress.Electing e -> explain(model, waiting.id(), "waiting for a leader", false);
          case Progress.Retrying r ->
              explain(model, waiting.id(), r.reason() + ", trying on", r.mayBeCommitted());
        });
  }

  private static Model explain(Model model, String id, String what, boolean mayBeCommitted) {
    return model.outbox(model.outbox().update(id, p -> p.waitingFor(what, mayBeCommitted)));
  }
}
