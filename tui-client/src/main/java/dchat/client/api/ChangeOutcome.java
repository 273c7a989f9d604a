package dchat.client.api;

/** How a {@link ClusterChange} ended. */
public sealed interface ChangeOutcome {
  /** It is so now, or was already. */
  record Done(String detail) implements ChangeOutcome {}

  /** The cluster refused; asking again gives the same answer until something else changes. */
  record Refused(String code, String detail) implements ChangeOutcome {}

  /** It may or may not take effect; asking again tells. */
  record Unknown(String detail) implements ChangeOutcome {}

  /** No leader took it within the time; it is certain that nothing was changed. */
  record NoLeader(String detail) implements ChangeOutcome {}
}
