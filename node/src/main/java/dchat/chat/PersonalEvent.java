package dchat.chat;

/** Something that only one or two people are told of. */
public sealed interface PersonalEvent extends Happening {
  int WEIGHT = 256;

  /** Whether the holder of this account may know of it. */
  boolean concerns(long account);

  /**
   * One of two people has written to the other.
   *
   * @param from the writer's account and, as {@code fromName}, name
   * @param atMillis milliseconds since 1970 by the leader's clock
   */
  record Direct(
      long index,
      String id,
      long from,
      String fromName,
      long to,
      String toName,
      String text,
      long atMillis)
      implements PersonalEvent {
    @Override
    public boolean concerns(long account) {
      return account == from || account == to;
    }

    @Override
    public int weight() {
      return WEIGHT + text.length();
    }
  }

  /** A direct message was deleted by who had written it. */
  record DirectDeleted(
      long index,
      String messageId,
      long from,
      String fromName,
      long to,
      String toName,
      long atMillis)
      implements PersonalEvent {
    @Override
    public boolean concerns(long account) {
      return account == from || account == to;
    }

    @Override
    public int weight() {
      return WEIGHT;
    }
  }

  /** Somebody has read a conversation up to an index, on whatever device. */
  record MarkerMoved(long index, long account, Conversation conversation, long marker)
      implements PersonalEvent {
    @Override
    public boolean concerns(long other) {
      return account == other;
    }

    @Override
    public int weight() {
      return WEIGHT;
    }
  }

  /** A session of this account began or ended, or the account did: its streams look again. */
  record SessionsChanged(long index, long account) implements PersonalEvent {
    @Override
    public boolean concerns(long other) {
      return account == other;
    }

    @Override
    public int weight() {
      return WEIGHT;
    }
  }
}
