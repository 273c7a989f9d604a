package dchat.http;

import dchat.chat.Backup;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * {@code GET /v1/cluster/backup}: the whole chat of one moment, hashed passwords and direct
 * messages included, read while it is being sent. Any node answers; with {@code
 * consistency=linearizable} everything acknowledged before is in it.
 */
final class BackupEndpoint implements Endpoint {
  private final Supplier<Backup> backup;
  private final Freshness freshness;
  private final AtomicInteger underWay = new AtomicInteger();

  BackupEndpoint(Supplier<Backup> backup, Freshness freshness) {
    this.backup = backup;
    this.freshness = freshness;
  }

  @Override
  public CompletionStage<HttpResponse> answer(HttpRequest request) {
    Parameters parameters = Parameters.of(request, Set.of(Freshness.CONSISTENCY));
    return freshness.awaitAsked(request, parameters).thenApply(fresh -> stream());
  }

  private HttpResponse stream() {
    // Each keeps a connection to the database, and the pages of its moment.
    if (underWay.get() > 0) {
      throw Problem.of(ProblemType.OVERLOADED, "This node is making another backup.")
          .with("Retry-After", "5")
          .asException();
    }
    Source<ByteString, NotUsed> bytes =
        Source.unfoldResource(this::open, open -> next(open.backup()), Open::close);
    return HttpResponse.create()
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, bytes));
  }

  private record Open(Backup backup, AtomicInteger underWay) {
    void close() {
      underWay.decrementAndGet();
      backup.close();
    }
  }

  /** Only when somebody reads: an answer that never goes out must not count. */
  private Open open() {
    Open open = new Open(backup.get(), underWay);
    underWay.incrementAndGet();
    return open;
  }

  private static Optional<ByteString> next(Backup backup) {
    return backup.next().map(ByteString::fromArrayUnsafe);
  }
}
