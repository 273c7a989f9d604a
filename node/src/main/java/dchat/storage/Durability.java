package dchat.storage;

/** When a committed transaction is on disk. */
enum Durability {
  /** Before the commit returns. One fsync per commit. */
  EVERY_COMMIT("FULL", 2),
  /** At the next checkpoint: a power cut may take the last commits, never their order. */
  EVERY_CHECKPOINT("NORMAL", 1);

  /** Value of SQLite's {@code synchronous}, as it is written in a URL. */
  final String synchronous;

  /** The same, as SQLite reports it. */
  final int reported;

  Durability(String synchronous, int reported) {
    this.synchronous = synchronous;
    this.reported = reported;
  }
}
