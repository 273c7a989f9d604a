package dchat.client.tui;

import dchat.client.api.ChatEvent;
import dchat.client.api.DirectMessage;
import dchat.client.api.PastOutcome;
import java.util.List;
import java.util.Optional;

/**
 * How much of what was said earlier in a conversation is here. A page is asked for when somebody
 * opens the conversation, and the one before it when they scroll to the top.
 */
sealed interface Past {
  /** The newest page. */
  Past WANTED = new Wanted(Optional.empty());

  /**
   * The page before that cursor has to be asked for; the newest if there is none.
   *
   * @param before from an earlier page
   */
  record Wanted(Optional<String> before) implements Past {}

  record Asked(Optional<String> before) implements Past {}

  /** Nobody answered; it is asked for again at the next tick. */
  record Later(Optional<String> before) implements Past {}

  /**
   * It is here.
   *
   * @param older where what is older goes on; empty if this is the beginning
   */
  record Here(Optional<String> older) implements Past {}

  default boolean isHere() {
    return this instanceof Here;
  }

  /** The reader has scrolled to the oldest line that is here. */
  default Past olderWanted() {
    return this instanceof Here(Optional<String> older) && older.isPresent()
        ? new Wanted(older)
        : this;
  }

  default Past wantedAgain() {
    return this instanceof Later(Optional<String> before) ? new Wanted(before) : this;
  }

  /** Asks for what is wanted of the conversation that is read, if a node can answer. */
  static Step ask(Model model) {
    RoomState room = model.chat().currentRoom();
    return room.past() instanceof Wanted(Optional<String> before) && mayAsk(model)
        ? Step.of(
            model.chat(model.chat().change(room.name(), r -> r.past(new Asked(before)))),
            new Cmd.GetPast(room.name(), before))
        : Step.of(model);
  }

  /** Not before the stream has said where it begins: what is newer than that comes by it. */
  private static boolean mayAsk(Model model) {
    Chat chat = model.chat();
    boolean mayRead = !Talk.isDirect(chat.current()) || model.identity() instanceof Identity.Member;
    return mayRead && model.link().isConnected() && chat.lastIndex() != Line.LOCAL;
  }

  static Model onCame(Model model, Msg.PastCame came) {
    Chat chat = model.chat();
    return switch (came.outcome()) {
      case PastOutcome.InRoom(List<ChatEvent> lines, Optional<String> older) ->
          model.chat(
              chat.withPast(
                  came.talk(),
                  lines.stream()
                      .filter(event -> chat.isLeftToPast(came.talk(), event.index()))
                      .map(Line::of)
                      .toList(),
                  new Here(older)));
      case PastOutcome.BetweenTwo(List<DirectMessage> lines, Optional<String> older) ->
          model.chat(
              chat.withPast(came.talk(), lines.stream().map(Line::of).toList(), new Here(older)));
      case PastOutcome.Failed(boolean definite, String reason) -> {
        Past past = definite ? new Here(Optional.empty()) : new Later(came.before());
        Model known = model.chat(chat.change(came.talk(), room -> room.past(past)));
        // That a room has gone is told by the stream.
        boolean worthTelling =
            definite && Talk.isDirect(came.talk()) && came.talk().equals(chat.current());
        yield worthTelling ? known.note(Line.Kind.ERROR, reason) : known;
      }
    };
  }
}
