package dchat.chat;

import dchat.chat.ChatResult.Accepted;
import dchat.chat.ChatResult.Reason;
import dchat.chat.ChatResult.Rejected;
import dchat.chat.PeopleCommand.AsMember;
import dchat.chat.PeopleCommand.ChangePassword;
import dchat.chat.PeopleCommand.DeleteAccount;
import dchat.chat.PeopleCommand.DeleteDirect;
import dchat.chat.PeopleCommand.DeleteMessage;
import dchat.chat.PeopleCommand.KeepAlive;
import dchat.chat.PeopleCommand.LogIn;
import dchat.chat.PeopleCommand.LogOut;
import dchat.chat.PeopleCommand.MoveMarker;
import dchat.chat.PeopleCommand.PasswordFailed;
import dchat.chat.PeopleCommand.Register;
import dchat.chat.PeopleCommand.SendDirect;
import dchat.chat.PeopleCommand.SetTopic;
import java.sql.SQLException;
import java.util.Optional;

/** The rules of accounts and sessions, within the transaction of a {@link ChatBatch}. */
final class PeopleBatch {
  /** After so long without one, wrong passwords are counted from the beginning. */
  private static final long FAILURES_FORGOTTEN_AFTER_MILLIS = 15 * 60_000;

  private final PeopleTables tables;
  private final ConversationTables conversationTables;
  private final ChatBatch chat;
  private final ConversationBatch conversations;
  private final People.Draft people;

  PeopleBatch(
      PeopleTables tables,
      ConversationTables conversationTables,
      ChatBatch chat,
      People.Draft people) {
    this.tables = tables;
    this.conversationTables = conversationTables;
    this.chat = chat;
    this.people = people;
    conversations = new ConversationBatch(conversationTables, chat, people);
  }

  ChatResult apply(PeopleCommand command, long index, long atMillis) throws SQLException {
    return switch (command) {
      case AsMember(Seat seat, ChatCommand said) -> {
        using(seat, atMillis);
        yield chat.apply(said, Optional.of(seat), index, atMillis);
      }
      case Register register -> register(register, index, atMillis);
      case LogIn in -> logIn(in, index, atMillis);
      case LogOut(Seat seat) ->
          seated(
              seat,
              index,
              atMillis,
              account -> {
                save(account.loggedOut());
                chat.tell(new PersonalEvent.SessionsChanged(index, account.id()));
              });
      case KeepAlive(Seat seat) ->
          seated(seat, index, atMillis, account -> save(account.usedAt(atMillis)));
      case PasswordFailed(long id) -> passwordFailed(id, index, atMillis);
      case ChangePassword change -> changePassword(change, index, atMillis);
      case DeleteAccount(Seat seat, long passwordIndex) ->
          delete(seat, passwordIndex, index, atMillis);
      case SetTopic topic ->
          conversations.setTopic(
              topic,
              using(topic.seat(), atMillis),
              obstacle(topic.seat(), atMillis),
              index,
              atMillis);
      case SendDirect dm ->
          conversations.sendDirect(
              dm, using(dm.seat(), atMillis), obstacle(dm.seat(), atMillis), index, atMillis);
      case DeleteMessage delete -> {
        Optional<Account> author = using(delete.seat(), atMillis);
        yield author.isEmpty()
            ? new Rejected(Reason.SESSION_ENDED)
            : conversations.deleteMessage(delete, author.get(), index, atMillis);
      }
      case DeleteDirect delete -> {
        Optional<Account> author = using(delete.seat(), atMillis);
        yield author.isEmpty()
            ? new Rejected(Reason.SESSION_ENDED)
            : conversations.deleteDirect(delete, author.get(), index, atMillis);
      }
      case MoveMarker move ->
          using(move.seat(), atMillis).isEmpty()
              ? new Rejected(Reason.SESSION_ENDED)
              : conversations.moveMarker(move, index);
    };
  }

  private ChatResult register(Register register, long index, long atMillis) throws SQLException {
    Optional<Reason> obstacle = people.named(register.name()).map(taken -> Reason.NAME_TAKEN);
    return chat.once(
        PeopleIds.registration(register.id()),
        register.name() + '\0' + register.phc(),
        obstacle,
        index,
        () -> {
          save(Account.registered(index, register.name(), atMillis));
          tables.setPassword(index, register.phc());
        });
  }

  private ChatResult logIn(LogIn in, long index, long atMillis) throws SQLException {
    Optional<Account> found =
        people.withId(in.account()).filter(a -> a.passwordIndex() == in.passwordIndex());
    if (found.isEmpty()) {
      return new Rejected(Reason.BAD_CREDENTIALS);
    }
    Account account = found.get();
    boolean inUse =
        account
            .session()
            .filter(s -> s.livesAt(atMillis) && !s.requestId().equals(in.id()))
            .isPresent();
    if (inUse && !in.takeover()) {
      return new Rejected(Reason.ALREADY_LOGGED_IN);
    }
    if (in.newPhc().isPresent()) {
      tables.setPassword(account.id(), in.newPhc().get());
    }
    save(
        account.with(
            new Session(
                in.tokenHash(),
                index,
                in.id(),
                atMillis,
                atMillis,
                in.idleMillis(),
                in.totalMillis())));
    chat.tell(new PersonalEvent.SessionsChanged(index, account.id()));
    return new Accepted(index, false);
  }

  private ChatResult passwordFailed(long id, long index, long atMillis) throws SQLException {
    Optional<Account> account = people.withId(id);
    if (account.isPresent()) {
      boolean recent =
          atMillis - account.get().lastFailureAtMillis() < FAILURES_FORGOTTEN_AFTER_MILLIS;
      save(account.get().withFailures(recent ? account.get().failures() + 1 : 1, atMillis));
    }
    return new Accepted(index, false);
  }

  private ChatResult changePassword(ChangePassword change, long index, long atMillis)
      throws SQLException {
    Seat seat = change.seat();
    Optional<Reason> obstacle =
        obstacle(seat, atMillis)
            .or(
                () ->
                    people
                        .withId(seat.account())
                        .filter(a -> a.passwordIndex() != change.passwordIndex())
                        .map(changed -> Reason.BAD_CREDENTIALS));
    return chat.once(
        PeopleIds.passwordChange(seat.account(), change.id()),
        "",
        obstacle,
        index,
        () -> {
          save(people.withId(seat.account()).orElseThrow().withPasswordOf(index));
          tables.setPassword(seat.account(), change.phc());
        });
  }

  private ChatResult delete(Seat seat, long passwordIndex, long index, long atMillis)
      throws SQLException {
    Optional<Account> account = people.withId(seat.account());
    if (account.filter(a -> a.passwordIndex() != passwordIndex).isPresent()) {
      return new Rejected(Reason.BAD_CREDENTIALS);
    }
    return seated(
        seat,
        index,
        atMillis,
        leaving -> {
          people.remove(leaving);
          tables.delete(leaving, atMillis);
          conversationTables.forgetMarkers(leaving.id());
          chat.tell(new PersonalEvent.SessionsChanged(index, leaving.id()));
        });
  }

  private interface Change {
    void of(Account account) throws SQLException;
  }

  private ChatResult seated(Seat seat, long index, long atMillis, Change change)
      throws SQLException {
    Optional<Reason> obstacle = obstacle(seat, atMillis);
    if (obstacle.isPresent()) {
      return new Rejected(obstacle.get());
    }
    change.of(people.withId(seat.account()).orElseThrow());
    return new Accepted(index, false);
  }

  private Optional<Reason> obstacle(Seat seat, long atMillis) {
    boolean seated =
        people.withId(seat.account()).filter(a -> a.isSeat(seat, atMillis)).isPresent();
    return seated ? Optional.empty() : Optional.of(Reason.SESSION_ENDED);
  }

  /** Whose session this is, which is in use now; empty if it is over. */
  private Optional<Account> using(Seat seat, long atMillis) throws SQLException {
    Optional<Account> account = people.withId(seat.account()).filter(a -> a.isSeat(seat, atMillis));
    if (account.filter(a -> a.session().orElseThrow().isWorthNoting(atMillis)).isPresent()) {
      save(account.get().usedAt(atMillis));
    }
    return account;
  }

  private void save(Account account) throws SQLException {
    people.put(account);
    tables.save(account);
  }
}
