package dchat.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106), the slow hash of passwords, and its PHC string, which carries what it takes
 * to compute it again.
 *
 * @param memoryKib memory it fills
 * @param iterations passes over that memory
 * @param lanes degree of parallelism; computed one after the other here
 */
record Argon2id(int memoryKib, int iterations, int lanes) {
  private static final int HASH_BYTES = 32;
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,4}),p=([0-9]{1,3})"
              + "\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

  /** Hashes a password to a PHC string. */
  String hash(byte[] password, byte[] salt) {
    return phc(salt, raw(password, salt, new byte[0], new byte[0], HASH_BYTES));
  }

  /** A PHC string of these parameters that no password fits, and that takes as long to refuse. */
  String unmatched(int saltBytes) {
    return phc(new byte[saltBytes], new byte[HASH_BYTES]);
  }

  private String phc(byte[] salt, byte[] hash) {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            memoryKib, iterations, lanes, base64.encodeToString(salt), base64.encodeToString(hash));
  }

  /**
   * Whether this is the password; takes the same time if it isn't.
   *
   * @throws IllegalArgumentException if {@code phc} isn't an Argon2id PHC string
   */
  static boolean verify(byte[] password, String phc) {
    Matcher parts = parts(phc);
    byte[] salt = Base64.getDecoder().decode(parts.group(4));
    byte[] expected = Base64.getDecoder().decode(parts.group(5));
    byte[] found = of(parts).raw(password, salt, new byte[0], new byte[0], expected.length);
    return MessageDigest.isEqual(found, expected);
  }

  /** Whether {@code phc} was computed with other parameters than these. */
  boolean isOutdated(String phc) {
    return !of(parts(phc)).equals(this);
  }

  private static Argon2id of(Matcher parts) {
    return new Argon2id(
        Integer.parseInt(parts.group(1)),
        Integer.parseInt(parts.group(2)),
        Integer.parseInt(parts.group(3)));
  }

  private static Matcher parts(String phc) {
    return Optional.of(PHC.matcher(phc))
        .filter(Matcher::matches)
        .orElseThrow(() -> new IllegalArgumentException("not an Argon2id PHC string"));
  }

  byte[] raw(byte[] password, byte[] salt, byte[] secret, byte[] associated, int length) {
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(iterations)
            .withParallelism(lanes)
            .withSalt(salt)
            .withSecret(secret)
            .withAdditional(associated)
            .build());
    byte[] hash = new byte[length];
    generator.generateBytes(password, hash);
    return hash;
  }

  /** A password's bytes. */
  static byte[] bytes(String password) {
    return password.getBytes(StandardCharsets.UTF_8);
  }
}
