package dchat.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of the replicated tables as bytes, for snapshots: a chunk is one byte for the version of the
 * format, then one CBOR array per row that begins with the table's name.
 */
final class SnapshotRows {
  /** Every table of the replicated state, in the order in which a snapshot holds them. */
  static final List<String> TABLES =
      List.of(
          "chat_applied",
          "chat_room",
          "chat_event",
          "chat_accepted",
          "chat_account",
          "chat_password",
          "chat_dm",
          "chat_dm_pair",
          "chat_read_marker");

  static final byte VERSION = 1;

  private static final CBORFactory CBOR = new CBORFactory();

  /** One row; a cell is a String, a Long, a byte[] or null. */
  record Row(String table, List<Object> cells) {}

  private SnapshotRows() {}

  /** The row that {@code at} stands on. */
  static byte[] encode(String table, ResultSet at) throws SQLException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CBORGenerator cbor = CBOR.createGenerator(bytes)) {
      cbor.writeStartArray();
      cbor.writeString(table);
      int columns = at.getMetaData().getColumnCount();
      for (int column = 1; column <= columns; column++) {
        write(cbor, at.getObject(column));
      }
      cbor.writeEndArray();
    } catch (IOException e) {
      throw new IllegalStateException("a row of " + table + " can't be encoded", e);
    }
    return bytes.toByteArray();
  }

  private static void write(CBORGenerator cbor, Object cell) throws IOException {
    switch (cell) {
      case null -> cbor.writeNull();
      case String text -> cbor.writeString(text);
      case Number number -> cbor.writeNumber(number.longValue());
      case byte[] blob -> cbor.writeBinary(blob);
      default -> throw new IOException("a cell of type " + cell.getClass().getName());
    }
  }

  /**
   * @throws IllegalArgumentException if {@code chunk} isn't one of this version, or names a table
   *     that isn't part of the state
   */
  static List<Row> decode(byte[] chunk) {
    if (chunk.length == 0 || chunk[0] != VERSION) {
      throw new IllegalArgumentException("not a part of a snapshot of format " + VERSION);
    }
    List<Row> rows = new ArrayList<>();
    try (JsonParser cbor = CBOR.createParser(chunk, 1, chunk.length - 1)) {
      while (cbor.nextToken() != null) {
        rows.add(readRow(cbor));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("a part of a snapshot is damaged", e);
    }
    return rows;
  }

  private static Row readRow(JsonParser cbor) throws IOException {
    String table = cbor.nextTextValue();
    if (table == null || !TABLES.contains(table)) {
      throw new IllegalArgumentException("a snapshot has no table " + table);
    }
    List<Object> cells = new ArrayList<>();
    for (JsonToken token = cbor.nextToken();
        token != JsonToken.END_ARRAY;
        token = cbor.nextToken()) {
      cells.add(
          switch (token) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> cbor.getText();
            case VALUE_NUMBER_INT -> cbor.getLongValue();
            case VALUE_EMBEDDED_OBJECT -> cbor.getBinaryValue();
            case null, default -> throw new IOException("an unexpected " + token);
          });
    }
    return new Row(table, cells);
  }
}
