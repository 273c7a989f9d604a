package dchat.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dchat.chat.LogCommand;
import dchat.raft.LogEntry;
import dchat.raft.Member;
import dchat.raft.StoredJournal;
import dchat.storage.ReadOnlyDatabase;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Shows what is in a node's databases, running or not, and changes nothing. Secrets and what two
 * people said to each other are not among what it shows.
 */
@Command(
    name = "dchat inspect",
    description = "Looks into a node's data folder, also while the node runs; changes nothing.",
    sortOptions = false,
    footer = {"", "Exit code: 0, 1 it can't be read, 2 wrong options."})
final class Inspect implements Callable<Integer> {

  /** What there is to see. */
  enum Subject {
    accounts,
    rooms,
    messages,
    log,
    members
  }

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this.")
  private boolean help;

  @Option(names = "--data", required = true, paramLabel = "DIR", description = "The data folder.")
  private Path data;

  @Option(names = "--json", description = "One JSON object per line.")
  private boolean json;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "The newest N messages or entries (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Parameters(
      arity = "0..1",
      defaultValue = "rooms",
      paramLabel = "WHAT",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Subject subject;

  private final PrintStream out;

  Inspect(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    List<Map<String, Object>> rows =
        switch (subject) {
          case accounts ->
              chat(
                  "SELECT id, name, created_at AS created, deleted_at AS deleted,"
                      + " session_index AS session, session_used_at AS used, failures"
                      + " FROM chat_account ORDER BY id");
          case rooms ->
              chat(
                  "SELECT name, topic, created_at AS created, (SELECT count(*) FROM chat_event"
                      + " WHERE room = name AND type = 'chat' AND log_index > created_index)"
                      + " AS messages FROM chat_room ORDER BY created_index");
          case messages ->
              chat(
                  "SELECT * FROM (SELECT log_index AS \"index\", at, room, author AS user,"
                      + " ifnull(text, '(deleted)') AS text FROM chat_event WHERE type = 'chat'"
                      + " ORDER BY log_index DESC LIMIT ?) ORDER BY 1",
                  limit);
          case log -> log();
          case members -> members();
        };
    rows.forEach(Inspect::spellOutTimes);
    if (json) {
      rows.forEach(row -> out.println(toJson(row)));
    } else {
      printTable(rows);
    }
    out.flush();
    return Main.STOPPED;
  }

  private List<Map<String, Object>> chat(String query, Object... values) {
    try (ReadOnlyDatabase chat = ReadOnlyDatabase.open(data, "chat.db")) {
      return chat.rows(query, values);
    }
  }

  private StoredJournal.Content journal() {
    try (ReadOnlyDatabase journal = ReadOnlyDatabase.open(data, "journal.db")) {
      List<Map<String, Object>> sums =
          journal.rows(
              "SELECT sequence_number, snapshot_ser_manifest AS manifest,"
                  + " snapshot_payload AS payload FROM snapshot"
                  + " ORDER BY sequence_number DESC LIMIT 1");
      long from = sums.isEmpty() ? 0 : (Long) sums.getFirst().get("sequence_number");
      return StoredJournal.read(
          sums.stream().map(Inspect::stored).findFirst(),
          journal
              .rows(
                  "SELECT event_ser_manifest AS manifest, event_payload AS payload"
                      + " FROM event_journal WHERE sequence_number > ? AND deleted = 0"
                      + " ORDER BY sequence_number",
                  from)
              .stream()
              .map(Inspect::stored)
              .toList());
    }
  }

  private static StoredJournal.Row stored(Map<String, Object> row) {
    return new StoredJournal.Row((String) row.get("manifest"), (byte[]) row.get("payload"));
  }

  private List<Map<String, Object>> log() {
    List<LogEntry> entries = journal().entries();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (LogEntry entry : entries.subList(Math.max(0, entries.size() - limit), entries.size())) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("index", entry.index());
      row.put("term", entry.term());
      row.put("at", entry.timestampMillis());
      row.put("kind", entry.kind().name().toLowerCase(Locale.ROOT));
      row.put(
          "command",
          entry.kind() == LogEntry.Kind.COMMAND ? LogCommand.kindOf(entry.payload()) : "");
      row.put("bytes", (long) entry.payload().length);
      rows.add(row);
    }
    return rows;
  }

  private List<Map<String, Object>> members() {
    StoredJournal.Content content = journal();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Member member : content.membership().members()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("id", member.id().value());
      row.put("role", member.isVoter() ? "voter" : "learner");
      row.put("raft", member.raftAddress());
      row.put("http", member.clientUrl().orElse(""));
      row.put("term", content.term());
      rows.add(row);
    }
    return rows;
  }

  private static void spellOutTimes(Map<String, Object> row) {
    for (String column : List.of("at", "created", "deleted", "used")) {
      row.computeIfPresent(column, (name, at) -> Instant.ofEpochMilli((Long) at).toString());
    }
  }

  private static String toJson(Map<String, Object> row) {
    try {
      return JsonMapper.builder().build().writeValueAsString(row);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("can't happen in memory", e);
    }
  }

  private void printTable(List<Map<String, Object>> rows) {
    if (rows.isEmpty()) {
      out.println("nothing");
      return;
    }
    List<List<String>> table = new ArrayList<>();
    table.add(rows.getFirst().keySet().stream().map(n -> n.toUpperCase(Locale.ROOT)).toList());
    rows.forEach(row -> table.add(row.values().stream().map(Inspect::shown).toList()));
    int columns = table.getFirst().size();
    int[] widths =
        IntStream.range(0, columns)
            .map(i -> table.stream().mapToInt(line -> line.get(i).length()).max().orElse(0))
            .toArray();
    for (List<String> line : table) {
      out.println(
          IntStream.range(0, columns)
              .mapToObj(i -> line.get(i) + " ".repeat(widths[i] - line.get(i).length()))
              .collect(Collectors.joining("  "))
              .stripTrailing());
    }
  }

  /** On one line, and unable to drive a terminal. */
  private static String shown(Object cell) {
    return cell == null ? "-" : String.valueOf(cell).replaceAll("[\\p{Cntrl}\\p{Cf}]", " ");
  }
}
