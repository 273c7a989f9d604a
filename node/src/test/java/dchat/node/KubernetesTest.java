package dchat.node;

import static dchat.node.Manifests.FOLDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dchat.node.Manifests.Manifest;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1HTTPGetAction;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What {@code k8s/} promises, checked against Kubernetes' own rules and the node's settings. */
class KubernetesTest {
  private static final Path BASE = FOLDER.resolve("base");
  private static final Map<String, String> NODE =
      Map.of("app.kubernetes.io/name", "dchat", "app.kubernetes.io/component", "node");

  @TempDir Path temp;

  /** Those that stand for something by themselves. */
  static List<Path> wholes() {
    return folders().stream()
        .filter(folder -> Manifests.kustomization(folder).get("kind").equals("Kustomization"))
        .toList();
  }

  static List<Path> folders() {
    return Manifests.folders();
  }

  @ParameterizedTest
  @MethodSource("wholes")
  void what_a_folder_stands_for_is_what_kubernetes_takes(Path folder) {
    List<Manifest> rendered = Manifests.render(folder);
    assertThat(rendered).isNotEmpty();
    rendered.stream().filter(manifest -> !manifest.isForeign()).forEach(Manifest::strict);
    assertThat(rendered.stream().map(m -> m.kind() + " " + m.name()))
        .as("nothing is there twice")
        .doesNotHaveDuplicates();
  }

  @Test
  void a_misspelt_a_missing_and_a_wrongly_typed_field_would_be_found() {
    Manifest service = manifest("Service", "dchat");
    for (String wrong :
        List.of(
            "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selectr: {a: b}}}",
            "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{name: http}]}}",
            "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: http}}")) {
      assertThatExceptionOfType(AssertionError.class)
          .as(wrong)
          .isThrownBy(() -> new Manifest(service.file(), Manifests.yamlObject(wrong)).strict());
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void a_kustomization_names_files_that_exist_and_leaves_none_out(Path folder) throws Exception {
    Map<String, Object> kustomization = Manifests.kustomization(folder);
    assertThat(kustomization.keySet())
        .isSubsetOf(
            "apiVersion",
            "kind",
            "namespace",
            "labels",
            "resources",
            "images",
            "patches",
            "configMapGenerator",
            "secretGenerator",
            "generatorOptions",
            "components");
    assertThat(kustomization.get("kind")).isIn("Kustomization", "Component");
    Set<String> named = new TreeSet<>(Set.of("kustomization.yaml"));
    Manifests.list(kustomization, "resources").forEach(r -> named.add((String) r));
    Manifests.list(kustomization, "components").forEach(c -> named.add((String) c));
    for (Object patch : Manifests.list(kustomization, "patches")) {
      Optional.ofNullable(Manifests.object(patch).get("path"))
          .ifPresent(p -> named.add((String) p));
    }
    for (Object map : Manifests.list(kustomization, "configMapGenerator")) {
      Manifests.list(Manifests.object(map), "files").forEach(f -> named.add((String) f));
    }
    named.forEach(name -> assertThat(folder.resolve(name)).exists());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()))
          .isSubsetOf(named);
    }
    for (Object image : Manifests.list(kustomization, "images")) {
      assertThat(Manifests.object(image).get("name")).isEqualTo(node().getImage());
    }
  }

  @Test
  void every_selector_finds_the_nodes_and_nothing_else() {
    V1StatefulSet set = set();
    assertThat(set.getSpec().getTemplate().getMetadata().getLabels()).containsAllEntriesOf(NODE);
    assertThat(set.getSpec().getSelector().getMatchLabels()).isEqualTo(NODE);
    assertThat(get(V1Service.class, "dchat").getSpec().getSelector()).isEqualTo(NODE);
    assertThat(get(V1Service.class, "dchat-nodes").getSpec().getSelector()).isEqualTo(NODE);
    var budget = get(V1PodDisruptionBudget.class, "dchat").getSpec();
    assertThat(budget.getSelector().getMatchLabels()).isEqualTo(NODE);
    assertThat(budget.getMaxUnavailable()).isEqualTo(new IntOrString(1));
    assertThat(
            get(V1NetworkPolicy.class, "dchat-nodes").getSpec().getPodSelector().getMatchLabels())
        .isEqualTo(NODE);
    assertThat(pod().getTopologySpreadConstraints())
        .extracting(spread -> spread.getLabelSelector().getMatchLabels())
        .containsExactly(NODE, NODE);
    assertThat(job().getSpec().getTemplate().getMetadata().getLabels())
        .as("a job isn't taken for a node")
        .containsAllEntriesOf(
            get(V1NetworkPolicy.class, "dchat-jobs").getSpec().getPodSelector().getMatchLabels())
        .doesNotContainEntry("app.kubernetes.io/component", "node");
  }

  @Test
  void every_pod_has_a_name_that_others_find_before_it_is_ready() {
    V1Service nodes = get(V1Service.class, "dchat-nodes");
    assertThat(set().getSpec().getServiceName()).isEqualTo("dchat-nodes");
    assertThat(nodes.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(nodes.getSpec().getPublishNotReadyAddresses()).isTrue();
    assertThat(set().getSpec().getPodManagementPolicy()).isEqualTo("Parallel");
    for (int ordinal = 0; ordinal < 5; ordinal++) {
      NodeSettings settings = settings("dchat-" + ordinal);
      assertThat(settings.id()).hasToString(set().getMetadata().getName() + "-" + ordinal);
      assertThat(settings.raft().host()).isEqualTo(settings.id() + ".dchat-nodes.chat.svc");
      assertThat(settings.raftBind().isEveryInterface()).isTrue();
      assertThat(settings.clientUrl()).isEqualTo("http://" + settings.raft().host() + ":9000");
    }
  }

  @Test
  void as_many_pods_as_there_are_at_first_found_the_cluster_and_later_ones_join() {
    int replicas = set().getSpec().getReplicas();
    for (int ordinal = 0; ordinal < replicas + 2; ordinal++) {
      NodeSettings settings = settings("dchat-" + ordinal);
      assertThat(settings.founder()).as("dchat-" + ordinal).isEqualTo(ordinal < replicas);
      assertThat(settings.peers()).hasSize(settings.founder() ? replicas - 1 : 0);
      assertThat(settings.join()).hasToString("[http://dchat.chat.svc:9000]");
    }
  }

  @Test
  void ports_agree_with_the_configuration_from_the_container_to_the_services() {
    NodeSettings settings = settings("dchat-0");
    Map<String, Integer> ports =
        node().getPorts().stream()
            .collect(Collectors.toMap(V1ContainerPort::getName, V1ContainerPort::getContainerPort));
    assertThat(ports)
        .isEqualTo(Map.of("http", settings.http().port(), "raft", settings.raft().port()));
    for (String service : List.of("dchat", "dchat-nodes")) {
      get(V1Service.class, service)
          .getSpec()
          .getPorts()
          .forEach(
              port -> {
                assertThat(port.getTargetPort()).isEqualTo(new IntOrString(port.getName()));
                assertThat(port.getPort()).isEqualTo(ports.get(port.getName()));
              });
    }
    String pom = Manifests.text(Path.of("pom.xml"));
    ports.values().forEach(port -> assertThat(pom).contains("<port>" + port + "</port>"));
  }

  @Test
  void probes_ask_for_routes_that_exist_and_wait_long_enough() {
    V1Container node = node();
    List<V1HTTPGetAction> probes =
        Stream.of(node.getStartupProbe(), node.getReadinessProbe(), node.getLivenessProbe())
            .map(probe -> probe.getHttpGet())
            .toList();
    assertThat(probes)
        .extracting(V1HTTPGetAction::getPath)
        .containsExactly("/started", "/ready", "/live");
    assertThat(routes()).containsAll(probes.stream().map(V1HTTPGetAction::getPath).toList());
    assertThat(probes).extracting(V1HTTPGetAction::getPort).containsOnly(new IntOrString("http"));
    assertThat(Duration.ofSeconds(node.getLivenessProbe().getTimeoutSeconds()))
        .isGreaterThan(settings("dchat-0").clients().liveWithin());
  }

  @Test
  void a_pod_is_given_the_time_that_a_node_takes_to_leave() {
    Duration preStop =
        Duration.ofSeconds(node().getLifecycle().getPreStop().getSleep().getSeconds());
    Duration grace = Duration.ofSeconds(pod().getTerminationGracePeriodSeconds());
    assertThat(preStop.plus(settings("dchat-0").stopWithin())).isLessThan(grace);
  }

  @Test
  void pods_may_do_nothing_they_do_not_need() {
    for (V1PodSpec pod : List.of(pod(), job().getSpec().getTemplate().getSpec())) {
      assertThat(pod.getAutomountServiceAccountToken()).isFalse();
      assertThat(pod.getEnableServiceLinks()).isFalse();
      assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod.getSecurityContext().getSeccompProfile().getType())
          .isEqualTo("RuntimeDefault");
      long user = pod.getSecurityContext().getRunAsUser();
      assertThat(Manifests.text(Path.of("pom.xml"))).contains("<user>" + user + ":" + user);
      for (V1Container container : pod.getContainers()) {
        V1SecurityContext may = container.getSecurityContext();
        assertThat(may.getReadOnlyRootFilesystem()).isTrue();
        assertThat(may.getAllowPrivilegeEscalation()).isFalse();
        assertThat(may.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getResources().getLimits()).containsKeys("cpu", "memory");
        assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
      }
    }
    for (String overlay : List.of("kind", "production")) {
      Manifest namespace =
          find(Manifests.render(FOLDER.resolve("overlays").resolve(overlay)), "Namespace", "dchat");
      assertThat(Manifests.object(Manifests.at(namespace.tree(), "metadata", "labels")))
          .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    }
  }

  @Test
  void
      everything_that_is_written_lies_on_a_volume_and_the_configuration_is_where_it_is_looked_for() {
    Map<String, String> mounts =
        node().getVolumeMounts().stream()
            .collect(Collectors.toMap(V1VolumeMount::getMountPath, V1VolumeMount::getName));
    assertThat(mounts)
        .containsEntry(settings("dchat-0").data().toString(), "data")
        .containsKey("/tmp");
    assertThat(set().getSpec().getVolumeClaimTemplates())
        .extracting(claim -> claim.getMetadata().getName())
        .containsExactly("data");
    var kept = set().getSpec().getPersistentVolumeClaimRetentionPolicy();
    assertThat(List.of(kept.getWhenDeleted(), kept.getWhenScaled())).containsOnly("Retain");

    List<String> args = node().getArgs();
    Path file = Path.of(args.get(args.indexOf("--config") + 1));
    String volume = mounts.get(file.getParent().toString());
    assertThat(pod().getVolumes())
        .filteredOn(v -> v.getName().equals(volume))
        .singleElement()
        .satisfies(
            v -> {
              Map<String, Object> generated =
                  Manifests.object(
                      Manifests.list(Manifests.kustomization(BASE), "configMapGenerator")
                          .getFirst());
              assertThat(generated).containsEntry("name", v.getConfigMap().getName());
              assertThat(Manifests.list(generated, "files").getFirst())
                  .isEqualTo(file.getFileName().toString());
            });
  }

  @Test
  void nodes_and_jobs_find_the_token_of_administrators_in_a_mounted_secret() {
    for (V1PodSpec pod : List.of(pod(), job().getSpec().getTemplate().getSpec())) {
      V1Container container = pod.getContainers().getFirst();
      Path file =
          container.getEnv().stream()
              .filter(variable -> variable.getName().equals("DCHAT_ADMIN_TOKEN_FILE"))
              .map(variable -> Path.of(variable.getValue()))
              .findFirst()
              .orElseThrow();
      assertThat(container.getVolumeMounts())
          .filteredOn(mount -> Path.of(mount.getMountPath()).equals(file.getParent()))
          .singleElement()
          .satisfies(
              mount -> {
                assertThat(mount.getReadOnly()).isTrue();
                assertThat(pod.getVolumes())
                    .filteredOn(volume -> volume.getName().equals(mount.getName()))
                    .singleElement()
                    .satisfies(
                        volume ->
                            assertThat(volume.getSecret().getSecretName())
                                .isEqualTo("dchat-admin"));
              });
    }
  }

  @Test
  void only_nodes_reach_the_port_of_consensus() {
    for (List<Manifest> rendered :
        List.of(Manifests.render(BASE), Manifests.render(FOLDER.resolve("overlays/production")))) {
      var policy =
          find(rendered, "NetworkPolicy", "dchat-nodes").as(V1NetworkPolicy.class).getSpec();
      assertThat(policy.getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
      policy.getIngress().stream()
          .filter(
              rule ->
                  rule.getPorts().stream().anyMatch(p -> !p.getPort().toString().equals("http")))
          .forEach(
              rule ->
                  assertThat(rule.getFrom())
                      .singleElement()
                      .satisfies(
                          from ->
                              assertThat(from.getPodSelector().getMatchLabels()).isEqualTo(NODE)));
    }
  }

  @Test
  void in_production_keys_are_mounted_where_the_nodes_look_for_them_and_probes_use_them()
      throws Exception {
    V1PodSpec pod =
        find(Manifests.render(FOLDER.resolve("overlays/production")), "StatefulSet", "dchat")
            .as(V1StatefulSet.class)
            .getSpec()
            .getTemplate()
            .getSpec();
    V1Container node = pod.getContainers().getFirst();
    assertThat(
            Stream.of(node.getStartupProbe(), node.getReadinessProbe(), node.getLivenessProbe())
                .map(probe -> probe.getHttpGet().getScheme()))
        .containsOnly("HTTPS");
    Config tls =
        ConfigFactory.parseFile(FOLDER.resolve("components/tls/tls.conf").toFile())
            .resolve()
            .getConfig("dchat.http.tls");
    for (String key : List.of("certificate", "key", "ca")) {
      assertThat(node.getVolumeMounts())
          .extracting(V1VolumeMount::getMountPath)
          .contains(Path.of(tls.getString(key)).getParent().toString());
    }
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getName().equals("tls"))
        .extracting(volume -> volume.getSecret().getSecretName())
        .containsExactly("dchat-tls");
    Files.copy(FOLDER.resolve("components/tls/tls.conf"), temp.resolve("tls.conf"));
    NodeSettings settings = settings("dchat-3");
    assertThat(settings.clientTls()).isPresent();
    assertThat(settings.peerTls()).isPresent();
    assertThat(settings.clientUrl()).startsWith("https://dchat-3.");
    assertThat(settings.join()).hasToString("[https://dchat.chat.svc:9000]");
  }

  @Test
  void in_production_two_nodes_never_share_a_machine() {
    var set =
        find(Manifests.render(FOLDER.resolve("overlays/production")), "StatefulSet", "dchat")
            .as(V1StatefulSet.class);
    assertThat(set.getSpec().getTemplate().getSpec().getTopologySpreadConstraints())
        .filteredOn(spread -> spread.getWhenUnsatisfiable().equals("DoNotSchedule"))
        .singleElement()
        .satisfies(
            spread -> assertThat(spread.getTopologyKey()).isEqualTo("kubernetes.io/hostname"));
  }

  @Test
  void the_job_that_removes_a_member_says_what_the_program_understands() {
    List<String> args =
        job().getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs();
    assertThat(args.getFirst()).isEqualTo("remove");
    new CommandLine(new Removal(System.out))
        .parseArgs(args.subList(1, args.size()).toArray(String[]::new));
    int port = get(V1Service.class, "dchat").getSpec().getPorts().getFirst().getPort();
    assertThat(args).contains("NODE", "http://dchat:" + port);
  }

  private static Set<String> routes() {
    try (var in = KubernetesTest.class.getResourceAsStream("/dchat/http/openapi.yaml")) {
      return Manifests.object(Manifests.yamlObject(new String(in.readAllBytes())).get("paths"))
          .keySet();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What a pod of that name runs with. */
  private NodeSettings settings(String pod) {
    try {
      String rendered =
          Manifests.text(BASE.resolve("dchat.conf"))
              .replace("${POD_NAME}", '"' + pod + '"')
              .replace("${POD_NAMESPACE}", "\"chat\"");
      Path file = Files.writeString(temp.resolve(pod + ".conf"), rendered);
      return NodeSettings.from(NodeConfig.load(Optional.of(file), ConfigFactory.empty()));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static V1StatefulSet set() {
    return get(V1StatefulSet.class, "dchat");
  }

  private static V1PodSpec pod() {
    return set().getSpec().getTemplate().getSpec();
  }

  private static V1Container node() {
    return pod().getContainers().getFirst();
  }

  private static V1Job job() {
    return Manifests.read(FOLDER.resolve("jobs/remove-member.yaml")).getFirst().as(V1Job.class);
  }

  private static <T extends KubernetesObject> T get(Class<T> type, String name) {
    return manifest(type.getSimpleName().substring("V1".length()), name).as(type);
  }

  private static Manifest manifest(String kind, String name) {
    return find(Manifests.render(BASE), kind, name);
  }

  private static Manifest find(List<Manifest> manifests, String kind, String name) {
    List<Manifest> found = new ArrayList<>(manifests);
    found.removeIf(m -> !m.kind().equals(kind) || !m.name().equals(name));
    assertThat(found).as(kind + " " + name).hasSize(1);
    return found.getFirst();
  }
}
