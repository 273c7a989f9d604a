package dchat.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueType;
import dchat.http.AccountSettings;
import dchat.http.HttpSettings;
import dchat.node.StartException.BadSettings;
import dchat.raft.NodeId;
import dchat.raft.RaftSettings;
import dchat.storage.DataPlace;
import dchat.storage.PostgresSettings;
import dchat.tls.TlsFiles;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a node was told to be, checked as a whole: nothing that contradicts itself becomes an
 * instance.
 *
 * @param data where its databases are
 * @param peers the other members, all with ids or all without; never this node itself
 * @param join base URLs of nodes whose cluster to join, without a trailing slash; never this node's
 *     own
 * @param founder whether it is one of a cluster's first members: nothing to join, or named by the
 *     peers beside that. Who joins has no peers
 * @param http where clients' requests are listened for
 * @param clientUrl base URL that clients are sent to, without a trailing slash
 * @param raft where peers reach this node
 * @param raftBind where peers' connections are listened for
 * @param consensus timing and bounds of Raft
 * @param clients rules and bounds of the HTTP interface
 * @param accounts rules of accounts and sessions
 * @param peerTls keys for the traffic between nodes; empty for none
 * @param clientTls keys for HTTPS; empty for plain HTTP
 * @param tlsReloadEvery how often it is looked whether the keys have changed
 * @param logLevel as Logback names it
 * @param logOutput the form of the log
 * @param drainFor how long a stop goes on answering while it says that the node isn't ready
 * @param finishRequestsWithin how long a stop waits for what is being answered
 * @param stopWithin how long a stop may take before the process ends regardless
 * @param config everything it was made from, resolved
 */
record NodeSettings(
    NodeId id,
    String clusterName,
    DataPlace data,
    List<Peer> peers,
    List<URI> join,
    boolean founder,
    HostPort http,
    String clientUrl,
    HostPort raft,
    HostPort raftBind,
    RaftSettings consensus,
    HttpSettings clients,
    AccountSettings accounts,
    Optional<TlsFiles> peerTls,
    Optional<TlsFiles> clientTls,
    Duration tlsReloadEvery,
    String logLevel,
    LogOutput logOutput,
    Duration drainFor,
    Duration finishRequestsWithin,
    Duration stopWithin,
    Config config) {
  private static final Pattern CLUSTER_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final String FROM_PEERS = "from-peers";
  private static final Set<String> LOG_LEVELS = Set.of("error", "warn", "info", "debug", "trace");

  /**
   * @throws BadSettings if something is missing, malformed or in contradiction
   */
  static NodeSettings from(Config config) {
    try {
      NodeId id = id(config);
      HostPort http = address(config, "dchat.http.host", "dchat.http.port");
      HostPort raft = raft(config, id);
      HostPort raftBind = raftBind(config, raft);
      refuseClash(http, raft, raftBind);
      refuseHastyStop(config);
      Optional<TlsFiles> clientTls = tls(config, "dchat.http.tls", false);
      String scheme = clientTls.isPresent() ? "https" : "http";
      String clientUrl = clientUrl(config, scheme, http, raft);
      List<Peer> named = namedPeers(config, id, raft);
      List<URI> join = join(config, scheme, clientUrl);
      boolean founder = join.isEmpty() || named.stream().anyMatch(peer -> peer.raft().equals(raft));
      return new NodeSettings(
          id,
          clusterName(config),
          data(config, id),
          founder ? named.stream().filter(peer -> !peer.raft().equals(raft)).toList() : List.of(),
          join,
          founder,
          http,
          clientUrl,
          raft,
          raftBind,
          checked(() -> RaftSettings.from(config.getConfig("dchat.raft"))),
          checked(() -> HttpSettings.from(config.getConfig("dchat.http"))),
          checked(() -> AccountSettings.from(config.getConfig("dchat.accounts"))),
          tls(config, "dchat.raft.tls", true),
          clientTls,
          config.getDuration("dchat.node.tls-reload-every"),
          logLevel(config),
          logOutput(config),
          config.getDuration("dchat.node.drain-for"),
          config.getDuration("dchat.node.finish-requests-within"),
          config.getDuration("dchat.node.stop-within"),
          config);
    } catch (ConfigException e) {
      throw new BadSettings(NodeConfig.oneLine(e), e);
    }
  }

  private static NodeId id(Config config) {
    String id = config.getString("dchat.node.id");
    if (id.isEmpty()) {
      throw new BadSettings("the node needs an id: --id node0, or dchat.node.id in its file");
    }
    return named("dchat.node.id", () -> new NodeId(id));
  }

  private static String clusterName(Config config) {
    String name = config.getString("dchat.node.cluster-name");
    if (!CLUSTER_NAME.matcher(name).matches()) {
      throw new BadSettings(
          "dchat.node.cluster-name: '"
              + name
              + "' must be 1 to 64 characters of A-Z a-z 0-9 _ . -");
    }
    return name;
  }

  private static HostPort address(Config config, String hostKey, String portKey) {
    String host = config.getString(hostKey);
    int port = config.getInt(portKey);
    return named(hostKey + " and " + portKey, () -> new HostPort(host, port));
  }

  /** One list of peers can serve all nodes: each finds its own address there. */
  private static HostPort raft(Config config, NodeId self) {
    if (!config.getString("dchat.raft.host").equals(FROM_PEERS)) {
      return address(config, "dchat.raft.host", "dchat.raft.port");
    }
    return texts(config, "dchat.node.peers")
        .map(text -> named("dchat.node.peers", () -> Peer.parse(text)))
        .filter(peer -> peer.id().filter(self::equals).isPresent())
        .map(Peer::raft)
        .findFirst()
        .orElseThrow(
            () ->
                new BadSettings(
                    "dchat.raft.host is from-peers, but dchat.node.peers has no " + self));
  }

  private static HostPort raftBind(Config config, HostPort raft) {
    String host = config.getString("dchat.raft.bind-host");
    int port = config.getInt("dchat.raft.bind-port");
    return named(
        "dchat.raft.bind-host and dchat.raft.bind-port",
        () -> new HostPort(host.isEmpty() ? raft.host() : host, port == 0 ? raft.port() : port));
  }

  private static void refuseClash(HostPort http, HostPort raft, HostPort raftBind) {
    if (raft.isEveryInterface()) {
      throw new BadSettings(
          "dchat.raft.host "
              + raft.host()
              + " isn't an address that peers could reach: it goes to dchat.raft.bind-host");
    }
    if (http.port() == raftBind.port()
        && (http.host().equals(raftBind.host())
            || http.isEveryInterface()
            || raftBind.isEveryInterface())) {
      throw new BadSettings("dchat.http.port and dchat.raft.port are both " + http.port());
    }
  }

  private static void refuseHastyStop(Config config) {
    Duration courtesies =
        config
            .getDuration("dchat.node.drain-for")
            .plus(config.getDuration("dchat.node.finish-requests-within"));
    if (config.getDuration("dchat.node.stop-within").compareTo(courtesies) <= 0) {
      throw new BadSettings(
          "dchat.node.stop-within must be longer than drain-for and finish-requests-within"
              + " together");
    }
  }

  private static DataPlace data(Config config, NodeId id) {
    String folder = config.getString("dchat.node.data");
    return switch (config.getString("dchat.storage.kind")) {
      case "sqlite" -> {
        try {
          yield new DataPlace.Folder(
              folder.isEmpty() ? Path.of("data", id.value()) : Path.of(folder));
        } catch (InvalidPathException e) {
          throw new BadSettings("dchat.node.data: '" + folder + "' isn't a path", e);
        }
      }
      case "postgres" -> {
        if (!folder.isEmpty()) {
          throw new BadSettings(
              "dchat.node.data names a folder, but dchat.storage.kind is postgres: it needs none");
        }
        yield new DataPlace.Postgres(
            checked(
                () ->
                    PostgresSettings.from(config.getConfig("dchat.storage.postgres"), id.value())));
      }
      case String other ->
          throw new BadSettings(
              "dchat.storage.kind: '" + other + "' is neither sqlite nor postgres");
    };
  }

  private static List<Peer> namedPeers(Config config, NodeId self, HostPort raft) {
    List<Peer> named =
        texts(config, "dchat.node.peers")
            .map(text -> named("dchat.node.peers", () -> Peer.parse(text)))
            .toList();
    Map<HostPort, Peer> byAddress = new HashMap<>();
    Map<NodeId, Peer> byId = new HashMap<>();
    for (Peer peer : named) {
      Peer twin = byAddress.putIfAbsent(peer.raft(), peer);
      if (twin != null) {
        throw new BadSettings("dchat.node.peers has " + peer.raft() + " twice");
      }
      peer.id().ifPresent(id -> refuseTwin(id, byId.putIfAbsent(id, peer)));
      if (peer.id().filter(self::equals).isPresent() && !peer.raft().equals(raft)) {
        throw new BadSettings(
            "dchat.node.peers has this node, "
                + self
                + ", at "
                + peer.raft()
                + ", but it is at "
                + raft);
      }
      if (peer.raft().equals(raft) && !peer.id().map(self::equals).orElse(true)) {
        throw new BadSettings(
            "dchat.node.peers has " + peer + ", but that is the address of this node, " + self);
      }
    }
    if (byId.size() != 0 && byId.size() != named.size()) {
      throw new BadSettings("dchat.node.peers names some members with ids and some without");
    }
    return named;
  }

  private static void refuseTwin(NodeId id, Peer twin) {
    if (twin != null) {
      throw new BadSettings("dchat.node.peers has the id " + id + " twice");
    }
  }

  private static Optional<TlsFiles> tls(Config config, String path, boolean needsCa) {
    return checked(() -> TlsFiles.from(config.getConfig(path), path, needsCa));
  }

  private static List<URI> join(Config config, String scheme, String clientUrl) {
    List<URI> given = texts(config, "dchat.node.join").map(text -> nodeUrl(text, scheme)).toList();
    List<URI> others =
        given.stream().filter(url -> !url.equals(URI.create(clientUrl))).distinct().toList();
    if (others.isEmpty() && !given.isEmpty()) {
      throw new BadSettings("dchat.node.join names only this node itself, " + clientUrl);
    }
    return others;
  }

  /** As people write it: the scheme and a last slash may or may not be there. */
  private static URI nodeUrl(String text, String scheme) {
    try {
      URI url = new URI(text.contains("://") ? text : scheme + "://" + text);
      if (Set.of("http", "https").contains(String.valueOf(url.getScheme()))
          && url.getHost() != null
          && Set.of("", "/").contains(url.getPath())) {
        return URI.create(url.getScheme() + "://" + url.getAuthority());
      }
    } catch (URISyntaxException e) {
      // Told below.
    }
    throw new BadSettings(
        "dchat.node.join: '" + text + "' isn't the URL of a node, such as http://10.0.0.1:9000");
  }

  /** A list, or one text with commas. */
  private static Stream<String> texts(Config config, String key) {
    Stream<String> texts =
        config.getValue(key).valueType() == ConfigValueType.STRING
            ? Stream.of(config.getString(key).split(","))
            : config.getStringList(key).stream();
    return texts.map(String::strip).filter(text -> !text.isEmpty());
  }

  private static String clientUrl(Config config, String scheme, HostPort http, HostPort raft) {
    String url = config.getString("dchat.http.client-url");
    if (url.isEmpty()) {
      return scheme
          + "://"
          + (http.isEveryInterface() ? raft.host() : http.host())
          + ":"
          + http.port();
    }
    try {
      URI parsed = new URI(url);
      if (!Set.of("http", "https").contains(String.valueOf(parsed.getScheme()))
          || parsed.getHost() == null) {
        throw new BadSettings("dchat.http.client-url: '" + url + "' isn't an http or https URL");
      }
      if (scheme.equals("https") && !parsed.getScheme().equals(scheme)) {
        throw new BadSettings(
            "dchat.http.client-url: '" + url + "' isn't https, but dchat.http.tls.enabled is on");
      }
    } catch (URISyntaxException e) {
      throw new BadSettings("dchat.http.client-url: '" + url + "' isn't a URL", e);
    }
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static String logLevel(Config config) {
    String level = config.getString("dchat.node.log-level");
    if (!LOG_LEVELS.contains(level)) {
      throw new BadSettings(
          "dchat.node.log-level: '" + level + "' is none of error, warn, info, debug, trace");
    }
    return level;
  }

  private static LogOutput logOutput(Config config) {
    String format = config.getString("dchat.node.log-format");
    return switch (format) {
      case "text" -> LogOutput.TEXT;
      case "json" -> LogOutput.JSON;
      default ->
          throw new BadSettings("dchat.node.log-format: '" + format + "' is neither text nor json");
    };
  }

  private static <T> T named(String key, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new BadSettings(key + ": " + e.getMessage(), e);
    }
  }

  /** For values that name their keys themselves. */
  private static <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new BadSettings(e.getMessage(), e);
    }
  }
}
