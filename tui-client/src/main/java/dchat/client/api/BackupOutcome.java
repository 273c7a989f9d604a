package dchat.client.api;

/** How the fetching of a backup from one node ended. */
public sealed interface BackupOutcome {
  /** All of it is in the file, and on the disk. */
  record Whole(long bytes) implements BackupOutcome {}

  /** The node doesn't give it, and neither will another. */
  record Refused(String code, String detail) implements BackupOutcome {}

  /** The node doesn't answer, or can't give it now; another may. */
  record NotThere(String detail) implements BackupOutcome {}

  /** What is in the file is no whole backup. */
  record Broken(String detail) implements BackupOutcome {}
}
