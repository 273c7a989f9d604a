package dchat.chat;

import dchat.chat.ChatCommand.Chat;
import dchat.chat.ChatCommand.RoomAdd;
import dchat.chat.ChatCommand.RoomDelete;
import dchat.chat.ChatResult.Accepted;
import dchat.chat.ChatResult.Reason;
import dchat.chat.ChatResult.Rejected;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rules of the chat, applied to the commands of one batch within one open transaction. Thrown
 * away with it if the transaction fails.
 */
final class ChatBatch {
  private static final int DIGEST_BYTES = 16;

  private final ChatTables tables;
  private final List<Happening> events = new ArrayList<>();
  private final MessageDigest sha256;
  private Map<String, Room> rooms;
  private boolean roomsAreCopied;
  private final People.Draft people;

  ChatBatch(ChatTables tables, Map<String, Room> rooms, People.Draft people) {
    this.tables = tables;
    this.rooms = rooms;
    this.people = people;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** What happened so far. */
  List<Happening> events() {
    return List.copyOf(events);
  }

  /** The rooms as they are now. */
  Map<String, Room> rooms() {
    return roomsAreCopied ? Map.copyOf(rooms) : rooms;
  }

  /** The log has begun: that is the time from which {@code general} exists. */
  void begin(long atMillis) throws SQLException {
    var general = new Room(Room.GENERAL, 0, atMillis);
    tables.setRoomTime(general);
    changeableRooms().put(Room.GENERAL, general);
  }

  /**
   * @param seat whose session it comes from; empty for a guest
   */
  ChatResult apply(ChatCommand command, Optional<Seat> seat, long index, long atMillis)
      throws SQLException {
    return once(
        command.id(),
        content(command),
        authority(command, seat, atMillis).or(() -> obstacle(command)),
        index,
        () -> takeEffect(command, seat, index, atMillis));
  }

  /** What a command does if it is neither a repetition nor refused. */
  interface Effect {
    void take() throws SQLException;
  }

  /**
   * Lets a command take effect at most once.
   *
   * @param content what tells it from another command under the same id
   */
  ChatResult once(String id, String content, Optional<Reason> obstacle, long index, Effect effect)
      throws SQLException {
    byte[] digest = digest(content);
    if (obstacle.isEmpty() && tables.remember(id, index, digest)) {
      effect.take();
      return new Accepted(index, false);
    }
    // A repetition gets its first outcome, even if what it asks for couldn't be done any more.
    return tables
        .findAccepted(id)
        .<ChatResult>map(
            first ->
                Arrays.equals(first.digest(), digest)
                    ? new Accepted(first.index(), true)
                    : new Rejected(Reason.ID_REUSED))
        .orElseGet(() -> new Rejected(obstacle.orElseThrow()));
  }

  /** A registered name is its holder's alone, from the entry on that registers it. */
  private Optional<Reason> authority(ChatCommand command, Optional<Seat> seat, long atMillis) {
    Optional<Account> holder = people.named(command.user());
    if (seat.isEmpty()) {
      return holder.map(registered -> Reason.NAME_REGISTERED);
    }
    return holder.filter(account -> account.isSeat(seat.get(), atMillis)).isPresent()
        ? Optional.empty()
        : Optional.of(Reason.SESSION_ENDED);
  }

  private Optional<Reason> obstacle(ChatCommand command) {
    boolean roomExists = rooms.containsKey(command.room());
    return switch (command) {
      case Chat chat -> roomExists ? Optional.empty() : Optional.of(Reason.UNKNOWN_ROOM);
      case RoomAdd add -> roomExists ? Optional.of(Reason.ROOM_EXISTS) : Optional.empty();
      case RoomDelete delete -> {
        if (delete.room().equals(Room.GENERAL)) {
          yield Optional.of(Reason.ROOM_PROTECTED);
        }
        yield roomExists ? Optional.empty() : Optional.of(Reason.UNKNOWN_ROOM);
      }
    };
  }

  private void takeEffect(ChatCommand command, Optional<Seat> seat, long index, long atMillis)
      throws SQLException {
    switch (command) {
      case Chat chat ->
          happen(command, ChatEvent.Type.CHAT, Optional.of(chat.text()), seat, index, atMillis);
      case RoomAdd add -> {
        var room = new Room(add.room(), index, atMillis);
        tables.insert(room);
        changeableRooms().put(room.name(), room);
        happen(command, ChatEvent.Type.ROOM_ADD, Optional.empty(), seat, index, atMillis);
      }
      case RoomDelete delete -> {
        tables.deleteRoom(delete.room());
        changeableRooms().remove(delete.room());
        happen(command, ChatEvent.Type.ROOM_DELETE, Optional.empty(), seat, index, atMillis);
      }
    }
  }

  private void happen(
      ChatCommand command,
      ChatEvent.Type type,
      Optional<String> text,
      Optional<Seat> seat,
      long index,
      long atMillis)
      throws SQLException {
    var event =
        new ChatEvent(
            index,
            type,
            command.id(),
            command.user(),
            command.room(),
            text,
            atMillis,
            seat.isPresent() ? ChatEvent.Standing.MEMBER : ChatEvent.Standing.GUEST);
    happen(event, seat);
  }

  /** Something public has happened. */
  void happen(ChatEvent event, Optional<Seat> seat) throws SQLException {
    tables.insert(event, seat);
    events.add(event);
  }

  /** Something happened that only some are told of. */
  void tell(PersonalEvent event) {
    events.add(event);
  }

  Optional<Room> room(String name) {
    return Optional.ofNullable(rooms.get(name));
  }

  void change(Room room) {
    changeableRooms().put(room.name(), room);
  }

  /** Index at which the command with this id was accepted, if one was. */
  OptionalLong accepted(String id) throws SQLException {
    Optional<ChatTables.AcceptedCommand> found = tables.findAccepted(id);
    return found.isPresent() ? OptionalLong.of(found.get().index()) : OptionalLong.empty();
  }

  private Map<String, Room> changeableRooms() {
    if (!roomsAreCopied) {
      rooms = new HashMap<>(rooms);
      roomsAreCopied = true;
    }
    return rooms;
  }

  /**
   * Of everything but the id, and independent of how a command is encoded: a retry may come through
   * a node of another version. Unambiguous, as names hold no NUL and the text comes last.
   */
  private static String content(ChatCommand command) {
    return switch (command) {
      case Chat chat -> "chat\0" + chat.user() + '\0' + chat.room() + '\0' + chat.text();
      case RoomAdd add -> "room_add\0" + add.user() + '\0' + add.room();
      case RoomDelete delete -> "room_delete\0" + delete.user() + '\0' + delete.room();
    };
  }

  private byte[] digest(String content) {
    return Arrays.copyOf(sha256.digest(content.getBytes(StandardCharsets.UTF_8)), DIGEST_BYTES);
  }
}
