package dchat.http;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;

/** Decides who may change the cluster itself. The only place that does. */
final class AdminAccess {
  /** Added by proxies: then the address of the connection isn't the caller's. */
  private static final List<String> FORWARDED = List.of("Forwarded", "X-Forwarded-For");

  private static final String BEARER = "Bearer ";
  private static final AccountSettings.Rate WRONG_TOKENS =
      new AccountSettings.Rate(10, Duration.ofSeconds(5));

  private final Optional<AdminToken> token;
  private final boolean fromAnywhere;
  private final Callers callers;
  private final Throttle wrongTokens = new Throttle(WRONG_TOKENS, System::nanoTime);

  AdminAccess(HttpSettings settings, Callers callers) {
    token = settings.adminToken();
    fromAnywhere = settings.adminFromAnywhere();
    this.callers = callers;
  }

  /** Why this request may not; empty if it may. */
  Optional<Problem> refusal(HttpRequest request) {
    if (request.getHeader("Origin").isPresent()) {
      // A browser sends it along with what a page, of whatever site, makes it ask of this machine.
      return refused("Pages in a browser may not change the cluster.");
    }
    if (token.isPresent()) {
      return refusal(request, token.get());
    }
    if (fromAnywhere || isFromThisMachine(request)) {
      return Optional.empty();
    }
    return refused(
        "Without an admin token the cluster is changed from the machine of the node that leads;"
            + " dchat.http.admin-token-file sets one.");
  }

  private Optional<Problem> refusal(HttpRequest request, AdminToken right) {
    Optional<String> given =
        request
            .getHeader("Authorization")
            .map(header -> header.value())
            .filter(value -> value.startsWith(BEARER))
            .map(value -> value.substring(BEARER.length()).strip());
    if (given.isEmpty()) {
      return unauthorized("This takes the admin token: Authorization: Bearer TOKEN.");
    }
    String caller = callers.name(request);
    Optional<Duration> wait = wrongTokens.tryTake(caller);
    if (wait.isPresent()) {
      return Optional.of(
          Problem.of(ProblemType.TOO_MANY_ATTEMPTS, "Too many wrong tokens; wait a little.")
              .with("Retry-After", Long.toString(wait.get().toSeconds() + 1)));
    }
    if (!right.matches(given.get())) {
      return unauthorized("This isn't the admin token.");
    }
    wrongTokens.giveBack(caller);
    return Optional.empty();
  }

  private static boolean isFromThisMachine(HttpRequest request) {
    return FORWARDED.stream().noneMatch(name -> request.getHeader(name).isPresent())
        && request
            .getAttribute(AttributeKeys.remoteAddress)
            .flatMap(RemoteAddress::getAddress)
            .filter(InetAddress::isLoopbackAddress)
            .isPresent();
  }

  private static Optional<Problem> unauthorized(String detail) {
    return Optional.of(
        Problem.of(ProblemType.ADMIN_TOKEN_REQUIRED, detail)
            .with("WWW-Authenticate", "Bearer realm=\"dchat admin\""));
  }

  private static Optional<Problem> refused(String detail) {
    return Optional.of(Problem.of(ProblemType.ADMIN_ONLY, detail));
  }
}
