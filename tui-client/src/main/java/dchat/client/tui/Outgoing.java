package dchat.client.tui;

import dchat.client.api.ChatEvent;
import dchat.client.api.Command;
import dchat.client.api.Outcome;
import dchat.client.api.Progress;
import java.time.Duration;
import java.util.Optional;

/** The way of what was typed here: into the outbox, to the cluster, and into the timeline. */
final class Outgoing {
  /** Between two tries of a command that no leader took. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final String ROOM_EXISTS = "room-exists";

  private Outgoing() {}

  static Step add(Model model, Command command) {
    return pump(model.outbox(model.outbox().add(command)));
  }

  /** Sends what is due, if anything is and there is somebody to send it to. */
  static Step pump(Model model) {
    Optional<Command> due =
        model.link().isConnected() ? model.outbox().due(model.now()) : Optional.empty();
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
    Model settled =
        switch (answered.outcome()) {
          case Outcome.Committed(long index, boolean replayed) ->
              committed(model, command, index, replayed);
          case Outcome.Rejected(String code, String detail) ->
              rejected(model, command, code, detail);
          case Outcome.Unknown(String detail) ->
              model.outbox(
                  model
                      .outbox()
                      .back(command.id(), p -> p.unknown(detail, model.now().plus(PAUSE))));
          case Outcome.NoLeader(String detail) ->
              model.outbox(
                  model
                      .outbox()
                      .back(command.id(), p -> p.delayed(detail, model.now().plus(PAUSE))));
        };
    return pump(settled);
  }

  private static Model committed(Model model, Command command, long index, boolean replayed) {
    Model without = model.outbox(model.outbox().without(command.id()));
    return switch (command) {
      // Of an earlier time, and too far back to be among what was read: its time isn't known.
      case Command.Say say when replayed && !isShown(model, say, index) ->
          without.note(
              Line.Kind.NOTE, "committed before, as entry " + index + ": " + start(say.text()));
      // Its place is known: it goes there at once, and the stream will bring the exact time.
      case Command.Say say ->
          without.chat(
              model
                  .chat()
                  .withOwn(
                      new ChatEvent(
                          index,
                          ChatEvent.Type.CHAT,
                          say.user(),
                          say.text(),
                          say.room(),
                          say.id(),
                          model.now().plus(model.chat().skew()))));
      case Command.AddRoom add -> replayed ? without : Rooms.created(without, add.room(), index);
      case Command.DeleteRoom delete -> without;
    };
  }

  /** Whether the log has been read from before that place, so that the line has come or will. */
  private static boolean isShown(Model model, Command.Say say, long index) {
    return index > model.chat().lastIndex()
        || !model.chat().has(say.room())
        || model.chat().room(say.room()).has(index);
  }

  private static String start(String text) {
    String line = Sanitizer.line(text);
    return line.length() <= 40 ? line : line.substring(0, line.offsetByCodePoints(0, 30)) + "...";
  }

  private static Model rejected(Model model, Command command, String code, String detail) {
    if (command instanceof Command.AddRoom add && code.equals(ROOM_EXISTS)) {
      Model without = model.outbox(model.outbox().without(command.id()));
      return Rooms.enter(without, add.room())
          .note(Line.Kind.NOTE, "#" + add.room() + " is there already");
    }
    return model.outbox(model.outbox().back(command.id(), p -> p.rejected(detail)));
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
