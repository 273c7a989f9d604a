package dchat.client.tui;

import dchat.client.api.ChatEvent;
import dchat.client.api.DirectMessage;
import dchat.client.api.Room;
import dchat.client.api.StreamEvent;
import dchat.client.api.Unread;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The conversations, what was said in them, and who is there, as far as this client has seen the
 * log.
 *
 * @param rooms rooms and direct talks by their names, see {@link Talk}; always holds {@code
 *     general} and the current one
 * @param lastIndex the last place in the log that was seen
 */
record Chat(Map<String, RoomState> rooms, String current, Presence presence, long lastIndex) {
  /** Rooms before people, and the room that is always there before the others. */
  private static final Comparator<String> AS_LISTED =
      Comparator.comparing(Talk::isDirect)
          .thenComparing((String name) -> !name.equals(Room.GENERAL))
          .thenComparing(Comparator.naturalOrder());

  static final Chat EMPTY =
      new Chat(
          Map.of(Room.GENERAL, RoomState.empty(Room.GENERAL)),
          Room.GENERAL,
          Presence.NOBODY,
          Line.LOCAL);

  Chat {
    rooms = Map.copyOf(rooms);
  }

  /** The names of the talks as they are listed; a talk's number is its place from 1. */
  List<String> names() {
    return rooms.keySet().stream().sorted(AS_LISTED).toList();
  }

  List<String> roomNames() {
    return names().stream().filter(name -> !Talk.isDirect(name)).toList();
  }

  boolean has(String room) {
    return rooms.containsKey(room);
  }

  RoomState room(String name) {
    return rooms.get(name);
  }

  RoomState currentRoom() {
    return rooms.get(current);
  }

  List<Presence.Active> active(Instant now) {
    return presence.active(now);
  }

  /** Everything as the snapshot says; lines known before are kept where their rooms still exist. */
  Chat with(StreamEvent.Snapshot snapshot, Optional<String> me) {
    boolean counts = lastIndex != Line.LOCAL && snapshot.unread().isEmpty();
    Map<String, RoomState> known = new HashMap<>();
    known.put(Room.GENERAL, room(Room.GENERAL));
    for (Room room : snapshot.rooms()) {
      RoomState before = rooms.getOrDefault(room.name(), RoomState.empty(room.name()));
      known.put(room.name(), before.topic(room.topic()).past(Past.WANTED));
    }
    rooms.forEach(
        (name, talk) -> {
          if (Talk.isDirect(name)) {
            known.put(name, talk.past(Past.WANTED));
          }
        });
    boolean currentGone = !known.containsKey(current);
    Chat chat = new Chat(known, currentGone ? Room.GENERAL : current, presence, lastIndex);
    for (ChatEvent event : snapshot.lines()) {
      if (chat.has(event.room()) && event.index() > lastIndex) {
        chat = chat.said(event).withUnread(event, me, counts);
      }
    }
    Chat arrived = chat.seenUpTo(snapshot.cursor());
    return snapshot.unread().map(u -> arrived.told(u, snapshot.cursor(), me)).orElse(arrived);
  }

  private Chat told(Unread unread, long cursor, Optional<String> me) {
    Chat chat = this;
    for (Unread.InRoom count : unread.rooms()) {
      if (has(count.room())) {
        chat = chat.update(chat.room(count.room()).told(count.unread(), cursor, me));
      }
    }
    for (Unread.InDirect count : unread.directs()) {
      String talk = Talk.with(count.user());
      chat = chat.withRoom(talk);
      chat = chat.update(chat.room(talk).told(count.unread(), cursor, me));
    }
    return chat.update(chat.currentRoom().entered());
  }

  /** One event further along the log. */
  Chat with(ChatEvent event, Optional<String> me, Instant now) {
    Chat chat = at(event.index(), event.at(), now);
    return switch (event.type()) {
      case CHAT -> {
        boolean isNew = !chat.has(event.room()) || !chat.room(event.room()).has(event.index());
        yield chat.withRoom(event.room()).said(event).withUnread(event, me, isNew);
      }
      case ROOM_ADD -> chat.withRoom(event.room()).said(event);
      case ROOM_DELETE -> chat.without(event);
      case ROOM_TOPIC ->
          chat.withRoom(event.room())
              .said(event)
              .change(event.room(), room -> room.topic(event.text()));
      case MESSAGE_DELETE -> chat.change(event.room(), room -> room.takenBack(event.text()));
    };
  }

  /** A line between the reader and somebody else. */
  Chat with(DirectMessage dm, String me, Instant now) {
    String talk = Talk.with(dm.partner(me));
    Chat chat = at(dm.index(), dm.at(), now).withRoom(talk);
    RoomState before = chat.room(talk);
    boolean isNews = !before.has(dm.index()) && !dm.from().equals(me) && !talk.equals(chat.current);
    RoomState after = before.with(Line.of(dm));
    return chat.update(isNews ? after.withUnread(dm.index(), true) : after);
  }

  /** What was said earlier in a conversation, each line at its place in the log. */
  Chat withPast(String talk, List<Line> lines, Past past) {
    return change(
        talk,
        room -> {
          RoomState with = room.past(past);
          for (Line line : lines) {
            with = with.with(line);
          }
          return with;
        });
  }

  /**
   * Whether only a page of the past can bring that line of a room. What has come by the stream is
   * known better, for a line may have been taken back since; and what is still to come by it will.
   */
  boolean isLeftToPast(String room, long index) {
    return index <= lastIndex && has(room) && !room(room).has(index);
  }

  private Chat at(long index, Instant there, Instant now) {
    return new Chat(rooms, current, presence.at(there, now), lastIndex).seenUpTo(index);
  }

  /** A line whose place in the log is known before the stream has come there. */
  Chat withOwn(String talk, Line line) {
    return has(talk) && !room(talk).has(line.index())
        ? update(room(talk).with(line)).presence(presence.spoke(line.user(), line.at()))
        : this;
  }

  Chat withNote(String room, Line note) {
    return change(room, r -> r.with(note));
  }

  Chat presence(Presence next) {
    return new Chat(rooms, current, next, lastIndex);
  }

  /** The reader goes to another room, leaving behind what was being typed. */
  Chat entering(String room, Editor typed) {
    if (!has(room) || room.equals(current)) {
      return this;
    }
    Chat chat = update(currentRoom().left(typed)).update(room(room).entered());
    return new Chat(chat.rooms, room, presence, lastIndex);
  }

  private Chat without(ChatEvent deletion) {
    return deletion.room().equals(Room.GENERAL) ? this : without(deletion.room());
  }

  private Chat without(String talk) {
    if (!has(talk)) {
      return this;
    }
    Map<String, RoomState> fewer = new HashMap<>(rooms);
    fewer.remove(talk);
    boolean moved = talk.equals(current);
    if (moved) {
      fewer.compute(Room.GENERAL, (name, general) -> general.entered());
    }
    return new Chat(fewer, moved ? Room.GENERAL : current, presence, lastIndex);
  }

  /** Without what passed between the reader and others: the reader is somebody else now. */
  Chat withoutDirects() {
    Chat chat = this;
    for (String name : names()) {
      chat = Talk.isDirect(name) ? chat.without(name) : chat;
    }
    return chat;
  }

  /** With a room of that name, if there wasn't one. */
  Chat withRoom(String name) {
    return has(name) ? this : update(RoomState.empty(name));
  }

  private Chat said(ChatEvent event) {
    Presence spoken =
        event.type() == ChatEvent.Type.CHAT && !event.isTakenBack()
            ? presence.spoke(event)
            : presence;
    Chat chat = update(room(event.room()).with(Line.of(event)));
    return new Chat(chat.rooms, current, spoken, lastIndex);
  }

  private Chat withUnread(ChatEvent event, Optional<String> me, boolean isNew) {
    boolean own = me.filter(event.user()::equals).isPresent();
    boolean counts = isNew && !own && event.type() == ChatEvent.Type.CHAT && !event.isTakenBack();
    if (!counts || event.room().equals(current)) {
      return this;
    }
    boolean mention = me.filter(name -> mentions(event.text(), name)).isPresent();
    return update(room(event.room()).withUnread(event.index(), mention));
  }

  /** Whether {@code text} names {@code user} as {@code @user} or at its beginning. */
  static boolean mentions(String text, String user) {
    String lower = text.toLowerCase(Locale.ROOT);
    String name = user.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("@" + name);
    boolean addressed =
        lower.startsWith(name + ":") || lower.startsWith(name + ",") || lower.equals(name);
    return addressed || at >= 0 && endsName(lower, at + 1 + name.length());
  }

  private static boolean endsName(String text, int at) {
    return at >= text.length() || !Character.isLetterOrDigit(text.charAt(at));
  }

  private Chat seenUpTo(long index) {
    return new Chat(rooms, current, presence, Math.max(lastIndex, index));
  }

  /** With that room as {@code change} makes it, if it is there. */
  Chat change(String room, UnaryOperator<RoomState> change) {
    return has(room) ? update(change.apply(room(room))) : this;
  }

  private Chat update(RoomState room) {
    if (room == rooms.get(room.name())) {
      return this;
    }
    Map<String, RoomState> changed = new HashMap<>(rooms);
    changed.put(room.name(), room);
    return new Chat(changed, current, presence, lastIndex);
  }

  /** The room before or after the current one in the list, around its ends. */
  String neighbour(int step) {
    List<String> names = names();
    return names.get(Math.floorMod(names.indexOf(current) + step, names.size()));
  }

  /** The next room where something is unread, those with mentions first. */
  Optional<String> nextUnread() {
    List<String> fromHere = new ArrayList<>(names());
    Collections.rotate(fromHere, -fromHere.indexOf(current) - 1);
    return fromHere.stream()
        .filter(name -> room(name).mentions() > 0)
        .findFirst()
        .or(() -> fromHere.stream().filter(name -> room(name).unread() > 0).findFirst());
  }

  /** Everybody who is known, for completion. */
  List<String> people() {
    List<String> people = new ArrayList<>(presence.names());
    names().stream()
        .filter(Talk::isDirect)
        .map(Talk::partner)
        .filter(name -> !people.contains(name))
        .forEach(people::add);
    return people;
  }
}
