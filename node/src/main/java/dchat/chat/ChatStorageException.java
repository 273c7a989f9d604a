package dchat.chat;

/** The chat tables couldn't be read or written, or what is to be written isn't understood. */
public final class ChatStorageException extends RuntimeException {
  ChatStorageException(String message) {
    super(message);
  }

  ChatStorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
