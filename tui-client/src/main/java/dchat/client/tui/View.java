package dchat.client.tui;

import java.time.ZoneId;
import java.util.List;

/** The screen as a function of the model, and of nothing else. */
public final class View {
  private final Timeline timeline;

  /** A view that shows times as they are in {@code zone}. */
  public View(ZoneId zone) {
    this.timeline = new Timeline(zone);
  }

  Timeline timeline() {
    return timeline;
  }

  /** What the screen shows. */
  public Frame draw(Model model) {
    Layout layout = Layout.of(model.ui());
    Canvas canvas = new Canvas(layout.columns(), layout.rows());
    if (layout.isTooSmall()) {
      canvas.put(0, 0, "needs " + Layout.leastSize(), Tone.WARNING);
      return canvas.frame();
    }
    title(canvas, model, layout);
    switch (model.ui().mode()) {
      case Mode.Help(int scroll) ->
          page(canvas, layout, Help.rows(model.extras(), layout.columns() - 2), scroll);
      case Mode.Search search ->
          page(
              canvas,
              layout,
              SearchPage.rows(timeline, search, layout.columns() - 2),
              search.scroll());
      case Mode.ClusterView() -> page(canvas, layout, ClusterPage.rows(model), 0);
      default -> {
        rooms(canvas, model, layout);
        people(canvas, model, layout);
        lines(canvas, model, layout);
      }
    }
    status(canvas, model, layout);
    InputLine.draw(canvas, model, layout);
    return canvas.frame();
  }

  private static void title(Canvas canvas, Model model, Layout layout) {
    Chat chat = model.chat();
    canvas.fill(0, 0, layout.columns(), Tone.BAR);
    int number = chat.names().indexOf(chat.current()) + 1;
    int at = canvas.put(0, 1, number + ":" + Talk.label(chat.current()), Tone.BAR) + 3;
    String active = chat.active(model.now()).size() + " active ";
    int end =
        canvas.putBefore(
                0, layout.columns(), layout.isNarrow() ? active : "F1 help   " + active, Tone.BAR)
            - 3;
    String topic = chat.currentRoom().topic();
    String words = layout.isNarrow() || !topic.isEmpty() ? topic : whoAmI(model);
    canvas.put(0, at, end, Cluster.fit(words, end - at), Tone.BAR);
  }

  private static String whoAmI(Model model) {
    String name = model.me().orElse("");
    return switch (model.identity()) {
      case Identity.Guest g -> name.isEmpty() ? "" : "you are " + name + ", a guest";
      case Identity.Member m -> "you are " + name;
      case Identity.Locked l -> "";
    };
  }

  private static void page(Canvas canvas, Layout layout, List<Row> rows, int scroll) {
    int from = Math.clamp(scroll, 0, Math.max(0, rows.size() - layout.height()));
    for (int i = 0; i < layout.height() && from + i < rows.size(); i++) {
      rows.get(from + i).draw(canvas, layout.top() + i, 1, layout.columns());
    }
  }

  private static void rooms(Canvas canvas, Model model, Layout layout) {
    if (layout.roomsWidth() == 0) {
      return;
    }
    int end = layout.roomsWidth() - 1;
    boolean browsing = model.ui().mode() instanceof Mode.Browsing;
    canvas.put(layout.top(), 1, "ROOMS", browsing ? Tone.SELECTED : Tone.HEADING);
    canvas.putBefore(layout.top(), end, "[+] [-]", Tone.QUIET);
    List<String> names = model.chat().names();
    String marked =
        model.ui().mode() instanceof Mode.Browsing(String room) ? room : model.chat().current();
    // Above the first person stands what the section is called.
    int heading = model.chat().roomNames().size();
    boolean people = heading < names.size();
    int rows = names.size() + (people ? 1 : 0);
    int at = names.indexOf(marked) + (people && Talk.isDirect(marked) ? 1 : 0);
    int space = layout.height() - 1;
    int first = Math.clamp(at - space / 2, 0, Math.max(0, rows - space));
    for (int i = first; i < rows && i - first < space; i++) {
      int row = layout.top() + 1 + i - first;
      if (people && i == heading) {
        canvas.put(row, 1, "DIRECT", Tone.HEADING);
      } else {
        int number = people && i > heading ? i - 1 : i;
        room(canvas, model, row, number + 1, names.get(number), marked);
      }
    }
  }

  private static void room(
      Canvas canvas, Model model, int row, int number, String name, String marked) {
    int end = Layout.of(model.ui()).roomsWidth() - 1;
    RoomState room = model.chat().room(name);
    boolean here = name.equals(model.chat().current());
    Tone tone =
        name.equals(marked)
            ? Tone.SELECTED
            : room.mentions() > 0 ? Tone.MENTION : room.unread() > 0 ? Tone.HEADING : Tone.NORMAL;
    String count = room.unread() == 0 ? "" : " " + number(room) + (room.mentions() > 0 ? "!" : "");
    canvas.fill(row, 0, end, tone == Tone.SELECTED ? tone : Tone.NORMAL);
    String label = (here ? ">" : " ") + number + " " + Talk.label(name);
    canvas.put(row, 0, Cluster.fit(label, end - count.length()), tone);
    canvas.putBefore(row, end, count, tone);
  }

  /** The cluster counts no further than a thousand. */
  static String number(RoomState room) {
    return room.unread() < 1_000 ? "" + room.unread() : "999+";
  }

  private static void people(Canvas canvas, Model model, Layout layout) {
    if (layout.peopleWidth() == 0) {
      return;
    }
    int column = layout.timelineEnd() + 1;
    canvas.put(layout.top(), column, "ACTIVE", Tone.HEADING);
    List<Presence.Active> active = model.chat().active(model.now());
    for (int i = 0; i < active.size() && i < layout.height() - 1; i++) {
      Presence.Active person = active.get(i);
      boolean own = model.me().filter(person.user()::equals).isPresent();
      boolean recent = person.here();
      String ago = person.ago().filter(d -> !recent).map(d -> " " + d.toMinutes() + "m").orElse("");
      int row = layout.top() + 1 + i;
      String name =
          Cluster.fit(own ? "you" : person.user(), layout.peopleWidth() - 4 - ago.length());
      int end = canvas.put(row, column, (recent ? "* " : ". "), recent ? Tone.GOOD : Tone.QUIET);
      end = canvas.put(row, end, name, own ? Tone.OWN : Tone.of(person.user()));
      canvas.put(row, end, ago, Tone.QUIET);
    }
  }

  private void lines(Canvas canvas, Model model, Layout layout) {
    int width = layout.timelineWidth() - 1;
    List<Row> tray = timeline.tray(model, width);
    int trayHeight = Math.min(tray.size(), Math.max(1, layout.height() / 2));
    int height = layout.height() - trayHeight;
    int back = model.ui().scroll().back();
    List<Row> rows = timeline.committed(model, width, height + back);
    int end = Math.max(Math.min(height, rows.size()), rows.size() - back);
    int start = Math.max(0, end - height);
    int top = layout.top() + height - (end - start);
    for (int i = start; i < end; i++) {
      rows.get(i).draw(canvas, top + i - start, layout.timelineColumn(), layout.timelineEnd());
    }
    int hidden = tray.size() - trayHeight;
    for (int i = 0; i < trayHeight; i++) {
      Row above = Row.of(hiddenAbove(model, hidden + 1, width), Tone.PENDING);
      Row shown = i == 0 && hidden > 0 ? above : tray.get(hidden + i);
      shown.draw(canvas, layout.top() + height + i, layout.timelineColumn(), layout.timelineEnd());
    }
    if (end < rows.size() && height > 0) {
      int below = model.ui().scroll().below();
      String hint = below == 0 ? " v older lines, End " : " v " + below + " more below, End ";
      canvas.putBefore(layout.top() + height - 1, layout.timelineEnd() - 1, hint, Tone.SELECTED);
    }
  }

  /** What waits but has no room says at least how much it is, and what for. */
  private static String hiddenAbove(Model model, int rows, int width) {
    String words = "      ... " + rows + " rows more above";
    return Timeline.reason(model)
        .map(why -> words + " (" + why + ")")
        .filter(full -> Cluster.width(full) <= width)
        .orElse(words);
  }

  private void status(Canvas canvas, Model model, Layout layout) {
    Tone tone = StatusLine.tone(model);
    int row = layout.statusRow();
    canvas.fill(row, 0, layout.columns(), tone);
    String clock = " " + timeline.time(model.now()) + " ";
    int end = canvas.putBefore(row, layout.columns(), clock, tone);
    int at = canvas.put(row, 1, end, StatusLine.words(model, layout.isNarrow()), tone);
    at = canvas.put(row, at + 2, end, StatusLine.outbox(model.outbox(), layout.isNarrow()), tone);
    String activity = StatusLine.activity(model.chat());
    if (at + 2 + activity.length() < end) {
      canvas.putBefore(row, end - 1, activity, tone);
    }
  }
}
