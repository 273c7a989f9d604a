package dchat.http;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The keys under {@code dchat.accounts}; {@code reference.conf} says what each is for.
 *
 * @param guestsAllowed whether who has no account may read and speak
 * @param hashesAtATime passwords hashed at the same time
 * @param hashesWaiting passwords that wait for that
 */
public record AccountSettings(
    boolean guestsAllowed,
    Argon2id argon2id,
    int hashesAtATime,
    int hashesWaiting,
    Duration sessionIdle,
    Duration sessionTotal,
    Limits limits) {

  /** How often something may be tried: {@code burst} times at once, then once per interval. */
  record Rate(int burst, Duration interval) {}

  /**
   * @param loginsPerName wrong passwords for one name from one address
   * @param loginsPerAddress wrong passwords from one address
   * @param registrations of one address
   * @param lookups of names by one address
   * @param freeFailures wrong passwords in a row for one account, wherever, that cost nothing
   * @param longestWait between two attempts for an account, however many were wrong
   */
  record Limits(
      Rate loginsPerName,
      Rate loginsPerAddress,
      Rate registrations,
      Rate lookups,
      int freeFailures,
      Duration longestWait) {}

  /**
   * @param config the object at {@code dchat.accounts}
   * @throws IllegalArgumentException if a value isn't possible; the message is one line that names
   *     the key
   */
  public static AccountSettings from(Config config) {
    String guests = config.getString("guests");
    if (!guests.equals("allow") && !guests.equals("deny")) {
      throw new IllegalArgumentException(
          "dchat.accounts.guests must be allow or deny, not '" + guests + "'");
    }
    Config argon2id = config.getConfig("argon2id");
    int lanes = range(argon2id, "argon2id.", "lanes", 1, 16);
    Config limits = config.getConfig("limits");
    return new AccountSettings(
        guests.equals("allow"),
        new Argon2id(
            range(argon2id, "argon2id.", "memory-kib", 8 * lanes, 1_048_576),
            range(argon2id, "argon2id.", "iterations", 1, 100),
            lanes),
        range(config, "", "hashes-at-a-time", 1, 64),
        range(config, "", "hashes-waiting", 1, 10_000),
        duration(config, "session-idle"),
        duration(config, "session-total"),
        new Limits(
            rate(limits, "logins-per-name"),
            rate(limits, "logins-per-address"),
            rate(limits, "registrations"),
            rate(limits, "lookups"),
            range(limits, "limits.", "free-failures", 1, 1_000_000),
            limits.getDuration("longest-wait")));
  }

  private static Rate rate(Config limits, String key) {
    Config rate = limits.getConfig(key);
    Duration interval = rate.getDuration("then-every");
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException(
          "dchat.accounts.limits." + key + ".then-every must be longer than nothing");
    }
    return new Rate(range(rate, "limits." + key + ".", "at-once", 1, 1_000_000), interval);
  }

  private static Duration duration(Config config, String key) {
    Duration value = config.getDuration(key);
    if (value.toMillis() < 1_000) {
      throw new IllegalArgumentException("dchat.accounts." + key + " must be at least 1 s");
    }
    return value;
  }

  private static int range(Config config, String prefix, String key, int min, int max) {
    int value = config.getInt(key);
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "dchat.accounts.%s%s must be %d to %d, not %d".formatted(prefix, key, min, max, value));
    }
    return value;
  }
}
