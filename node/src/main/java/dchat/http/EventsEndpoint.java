package dchat.http;

import dchat.chat.ChatQueries;
import dchat.chat.PersonalQueries;
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

/** {@code GET /v1/events}: what happens, as it happens. */
final class EventsEndpoint implements Endpoint {
  /** How many events are looked through for each line a snapshot may have. */
  private static final int SCANNED_PER_LINE = 5;

  private final HttpInputs inputs;
  private final HttpSettings.Events settings;
  private final ClusterBeat beat;
  private final Executor blocking;
  private final Access access;
  private final PersonalQueries personal;

  EventsEndpoint(
      HttpInputs inputs,
      HttpSettings.Events settings,
      ClusterBeat beat,
      Access access,
      Executor blocking) {
    this.access = access;
    personal = new PersonalQueries(inputs.queries());
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
    OptionalLong position = position(request);
    return access.reader(request).thenApply(caller -> response(stream(position, caller)));
  }

  private EventStream stream(OptionalLong position, Optional<Access.Caller> caller) {
    return new EventStream(
        position,
        inputs.feed(),
        beat,
        () -> snapshot(caller),
        settings.stallTimeout(),
        caller
            .map(
                member ->
                    new EventStream.Reader(
                        OptionalLong.of(member.id()),
                        () -> access.ended(member.seat()),
                        () -> inputs.presence().enter(member.id())))
            .orElseGet(EventStream.Reader::anybody));
  }

  private static HttpResponse response(EventStream stream) {
    return HttpResponse.create()
        .addHeaders(
            List.of(
                RawHeader.create("Cache-Control", "no-cache"),
                // Without it nginx collects a stream instead of passing it on.
                RawHeader.create("X-Accel-Buffering", "no")))
        .withEntity(
            HttpEntities.create(
                MediaTypes.TEXT_EVENT_STREAM.toContentType(), Source.fromGraph(stream)));
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

  private CompletionStage<EventStream.SnapshotFrame> snapshot(Optional<Access.Caller> caller) {
    int lines = settings.snapshotLines();
    int perRoom = settings.snapshotLinesPerRoom();
    int scanned = lines * SCANNED_PER_LINE;
    return CompletableFuture.supplyAsync(
        () -> {
          if (caller.isEmpty()) {
            ChatQueries.Snapshot snapshot = inputs.queries().snapshot(lines, perRoom, scanned);
            return new EventStream.SnapshotFrame(EventFrames.snapshot(snapshot), snapshot.cursor());
          }
          PersonalQueries.Arrival arrival =
              personal.arrival(inputs.queries(), caller.get().id(), lines, perRoom, scanned);
          return new EventStream.SnapshotFrame(
              EventFrames.snapshot(arrival.snapshot(), Optional.of(arrival.unread())),
              arrival.snapshot().cursor());
        },
        blocking);
  }
}
