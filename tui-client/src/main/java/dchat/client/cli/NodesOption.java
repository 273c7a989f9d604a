package dchat.client.cli;

import dchat.client.api.ClusterClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the cluster is: the option that all commands share. */
final class NodesOption {
  private static final List<String> DEFAULT =
      List.of("127.0.0.1:9000", "127.0.0.1:9001", "127.0.0.1:9002");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--node",
      split = ",",
      paramLabel = "URL",
      description = {
        "One or more nodes of the cluster, separated by commas; the others are found through them.",
        "Default: $DCHAT_NODES, else 127.0.0.1 with ports 9000, 9001 and 9002."
      })
  private List<String> nodes = List.of();

  @Mixin private TrustOption trust;

  ClusterClient connect() {
    return connect(Optional.empty());
  }

  /**
   * @param adminToken for changes to the cluster
   */
  ClusterClient connect(Optional<String> adminToken) {
    return new ClusterClient(
        ClusterClient.Settings.of(addresses())
            .withPublicAddress(publicAddress(System.getenv()))
            .withTrust(trust.context())
            .withAdminToken(adminToken));
  }

  /** Whether they stand on the command line. */
  boolean isGiven() {
    return !nodes.isEmpty();
  }

  /** The given or the usual ones. */
  List<URI> addresses() {
    return addresses(spec, nodes, trust);
  }

  /** The same for another option's values. */
  static List<URI> addresses(CommandSpec spec, List<String> option, TrustOption trust) {
    List<String> given = option;
    if (given.isEmpty()) {
      given =
          Optional.ofNullable(System.getenv("DCHAT_NODES"))
              .filter(value -> !value.isBlank())
              .map(value -> List.of(value.split("[,\\s]+")))
              .orElse(DEFAULT);
    }
    List<URI> seeds = new ArrayList<>();
    for (String address : given) {
      seeds.add(
          ClusterClient.parseAddress(address, trust.scheme())
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(),
                          "'" + address + "' is no address of a node, such as 127.0.0.1:9000")));
    }
    return seeds;
  }

  /** The same variables that tell the nodes where to redirect to. */
  private static Optional<URI> publicAddress(java.util.Map<String, String> environment) {
    return Optional.ofNullable(environment.get("DCHAT_PUBLIC_HOST"))
        .filter(host -> !host.isBlank())
        .flatMap(
            host ->
                ClusterClient.parseAddress(
                    environment.getOrDefault("DCHAT_PUBLIC_SCHEME", "https") + "://" + host));
  }
}
