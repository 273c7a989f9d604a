package dchat.client.tui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.client.api.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who is signed in on this machine: for each name the token of its session, in a file that nobody
 * but its owner may read. A token is only handed to the cluster it came from, which is recognised
 * by any node's address in common.
 */
public final class SessionFolder {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path folder;
  private final Supplier<List<URI>> nodes;

  /**
   * @param folder made when it is needed
   * @param nodes the cluster's addresses, as far as they are known at the moment
   */
  public SessionFolder(Path folder, Supplier<List<URI>> nodes) {
    this.folder = folder;
    this.nodes = nodes;
  }

  /** The folder in the {@link StateFolder}. */
  public static SessionFolder of(Map<String, String> environment, Supplier<List<URI>> nodes) {
    return new SessionFolder(StateFolder.of(environment).resolve("sessions"), nodes);
  }

  /** The session that was kept under a name; empty if there is none that could be used. */
  public Optional<Session> read(String name) {
    if (!Keys.NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    try {
      JsonNode root = MAPPER.readTree(Files.readString(file(name)));
      List<String> known = new ArrayList<>();
      root.path("nodes").forEach(node -> known.add(node.asText()));
      String token = root.path("token").asText("");
      boolean here = nodes.get().stream().anyMatch(node -> known.contains(node.toString()));
      return here && token.matches("[\\x21-\\x7E]{1,128}")
          ? Optional.of(new Session(name, token))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      // Damaged: whoever it was for signs in again.
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Keeps the session for the next start. */
  void write(Session session) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("token", session.token());
    nodes.get().forEach(node -> root.withArray("nodes").add(node.toString()));
    PrivateFile.createFolder(folder);
    PrivateFile.write(file(session.name()), root.toPrettyString() + "\n");
  }

  /** The session is over; one that another client has begun since stays. */
  void delete(Session over) throws IOException {
    if (read(over.name()).filter(over::equals).isPresent()) {
      Files.deleteIfExists(file(over.name()));
    }
  }

  private Path file(String name) {
    return folder.resolve(name + ".json");
  }
}
