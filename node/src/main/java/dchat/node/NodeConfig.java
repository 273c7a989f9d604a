package dchat.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import dchat.node.StartException.BadSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the layers of configuration on top of each other: system properties, the command line, the
 * node's file, {@code dchat-node.conf}, {@code reference.conf}. A key in the file that means
 * nothing is an error: misspelt, it would leave the default in place without a word.
 */
final class NodeConfig {
  private NodeConfig() {}

  /**
   * @throws BadSettings if the file can't be read, isn't HOCON or has a key that doesn't exist
   */
  static Config load(Optional<Path> file, Config commandLine) {
    Config defaults =
        ConfigFactory.parseResources("dchat-node.conf")
            .withFallback(ConfigFactory.defaultReferenceUnresolved());
    Config own = file.map(NodeConfig::parse).orElseGet(ConfigFactory::empty);
    try {
      // Not the file by itself: with "key = a" and "key = ${?ENVIRONMENT}" it can't be resolved
      // alone.
      refuseUnknownKeys(own.withFallback(defaults).resolve().root(), defaults.resolve().root());
      return ConfigFactory.defaultOverrides()
          .withFallback(commandLine)
          .withFallback(own)
          .withFallback(defaults)
          .resolve();
    } catch (ConfigException e) {
      throw new BadSettings(oneLine(e), e);
    }
  }

  /** What a configuration library's exception says, without line breaks. */
  static String oneLine(ConfigException e) {
    return String.valueOf(e.getMessage()).lines().map(String::strip).findFirst().orElse("");
  }

  private static Config parse(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new BadSettings("can't read configuration file " + file);
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    } catch (ConfigException e) {
      throw new BadSettings(oneLine(e), e);
    }
  }

  private static void refuseUnknownKeys(ConfigObject own, ConfigObject defaults) {
    for (Map.Entry<String, ConfigValue> entry : own.entrySet()) {
      String root = entry.getKey();
      if (!defaults.containsKey(root)) {
        refuse(root, entry.getValue(), List.copyOf(defaults.keySet()));
      }
      // Other libraries have keys that their defaults don't show; only ours are all known.
      if (root.equals("dchat")) {
        ConfigObject known = (ConfigObject) defaults.get("dchat");
        refuseUnknownKeys("dchat", entry.getValue(), known, paths("dchat", known));
      }
    }
  }

  private static void refuseUnknownKeys(
      String path, ConfigValue own, ConfigObject known, List<String> allKnown) {
    if (!(own instanceof ConfigObject object)) {
      throw new BadSettings(
          own.origin().description() + ": " + path + " must be a group of keys { ... }");
    }
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String key = path + "." + ConfigUtil.joinPath(entry.getKey());
      ConfigValue counterpart = known.get(entry.getKey());
      if (counterpart == null) {
        refuse(key, entry.getValue(), allKnown);
      } else if (counterpart instanceof ConfigObject group) {
        refuseUnknownKeys(key, entry.getValue(), group, allKnown);
      }
    }
  }

  private static void refuse(String key, ConfigValue value, List<String> known) {
    String closest =
        known.stream().min(Comparator.comparingInt(k -> distance(k, key))).orElseThrow();
    throw new BadSettings(
        value.origin().description() + ": there is no key " + key + "; the closest is " + closest);
  }

  private static List<String> paths(String prefix, ConfigObject object) {
    List<String> paths = new ArrayList<>();
    object.forEach(
        (key, value) -> {
          String path = prefix + "." + ConfigUtil.joinPath(key);
          paths.add(path);
          if (value instanceof ConfigObject group) {
            paths.addAll(paths(path, group));
          }
        });
    return paths;
  }

  /** Levenshtein's: how many letters to add, drop or change. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
