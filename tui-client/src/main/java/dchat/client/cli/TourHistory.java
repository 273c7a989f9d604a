package dchat.client.cli;

import dchat.client.api.ChatEvent;
import dchat.client.api.ClusterClient;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What one node, or one event stream, tells of a conversation, held against what was acknowledged.
 * May be asked by one thread while another adds to it.
 */
final class TourHistory {
  private static final int SHOWN_DIGEST_CHARACTERS = 12;

  private final Map<String, Long> places = new HashMap<>();
  private final List<String> faults = new ArrayList<>();
  private final MessageDigest digest;
  private long last;

  TourHistory() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  synchronized void add(ChatEvent event) {
    if (event.index() <= last) {
      faults.add("index " + event.index() + " comes after " + last);
    }
    last = event.index();
    if (places.put(event.id(), event.index()) != null) {
      faults.add("the line " + event.id() + " is there twice");
    }
    digest.update((ClusterClient.toJson(event) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** How many events it has told. */
  synchronized int size() {
    return places.size();
  }

  /**
   * What is wrong with it, in words; empty if it has every acknowledged line once, in order, at the
   * place that was acknowledged.
   *
   * @param acknowledged the index that each line's id was answered with
   */
  synchronized List<String> faults(Map<String, Long> acknowledged) {
    List<String> all = new ArrayList<>(faults);
    acknowledged.forEach(
        (id, index) -> {
          Long found = places.get(id);
          if (found == null) {
            all.add("the line " + id + ", acknowledged with index " + index + ", is lost");
          } else if (!found.equals(index)) {
            all.add("the line %s is at index %d, acknowledged with %d".formatted(id, found, index));
          }
        });
    return all;
  }

  /** The same for the same events in the same order, and for nothing else. To be asked once. */
  synchronized String fingerprint() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, SHOWN_DIGEST_CHARACTERS);
  }
}
