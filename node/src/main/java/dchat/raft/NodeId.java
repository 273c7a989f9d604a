package dchat.raft;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The name of a node, unique in its cluster and kept for the life of its data.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 _ . -}
 */
public record NodeId(@JsonValue String value) implements Comparable<NodeId> {
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  /**
   * @throws IllegalArgumentException if {@code value} isn't a valid name
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public NodeId {
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "node id '" + value + "' must be 1 to 64 characters of A-Z a-z 0-9 _ . -");
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
