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

/**
 * The rules of the chat, applied to the commands of one batch within one open transaction. Thrown
 * away with it if the transaction fails.
 */
final class ChatBatch {
  private static final int DIGEST_BYTES = 16;

  private final ChatTables tables;
  private final List<ChatEvent> events = new ArrayList<>();
  private final MessageDigest sha256;
  private Map<String, Room> rooms;
  private boolean roomsAreCopied;

  ChatBatch(ChatTables tables, Map<String, Room> rooms) {
    this.tables = tables;
    this.rooms = rooms;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** What happened so far. */
  List<ChatEvent> events() {
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

  ChatResult apply(ChatCommand command, long index, long atMillis) throws SQLException {
    Optional<Reason> obstacle = obstacle(command);
    byte[] digest = digest(command);
    if (obstacle.isEmpty() && tables.remember(command.id(), index, digest)) {
      takeEffect(command, index, atMillis);
      return new Accepted(index, false);
    }
    // A repetition gets its first outcome, even if what it asks for couldn't be done any more.
    return tables
        .findAccepted(command.id())
        .<ChatResult>map(
            first ->
                Arrays.equals(first.digest(), digest)
                    ? new Accepted(first.index(), true)
                    : new Rejected(Reason.ID_REUSED))
        .orElseGet(() -> new Rejected(obstacle.orElseThrow()));
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

  private void takeEffect(ChatCommand command, long index, long atMillis) throws SQLException {
    switch (command) {
      case Chat chat ->
          happen(command, ChatEvent.Type.CHAT, Optional.of(chat.text()), index, atMillis);
      case RoomAdd add -> {
        var room = new Room(add.room(), index, atMillis);
        tables.insert(room);
        changeableRooms().put(room.name(), room);
        happen(command, ChatEvent.Type.ROOM_ADD, Optional.empty(), index, atMillis);
      }
      case RoomDelete delete -> {
        tables.deleteRoom(delete.room());
        changeableRooms().remove(delete.room());
        happen(command, ChatEvent.Type.ROOM_DELETE, Optional.empty(), index, atMillis);
      }
    }
  }

  private void happen(
      ChatCommand command, ChatEvent.Type type, Optional<String> text, long index, long atMillis)
      throws SQLException {
    var event =
        new ChatEvent(index, type, command.id(), command.user(), command.room(), text, atMillis);
    tables.insert(event);
    events.add(event);
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
  private byte[] digest(ChatCommand command) {
    String content =
        switch (command) {
          case Chat chat -> "chat\0" + chat.user() + '\0' + chat.room() + '\0' + chat.text();
          case RoomAdd add -> "room_add\0" + add.user() + '\0' + add.room();
          case RoomDelete delete -> "room_delete\0" + delete.user() + '\0' + delete.room();
        };
    return Arrays.copyOf(sha256.digest(content.getBytes(StandardCharsets.UTF_8)), DIGEST_BYTES);
  }
}
