package dchat.chat;

import dchat.chat.ChatResult.Accepted;
import dchat.chat.ChatResult.Reason;
import dchat.chat.ChatResult.Rejected;
import dchat.chat.PeopleCommand.DeleteDirect;
import dchat.chat.PeopleCommand.DeleteMessage;
import dchat.chat.PeopleCommand.MoveMarker;
import dchat.chat.PeopleCommand.SendDirect;
import dchat.chat.PeopleCommand.SetTopic;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rules of what signed-in people say to each other, take back and have read. Whether their
 * session lives is judged before.
 */
final class ConversationBatch {
  private final ConversationTables tables;
  private final ChatBatch chat;
  private final People.Draft people;

  ConversationBatch(ConversationTables tables, ChatBatch chat, People.Draft people) {
    this.tables = tables;
    this.chat = chat;
    this.people = people;
  }

  ChatResult setTopic(
      SetTopic command,
      Optional<Account> author,
      Optional<Reason> refusal,
      long index,
      long atMillis)
      throws SQLException {
    Optional<Room> room = chat.room(command.room());
    return chat.once(
        PeopleIds.topic(command.seat().account(), command.id()),
        command.room() + '\0' + command.topic(),
        refusal.or(() -> room.isEmpty() ? Optional.of(Reason.UNKNOWN_ROOM) : Optional.empty()),
        index,
        () -> {
          Room changed = room.orElseThrow().about(command.topic());
          tables.setTopic(changed);
          chat.change(changed);
          happen(
              ChatEvent.Type.ROOM_TOPIC,
              command.id(),
              author.orElseThrow(),
              command.seat(),
              command.room(),
              command.topic(),
              index,
              atMillis);
        });
  }

  ChatResult deleteMessage(DeleteMessage command, Account author, long index, long atMillis)
      throws SQLException {
    OptionalLong said = chat.accepted(command.messageId());
    Optional<ConversationTables.Line> line =
        said.isPresent() ? tables.line(said.getAsLong(), command.room()) : Optional.empty();
    if (line.isEmpty()) {
      return new Rejected(Reason.UNKNOWN_MESSAGE);
    }
    OptionalLong account = line.get().account();
    if (account.isEmpty() || account.getAsLong() != author.id()) {
      return new Rejected(Reason.NOT_YOURS);
    }
    if (line.get().deleted()) {
      return new Accepted(said.getAsLong(), true);
    }
    tables.deleteText(said.getAsLong());
    happen(
        ChatEvent.Type.MESSAGE_DELETE,
        "delete-" + index,
        author,
        command.seat(),
        command.room(),
        command.messageId(),
        index,
        atMillis);
    return new Accepted(index, false);
  }

  ChatResult sendDirect(
      SendDirect command,
      Optional<Account> author,
      Optional<Reason> refusal,
      long index,
      long atMillis)
      throws SQLException {
    Optional<Account> to = people.withId(command.to());
    return chat.once(
        PeopleIds.direct(command.seat().account(), command.id()),
        "dm\0" + command.to() + '\0' + command.text(),
        refusal.or(() -> to.isEmpty() ? Optional.of(Reason.UNKNOWN_ACCOUNT) : Optional.empty()),
        index,
        () -> {
          var dm =
              new PersonalEvent.Direct(
                  index,
                  command.id(),
                  author.orElseThrow().id(),
                  author.get().name(),
                  to.orElseThrow().id(),
                  to.get().name(),
                  command.text(),
                  atMillis);
          tables.insert(dm);
          chat.tell(dm);
        });
  }

  /** A repetition finds nothing any more, which is what it wanted. */
  ChatResult deleteDirect(DeleteDirect command, Account author, long index, long atMillis)
      throws SQLException {
    OptionalLong sent = chat.accepted(PeopleIds.direct(author.id(), command.messageId()));
    if (sent.isEmpty()) {
      return new Rejected(Reason.UNKNOWN_MESSAGE);
    }
    if (!tables.isDirect(sent.getAsLong(), command.to())) {
      return new Accepted(index, true);
    }
    var deleted =
        new PersonalEvent.DirectDeleted(
            index,
            command.messageId(),
            author.id(),
            author.name(),
            command.to(),
            people.withId(command.to()).map(Account::name).orElse(""),
            atMillis);
    tables.insert(deleted, sent.getAsLong());
    chat.tell(deleted);
    return new Accepted(index, false);
  }

  ChatResult moveMarker(MoveMarker command, long index) throws SQLException {
    if (command.conversation() instanceof Conversation.InRoom(String room)
        && chat.room(room).isEmpty()) {
      return new Rejected(Reason.UNKNOWN_ROOM);
    }
    // Nobody has read what hasn't happened yet.
    long marker = Math.min(command.marker(), index);
    var moved =
        new PersonalEvent.MarkerMoved(
            index, command.seat().account(), command.conversation(), marker);
    boolean further = tables.moveMarker(moved);
    if (further) {
      chat.tell(moved);
    }
    return new Accepted(index, !further);
  }

  private void happen(
      ChatEvent.Type type,
      String id,
      Account author,
      Seat seat,
      String room,
      String text,
      long index,
      long atMillis)
      throws SQLException {
    chat.happen(
        new ChatEvent(
            index,
            type,
            id,
            author.name(),
            room,
            Optional.of(text),
            atMillis,
            ChatEvent.Standing.MEMBER),
        Optional.of(seat));
  }
}
