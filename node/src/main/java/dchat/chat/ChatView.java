package dchat.chat;

import java.util.Map;

/**
 * The small part of the chat state that is kept in memory, as of one applied index.
 *
 * @param appliedIndex index of the last applied entry, 0 for an empty state
 * @param appliedTerm term of that entry
 * @param rooms every existing room by name; unmodifiable
 */
public record ChatView(long appliedIndex, long appliedTerm, Map<String, Room> rooms) {}
