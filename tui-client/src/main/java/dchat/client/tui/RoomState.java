package dchat.client.tui;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A conversation as this reader has it: a room, or what passes with one person.
 *
 * @param name as {@link Talk} has it
 * @param topic what a room is about; may be empty
 * @param lines oldest first; those from the log in its order
 * @param news what the reader hadn't seen
 * @param reading how far the reader has come
 * @param draft what was being typed there
 * @param past how much of what was said earlier is here
 */
record RoomState(
    String name,
    String topic,
    List<Line> lines,
    News news,
    Reading reading,
    Editor draft,
    Past past) {
  private static final int MOST_LINES = 5_000;

  /**
   * What came while the reader looked elsewhere.
   *
   * @param unread lines others said since the reader last looked
   * @param mentions how many of them name the reader, or speak to nobody else
   * @param since index of the first line the reader hadn't seen on entering
   */
  record News(int unread, int mentions, OptionalLong since) {
    static final News NONE = new News(0, 0, OptionalLong.empty());
  }

  /**
   * Places in the log.
   *
   * @param seen up to where the reader has seen it here
   * @param marked up to where the cluster knows that
   */
  record Reading(long seen, long marked) {
    static final Reading NONE = new Reading(0, 0);
  }

  RoomState {
    lines = List.copyOf(lines);
  }

  static RoomState empty(String name) {
    return new RoomState(name, "", List.of(), News.NONE, Reading.NONE, Editor.EMPTY, Past.WANTED);
  }

  int unread() {
    return news.unread();
  }

  int mentions() {
    return news.mentions();
  }

  OptionalLong newSince() {
    return news.since();
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
    return lines(more.subList(tooMany, more.size()));
  }

  /** Whether another page of the past would find room. */
  boolean hasRoomForPast() {
    return lines.size() < MOST_LINES - MOST_LINES / 10;
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

  /** The line that is last in the log, if there is one. */
  Optional<Line> last() {
    return lines.reversed().stream().filter(line -> !line.isLocal()).findFirst();
  }

  /** The line a person said last and that is still there. */
  Optional<Line> lastSaidBy(String user) {
    return lines.reversed().stream()
        .filter(l -> l.isSaid() && !l.isTakenBack() && l.user().equals(user))
        .findFirst();
  }

  /** A line was taken back: in a room a stub stays, between two nothing. */
  RoomState takenBack(String id) {
    List<Line> left = new ArrayList<>();
    for (Line line : lines) {
      boolean meant = line.isSaid() && line.id().equals(id);
      if (!meant || !Talk.isDirect(name)) {
        left.add(meant ? line.takenBack() : line);
      }
    }
    return lines(left);
  }

  /** How many lines others said after {@code index}, as far as they are here. */
  int saidByOthersAfter(long index, Optional<String> me) {
    int count = 0;
    for (int i = lines.size() - 1; i >= 0; i--) {
      Line line = lines.get(i);
      if (!line.isLocal() && line.index() <= index) {
        break;
      }
      if (line.isSaid() && !line.isTakenBack() && !me.equals(Optional.of(line.user()))) {
        count++;
      }
    }
    return count;
  }

  /** The index of the last but {@code unread} lines that others said; empty if it isn't here. */
  private OptionalLong firstOf(int unread, Optional<String> me) {
    int left = unread;
    for (int i = lines.size() - 1; i >= 0 && left > 0; i--) {
      Line line = lines.get(i);
      if (line.isSaid() && !line.isTakenBack() && !me.equals(Optional.of(line.user()))) {
        left--;
        if (left == 0) {
          return OptionalLong.of(line.index());
        }
      }
    }
    return OptionalLong.empty();
  }

  /** The cluster says that so many lines are unread, of all up to {@code cursor}. */
  RoomState told(int unread, long cursor, Optional<String> me) {
    if (unread == 0) {
      return new RoomState(
          name,
          topic,
          lines,
          new News(0, 0, news.since()),
          new Reading(Math.max(reading.seen(), cursor), Math.max(reading.marked(), cursor)),
          draft,
          past);
    }
    OptionalLong first = firstOf(unread, me);
    int mentions =
        Talk.isDirect(name)
            ? unread
            : (int)
                lines.stream()
                    .filter(l -> first.isPresent() && l.index() >= first.getAsLong())
                    .filter(l -> l.isSaid() && !me.equals(Optional.of(l.user())))
                    .filter(l -> me.filter(n -> Chat.mentions(l.text(), n)).isPresent())
                    .count();
    return news(new News(unread, mentions, first));
  }

  /** The cluster knows that the reader has come so far, here or on another device. */
  RoomState marked(long index, Optional<String> me) {
    RoomState further =
        reading(new Reading(Math.max(reading.seen(), index), Math.max(reading.marked(), index)));
    int left = Math.min(news.unread(), saidByOthersAfter(index, me));
    return left == 0
        ? further.news(new News(0, 0, news.since()))
        : further.news(new News(left, Math.min(news.mentions(), left), news.since()));
  }

  /** The reader has seen everything that is here. */
  RoomState seen() {
    long end = last().map(Line::index).orElse(0L);
    return end <= reading.seen() ? this : reading(new Reading(end, reading.marked()));
  }

  /** Whether the cluster should be told how far the reader has come. */
  boolean isWorthMarking(Optional<String> me) {
    return reading.seen() > reading.marked() && saidByOthersAfter(reading.marked(), me) > 0;
  }

  /** One unread line more. */
  RoomState withUnread(long index, boolean mention) {
    return news(
        new News(
            news.unread() + 1,
            news.mentions() + (mention ? 1 : 0),
            news.since().isPresent() ? news.since() : OptionalLong.of(index)));
  }

  /** The reader looks at it: nothing is unread, and a mark shows where reading goes on. */
  RoomState entered() {
    return news(new News(0, 0, news.since())).seen();
  }

  /** The reader looks elsewhere: what comes from now on is new. */
  RoomState left(Editor typed) {
    return new RoomState(name, topic, lines, News.NONE, reading, typed, past);
  }

  RoomState lines(List<Line> newLines) {
    return new RoomState(name, topic, newLines, news, reading, draft, past);
  }

  RoomState draft(Editor newDraft) {
    return new RoomState(name, topic, lines, news, reading, newDraft, past);
  }

  RoomState topic(String newTopic) {
    return new RoomState(name, newTopic, lines, news, reading, draft, past);
  }

  RoomState past(Past newPast) {
    return new RoomState(name, topic, lines, news, reading, draft, newPast);
  }

  RoomState wantingAgain() {
    return past(past.wantedAgain());
  }

  private RoomState news(News newNews) {
    return new RoomState(name, topic, lines, newNews, reading, draft, past);
  }

  private RoomState reading(Reading newReading) {
    return new RoomState(name, topic, lines, news, newReading, draft, past);
  }
}
