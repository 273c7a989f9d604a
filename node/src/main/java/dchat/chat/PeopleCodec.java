package dchat.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import dchat.chat.PeopleCommand.AsMember;
import dchat.chat.PeopleCommand.ChangePassword;
import dchat.chat.PeopleCommand.DeleteAccount;
import dchat.chat.PeopleCommand.DeleteDirect;
import dchat.chat.PeopleCommand.DeleteMessage;
import dchat.chat.PeopleCommand.KeepAlive;
import dchat.chat.PeopleCommand.LogIn;
import dchat.chat.PeopleCommand.LogOut;
import dchat.chat.PeopleCommand.MoveMarker;
import dchat.chat.PeopleCommand.PasswordFailed;
import dchat.chat.PeopleCommand.Register;
import dchat.chat.PeopleCommand.SendDirect;
import dchat.chat.PeopleCommand.SetTopic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * {@link PeopleCommand}s as bytes: one byte that tells them from {@link ChatCodec}'s, then a CBOR
 * array that begins with the type. What is written stays readable for good.
 */
final class PeopleCodec {
  static final int VERSION = 2;
  private static final CBORFactory CBOR = new CBORFactory();

  private PeopleCodec() {}

  static byte[] encode(PeopleCommand command) {
    var bytes = new ByteArrayOutputStream(256);
    bytes.write(VERSION);
    try (CBORGenerator cbor = CBOR.createGenerator(bytes)) {
      cbor.writeStartArray();
      write(command, new Out(cbor));
      cbor.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("can't happen in memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(PeopleCommand command, Out out) throws IOException {
    switch (command) {
      case AsMember(Seat seat, ChatCommand chat) ->
          out.text("as_member").seat(seat).bytes(ChatCodec.encode(chat));
      case Register(String id, String name, String phc) ->
          out.text("register").text(id).text(name).text(phc);
      case LogIn in ->
          out.text("log_in")
              .text(in.id())
              .number(in.account())
              .number(in.passwordIndex())
              .text(in.tokenHash())
              .number(in.takeover() ? 1 : 0)
              .number(in.idleMillis())
              .number(in.totalMillis())
              .text(in.newPhc().orElse(""));
      case LogOut(Seat seat) -> out.text("log_out").seat(seat);
      case KeepAlive(Seat seat) -> out.text("keep_alive").seat(seat);
      case PasswordFailed(long account) -> out.text("password_failed").number(account);
      case ChangePassword(String id, Seat seat, long passwordIndex, String phc) ->
          out.text("change_password").text(id).seat(seat).number(passwordIndex).text(phc);
      case DeleteAccount(Seat seat, long passwordIndex) ->
          out.text("delete_account").seat(seat).number(passwordIndex);
      case SetTopic(String id, Seat seat, String room, String topic) ->
          out.text("set_topic").text(id).seat(seat).text(room).text(topic);
      case DeleteMessage(Seat seat, String room, String messageId) ->
          out.text("delete_message").seat(seat).text(room).text(messageId);
      case SendDirect(String id, Seat seat, long to, String text) ->
          out.text("send_direct").text(id).seat(seat).number(to).text(text);
      case DeleteDirect(Seat seat, long to, String messageId) ->
          out.text("delete_direct").seat(seat).number(to).text(messageId);
      case MoveMarker(Seat seat, Conversation.InRoom(String room), long marker) ->
          out.text("read_room").seat(seat).text(room).number(marker);
      case MoveMarker(Seat seat, Conversation.With(long partner, String name), long marker) ->
          out.text("read_direct").seat(seat).number(partner).text(name).number(marker);
    }
  }

  /**
   * @throws IllegalArgumentException if {@code bytes} aren't such a command of a known type
   */
  static PeopleCommand decode(byte[] bytes) {
    try (JsonParser cbor = CBOR.createParser(bytes, 1, bytes.length - 1)) {
      require(bytes[0] == VERSION && cbor.nextToken() == JsonToken.START_ARRAY);
      PeopleCommand command = read(new In(cbor));
      require(cbor.nextToken() == JsonToken.END_ARRAY && cbor.nextToken() == null);
      return command;
    } catch (IOException e) {
      throw new IllegalArgumentException("not readable", e);
    }
  }

  private static PeopleCommand read(In in) throws IOException {
    return switch (in.text()) {
      case "as_member" -> new AsMember(in.seat(), ChatCodec.decodeCommand(in.bytes()));
      case "register" -> new Register(in.text(), in.text(), in.text());
      case "log_in" ->
          new LogIn(
              in.text(),
              in.number(),
              in.number(),
              in.text(),
              in.number() == 1,
              in.number(),
              in.number(),
              Optional.of(in.text()).filter(phc -> !phc.isEmpty()));
      case "log_out" -> new LogOut(in.seat());
      case "keep_alive" -> new KeepAlive(in.seat());
      case "password_failed" -> new PasswordFailed(in.number());
      case "change_password" -> new ChangePassword(in.text(), in.seat(), in.number(), in.text());
      case "delete_account" -> new DeleteAccount(in.seat(), in.number());
      case "set_topic" -> new SetTopic(in.text(), in.seat(), in.text(), in.text());
      case "delete_message" -> new DeleteMessage(in.seat(), in.text(), in.text());
      case "send_direct" -> new SendDirect(in.text(), in.seat(), in.number(), in.text());
      case "delete_direct" -> new DeleteDirect(in.seat(), in.number(), in.text());
      case "read_room" ->
          new MoveMarker(in.seat(), new Conversation.InRoom(in.text()), in.number());
      case "read_direct" ->
          new MoveMarker(in.seat(), new Conversation.With(in.number(), in.text()), in.number());
      default -> throw new IllegalArgumentException("unknown command type");
    };
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new IllegalArgumentException("not a command of this format");
    }
  }

  private record Out(CBORGenerator cbor) {
    Out text(String value) throws IOException {
      cbor.writeString(value);
      return this;
    }

    Out number(long value) throws IOException {
      cbor.writeNumber(value);
      return this;
    }

    Out bytes(byte[] value) throws IOException {
      cbor.writeBinary(value);
      return this;
    }

    Out seat(Seat seat) throws IOException {
      return number(seat.account()).number(seat.session());
    }
  }

  /** Reads in the order of its calls, as Java evaluates arguments. */
  private record In(JsonParser cbor) {
    String text() throws IOException {
      String value = cbor.nextTextValue();
      require(value != null);
      return value;
    }

    long number() throws IOException {
      require(cbor.nextToken() == JsonToken.VALUE_NUMBER_INT);
      return cbor.getLongValue();
    }

    byte[] bytes() throws IOException {
      require(cbor.nextToken() == JsonToken.VALUE_EMBEDDED_OBJECT);
      return cbor.getBinaryValue();
    }

    Seat seat() throws IOException {
      return new Seat(number(), number());
    }
  }
}
