package dchat.chat;

import java.util.List;

/** Hears of changes right after they are stored, in order. Must neither block nor throw. */
public interface ChatListener {

  /**
   * A batch was applied.
   *
   * @param appliedIndex index of its last entry
   * @param events what it brought about, in order; empty if nothing happened that anybody is told
   *     of
   */
  void onApplied(long appliedIndex, List<Happening> events);

  /** The state is now that of {@code appliedIndex}, and events on the way were not announced. */
  void onReset(long appliedIndex);

  /** Tells several, in this order. */
  static ChatListener all(ChatListener... listeners) {
    List<ChatListener> everybody = List.of(listeners);
    return new ChatListener() {
      @Override
      public void onApplied(long appliedIndex, List<Happening> events) {
        everybody.forEach(listener -> listener.onApplied(appliedIndex, events));
      }

      @Override
      public void onReset(long appliedIndex) {
        everybody.forEach(listener -> listener.onReset(appliedIndex));
      }
    };
  }
}
