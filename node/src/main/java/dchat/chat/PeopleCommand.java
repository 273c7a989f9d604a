package dchat.chat;

import java.util.Optional;

/**
 * What concerns accounts and sessions, and what signed-in people do. Holds neither passwords nor
 * tokens: only what a slow hash made of the one, and a hash of the other.
 */
public sealed interface PeopleCommand extends LogCommand {

  /** A signed-in person does what anybody may do, under the own name. */
  record AsMember(Seat seat, ChatCommand command) implements PeopleCommand {}

  /**
   * Makes an account.
   *
   * @param id of the request: the same one again, with the same name and password, is a repetition
   * @param phc the password's hash in PHC format
   */
  record Register(String id, String name, String phc) implements PeopleCommand {
    /**
     * @throws IllegalArgumentException if a field isn't valid
     */
    public Register {
      if (!ChatSyntax.isId(id) || !ChatSyntax.isName(name)) {
        throw new IllegalArgumentException("id or name isn't valid");
      }
    }
  }

  /**
   * Begins a session.
   *
   * @param id of the request: the same one again replaces the session it made, whose token may
   *     never have arrived
   * @param passwordIndex of the password that was given and found right
   * @param tokenHash SHA-256 of the token in hexadecimal digits
   * @param takeover whether a living session gives way
   * @param newPhc the same password's hash by present parameters, if the stored one has others
   */
  record LogIn(
      String id,
      long account,
      long passwordIndex,
      String tokenHash,
      boolean takeover,
      long idleMillis,
      long totalMillis,
      Optional<String> newPhc)
      implements PeopleCommand {}

  /** Ends the session. */
  record LogOut(Seat seat) implements PeopleCommand {}

  /** Notes that a session is in use. */
  record KeepAlive(Seat seat) implements PeopleCommand {}

  /** Notes that a wrong password was given for an account. */
  record PasswordFailed(long account) implements PeopleCommand {}

  /**
   * Sets another password.
   *
   * @param passwordIndex of the old one, which was given and found right
   */
  record ChangePassword(String id, Seat seat, long passwordIndex, String phc)
      implements PeopleCommand {}

  /**
   * Ends an account and its session. What it said stays.
   *
   * @param passwordIndex of its password, which was given and found right
   */
  record DeleteAccount(Seat seat, long passwordIndex) implements PeopleCommand {}

  /** Says what a room is about. */
  record SetTopic(String id, Seat seat, String room, String topic) implements PeopleCommand {}

  /** Takes back what this person said in a room. */
  record DeleteMessage(Seat seat, String room, String messageId) implements PeopleCommand {}

  /**
   * Writes to one other.
   *
   * @param id the same one again, of the same sender, is a repetition
   * @param to the other one's account
   */
  record SendDirect(String id, Seat seat, long to, String text) implements PeopleCommand {
    /**
     * @throws IllegalArgumentException if a field isn't valid
     */
    public SendDirect {
      if (!ChatSyntax.isId(id) || ChatSyntax.forbiddenCharacter(text).isPresent()) {
        throw new IllegalArgumentException("id or text isn't valid");
      }
    }
  }

  /** Takes back what this person wrote to another. */
  record DeleteDirect(Seat seat, long to, String messageId) implements PeopleCommand {}

  /** Has read a conversation up to this index; never moves a marker back. */
  record MoveMarker(Seat seat, Conversation conversation, long marker) implements PeopleCommand {}
}
