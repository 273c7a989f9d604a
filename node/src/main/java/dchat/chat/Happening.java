package dchat.chat;

/** Something that happened at one index of the log, and that somebody is told of. */
public sealed interface Happening permits ChatEvent, PersonalEvent {

  /** Log index at which it happened; nothing else has the same. */
  long index();

  /** Roughly the characters it takes to hold or show it; what memory bounds are counted in. */
  int weight();
}
