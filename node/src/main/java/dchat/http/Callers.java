package dchat.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;

/**
 * From which address a request is. What a header says of that counts only if a proxy that is known
 * by configuration has passed the request on: anybody can write a header.
 */
final class Callers {
  private static final String FORWARDED_FOR = "x-forwarded-for";

  private final List<Network> proxies;

  Callers(HttpSettings settings) {
    proxies = settings.trustedProxies();
  }

  /** Empty only where there is no connection, in a test for instance. */
  Optional<InetAddress> of(HttpRequest request) {
    Optional<InetAddress> peer =
        request.getAttribute(AttributeKeys.remoteAddress).flatMap(RemoteAddress::getAddress);
    return proxies.isEmpty() || peer.isEmpty() || !isProxy(peer.get())
        ? peer
        : Optional.of(forwarded(request, peer.get()));
  }

  /** Each proxy adds who called it at the end: the last that isn't one of them is the caller. */
  private InetAddress forwarded(HttpRequest request, InetAddress peer) {
    List<String> hops = new ArrayList<>();
    for (HttpHeader header : request.getHeaders()) {
      if (header.is(FORWARDED_FOR)) {
        hops.addAll(List.of(header.value().split(",")));
      }
    }
    InetAddress caller = peer;
    for (String hop : hops.reversed()) {
      Optional<InetAddress> address = Network.address(hop);
      if (address.isEmpty()) {
        return caller;
      }
      caller = address.get();
      if (!isProxy(caller)) {
        return caller;
      }
    }
    return caller;
  }

  private boolean isProxy(InetAddress address) {
    for (Network proxy : proxies) {
      if (proxy.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** As text, for counting. */
  String name(HttpRequest request) {
    return of(request).map(InetAddress::getHostAddress).orElse("unknown");
  }
}
