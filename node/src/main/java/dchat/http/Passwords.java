package dchat.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Judges, hashes and checks passwords. A hash takes memory and time on purpose, so few are computed
 * at a time, few more wait, and what comes beyond is refused rather than allowed to starve the
 * node.
 */
final class Passwords {
  static final int MIN_BYTES = 8;
  static final int MAX_BYTES = 256;
  private static final int SALT_BYTES = 16;

  private final Argon2id parameters;
  private final ThreadPoolExecutor hashing;
  private final Set<String> common;

  /** Checked in the place of an unknown name's, so that it takes as long as a known one's. */
  private final String nobodys;

  Passwords(AccountSettings settings) {
    parameters = settings.argon2id();
    hashing =
        new ThreadPoolExecutor(
            settings.hashesAtATime(),
            settings.hashesAtATime(),
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(settings.hashesWaiting()),
            task -> {
              var thread = new Thread(task, "dchat-passwords");
              thread.setDaemon(true);
              return thread;
            });
    hashing.allowCoreThreadTimeOut(true);
    common = commonPasswords();
    nobodys = parameters.unmatched(SALT_BYTES);
  }

  /**
   * @throws ProblemException if it is too short, too long or too easily guessed
   */
  void requireGood(String field, String password, String name) {
    int bytes = Argon2id.bytes(password).length;
    if (bytes < MIN_BYTES || bytes > MAX_BYTES) {
      throw Problem.ofField(
              ProblemType.PASSWORD_LENGTH,
              field,
              "A password has %d to %d bytes.".formatted(MIN_BYTES, MAX_BYTES))
          .asException();
    }
    String lower = password.toLowerCase(Locale.ROOT);
    boolean oneCharacter = password.chars().distinct().count() == 1;
    if (oneCharacter || common.contains(lower) || lower.equals(name.toLowerCase(Locale.ROOT))) {
      throw Problem.ofField(
              ProblemType.COMMON_PASSWORD, field, "This password is among the first to be guessed.")
          .asException();
    }
  }

  /**
   * Hashes a new password. The salt is made from who and what the request is, whose id nobody uses
   * twice: so a repeated request gives the same hash and can be told from another one.
   */
  CompletionStage<String> hash(String password, String requestId, String name) {
    return slowly(() -> parameters.hash(Argon2id.bytes(password), salt(requestId, name)));
  }

  /** Whether it is the password of this hash; of nobody's, and so never, if there is none. */
  CompletionStage<Boolean> isRight(String password, Optional<String> phc) {
    byte[] bytes = Argon2id.bytes(password);
    if (bytes.length > MAX_BYTES) {
      return CompletableFuture.completedFuture(false);
    }
    return slowly(
        () -> {
          boolean right = Argon2id.verify(bytes, phc.orElse(nobodys));
          return right && phc.isPresent();
        });
  }

  boolean isOutdated(String phc) {
    return parameters.isOutdated(phc);
  }

  private <T> CompletionStage<T> slowly(Supplier<T> computing) {
    try {
      return CompletableFuture.supplyAsync(computing, hashing);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          Problem.of(ProblemType.OVERLOADED, "Too many passwords are being checked.")
              .with("Retry-After", "1")
              .asException());
    }
  }

  private static byte[] salt(String requestId, String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(("dchat salt\0" + requestId + '\0' + name).getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(digest, SALT_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private static Set<String> commonPasswords() {
    try (InputStream list = Passwords.class.getResourceAsStream("common-passwords.txt")) {
      return new String(list.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException("the list of common passwords can't be read", e);
    }
  }
}
