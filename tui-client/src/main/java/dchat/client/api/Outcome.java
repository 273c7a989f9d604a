package dchat.client.api;

/** How the sending of one command ended. */
public sealed interface Outcome {
  /**
   * The command is in the log of a majority.
   *
   * @param index its place in the log
   * @param replayed true when the cluster had committed this id before and only repeated the answer
   */
  record Committed(long index, boolean replayed) implements Outcome {}

  /** The cluster understood the command and refused it; sending it again gives the same answer. */
  record Rejected(String code, String detail) implements Outcome {}

  /** It may or may not become part of the log. Only a retry with the same id can tell. */
  record Unknown(String detail) implements Outcome {}

  /** No leader took the command within the budget; it is certain that it was not executed. */
  record NoLeader(String detail) implements Outcome {}
}
