package dchat.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import dchat.chat.ChatCommand.Chat;
import dchat.chat.ChatCommand.RoomAdd;
import dchat.chat.ChatCommand.RoomDelete;
import dchat.chat.ChatResult.Accepted;
import dchat.chat.ChatResult.Reason;
import dchat.chat.ChatResult.Rejected;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Commands and results as bytes: one byte for the version of the format, then a CBOR array that
 * begins with the type. Commands are kept in journals, so a written format stays readable for good:
 * a change gets a new version or type.
 */
public final class ChatCodec {
  private static final int VERSION = 1;
  private static final CBORFactory CBOR = new CBORFactory();

  private ChatCodec() {}

  public static byte[] encode(ChatCommand command) {
    return write(
        cbor -> {
          cbor.writeString(typeOf(command));
          cbor.writeString(command.id());
          cbor.writeString(command.user());
          cbor.writeString(command.room());
          if (command instanceof Chat chat) {
            cbor.writeString(chat.text());
          }
        });
  }

  /**
   * @throws IllegalArgumentException if {@code bytes} aren't a command of a known version and type
   */
  public static ChatCommand decodeCommand(byte[] bytes) {
    return read(
        bytes,
        cbor -> {
          String type = text(cbor);
          String id = text(cbor);
          String user = text(cbor);
          String room = text(cbor);
          return switch (type) {
            case "chat" -> new Chat(id, user, text(cbor), room);
            case "room_add" -> new RoomAdd(id, user, room);
            case "room_delete" -> new RoomDelete(id, user, room);
            default -> throw new IllegalArgumentException("unknown command type");
          };
        });
  }

  public static byte[] encode(ChatResult result) {
    return write(
        cbor -> {
          switch (result) {
            case Accepted(long index, boolean replayed) -> {
              cbor.writeString("accepted");
              cbor.writeNumber(index);
              cbor.writeBoolean(replayed);
            }
            case Rejected(Reason reason) -> {
              cbor.writeString("rejected");
              cbor.writeString(reason.code());
            }
          }
        });
  }

  /**
   * @throws IllegalArgumentException if {@code bytes} aren't a result of a known version and type
   */
  public static ChatResult decodeResult(byte[] bytes) {
    return read(
        bytes,
        cbor ->
            switch (text(cbor)) {
              case "accepted" -> {
                require(cbor.nextToken() == JsonToken.VALUE_NUMBER_INT, "an index expected");
                long index = cbor.getLongValue();
                Boolean replayed = cbor.nextBooleanValue();
                require(replayed != null, "a flag expected");
                yield new Accepted(index, replayed);
              }
              case "rejected" -> new Rejected(reason(text(cbor)));
              default -> throw new IllegalArgumentException("unknown result type");
            });
  }

  private static String typeOf(ChatCommand command) {
    return switch (command) {
      case Chat chat -> "chat";
      case RoomAdd add -> "room_add";
      case RoomDelete delete -> "room_delete";
    };
  }

  private static Reason reason(String code) {
    for (Reason reason : Reason.values()) {
      if (reason.code().equals(code)) {
        return reason;
      }
    }
    throw new IllegalArgumentException("unknown reason " + code);
  }

  private interface Writing {
    void to(CBORGenerator cbor) throws IOException;
  }

  private interface Reading<T> {
    T from(JsonParser cbor) throws IOException;
  }

  private static byte[] write(Writing content) {
    var bytes = new ByteArrayOutputStream(128);
    bytes.write(VERSION);
    try (CBORGenerator cbor = CBOR.createGenerator(bytes)) {
      cbor.writeStartArray();
      content.to(cbor);
      cbor.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("can't happen in memory", e);
    }
    return bytes.toByteArray();
  }

  private static <T> T read(byte[] bytes, Reading<T> content) {
    require(bytes.length > 1, "too short");
    require(bytes[0] == VERSION, "unknown format version");
    try (JsonParser cbor = CBOR.createParser(bytes, 1, bytes.length - 1)) {
      require(cbor.nextToken() == JsonToken.START_ARRAY, "an array expected");
      T value = content.from(cbor);
      require(cbor.nextToken() == JsonToken.END_ARRAY, "more fields than expected");
      require(cbor.nextToken() == null, "more bytes than expected");
      return value;
    } catch (IOException e) {
      throw new IllegalArgumentException("not readable: " + e.getMessage(), e);
    }
  }

  private static String text(JsonParser cbor) throws IOException {
    String value = cbor.nextTextValue();
    require(value != null, "a string expected");
    return value;
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
