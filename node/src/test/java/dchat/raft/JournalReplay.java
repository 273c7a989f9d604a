package dchat.raft;

import java.util.List;

/** What the real replay makes of journal events, for tests that keep them on disks of their own. */
public final class JournalReplay {
  private JournalReplay() {}

  /** What a journal with these events tells when it starts. */
  public static Journal.Recovered recovered(Membership bootstrap, List<JournalEvent> events) {
    Journal.State state = new Journal.State(bootstrap);
    events.forEach(state::apply);
    return state.recovered();
  }

  /** The entries of the log it tells, behind the compacted ones. */
  public static List<LogEntry> entries(Journal.Recovered recovered) {
    return recovered.log().entries();
  }

  /** Index of the last compacted entry. */
  public static long baseIndex(Journal.Recovered recovered) {
    return recovered.log().baseIndex();
  }

  /** The members that an entry of kind CONFIGURATION names. */
  public static Membership membership(LogEntry entry) {
    return RaftCbor.readMembership(entry.payload());
  }
}
