package dchat.client.api;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where the cluster can be reached: the configured addresses, and what its members have told about
 * each other. A command follows a redirect only to one of these, so that no answer can send it,
 * with all it carries, to a stranger; and from https only to https.
 */
final class Addresses {
  private final List<URI> seeds;
  private final Optional<URI> publicAddress;
  private final boolean encrypted;
  private final AtomicReference<List<URI>> members = new AtomicReference<>(List.of());
  private final AtomicReference<Optional<URI>> leader = new AtomicReference<>(Optional.empty());

  Addresses(List<URI> seeds, Optional<URI> publicAddress) {
    if (seeds.isEmpty()) {
      throw new IllegalArgumentException("at least one node's address is needed");
    }
    this.seeds = seeds.stream().map(Addresses::origin).distinct().toList();
    this.publicAddress = publicAddress.map(Addresses::origin);
    encrypted = this.seeds.stream().allMatch(seed -> seed.getScheme().equals("https"));
  }

  /** Empty unless {@code text} is an http or https URL with a host. */
  static Optional<URI> parse(String text) {
    try {
      URI uri = new URI(text.strip());
      boolean http = "http".equalsIgnoreCase(uri.getScheme());
      boolean https = "https".equalsIgnoreCase(uri.getScheme());
      return (http || https) && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Scheme, host and port, nothing else: {@code http://node1:9000}. */
  static URI origin(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int usual = scheme.equals("https") ? 443 : 80;
    int port = uri.getPort() == usual ? -1 : uri.getPort();
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return URI.create(scheme + "://" + host + (port < 0 ? "" : ":" + port));
  }

  void learn(ClusterStatus status) {
    learn(status.members().stream().flatMap(m -> m.http().stream()).toList());
  }

  /** These are the members' addresses now, as far as somebody knows. */
  void learn(List<URI> told) {
    members.set(
        told.stream()
            .map(Addresses::origin)
            .filter(member -> !encrypted || member.getScheme().equals("https"))
            .distinct()
            .toList());
  }

  boolean knows(URI uri) {
    URI origin = origin(uri);
    return seeds.contains(origin)
        || members.get().contains(origin)
        || publicAddress.filter(origin::equals).isPresent();
  }

  /** Every known node, the configured ones first; never empty. */
  List<URI> all() {
    Set<URI> all = new LinkedHashSet<>(seeds);
    all.addAll(members.get());
    return List.copyOf(all);
  }

  /** Every known node, beginning with the one after {@code node}, which comes last. */
  List<URI> after(URI node) {
    List<URI> all = all();
    int at = all.indexOf(origin(node));
    List<URI> rotated = new ArrayList<>(all.subList(at + 1, all.size()));
    rotated.addAll(all.subList(0, at + 1));
    return rotated;
  }

  Optional<URI> leader() {
    return leader.get();
  }

  void leaderIs(URI node) {
    leader.set(Optional.of(origin(node)));
  }

  void leaderIsNot(URI node) {
    leader.updateAndGet(known -> known.filter(l -> !l.equals(origin(node))));
  }
}
