package dchat.client.tui;

import dchat.client.api.Command;
import dchat.client.api.Session;
import java.net.URI;
import java.util.Optional;

/** What {@link Update} wants done outside the model; its results come back as {@link Msg}. */
public sealed interface Cmd {
  /** Send a command to the cluster; ends in exactly one {@link Msg.Answered}. */
  record Send(Command command) implements Cmd {}

  /** Ask how the cluster is. */
  record Poll() implements Cmd {}

  /** Look for lines with these words; ends in exactly one {@link Msg.Searched}. */
  record Search(String words) implements Cmd {}

  /**
   * Sign in, after registering the name if that is wanted; ends in exactly one {@link
   * Msg.SignInEnded}.
   *
   * @param key makes one of several attempts that are the same
   */
  record SignIn(String name, Secret password, boolean takeover, boolean register, String key)
      implements Cmd {}

  /** Act for whoever holds the session from now on, or for nobody, and read everything anew. */
  record Use(String name, Optional<Session> session) implements Cmd {}

  /** End the session on all nodes; nobody waits for it. */
  record SignOut(Session session) implements Cmd {}

  /** Set another password; ends in exactly one {@link Msg.AccountChanged}. */
  record ChangePassword(Session session, Secret old, Secret fresh, String key) implements Cmd {}

  /** Delete the account; ends in exactly one {@link Msg.AccountChanged}. */
  record DeleteAccount(Session session, Secret password) implements Cmd {}

  /** Find registered names that begin so; ends in exactly one {@link Msg.NamesFound}. */
  record FindNames(String prefix, Why why) implements Cmd {}

  /** Why names are looked for. */
  enum Why {
    /** The reader wants to see them. */
    LIST,
    /** The reader goes by this name: whether it is somebody's. */
    CHECK,
    /** The same, of a name that was given a moment ago. */
    WELCOME
  }

  /**
   * Get a page of what was said earlier; ends in exactly one {@link Msg.PastCame}.
   *
   * @param before its cursor; the newest page if there is none
   */
  record GetPast(String talk, Optional<String> before) implements Cmd {}

  /** Tell the cluster how far the reader has come; ends in exactly one {@link Msg.Marked}. */
  record MarkRead(String talk, long index) implements Cmd {}

  /** Keep the reader's settings for the next time. */
  record KeepSettings(Settings settings) implements Cmd {}

  /** Leave the node the events come from and try that one, or else the next one, at once. */
  record Reconnect(Optional<URI> node) implements Cmd {}

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
