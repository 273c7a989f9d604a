package dchat.client.tui;

import dchat.client.api.Command;
import dchat.client.api.SearchOutcome;
import java.util.Optional;

/** What the keyboard is for at the moment. */
sealed interface Mode {
  /** Writing lines and commands. */
  record Typing() implements Mode {}

  /** Giving one's name, which has to come first. */
  record Naming(String problem) implements Mode {}

  /** Giving a password, masked; what was being typed before stays where it was. */
  record Asking(Form form, Secret typed) implements Mode {}

  /** Whether the session on another device is really to end. */
  record ConfirmTakeover(String name, Secret password) implements Mode {}

  /** Whether a line is really to be taken back. */
  record ConfirmTakeBack(Command command, String text) implements Mode {}

  /**
   * Looking for a line typed before.
   *
   * @param query what it has to contain
   * @param found how it is shown; empty if there is none
   * @param at its place among all that were typed
   */
  record Recalling(String query, Optional<String> found, int at) implements Mode {}

  /** Choosing a room from the list. */
  record Browsing(String room) implements Mode {}

  /** Naming a new room; what was being typed before waits. */
  record NewRoom(Editor kept) implements Mode {}

  /** Whether a room is really to be deleted. */
  record ConfirmDelete(String room) implements Mode {}

  /** Whether much pasted text is really meant. */
  record ConfirmPaste(String text) implements Mode {}

  /** Reading the help, scrolled down by some rows. */
  record Help(int scroll) implements Mode {}

  /**
   * Reading what a search found, scrolled down by some rows.
   *
   * @param outcome empty until a node has answered
   */
  record Search(String words, Optional<SearchOutcome> outcome, int scroll) implements Mode {}

  /** Looking at the members of the cluster. */
  record ClusterView() implements Mode {}
}
