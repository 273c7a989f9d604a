package dchat.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dchat.chat.ChatResult.Accepted;
import dchat.chat.ChatResult.Reason;
import dchat.chat.ChatResult.Rejected;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChatCodecTest {
  private static final List<ChatCommand> COMMANDS =
      List.of(
          new ChatCommand.Chat("id-1", "ann", "hello \uD83D\uDE00\n\tworld", "general"),
          new ChatCommand.RoomAdd("id-2", "ann", "ops"),
          new ChatCommand.RoomDelete("id-3", "ann", "ops"));

  @Test
  void every_command_survives_the_way_through_bytes() {
    for (ChatCommand command : COMMANDS) {
      assertThat(ChatCodec.decodeCommand(ChatCodec.encode(command))).isEqualTo(command);
    }
  }

  @Test
  void every_result_survives_the_way_through_bytes() {
    assertThat(ChatCodec.decodeResult(ChatCodec.encode(new Accepted(Long.MAX_VALUE, true))))
        .isEqualTo(new Accepted(Long.MAX_VALUE, true));
    for (Reason reason : Reason.values()) {
      assertThat(ChatCodec.decodeResult(ChatCodec.encode(new Rejected(reason))))
          .isEqualTo(new Rejected(reason));
    }
  }

  /** Journals hold these bytes for years: if this fails, the change needs a new format version. */
  @Test
  void the_first_format_stays_as_it_is_in_journals() {
    byte[] written =
        HexFormat.of()
            .parseHex(
                "019f6463686174626964"
                    + "63616e6e"
                    + "67"
                    + hex("general")
                    + "62"
                    + hex("hi")
                    + "ff");
    assertThat(ChatCodec.decodeCommand(written))
        .isEqualTo(new ChatCommand.Chat("id", "ann", "hi", "general"));
    assertThat(ChatCodec.encode(new ChatCommand.Chat("id", "ann", "hi", "general")))
        .isEqualTo(written);
  }

  @Test
  void an_unknown_version_is_refused_by_name() {
    byte[] bytes = ChatCodec.encode(COMMANDS.getFirst());
    bytes[0] = 2;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChatCodec.decodeCommand(bytes))
        .withMessageContaining("version");
  }

  @Test
  void a_cut_or_lengthened_command_is_refused() {
    byte[] bytes = ChatCodec.encode(COMMANDS.getFirst());
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatIllegalArgumentException().isThrownBy(() -> ChatCodec.decodeCommand(cut));
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatIllegalArgumentException().isThrownBy(() -> ChatCodec.decodeCommand(longer));
  }

  @Test
  void random_bytes_are_a_valid_command_or_refused_and_nothing_else() {
    var random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = ChatCodec.encode(COMMANDS.get(i % COMMANDS.size()));
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[1 + random.nextInt(bytes.length - 1)] = (byte) random.nextInt();
      }
      try {
        ChatCommand command = ChatCodec.decodeCommand(bytes);
        assertThat(ChatCodec.decodeCommand(ChatCodec.encode(command))).isEqualTo(command);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static String hex(String ascii) {
    return HexFormat.of().formatHex(ascii.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }
}
