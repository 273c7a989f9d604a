package dchat.sim;

/** A point in a node's work at which a crash would show whether it keeps the right order. */
enum Moment {
  /** A vote, a candidacy or an acceptance is on its way. */
  PROMISE_SENT,
  BEFORE_APPLY,
  AFTER_APPLY,
  STATE_DURABLE,
  SNAPSHOT_PART_STORED,
  BEFORE_INSTALL,
  AFTER_INSTALL
}
