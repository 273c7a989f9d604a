package dchat.raft;

/**
 * Hears how long the steps of consensus take, and what is refused. Told once per batch and not per
 * command, on the threads of the actors that did the work: it has to be quick, must not block, and
 * is called by several of them at once. All times are in nanoseconds.
 */
public interface RaftMeter {

  /** Why a command was refused without having been proposed. */
  enum Rejection {
    NOT_LEADER,
    OVERLOADED
  }

  /** A write to the journal with so many log entries, none perhaps, is durable. */
  void journalWritten(int entries, long nanos);

  /** A peer holds a message's entries durably; the time is from sending them. */
  void appended(long nanos);

  /** This leader knows a batch of its own to be committed; the time is from its first proposal. */
  void committed(long nanos);

  /** The state machine has taken a batch. */
  void applied(int entries, long nanos);

  /** A command was refused. */
  void rejected(Rejection why);

  /** Hears nothing. */
  RaftMeter NONE =
      new RaftMeter() {
        @Override
        public void journalWritten(int entries, long nanos) {}

        @Override
        public void appended(long nanos) {}

        @Override
        public void committed(long nanos) {}

        @Override
        public void applied(int entries, long nanos) {}

        @Override
        public void rejected(Rejection why) {}
      };
}
