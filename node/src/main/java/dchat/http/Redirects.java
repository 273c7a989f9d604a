package dchat.http;

import dchat.raft.Member;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** What a node that isn't the leader answers to what only the leader does: nothing was done. */
final class Redirects {
  private final HttpSettings settings;

  Redirects(HttpSettings settings) {
    this.settings = settings;
  }

  /** For clients, who may not reach the nodes themselves. */
  HttpResponse toPublicAddress(Optional<Member> leader, String path) {
    Optional<String> publicUrl =
        settings.publicHost().map(host -> settings.publicScheme() + "://" + host);
    return to(leader, leader.flatMap(member -> publicUrl.or(member::clientUrl)), path);
  }

  /** For operators: behind a public address the leader would be met by chance only. */
  HttpResponse toOwnAddress(Optional<Member> leader, String path) {
    return to(leader, leader.flatMap(Member::clientUrl), path);
  }

  /** A leader whose URL isn't known yet is as good as none. */
  private HttpResponse to(Optional<Member> leader, Optional<String> base, String path) {
    var body = Json.object();
    body.put("status", "not_leader");
    body.put("leader", base.isPresent() ? leader.orElseThrow().id().value() : null);
    return HttpResponse.create()
        .withStatus(StatusCodes.get(settings.redirectStatus()))
        .withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(body))
        .addHeader(
            base.map(url -> RawHeader.create("Location", url + path))
                .orElseGet(() -> RawHeader.create("Retry-After", "1")));
  }
}
