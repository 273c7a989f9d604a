package dchat.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dchat.chat.ChatSyntax;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** The fields of a request's JSON body, read strictly. No problem quotes a value. */
final class Fields {
  private final ObjectNode object;

  private Fields(ObjectNode object) {
    this.object = object;
  }

  /**
   * @throws ProblemException if it isn't one JSON object of fields that are {@code known}
   */
  static Fields of(byte[] body, List<String> known) {
    ObjectNode object = Json.readObject(body);
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw Problem.ofField(
                        ProblemType.UNKNOWN_FIELD,
                        name.length() <= 64 ? name : name.substring(0, 64),
                        "Fields are " + String.join(", ", known) + ".")
                    .asException();
              }
            });
    return new Fields(object);
  }

  /** A string that has to be there; may be blank. */
  String required(String field) {
    return optional(field).orElseThrow(() -> missing(field));
  }

  /** A string that needn't be there. */
  Optional<String> optional(String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrongType(field, "a string");
    }
    return Optional.of(value.asText());
  }

  /** A name of a person or room. */
  String name(String field) {
    String value = required(field);
    if (value.isBlank()) {
      throw Problem.ofField(ProblemType.BLANK_FIELD, field, field + " is blank.").asException();
    }
    return requireName(field, value);
  }

  /** Something said, within {@code maxLength} Unicode characters. */
  String text(String field, int maxLength) {
    String value = required(field);
    if (value.isBlank()) {
      throw Problem.ofField(ProblemType.BLANK_FIELD, field, field + " is blank.").asException();
    }
    return requireText(field, value, maxLength);
  }

  static String requireText(String field, String value, int maxLength) {
    int length = value.codePointCount(0, value.length());
    if (length > maxLength) {
      throw Problem.ofField(
              ProblemType.TEXT_TOO_LONG,
              field,
              "%s has %d characters, %d are allowed.".formatted(field, length, maxLength))
          .asException();
    }
    OptionalInt forbidden = ChatSyntax.forbiddenCharacter(value);
    if (forbidden.isPresent()) {
      throw Problem.ofField(
              ProblemType.FORBIDDEN_CHARACTER,
              field,
              "%s has the character U+%04X; of the control characters only newline and tab are"
                      .formatted(field, forbidden.getAsInt())
                  + " allowed.")
          .asException();
    }
    return value;
  }

  boolean flag(String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw wrongType(field, "true or false");
    }
    return value.asBoolean();
  }

  /** A whole number from 0 on. */
  long number(String field) {
    JsonNode value = present(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
      throw wrongType(field, "a whole number from 0 on");
    }
    return value.asLong();
  }

  static String requireName(String field, String value) {
    if (!ChatSyntax.isName(value)) {
      throw Problem.ofField(
              ProblemType.INVALID_NAME,
              field,
              field + " must be 1 to 32 characters of A-Z a-z 0-9 _ . -.")
          .asException();
    }
    return value;
  }

  static String requireId(String field, String value) {
    if (!ChatSyntax.isId(value)) {
      throw Problem.ofField(
              ProblemType.INVALID_ID, field, field + " must be 1 to 64 visible ASCII characters.")
          .asException();
    }
    return value;
  }

  /** {@code Idempotency-Key}, by which a repetition is known; without one, no repetition is. */
  static String idempotencyKeyOrNew(HttpRequest request) {
    return request
        .getHeader("Idempotency-Key")
        .map(header -> requireId("Idempotency-Key", header.value()))
        .orElseGet(Fields::newId);
  }

  /** For a command that its client gave none. */
  static String newId() {
    return UUID.randomUUID().toString();
  }

  private JsonNode present(String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      throw missing(field);
    }
    return value;
  }

  private static ProblemException missing(String field) {
    return Problem.ofField(ProblemType.MISSING_FIELD, field, field + " is missing.").asException();
  }

  private static ProblemException wrongType(String field, String wanted) {
    return Problem.ofField(ProblemType.WRONG_FIELD_TYPE, field, field + " must be " + wanted + ".")
        .asException();
  }
}
