package dchat.client.api;

import java.util.List;

/** How much somebody hasn't read yet, on whatever device, by conversation. */
public record Unread(List<InRoom> rooms, List<InDirect> directs) {
  public Unread {
    rooms = List.copyOf(rooms);
    directs = List.copyOf(directs);
  }

  /**
   * @param orMore whether counting stopped there
   */
  public record InRoom(String room, int unread, boolean orMore) {}

  /**
   * @param gone whether the other one's account was deleted
   * @param lastIndex the place of the last line in the log
   * @param orMore whether counting stopped there
   */
  public record InDirect(String user, boolean gone, long lastIndex, int unread, boolean orMore) {}
}
