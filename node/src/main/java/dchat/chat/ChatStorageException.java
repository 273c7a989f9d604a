package dchat.chat;

/** The chat tables couldn't be read or written. */
public final class ChatStorageException extends RuntimeException {
  ChatStorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
