package dchat.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Machines with addresses of their own, as network namespaces of this one: each has a cable to a
 * switch, as this machine has. Firewall rules decide who hears whom. All is gone when it is closed.
 */
final class Hosts implements AutoCloseable {
  private final String name =
      "dc" + Integer.toString(ThreadLocalRandom.current().nextInt(46_656), 36);
  private final String net =
      "10." + ThreadLocalRandom.current().nextInt(200, 250) + "." + (name.hashCode() & 0x7f);
  private final int size;
  private boolean closed;

  private Hosts(int size) {
    this.size = size;
  }

  /** Why there can't be any here; empty if there can. */
  static Optional<String> impossible() {
    for (String tool : List.of("ip", "iptables")) {
      boolean there =
          Stream.of(System.getenv("PATH").split(":"))
              .anyMatch(bin -> Files.isExecutable(Path.of(bin, tool)));
      if (!there) {
        return Optional.of("there is no " + tool + " on the path");
      }
    }
    String probe = "dcprobe" + ProcessHandle.current().pid();
    boolean works =
        run("ip", "netns", "add", probe)
            && run("ip", "netns", "exec", probe, "iptables", "-A", "INPUT", "-j", "ACCEPT")
            && run("ip", "-n", probe, "link", "add", "b0", "type", "bridge");
    run("ip", "netns", "del", probe);
    return works ? Optional.empty() : Optional.of("network namespaces need root, and a kernel");
  }

  /** Connects {@code size} machines to a switch, and this one with them. */
  static Hosts connect(int size) {
    Hosts hosts = new Hosts(size);
    try {
      hosts.build();
      return hosts;
    } catch (RuntimeException | Error e) {
      hosts.close();
      throw e;
    }
  }

  private void build() {
    must("ip", "netns", "add", name);
    must("ip", "-n", name, "link", "add", "switch", "type", "bridge");
    must("ip", "-n", name, "link", "set", "switch", "up");
    plug("", name, net + ".254");
    for (int i = 0; i < size; i++) {
      must("ip", "netns", "add", host(i));
      must("ip", "-n", host(i), "link", "set", "lo", "up");
      plug(host(i), "eth0", address(i));
    }
  }

  /** A cable from a machine, this one if {@code host} is empty, to the switch. */
  private void plug(String host, String device, String address) {
    String port = host.isEmpty() ? "uplink" : "p" + host;
    List<String> cable = new ArrayList<>(List.of("ip"));
    if (!host.isEmpty()) {
      cable.addAll(List.of("-n", host));
    }
    List<String> prefix = List.copyOf(cable);
    must(with(prefix, "link", "add", device, "type", "veth", "peer", "name", port, "netns", name));
    must("ip", "-n", name, "link", "set", "dev", port, "master", "switch");
    must("ip", "-n", name, "link", "set", "dev", port, "up");
    must(with(prefix, "addr", "add", address + "/24", "dev", device));
    must(with(prefix, "link", "set", "dev", device, "up"));
  }

  private static String[] with(List<String> prefix, String... rest) {
    return Stream.concat(prefix.stream(), Stream.of(rest)).toArray(String[]::new);
  }

  private String host(int i) {
    return name + "h" + i;
  }

  /** Of machine {@code i}. */
  String address(int i) {
    return net + "." + (i + 1);
  }

  /** What to put before a command so that it runs on machine {@code i}. */
  List<String> on(int i) {
    return List.of("ip", "netns", "exec", host(i));
  }

  /** From now on nothing that {@code from} sends arrives at {@code to}. */
  void drop(int from, int to) {
    must(with(on(to), "iptables", "-A", "INPUT", "-s", address(from), "-j", "DROP"));
  }

  /** Everybody hears everybody again. */
  void heal() {
    for (int i = 0; i < size; i++) {
      must(with(on(i), "iptables", "-F"));
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (int i = 0; i < size; i++) {
      run("ip", "netns", "del", host(i));
    }
    // Its cable to this machine goes with the switch.
    run("ip", "netns", "del", name);
  }

  private static void must(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + said);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(String.join(" ", command), e);
    }
  }

  private static boolean run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
