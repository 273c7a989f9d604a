package dchat.client.api;

import java.time.Instant;

/**
 * One line that somebody wrote to somebody else.
 *
 * @param index its place in the log; unique, and growing along the log
 * @param id the id of the command it came from
 * @param at when the leader took the command, by the leader's clock
 */
public record DirectMessage(
    long index, String id, String from, String to, String text, Instant at) {

  /** The other one, from the side of {@code me}. */
  public String partner(String me) {
    return from.equals(me) ? to : from;
  }
}
