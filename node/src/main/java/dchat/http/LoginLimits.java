package dchat.http;

import dchat.chat.Account;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Slows down who tries passwords or names. Each node counts by name and address; beyond that the
 * wrong passwords for an account are counted in the replicated state, so that going from node to
 * node, or from address to address, gives no fresh attempts.
 */
final class LoginLimits {
  private final AccountSettings.Limits limits;
  private final Throttle byName;
  private final Throttle byAddress;
  private final Throttle registrations;
  private final Throttle lookups;
  private final InstantSource clock;
  private final Callers callers;

  LoginLimits(HttpInputs inputs, Callers callers) {
    this.callers = callers;
    clock = inputs.clock();
    limits = inputs.accounts().limits();
    byName = new Throttle(limits.loginsPerName(), System::nanoTime);
    byAddress = new Throttle(limits.loginsPerAddress(), System::nanoTime);
    registrations = new Throttle(limits.registrations(), System::nanoTime);
    lookups = new Throttle(limits.lookups(), System::nanoTime);
  }

  /**
   * Counts an attempt to sign in, as if the password were wrong.
   *
   * @throws ProblemException if there were too many
   */
  void beforePassword(HttpRequest request, String name, Optional<Account> account) {
    account.flatMap(this::replicatedWait).ifPresent(LoginLimits::refuse);
    String address = callers.name(request);
    byAddress.tryTake(address).ifPresent(LoginLimits::refuse);
    byName
        .tryTake(key(name, address))
        .ifPresent(
            wait -> {
              byAddress.giveBack(address);
              refuse(wait);
            });
  }

  /** It was right: that costs nothing. */
  void onRightPassword(HttpRequest request, String name) {
    String address = callers.name(request);
    byAddress.giveBack(address);
    byName.giveBack(key(name, address));
  }

  /**
   * @throws ProblemException if there were too many
   */
  void beforeRegistration(HttpRequest request) {
    registrations.tryTake(callers.name(request)).ifPresent(LoginLimits::refuse);
  }

  /**
   * @throws ProblemException if there were too many
   */
  void beforeLookup(HttpRequest request) {
    lookups.tryTake(callers.name(request)).ifPresent(LoginLimits::refuse);
  }

  /** Doubles with each wrong password beyond the free ones. */
  private Optional<Duration> replicatedWait(Account account) {
    int beyond = account.failures() - limits.freeFailures();
    if (beyond < 0) {
      return Optional.empty();
    }
    long waitMillis = Math.min(limits.longestWait().toMillis(), 1_000L << Math.min(beyond, 20));
    long leftMillis = account.lastFailureAtMillis() + waitMillis - clock.millis();
    // A leader's clock that runs ahead must not keep anybody out for longer than the longest wait.
    return leftMillis > 0
        ? Optional.of(Duration.ofMillis(Math.min(leftMillis, waitMillis)))
        : Optional.empty();
  }

  private static void refuse(Duration wait) {
    throw Problem.of(ProblemType.TOO_MANY_ATTEMPTS, "Too many attempts; wait a little.")
        .with("Retry-After", Long.toString(wait.toSeconds() + 1))
        .asException();
  }

  private static String key(String name, String address) {
    return Account.key(name) + ' ' + address;
  }
}
