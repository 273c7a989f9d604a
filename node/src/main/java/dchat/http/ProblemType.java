package dchat.http;

/** Every kind of error the API knows. Codes are stable: clients and scripts rely on them. */
enum ProblemType {
  MALFORMED_JSON(400, "malformed-json", "The body isn't one JSON object"),
  MISSING_FIELD(400, "missing-field", "A field is missing"),
  BLANK_FIELD(400, "blank-field", "A field is blank"),
  WRONG_FIELD_TYPE(400, "wrong-field-type", "A field is of another type"),
  DUPLICATE_FIELD(400, "duplicate-field", "A field is there twice"),
  UNKNOWN_FIELD(400, "unknown-field", "A field isn't known"),
  UNKNOWN_TYPE(400, "unknown-type", "The type of command isn't known"),
  INVALID_NAME(400, "invalid-name", "A name isn't valid"),
  INVALID_ID(400, "invalid-id", "The id isn't valid"),
  INVALID_PARAMETER(400, "invalid-parameter", "A query parameter isn't valid"),
  INVALID_LAST_EVENT_ID(400, "invalid-last-event-id", "Last-Event-ID isn't valid"),
  INVALID_MIN_INDEX(400, "invalid-min-index", "X-DChat-Min-Index isn't valid"),
  BAD_REQUEST(400, "bad-request", "The request can't be read"),
  SIGN_IN_REQUIRED(401, "sign-in-required", "This takes a session"),
  SESSION_ENDED(401, "session-ended", "The session is over"),
  SESSION_SUPERSEDED(401, "session-superseded", "Another device took over the session"),
  BAD_CREDENTIALS(401, "bad-credentials", "Name and password don't belong together"),
  NAME_REGISTERED(401, "name-registered", "The name is registered"),
  ADMIN_TOKEN_REQUIRED(401, "admin-token-required", "This takes the admin token"),
  NOT_YOUR_NAME(403, "not-your-name", "The session is another name's"),
  NOT_YOURS(403, "not-yours", "The message is somebody else's"),
  ADMIN_ONLY(403, "admin-only", "Only an administrator may do this"),
  NOT_FOUND(404, "not-found", "There is nothing at this path"),
  UNKNOWN_ROOM(404, "unknown-room", "There is no such room"),
  UNKNOWN_ACCOUNT(404, "unknown-account", "There is no such account"),
  UNKNOWN_MESSAGE(404, "unknown-message", "There is no such message"),
  METHOD_NOT_ALLOWED(405, "method-not-allowed", "The path doesn't take this method"),
  REDIRECTED_AS_GET(405, "redirected-as-get", "A redirected POST arrived as GET"),
  REQUEST_TIMEOUT(408, "request-timeout", "The body didn't arrive in time"),
  NAME_TAKEN(409, "name-taken", "The name is taken"),
  ALREADY_LOGGED_IN(409, "already-logged-in", "Another device is signed in"),
  ROOM_EXISTS(409, "room-exists", "The room exists already"),
  ROOM_PROTECTED(409, "room-protected", "The room can't be deleted"),
  CHANGE_UNDER_WAY(409, "change-under-way", "Another change of the members comes first"),
  MEMBER_EXISTS(409, "member-exists", "The members have this id or address already"),
  LAST_VOTER(409, "last-voter", "The last voter can't be removed"),
  NOT_A_VOTER(409, "not-a-voter", "Only a voter can lead"),
  BODY_TOO_LARGE(413, "body-too-large", "The body is too large"),
  TEXT_TOO_LONG(413, "text-too-long", "The text is too long"),
  FORBIDDEN_CHARACTER(422, "forbidden-character", "The text has a forbidden character"),
  PASSWORD_LENGTH(422, "password-length", "The password is too short or too long"),
  COMMON_PASSWORD(422, "common-password", "The password is too easily guessed"),
  INVALID_ADDRESS(422, "invalid-address", "An address isn't valid"),
  ID_REUSED(422, "id-reused", "The id belongs to another command"),
  TOO_MANY_ATTEMPTS(429, "too-many-attempts", "Too many attempts"),
  TOO_MANY_REQUESTS(429, "too-many-requests", "Too many requests"),
  INTERNAL(500, "internal", "The node failed"),
  NOT_READY(503, "not-ready", "The node isn't ready"),
  OVERLOADED(503, "overloaded", "Too much is in flight"),
  NO_QUORUM(503, "no-quorum", "No majority confirms it"),
  BEHIND(503, "behind", "The node hasn't come that far"),
  TRANSFER_FAILED(503, "transfer-failed", "Leadership wasn't handed over"),
  UNAVAILABLE(503, "unavailable", "The node can't answer now"),
  OUTCOME_UNKNOWN(504, "outcome-unknown", "Whether it was committed isn't known");

  final int status;
  final String code;
  final String title;

  ProblemType(int status, String code, String title) {
    this.status = status;
    this.code = code;
    this.title = title;
  }
}
