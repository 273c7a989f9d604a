package dchat.chat;

import dchat.raft.StateMachine;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A {@link Backup} in a file. It is read from one end to the other before anything is made of it,
 * so that a damaged one leaves nothing behind.
 */
public final class BackupFile {
  private static final int MAX_LINE_BYTES = 64 * 1024;

  /** A part is one row at least; the largest row is far smaller. */
  private static final int MAX_PART_BYTES = 64 * 1024 * 1024;

  /** Why a file is no use, in one line that names it. */
  public static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unusable(String message) {
      super(message);
    }
  }

  private final Path file;
  private final Backup.Header header;

  private BackupFile(Path file, Backup.Header header) {
    this.file = file;
    this.header = header;
  }

  /**
   * Checks all of it.
   *
   * @throws Unusable if it can't be read, is no backup, or not a whole one
   */
  public static BackupFile check(Path file) {
    return new BackupFile(file, read(file, part -> {}));
  }

  public Backup.Header header() {
    return header;
  }

  /**
   * Hands on the state in parts, in order.
   *
   * @throws Unusable if the file has changed since it was checked, or was written by a version with
   *     other tables
   */
  void writeTo(StateMachine.SnapshotWriter writer) {
    read(file, part -> write(writer, part));
  }

  private void write(StateMachine.SnapshotWriter writer, byte[] part) {
    try {
      writer.write(part);
    } catch (IllegalArgumentException e) {
      throw new Unusable(file + " was written by another version of DChat: " + e.getMessage());
    }
  }

  private static Backup.Header read(Path file, Consumer<byte[]> parts) {
    MessageDigest digest = Backup.sha256();
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        DataInputStream in = new DataInputStream(new DigestInputStream(raw, digest))) {
      requireMagic(file, raw, in);
      Backup.Header header =
          line(in, MAX_LINE_BYTES)
              .flatMap(Backup.Header::parse)
              .orElseThrow(() -> new Unusable(file + " is damaged: its second line"));
      int number = 0;
      for (int length = in.readInt(); length != 0; length = in.readInt()) {
        number++;
        int checksum = in.readInt();
        if (length < 0 || length > MAX_PART_BYTES) {
          throw new Unusable(file + " is damaged: part " + number);
        }
        byte[] part = in.readNBytes(length);
        if (part.length < length) {
          throw new EOFException();
        }
        if (Backup.checksum(part) != checksum) {
          throw new Unusable(file + " is damaged: part " + number);
        }
        parts.accept(part);
      }
      byte[] expected = digest.digest();
      byte[] found = raw.readNBytes(Backup.SHA_256_BYTES);
      if (found.length < Backup.SHA_256_BYTES) {
        throw new EOFException();
      }
      if (!Arrays.equals(found, expected) || raw.read() >= 0) {
        throw new Unusable(file + " is damaged: its checksum is another");
      }
      return header;
    } catch (EOFException e) {
      throw new Unusable(file + " ends in the middle: it isn't a whole backup");
    } catch (NoSuchFileException e) {
      throw new Unusable("there is no file " + file);
    } catch (IOException e) {
      throw new Unusable("can't read " + file + ": " + e.getMessage());
    }
  }

  private static void requireMagic(Path file, InputStream raw, DataInputStream in)
      throws IOException {
    byte[] magic = in.readNBytes(Backup.MAGIC.length());
    if (magic.length < Backup.MAGIC.length() && raw.read() < 0 && isBeginning(magic)) {
      throw new EOFException();
    }
    if (!new String(magic, StandardCharsets.US_ASCII).equals(Backup.MAGIC)) {
      throw new Unusable(file + " is no backup of DChat");
    }
    String format = line(in, 16).orElseThrow(() -> new Unusable(file + " is no backup of DChat"));
    if (!format.equals(Integer.toString(Backup.FORMAT))) {
      throw new Unusable(
          "%s is a backup of format %s, this version reads format %d"
              .formatted(file, format.replaceAll("[^0-9]", "?"), Backup.FORMAT));
    }
  }

  private static boolean isBeginning(byte[] bytes) {
    return Backup.MAGIC.startsWith(new String(bytes, StandardCharsets.US_ASCII));
  }

  /** Up to the end of the line; empty if that isn't in sight. */
  private static Optional<String> line(DataInputStream in, int maxBytes) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (byte next = in.readByte(); next != '\n'; next = in.readByte()) {
      line.write(next);
      if (line.size() > maxBytes) {
        return Optional.empty();
      }
    }
    return Optional.of(line.toString(StandardCharsets.UTF_8));
  }
}
