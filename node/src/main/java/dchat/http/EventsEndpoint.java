package dchat.http;

import dchat.chat.ChatQueries;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** {@code GET /v1/events}: what happens, as it happens. */
final class EventsEndpoint implements Endpoint {
  /** How many events are looked through for each line a snapshot may have. */
  private static final int SCANNED_PER_LINE = 5;

  private final HttpInputs inputs;
  private final HttpSettings.Events settings;
  private final ClusterBeat beat;
  private final Executor blocking;

  EventsEndpoint(
      HttpInputs inputs, HttpSettings.Events settings, ClusterBeat beat, Executor blocking) {
    this.inputs = inputs;
    this.settings = settings;
    this.beat = beat;
    this.blocking = blocking;
  }

  @Override
  public CompletionStage<HttpResponse> answer(HttpRequest request) {
    if (inputs.status().get().removed()) {
      throw Problem.of(ProblemType.NOT_READY, "This node was removed from the cluster.")
          .asException();
    }
    var stream =
        new EventStream(
            position(request), inputs.feed(), beat, this::snapshot, settings.stallTimeout());
    return CompletableFuture.completedFuture(
        HttpResponse.create()
            .addHeaders(
                List.of(
                    RawHeader.create("Cache-Control", "no-cache"),
                    // Without it nginx collects a stream instead of passing it on.
                    RawHeader.create("X-Accel-Buffering", "no")))
            .withEntity(
                HttpEntities.create(
                    MediaTypes.TEXT_EVENT_STREAM.toContentType(), Source.fromGraph(stream))));
  }

  /** The header counts, as a reconnecting browser repeats the first URL. */
  private static OptionalLong position(HttpRequest request) {
    Optional<Long> parameter = Parameters.of(request, Set.of("after")).number("after");
    Optional<Long> header =
        request
            .getHeader("Last-Event-ID")
            .map(
                last ->
                    Numbers.nonNegative(last.value())
                        .orElseThrow(
                            () ->
                                Problem.ofField(
                                        ProblemType.INVALID_LAST_EVENT_ID,
                                        "Last-Event-ID",
                                        "Last-Event-ID must be a log index, a whole number from 0"
                                            + " on.")
                                    .asException()));
    return header.or(() -> parameter).map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  private CompletionStage<EventStream.SnapshotFrame> snapshot() {
    return CompletableFuture.supplyAsync(
        () -> {
          ChatQueries.Snapshot snapshot =
              inputs
                  .queries()
                  .snapshot(
                      settings.snapshotLines(),
                      settings.snapshotLinesPerRoom(),
                      settings.snapshotLines() * SCANNED_PER_LINE);
          ByteString frame = EventFrames.snapshot(snapshot);
          return new EventStream.SnapshotFrame(frame, snapshot.cursor());
        },
        blocking);
  }
}
