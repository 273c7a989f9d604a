package dchat.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Argon2idTest {
  private static final byte[] SALT = filled(16, 2);

  /** RFC 9106, section 5.3. */
  @Test
  void the_rfcs_vector_comes_out() {
    byte[] tag = new Argon2id(32, 3, 4).raw(filled(32, 1), SALT, filled(8, 3), filled(12, 4), 32);
    assertThat(HexFormat.of().formatHex(tag))
        .isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
  }

  @Test
  void a_phc_string_carries_what_it_takes_to_check_a_password() {
    String phc = new Argon2id(64, 2, 1).hash(Argon2id.bytes("correct horse"), SALT);
    assertThat(phc).startsWith("$argon2id$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$");
    assertThat(Argon2id.verify(Argon2id.bytes("correct horse"), phc)).isTrue();
    assertThat(Argon2id.verify(Argon2id.bytes("correct horsf"), phc)).isFalse();
    assertThat(Argon2id.verify(Argon2id.bytes(""), phc)).isFalse();
  }

  @Test
  void a_hash_by_other_parameters_is_outdated() {
    String phc = new Argon2id(64, 2, 1).hash(Argon2id.bytes("correct horse"), SALT);
    assertThat(new Argon2id(64, 2, 1).isOutdated(phc)).isFalse();
    assertThat(new Argon2id(128, 2, 1).isOutdated(phc)).isTrue();
    assertThat(new Argon2id(64, 3, 1).isOutdated(phc)).isTrue();
  }

  @Test
  void what_is_no_phc_string_is_refused() {
    assertThatThrownBy(() -> Argon2id.verify(new byte[8], "$argon2i$v=19$m=8,t=1,p=1$AA$AA"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
