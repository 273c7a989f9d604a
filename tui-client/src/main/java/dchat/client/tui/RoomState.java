package dchat.client.tui;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A room as this reader has it.
 *
 * @param lines oldest first; those from the log in its order
 * @param unread lines others said since the reader last looked
 * @param mentions how many of them name the reader
 * @param newSince index of the first line the reader hadn't seen on entering
 * @param draft what was being typed there
 */
record RoomState(
    String name, List<Line> lines, int unread, int mentions, OptionalLong newSince, Editor draft) {
  private static final int MOST_LINES = 2_000;

  RoomState {
    lines = List.copyOf(lines);
  }

  static RoomState empty(String name) {
    return new RoomState(name, List.of(), 0, 0, OptionalLong.empty(), Editor.EMPTY);
  }

  /** With one line more, at its place in the log; a line already there is replaced. */
  RoomState with(Line line) {
    List<Line> more = new ArrayList<>(lines);
    int at = line.isLocal() ? more.size() : placeOf(line.index());
    if (at < more.size() && more.get(at).index() == line.index() && !line.isLocal()) {
      more.set(at, line);
    } else {
      more.add(at, line);
    }
    int tooMany = Math.max(0, more.size() - MOST_LINES);
    return withLines(more.subList(tooMany, more.size()));
  }

  /** Before the first line that is as far along the log or further; notes stay where they are. */
  private int placeOf(long index) {
    for (int i = lines.size(); i > 0; i--) {
      if (!lines.get(i - 1).isLocal() && lines.get(i - 1).index() < index) {
        return firstLogLine(i, index);
      }
    }
    return firstLogLine(0, index);
  }

  private int firstLogLine(int from, long index) {
    for (int i = from; i < lines.size(); i++) {
      if (lines.get(i).index() >= index) {
        return i;
      }
    }
    return lines.size();
  }

  boolean has(long index) {
    return lines.stream().anyMatch(line -> line.index() == index);
  }

  RoomState withLines(List<Line> newLines) {
    return new RoomState(name, newLines, unread, mentions, newSince, draft);
  }

  RoomState withDraft(Editor newDraft) {
    return new RoomState(name, lines, unread, mentions, newSince, newDraft);
  }

  /** One unread line more. */
  RoomState withUnread(long index, boolean mention) {
    return new RoomState(
        name,
        lines,
        unread + 1,
        mentions + (mention ? 1 : 0),
        newSince.isPresent() ? newSince : OptionalLong.of(index),
        draft);
  }

  /** The reader looks at it: nothing is unread, and a mark shows where reading goes on. */
  RoomState entered() {
    return new RoomState(name, lines, 0, 0, newSince, draft);
  }

  /** The reader looks elsewhere: what comes from now on is new. */
  RoomState left(Editor typed) {
    return new RoomState(name, lines, 0, 0, OptionalLong.empty(), typed);
  }
}
