package dchat.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;

/** Decides who may change the cluster itself. The only place that does. */
final class AdminAccess {
  /** Added by proxies: then the address of the connection isn't the caller's. */
  private static final List<String> FORWARDED = List.of("Forwarded", "X-Forwarded-For");

  private final boolean fromAnywhere;

  AdminAccess(HttpSettings settings) {
    fromAnywhere = settings.adminFromAnywhere();
  }

  /** Why this request may not; empty if it may. */
  Optional<Problem> refusal(HttpRequest request) {
    if (request.getHeader("Origin").isPresent()) {
      // A browser sends it along with what a page, of whatever site, makes it ask of this machine.
      return refused("Pages in a browser may not change the cluster.");
    }
    if (fromAnywhere || isFromThisMachine(request)) {
      return Optional.empty();
    }
    return refused(
        "The cluster is changed from the machine of the node that leads, unless"
            + " dchat.http.admin-from says otherwise.");
  }

  private static boolean isFromThisMachine(HttpRequest request) {
    return FORWARDED.stream().noneMatch(name -> request.getHeader(name).isPresent())
        && request
            .getAttribute(AttributeKeys.remoteAddress)
            .flatMap(RemoteAddress::getAddress)
            .filter(InetAddress::isLoopbackAddress)
            .isPresent();
  }

  private static Optional<Problem> refused(String detail) {
    return Optional.of(Problem.of(ProblemType.ADMIN_ONLY, detail));
  }
}
