package dchat.client.tui;

import dchat.client.api.Command;

/** What {@link Update} wants done outside the model; its results come back as {@link Msg}. */
public sealed interface Cmd {
  /** Send a command to the cluster; ends in exactly one {@link Msg.Answered}. */
  record Send(Command command) implements Cmd {}

  /** Ask how the cluster is. */
  record Poll() implements Cmd {}

  /** Look for lines with these words; ends in exactly one {@link Msg.Searched}. */
  record Search(String words) implements Cmd {}

  /** Leave the node the events come from and try the next one at once. */
  record Reconnect() implements Cmd {}

  /** Look what was kept of that name's lines; ends in one {@link Msg.Recalled}, at once. */
  record Recall(String name) implements Cmd {}

  /** Keep the reader's name for the next time. */
  record Remember(String name) implements Cmd {}

  record Bell() implements Cmd {}

  /** Draw the whole screen anew. */
  record Redraw() implements Cmd {}

  /** A command of the surrounding program. */
  record Extra(String name, String arguments) implements Cmd {}

  record Quit() implements Cmd {}
}
