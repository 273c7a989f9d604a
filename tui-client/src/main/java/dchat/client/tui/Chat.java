package dchat.client.tui;

import dchat.client.api.ChatEvent;
import dchat.client.api.Room;
import dchat.client.api.StreamEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The rooms, what was said in them, and who spoke lately, as far as this client has seen the log.
 *
 * @param rooms by name; always holds {@code general} and the current one
 * @param lastSpoke by user, by the cluster's clock
 * @param skew how much the cluster's clock is ahead of this machine's
 * @param lastIndex the last place in the log that was seen
 */
record Chat(
    Map<String, RoomState> rooms,
    String current,
    Map<String, Instant> lastSpoke,
    Duration skew,
    long lastIndex) {
  /** Who spoke within this time counts as active. */
  static final Duration ACTIVE_FOR = Duration.ofMinutes(5);

  /** When more are remembered, those go who haven't spoken lately. */
  private static final int MOST_PEOPLE = 500;

  private static final Comparator<String> GENERAL_FIRST =
      Comparator.comparing((String name) -> !name.equals(Room.GENERAL))
          .thenComparing(Comparator.naturalOrder());

  static final Chat EMPTY =
      new Chat(
          Map.of(Room.GENERAL, RoomState.empty(Room.GENERAL)),
          Room.GENERAL,
          Map.of(),
          Duration.ZERO,
          Line.LOCAL);

  Chat {
    rooms = Map.copyOf(rooms);
    lastSpoke = Map.copyOf(lastSpoke);
  }

  /** A person, and how long ago they last spoke. */
  record Active(String user, Duration ago) {}

  /** The names of the rooms as they are listed; a room's number is its place from 1. */
  List<String> names() {
    return rooms.keySet().stream().sorted(GENERAL_FIRST).toList();
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

  List<Active> active(Instant now) {
    Instant there = now.plus(skew);
    return lastSpoke.entrySet().stream()
        .filter(e -> e.getValue().isAfter(there.minus(ACTIVE_FOR)))
        .map(e -> new Active(e.getKey(), ago(e.getValue(), there)))
        .sorted(Comparator.comparing(Active::ago).thenComparing(Active::user))
        .toList();
  }

  private static Duration ago(Instant then, Instant now) {
    Duration ago = Duration.between(then, now);
    return ago.isNegative() ? Duration.ZERO : ago;
  }

  /** Everything as the snapshot says; lines known before are kept where their rooms still exist. */
  Chat with(StreamEvent.Snapshot snapshot, Optional<String> me) {
    boolean first = lastIndex == Line.LOCAL;
    Map<String, RoomState> known = new HashMap<>();
    known.put(Room.GENERAL, room(Room.GENERAL));
    for (Room room : snapshot.rooms()) {
      known.put(room.name(), rooms.getOrDefault(room.name(), RoomState.empty(room.name())));
    }
    boolean currentGone = !known.containsKey(current);
    Chat chat = new Chat(known, currentGone ? Room.GENERAL : current, lastSpoke, skew, lastIndex);
    for (ChatEvent event : snapshot.lines()) {
      if (chat.has(event.room()) && event.index() > lastIndex) {
        chat = chat.said(event).withUnread(event, me, !first);
      }
    }
    return chat.seenUpTo(snapshot.cursor());
  }

  /** One event further along the log. */
  Chat with(ChatEvent event, Optional<String> me, Instant now) {
    Duration ahead = Duration.between(now, event.at());
    Chat chat = new Chat(rooms, current, lastSpoke, ahead, lastIndex).seenUpTo(event.index());
    return switch (event.type()) {
      case CHAT -> {
        boolean isNew = !chat.has(event.room()) || !chat.room(event.room()).has(event.index());
        yield chat.withRoom(event.room()).said(event).withUnread(event, me, isNew);
      }
      case ROOM_ADD -> chat.withRoom(event.room()).said(event);
      case ROOM_DELETE -> chat.without(event);
    };
  }

  /** A line whose place in the log is known before the stream has come there. */
  Chat withOwn(ChatEvent event) {
    return has(event.room()) && !room(event.room()).has(event.index()) ? said(event) : this;
  }

  Chat withNote(String room, Line note) {
    return has(room) ? update(room(room).with(note)) : this;
  }

  /** The reader goes to another room, leaving behind what was being typed. */
  Chat entering(String room, Editor typed) {
    if (!has(room) || room.equals(current)) {
      return this;
    }
    Chat chat = update(currentRoom().left(typed)).update(room(room).entered());
    return new Chat(chat.rooms, room, lastSpoke, skew, lastIndex);
  }

  private Chat without(ChatEvent deletion) {
    if (!has(deletion.room()) || deletion.room().equals(Room.GENERAL)) {
      return this;
    }
    Map<String, RoomState> fewer = new HashMap<>(rooms);
    fewer.remove(deletion.room());
    boolean moved = deletion.room().equals(current);
    if (moved) {
      fewer.compute(Room.GENERAL, (name, general) -> general.entered());
    }
    return new Chat(fewer, moved ? Room.GENERAL : current, lastSpoke, skew, lastIndex);
  }

  /** With a room of that name, if there wasn't one. */
  Chat withRoom(String name) {
    return has(name) ? this : update(RoomState.empty(name));
  }

  private Chat said(ChatEvent event) {
    Map<String, Instant> spoke = new HashMap<>(lastSpoke);
    if (event.type() == ChatEvent.Type.CHAT) {
      spoke.merge(event.user(), event.at(), (a, b) -> a.isAfter(b) ? a : b);
    }
    if (spoke.size() > MOST_PEOPLE) {
      spoke.values().removeIf(at -> at.isBefore(event.at().minus(ACTIVE_FOR)));
    }
    Chat chat = update(room(event.room()).with(Line.of(event)));
    return new Chat(chat.rooms, current, spoke, skew, lastIndex);
  }

  private Chat withUnread(ChatEvent event, Optional<String> me, boolean isNew) {
    boolean own = me.filter(event.user()::equals).isPresent();
    boolean counts = isNew && !own && event.type() == ChatEvent.Type.CHAT;
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
    return new Chat(rooms, current, lastSpoke, skew, Math.max(lastIndex, index));
  }

  private Chat update(RoomState room) {
    Map<String, RoomState> changed = new HashMap<>(rooms);
    changed.put(room.name(), room);
    return new Chat(changed, current, lastSpoke, skew, lastIndex);
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

  /** Everybody who was seen speaking, for completion. */
  List<String> people() {
    return List.copyOf(new TreeMap<>(lastSpoke).keySet());
  }
}
