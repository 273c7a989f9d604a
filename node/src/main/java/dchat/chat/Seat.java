package dchat.chat;

/**
 * Who acts, as the node found by a session's token: the state machine checks that this session
 * still lives when its turn comes in the log.
 *
 * @param account id of the account: log index at which it was made
 * @param session log index at which the session began
 */
public record Seat(long account, long session) {}
