package dchat.http;

import dchat.raft.NodeId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what operators ask of the cluster itself. */
final class AdminReader {
  private static final Pattern RAFT_ADDRESS = Pattern.compile("[A-Za-z0-9_.-]+:([0-9]{1,5})");

  private AdminReader() {}

  /**
   * The body of {@code PUT /v1/cluster/members/{id}}.
   *
   * @param raft {@code host:port}
   * @param http base URL without a trailing slash; empty if the member is to tell it itself
   * @param withoutData whether the node itself says that it has no data
   */
  record NewMember(String raft, Optional<String> http, boolean withoutData) {}

  /**
   * @throws ProblemException if the body isn't that
   */
  static NewMember newMember(byte[] body) {
    Fields fields = Fields.of(body, List.of("raft", "http", "withoutData"));
    return new NewMember(
        raftAddress(fields.required("raft")),
        fields.optional("http").map(AdminReader::url),
        fields.flag("withoutData"));
  }

  /**
   * Whom the body of {@code POST /v1/cluster/leader} names; nobody in particular if it is empty.
   *
   * @throws ProblemException if the body isn't that
   */
  static Optional<NodeId> heir(byte[] body) {
    return body.length == 0
        ? Optional.empty()
        : Fields.of(body, List.of("to")).optional("to").map(id -> memberId("to", id));
  }

  /**
   * @param field named in the problem
   * @throws ProblemException if it isn't an id
   */
  static NodeId memberId(String field, String id) {
    try {
      return new NodeId(id);
    } catch (IllegalArgumentException e) {
      throw Problem.ofField(
              ProblemType.INVALID_ID, field, "An id has 1 to 64 characters of A-Z a-z 0-9 _ . -.")
          .asException();
    }
  }

  private static String raftAddress(String text) {
    var matcher = RAFT_ADDRESS.matcher(text);
    if (!matcher.matches() || text.startsWith("0.0.0.0:")) {
      throw invalidAddress("raft", "raft must be host:port, where the members reach the node.");
    }
    int port = Integer.parseInt(matcher.group(1));
    if (port < 1 || port > 65_535) {
      throw invalidAddress("raft", "The port of raft must be 1 to 65535.");
    }
    return text;
  }

  private static String url(String text) {
    try {
      URI uri = new URI(text);
      boolean http = List.of("http", "https").contains(String.valueOf(uri.getScheme()));
      boolean bare =
          List.of("", "/").contains(String.valueOf(uri.getRawPath()))
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && uri.getRawUserInfo() == null;
      if (http && uri.getHost() != null && bare) {
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
      }
    } catch (URISyntaxException e) {
      // Told below.
    }
    throw invalidAddress("http", "http must be a URL such as http://10.0.0.1:9000.");
  }

  private static ProblemException invalidAddress(String field, String detail) {
    return Problem.ofField(ProblemType.INVALID_ADDRESS, field, detail).asException();
  }
}
