package dchat.node;

import org.apache.pekko.actor.CoordinatedShutdown;

/** Why a node ends. */
sealed interface Stop extends CoordinatedShutdown.Reason {

  /** Somebody wanted it to, by a signal for instance. */
  record Asked(String by) implements Stop {}

  /** It can't go on. */
  record Failed(String why) implements Stop {}
}
