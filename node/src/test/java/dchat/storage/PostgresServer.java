package dchat.storage;

import dchat.process.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of the tests' own, on a free port of loopback and in a temporary folder. It
 * asks for passwords, and everything it promises of durability is as it is by default.
 */
public final class PostgresServer implements AutoCloseable {
  static final String PASSWORD = "secret of tests";
  private static final String HOST = "127.0.0.1";

  /** PostgreSQL refuses to run as root. */
  private static final String USER = "postgres";

  private final Path programs;
  private final Path folder;
  private final int port;
  private boolean running;

  private PostgresServer(Path programs, Path folder, int port) {
    this.programs = programs;
    this.folder = folder;
    this.port = port;
  }

  /** Why there is none here; empty if there can be. */
  static Optional<String> obstacle() {
    if (programs().isEmpty()) {
      return Optional.of("there is no PostgreSQL (initdb) on this machine");
    }
    if (isRoot() && !said("id", "-u", USER).matches("\\d+")) {
      return Optional.of("PostgreSQL doesn't run as root, and there is no user " + USER);
    }
    return Optional.empty();
  }

  static PostgresServer create() {
    try {
      Path folder = Files.createTempDirectory("dchat-postgres-");
      if (isRoot()) {
        said("chown", USER, folder.toString());
      }
      PostgresServer server = new PostgresServer(programs().orElseThrow(), folder, FreePorts.one());
      server.initialise();
      server.start();
      server.sql("postgres", "CREATE ROLE dchat LOGIN PASSWORD '" + PASSWORD + "'");
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void initialise() throws IOException {
    Path password = Files.writeString(folder.resolve("password"), PASSWORD);
    run(
        "initdb",
        "--pgdata=" + data(),
        "--username=" + USER,
        "--pwfile=" + password,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync");
  }

  /** On the same port each time. */
  public void start() {
    running = true;
    String options =
        "-p %d -c listen_addresses=%s -c unix_socket_directories= -c max_connections=200"
            .formatted(port, HOST);
    run(
        "pg_ctl",
        "-w",
        "-D",
        data(),
        "-l",
        folder.resolve("log").toString(),
        "-o",
        options,
        "start");
  }

  /** As a power cut would, but for what the operating system still holds. */
  public void crash() {
    running = false;
    run("pg_ctl", "-w", "-D", data(), "-m", "immediate", "stop");
  }

  public int port() {
    return port;
  }

  public String password() {
    return PASSWORD;
  }

  /** A new database, owned by the role that nodes use. */
  public PostgresSettings database(String name) {
    sql("postgres", "CREATE DATABASE \"" + name + "\" OWNER dchat");
    return settings(name);
  }

  PostgresSettings settings(String database) {
    return new PostgresSettings(
        HOST, port, database, "dchat", Optional.of(PASSWORD), Optional.empty());
  }

  /** As its superuser. */
  void sql(String database, String... statements) {
    String url = "jdbc:postgresql://%s:%d/%s".formatted(HOST, port, database);
    try (Connection connection = DriverManager.getConnection(url, USER, PASSWORD);
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    try {
      if (running) {
        crash();
      }
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private void run(String program, String... options) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("runuser", "-u", USER, "--"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(options));
    Path output = folder.resolve(program + ".out");
    try {
      // A file: the server inherits it, and would hold a pipe open.
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(program + " failed: " + Files.readString(output));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** On the path, or where Debian keeps its versions. */
  private static Optional<Path> programs() {
    Stream<Path> onPath =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .filter(text -> !text.isEmpty())
            .map(Path::of);
    return Stream.concat(onPath, versions().stream())
        .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
        .findFirst();
  }

  private static List<Path> versions() {
    Path all = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (Stream<Path> versions = Files.list(all)) {
      return versions.map(v -> v.resolve("bin")).sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static String said(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var out = process.inputReader()) {
        String line = String.join(" ", out.lines().toList());
        process.waitFor();
        return line;
      }
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
