package dchat.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What can be looked up: words, people, what was said. With the session, if there is one. */
public final class Library {
  /** More than anybody reads; who looks for an older line knows another word of it. */
  private static final int MOST_FOUND = 50;

  private static final int PAGE_LINES = 100;

  private final AnyNode nodes;
  private final Supplier<Optional<Session>> session;

  Library(AnyNode nodes, Supplier<Optional<Session>> session) {
    this.nodes = nodes;
    this.session = session;
  }

  /** Lines with these words, the newest first, on the first node that answers. */
  public SearchOutcome search(String words) {
    String me = session.get().map(Session::name).orElse("");
    return nodes
        .ask("/v1/search?limit=" + MOST_FOUND + "&q=" + encoded(words), "messages", session.get())
        .map(
            body -> new SearchOutcome.Found(each(body, "messages", hit -> hit(hit, me))),
            failed -> new SearchOutcome.Failed(failed.reason()));
  }

  private static Optional<SearchOutcome.Hit> hit(JsonNode node, String me) {
    Optional<SearchOutcome.Hit> direct =
        Json.direct(node)
            .map(
                dm ->
                    new SearchOutcome.Hit(
                        dm.index(), "@" + dm.partner(me), dm.from(), dm.text(), dm.at()));
    return direct.or(
        () ->
            Json.event(node)
                .map(
                    e ->
                        new SearchOutcome.Hit(
                            e.index(), "#" + e.room(), e.user(), e.text(), e.at())));
  }

  /** Registered names that begin so; empty when no node says. {@code prefix} has two characters. */
  public Optional<List<String>> names(String prefix) {
    return nodes
        .ask("/v1/accounts?limit=50&prefix=" + encoded(prefix), "names", Optional.empty())
        .map(
            body -> Optional.of(each(body, "names", name -> Optional.of(name.asText()))),
            reason -> Optional.empty());
  }

  /** Who is there; empty when no node says. */
  public Optional<ActivePeople> people() {
    return nodes
        .ask("/v1/users/active", "connected", session.get())
        .map(body -> Optional.of(Json.people(body)), reason -> Optional.empty());
  }

  /**
   * A page of what passed with {@code user}: the newest, or the one before a cursor.
   *
   * @param before from an earlier page
   */
  public PastOutcome directs(String user, Optional<String> before) {
    return page(
        "/v1/dms/" + user,
        before,
        body -> new PastOutcome.BetweenTwo(each(body, "messages", Json::direct), older(body)));
  }

  /**
   * A page of what was said in {@code room}: the newest, or the one before a cursor.
   *
   * @param before from an earlier page
   */
  public PastOutcome room(String room, Optional<String> before) {
    return page(
        "/v1/rooms/" + room,
        before,
        body -> new PastOutcome.InRoom(each(body, "messages", Json::event), older(body)));
  }

  private PastOutcome page(
      String of, Optional<String> before, Function<JsonNode, PastOutcome> found) {
    String cursor = before.map(c -> "&before=" + encoded(c)).orElse("");
    return nodes
        .ask(of + "/messages?limit=" + PAGE_LINES + cursor, "messages", session.get())
        .map(found, failed -> new PastOutcome.Failed(failed.definite(), failed.reason()));
  }

  private static Optional<String> older(JsonNode body) {
    return Json.optional(body, "prev");
  }

  private static <T> List<T> each(
      JsonNode body, String array, Function<JsonNode, Optional<T>> read) {
    List<T> all = new ArrayList<>();
    body.path(array).forEach(item -> read.apply(item).ifPresent(all::add));
    return all;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
