package dchat.raft;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Consensus' own records as CBOR, for what is stored: the log must be readable for years. */
final class RaftCbor {
  private static final ObjectMapper MAPPER =
      CBORMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new ParameterNamesModule())
          .build();

  private RaftCbor() {}

  static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (IOException e) {
      throw new UncheckedIOException("can't encode a " + value.getClass().getSimpleName(), e);
    }
  }

  static Membership readMembership(byte[] bytes) {
    return read(bytes, Membership.class);
  }

  /**
   * @throws UncheckedIOException if {@code bytes} aren't a {@code type}
   */
  static <T> T read(byte[] bytes, Class<T> type) {
    try {
      return MAPPER.readValue(bytes, type);
    } catch (IOException e) {
      throw new UncheckedIOException("not a readable " + type.getSimpleName(), e);
    }
  }
}
