package dchat.node;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files under {@code k8s/}: read, put together as kustomize does, and checked strictly. */
final class Manifests {
  static final Path FOLDER = Path.of("..", "k8s");

  /** Kinds of the Prometheus Operator, which Kubernetes itself doesn't know. */
  private static final Set<String> FOREIGN = Set.of("ServiceMonitor", "PrometheusRule");

  private Manifests() {}

  /** One document. */
  record Manifest(Path file, Map<String, Object> tree) {
    String kind() {
      return (String) tree.get("kind");
    }

    String name() {
      return (String) at(tree, "metadata", "name");
    }

    boolean isForeign() {
      return FOREIGN.contains(kind());
    }

    @Override
    public String toString() {
      return file + " " + kind() + " " + name();
    }

    /**
     * The object Kubernetes makes of it.
     *
     * @throws AssertionError if it has a field that doesn't exist or is of another type, or lacks
     *     one
     */
    Object strict() {
      try {
        Object object = Yaml.load(dump(tree));
        JsonElement json = new Gson().toJsonTree(tree);
        object.getClass().getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
        return object;
      } catch (InvocationTargetException e) {
        throw new AssertionError(this + ": " + e.getCause().getMessage(), e);
      } catch (IOException | ReflectiveOperationException | RuntimeException e) {
        throw new AssertionError(this + ": " + e, e);
      }
    }

    <T extends KubernetesObject> T as(Class<T> type) {
      return type.cast(strict());
    }
  }

  /** The documents that a folder's {@code kustomization.yaml} stands for, with its patches. */
  static List<Manifest> render(Path folder) {
    Map<String, Object> kustomization = kustomization(folder);
    List<Manifest> rendered = new ArrayList<>();
    for (Object resource : list(kustomization, "resources")) {
      Path path = folder.resolve((String) resource).normalize();
      rendered.addAll(Files.isDirectory(path) ? render(path) : read(path));
    }
    for (Object component : list(kustomization, "components")) {
      rendered = patched(rendered, folder.resolve((String) component).normalize());
    }
    return patched(rendered, folder);
  }

  private static List<Manifest> patched(List<Manifest> manifests, Path folder) {
    List<Manifest> patched = manifests;
    for (Object patch : list(kustomization(folder), "patches")) {
      patched = patched(patched, folder, object(patch));
    }
    return patched;
  }

  static Map<String, Object> kustomization(Path folder) {
    return read(folder.resolve("kustomization.yaml")).getFirst().tree();
  }

  /** Every folder that has a {@code kustomization.yaml}. */
  static List<Path> folders() {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
          .filter(file -> file.endsWith("kustomization.yaml"))
          .map(Path::getParent)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static List<Manifest> read(Path file) {
    List<Manifest> manifests = new ArrayList<>();
    for (Object document : yaml().loadAll(text(file))) {
      manifests.add(new Manifest(file, object(document)));
    }
    return manifests;
  }

  static Map<String, Object> yamlObject(String text) {
    return object(yaml().load(text));
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError("can't read " + file, e);
    }
  }

  /** What stands at that path of keys; null if nothing does. */
  static Object at(Map<String, Object> tree, String... keys) {
    Object found = tree;
    for (String key : keys) {
      found = found instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return found;
  }

  static List<?> list(Map<String, Object> tree, String key) {
    return tree.get(key) instanceof List<?> list ? list : List.of();
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(Object yaml) {
    return (Map<String, Object>) yaml;
  }

  // --- patches

  private static List<Manifest> patched(
      List<Manifest> manifests, Path folder, Map<String, Object> patch) {
    if (patch.containsKey("path")) {
      Manifest change = read(folder.resolve((String) patch.get("path"))).getFirst();
      return replace(manifests, change.kind(), change.name(), tree -> merge(tree, change.tree()));
    }
    return replace(
        manifests,
        (String) at(patch, "target", "kind"),
        (String) at(patch, "target", "name"),
        tree -> {
          Object operations = yaml().load((String) patch.get("patch"));
          ((List<?>) operations).forEach(operation -> apply(object(operation), tree));
          return tree;
        });
  }

  private interface Change {
    Object of(Map<String, Object> tree);
  }

  private static List<Manifest> replace(
      List<Manifest> manifests, String kind, String name, Change change) {
    boolean[] found = {false};
    List<Manifest> changed =
        manifests.stream()
            .map(
                manifest -> {
                  boolean hit = kind.equals(manifest.kind()) && name.equals(manifest.name());
                  found[0] |= hit;
                  return hit
                      ? new Manifest(manifest.file(), object(change.of(manifest.tree())))
                      : manifest;
                })
            .toList();
    if (!found[0]) {
      throw new AssertionError("a patch changes " + kind + " " + name + ", which isn't there");
    }
    return changed;
  }

  /** Objects are merged, lists of named things by name, all other lists replaced. */
  private static Object merge(Object base, Object patch) {
    if (base instanceof Map<?, ?> && patch instanceof Map<?, ?>) {
      Map<String, Object> merged = new LinkedHashMap<>(object(base));
      object(patch).forEach((key, value) -> merged.put(key, merge(object(base).get(key), value)));
      return merged;
    }
    if (base instanceof List<?> all && patch instanceof List<?> changes && areNamed(changes)) {
      List<Object> merged = new ArrayList<>(all);
      for (Object change : changes) {
        int place =
            merged.stream()
                .map(o -> object(o).get("name"))
                .toList()
                .indexOf(object(change).get("name"));
        if (place < 0) {
          merged.add(change);
        } else {
          merged.set(place, merge(merged.get(place), change));
        }
      }
      return merged;
    }
    return patch;
  }

  private static boolean areNamed(List<?> list) {
    return list.stream().allMatch(o -> o instanceof Map<?, ?> map && map.containsKey("name"));
  }

  /** JSON patch, as far as it is used here: add, replace and test. */
  private static void apply(Map<String, Object> operation, Map<String, Object> tree) {
    String[] path = ((String) operation.get("path")).substring(1).split("/");
    Object parent = tree;
    for (int i = 0; i < path.length - 1; i++) {
      parent =
          parent instanceof List<?> list
              ? list.get(Integer.parseInt(path[i]))
              : at(object(parent), path[i]);
    }
    Map<String, Object> target = object(parent);
    String key = path[path.length - 1];
    switch ((String) operation.get("op")) {
      case "add" -> target.put(key, operation.get("value"));
      case "replace" -> target.replace(key, operation.get("value"));
      case "test" -> {
        if (!operation.get("value").equals(target.get(key))) {
          throw new AssertionError(operation + " finds " + target.get(key));
        }
      }
      default -> throw new AssertionError("can't " + operation);
    }
  }

  private static String dump(Map<String, Object> tree) {
    return new org.yaml.snakeyaml.Yaml().dump(tree);
  }

  private static org.yaml.snakeyaml.Yaml yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return new org.yaml.snakeyaml.Yaml(new SafeConstructor(options));
  }
}
