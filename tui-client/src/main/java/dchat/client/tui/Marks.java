package dchat.client.tui;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tells the cluster how far the reader has come, so that what is unread is the same on the next
 * device. Each time is an entry in the log, so it happens seldom, and only for what others said.
 *
 * @param underWay whether the cluster is being told something just now
 * @param notBefore when it may be told the next thing
 */
record Marks(boolean underWay, Instant notBefore) {
  static final Marks START = new Marks(false, Instant.EPOCH);

  /** Between two marks. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** After a mark that didn't come through. */
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

  /** Who touched no key for so long may not be there: what comes now isn't read. */
  private static final Duration ATTENTION = Duration.ofMinutes(1);

  /** Notes what the reader sees at this moment, and tells the cluster what it should know. */
  static Step update(Model model) {
    Model looked = look(model);
    boolean possible =
        looked.identity() instanceof Identity.Member
            && looked.link().isConnected()
            && !looked.marks().underWay
            && !looked.marks().notBefore.isAfter(looked.now());
    if (!possible) {
      return Step.of(looked);
    }
    return looked.chat().rooms().values().stream()
        .filter(room -> room.isWorthMarking(looked.me()))
        .findFirst()
        .map(
            room ->
                Step.of(
                    looked.marks(new Marks(true, looked.now().plus(PAUSE))),
                    new Cmd.MarkRead(room.name(), room.reading().seen())))
        .orElseGet(() -> Step.of(looked));
  }

  private static Model look(Model model) {
    boolean attentive =
        Duration.between(model.ui().touched(), model.now()).compareTo(ATTENTION) < 0;
    boolean atTheEnd = model.ui().scroll().back() == 0;
    String current = model.chat().current();
    return attentive && atTheEnd
        ? model.chat(model.chat().change(current, RoomState::seen))
        : model;
  }

  static Model onMarked(Model model, Msg.Marked marked) {
    Optional<String> me = model.me();
    Model free =
        model.marks(
            new Marks(
                false,
                marked.done() ? model.marks().notBefore : model.now().plus(PAUSE_AFTER_FAILURE)));
    return marked.done()
        ? free.chat(free.chat().change(marked.talk(), room -> room.marked(marked.index(), me)))
        : free;
  }
}
