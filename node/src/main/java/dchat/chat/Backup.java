package dchat.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.raft.StateMachine;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A chat in one stream of bytes: the state of one moment, and what it takes to tell that nothing of
 * it is missing or damaged. Read piece by piece, so memory doesn't grow with the chat.
 *
 * <p>It begins with two lines that people can read: {@code DChat backup 1} (1 is the version of
 * this format) and a JSON object, the {@link Header}. Then come the parts of a snapshot, each as
 * its length, its CRC-32C (both four bytes, big-endian) and its bytes; a length of zero; and the
 * SHA-256 of everything before.
 */
public final class Backup implements AutoCloseable {
  static final String MAGIC = "DChat backup ";
  static final int FORMAT = 1;
  static final int SHA_256_BYTES = 32;

  /** Of one part, unless a single row is larger. */
  private static final int PART_BYTES = 128 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What a backup says about itself.
   *
   * @param cluster whose chat it is
   * @param node that made it
   * @param position of the last log entry whose effect is in it
   * @param schema version of the tables
   * @param madeAtMillis by the node's clock, in milliseconds since 1970
   */
  public record Header(
      String cluster,
      String node,
      StateMachine.Position position,
      String schema,
      long madeAtMillis) {

    byte[] line() {
      ObjectNode json = JSON.createObjectNode();
      json.put("cluster", cluster);
      json.put("node", node);
      json.put("index", position.index());
      json.put("term", position.term());
      json.put("lastEntryAt", position.timestampMillis());
      json.put("schema", schema);
      json.put("madeAt", madeAtMillis);
      return (json + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Empty if something is missing. */
    static Optional<Header> parse(String line) {
      try {
        JsonNode json = JSON.readTree(line);
        boolean complete =
            json.path("cluster").isTextual()
                && json.path("node").isTextual()
                && json.path("index").canConvertToLong()
                && json.path("term").canConvertToLong()
                && json.path("lastEntryAt").canConvertToLong()
                && json.path("schema").isTextual()
                && json.path("madeAt").canConvertToLong();
        return complete
            ? Optional.of(
                new Header(
                    json.path("cluster").asText(),
                    json.path("node").asText(),
                    new StateMachine.Position(
                        json.path("index").asLong(),
                        json.path("term").asLong(),
                        json.path("lastEntryAt").asLong()),
                    json.path("schema").asText(),
                    json.path("madeAt").asLong()))
            : Optional.empty();
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
        return Optional.empty();
      }
    }
  }

  private enum Next {
    HEADER,
    PART,
    NOTHING
  }

  private final StateMachine.SnapshotReader state;
  private final Header header;
  private final MessageDigest digest = sha256();
  private Next next = Next.HEADER;

  /**
   * @param state closed with this
   * @param schema version of the tables that {@code state} comes from
   */
  public Backup(
      StateMachine.SnapshotReader state,
      String cluster,
      String node,
      String schema,
      long madeAtMillis) {
    this.state = state;
    this.header = new Header(cluster, node, state.position(), schema, madeAtMillis);
  }

  /**
   * The next bytes of it; empty at the end.
   *
   * @throws ChatStorageException if the tables can't be read
   */
  public Optional<byte[]> next() {
    return switch (next) {
      case HEADER -> {
        next = Next.PART;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((MAGIC + FORMAT + "\n").getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(header.line());
        yield digested(bytes.toByteArray());
      }
      case PART -> {
        Optional<byte[]> part = state.nextChunk(PART_BYTES);
        if (part.isPresent()) {
          yield digested(framed(part.get()));
        }
        next = Next.NOTHING;
        digest.update(new byte[Integer.BYTES]);
        yield Optional.of(
            ByteBuffer.allocate(Integer.BYTES + SHA_256_BYTES)
                .putInt(0)
                .put(digest.digest())
                .array());
      }
      case NOTHING -> Optional.empty();
    };
  }

  private static byte[] framed(byte[] part) {
    return ByteBuffer.allocate(2 * Integer.BYTES + part.length)
        .putInt(part.length)
        .putInt(checksum(part))
        .put(part)
        .array();
  }

  private Optional<byte[]> digested(byte[] bytes) {
    digest.update(bytes);
    return Optional.of(bytes);
  }

  static int checksum(byte[] part) {
    CRC32C crc = new CRC32C();
    crc.update(part);
    return (int) crc.getValue();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  @Override
  public void close() {
    state.close();
  }
}
