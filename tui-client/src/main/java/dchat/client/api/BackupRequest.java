package dchat.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Fetches the whole chat from one node. A backup ends with the SHA-256 of everything before, which
 * tells a whole one from one whose connection was cut.
 */
final class BackupRequest {
  private static final byte[] MAGIC = "DChat backup ".getBytes(StandardCharsets.US_ASCII);
  private static final int SHA_256_BYTES = 32;
  private static final int BUFFER_BYTES = 64 * 1024;

  /** Until the answer begins; a node waits for a leader's confirmation before. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http;
  private final Optional<String> adminToken;

  BackupRequest(HttpClient http, Optional<String> adminToken) {
    this.http = http;
    this.adminToken = adminToken;
  }

  /**
   * @param fresh whether everything acknowledged before has to be in it, which takes a quorum
   * @param progress is told how many bytes have come so far
   */
  BackupOutcome run(URI node, boolean fresh, FileChannel file, LongConsumer progress)
      throws InterruptedException {
    String path = "/v1/cluster/backup?consistency=" + (fresh ? "linearizable" : "local");
    HttpRequest.Builder request = HttpRequest.newBuilder(node.resolve(path)).timeout(PATIENCE);
    adminToken.ifPresent(token -> request.header("Authorization", "Bearer " + token));
    HttpResponse<InputStream> response;
    try {
      response = http.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      return new BackupOutcome.NotThere(Failures.show(node) + " " + Failures.describe(e));
    }
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        return refusal(node, response.statusCode(), body);
      }
      return receive(node, body, file, progress);
    } catch (IOException e) {
      return new BackupOutcome.Broken(
          "the connection to " + Failures.show(node) + " broke off, or the disk refused");
    }
  }

  private static BackupOutcome refusal(URI node, int status, InputStream body) throws IOException {
    Optional<JsonNode> problem =
        Json.tree(new String(body.readNBytes(BUFFER_BYTES), StandardCharsets.UTF_8));
    String detail = problem.flatMap(p -> Json.optional(p, "detail")).orElse("answered " + status);
    String code = problem.flatMap(p -> Json.optional(p, "code")).orElse("http-" + status);
    return status >= 500
        ? new BackupOutcome.NotThere(Failures.show(node) + ": " + detail)
        : new BackupOutcome.Refused(code, detail);
  }

  /** Holds back the last bytes that came: they may be the checksum of those before. */
  private static BackupOutcome receive(
      URI node, InputStream body, FileChannel file, LongConsumer progress) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    int held = 0;
    long total = 0;
    boolean begun = false;
    for (int read = body.read(buffer, held, buffer.length - held);
        read >= 0;
        read = body.read(buffer, held, buffer.length - held)) {
      held += read;
      total += read;
      if (!begun && held >= MAGIC.length) {
        begun = true;
        if (!Arrays.equals(buffer, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
          return new BackupOutcome.Broken(Failures.show(node) + " sent no backup");
        }
      }
      int ready = Math.max(0, held - SHA_256_BYTES);
      digest.update(buffer, 0, ready);
      write(file, buffer, ready);
      System.arraycopy(buffer, ready, buffer, 0, held - ready);
      held -= ready;
      progress.accept(total);
    }
    if (held < SHA_256_BYTES
        || !MessageDigest.isEqual(digest.digest(), Arrays.copyOf(buffer, held))) {
      return new BackupOutcome.Broken(Failures.show(node) + " sent only a part of it");
    }
    write(file, buffer, held);
    file.force(true);
    return new BackupOutcome.Whole(total);
  }

  private static void write(FileChannel file, byte[] bytes, int length) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes, 0, length);
    while (left.hasRemaining()) {
      file.write(left);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
