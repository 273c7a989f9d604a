package dchat.http;

import dchat.chat.Account;
import dchat.chat.People;
import dchat.chat.PeopleCommand;
import dchat.chat.Seat;
import dchat.chat.Session;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Who is asking, and may they. Decided by what this node knows; a command is judged again, by the
 * state machine, when its turn comes.
 */
final class Access {
  private static final String BEARER = "Bearer ";
  private static final int MAX_TOKEN_CHARACTERS = 128;

  /** A use is noted once in a while anyway; this only keeps many requests from all doing so. */
  private static final AccountSettings.Rate NOTES_OF_USE =
      new AccountSettings.Rate(1, Duration.ofSeconds(30));

  private final People people;
  private final boolean guestsAllowed;
  private final Freshness freshness;
  private final Proposals proposals;
  private final InstantSource clock;
  private final Throttle notesOfUse = new Throttle(NOTES_OF_USE, System::nanoTime);

  Access(HttpInputs inputs, Freshness freshness, Proposals proposals) {
    people = inputs.people();
    clock = inputs.clock();
    guestsAllowed = inputs.accounts().guestsAllowed();
    this.freshness = freshness;
    this.proposals = proposals;
  }

  /**
   * Somebody signed in.
   *
   * @param account as it was when the request came
   */
  record Caller(Account account, Seat seat) {
    long id() {
      return account.id();
    }

    String name() {
      return account.name();
    }
  }

  /** Who is signed in; fails with a {@link ProblemException} if nobody is. */
  CompletionStage<Caller> member(HttpRequest request) {
    return token(request)
        .map(this::holder)
        .orElseGet(() -> CompletableFuture.failedFuture(signInRequired().asException()));
  }

  /**
   * Who reads: somebody signed in, or, where guests may, anybody. Fails with a {@link
   * ProblemException} if the caller has a token that isn't valid, or none where one is needed.
   */
  CompletionStage<Optional<Caller>> reader(HttpRequest request) {
    Optional<String> token = token(request);
    if (token.isPresent()) {
      return holder(token.get()).thenApply(Optional::of);
    }
    return guestsAllowed
        ? CompletableFuture.completedFuture(Optional.empty())
        : CompletableFuture.failedFuture(signInRequired().asException());
  }

  /** Whether the request comes with a token, valid or not. */
  static boolean hasToken(HttpRequest request) {
    return request.getHeader("Authorization").isPresent();
  }

  /** Why a guest may not speak under this name, as far as this node knows. */
  Optional<Problem> guestRefusal(String name) {
    if (!guestsAllowed) {
      return Optional.of(signInRequired());
    }
    return people.named(name).map(account -> Rejections.nameRegistered(account.name()));
  }

  /** Whether the session still counts; what its stream asks from time to time. */
  Optional<Problem> ended(Seat seat) {
    Optional<Account> account = people.withId(seat.account());
    if (account.isPresent() && account.get().isSeat(seat, clock.millis())) {
      // Who only listens uses the session too.
      noteUse(account.get().session().orElseThrow(), seat);
      return Optional.empty();
    }
    return Optional.of(
        account.flatMap(a -> howEnded(a, seat)).map(Access::problem).orElseGet(Access::over));
  }

  /** A person signed in elsewhere a moment ago may be unknown here: then this node asks. */
  private CompletionStage<Caller> holder(String token) {
    String hash = Tokens.hash(token);
    Optional<Account> known = people.withToken(hash);
    if (known.isPresent()) {
      return caller(known, hash);
    }
    return freshness.awaitConfirmed().thenCompose(fresh -> caller(people.withToken(hash), hash));
  }

  private CompletionStage<Caller> caller(Optional<Account> holder, String hash) {
    Optional<Session> session =
        holder.flatMap(Account::session).filter(s -> s.tokenHash().equals(hash));
    long now = clock.millis();
    if (session.filter(s -> s.livesAt(now)).isEmpty()) {
      Problem problem =
          holder
              .flatMap(Account::ended)
              .filter(ended -> ended.tokenHash().equals(hash))
              .map(Session.Ended::how)
              .map(Access::problem)
              .orElseGet(Access::over);
      return CompletableFuture.failedFuture(problem.asException());
    }
    var seat = new Seat(holder.orElseThrow().id(), session.get().index());
    noteUse(session.get(), seat);
    return CompletableFuture.completedFuture(new Caller(holder.get(), seat));
  }

  private void noteUse(Session session, Seat seat) {
    if (session.isWorthNoting(clock.millis())
        && notesOfUse.tryTake(Long.toString(seat.session())).isEmpty()) {
      proposals.tell(new PeopleCommand.KeepAlive(seat));
    }
  }

  private static Optional<String> token(HttpRequest request) {
    return request.getHeader("Authorization").map(HttpHeader::value).map(Access::bearer);
  }

  private static String bearer(String header) {
    boolean bearer = header.regionMatches(true, 0, BEARER, 0, BEARER.length());
    String token = bearer ? header.substring(BEARER.length()).strip() : "";
    if (token.isEmpty() || token.length() > MAX_TOKEN_CHARACTERS) {
      throw problem(
              ProblemType.SESSION_ENDED, "Authorization must be Bearer and a session's token.")
          .asException();
    }
    return token;
  }

  private static Optional<Session.End> howEnded(Account account, Seat seat) {
    return account.ended().filter(ended -> ended.index() == seat.session()).map(Session.Ended::how);
  }

  static Problem signInRequired() {
    return problem(ProblemType.SIGN_IN_REQUIRED, "Sign in first: POST /v1/session.");
  }

  static Problem over() {
    return problem(ProblemType.SESSION_ENDED, "This session is over, or never was. Sign in again.");
  }

  private static Problem problem(Session.End how) {
    return switch (how) {
      case SUPERSEDED ->
          problem(ProblemType.SESSION_SUPERSEDED, "Another device took over this session.");
      case LOGGED_OUT -> over();
    };
  }

  private static Problem problem(ProblemType type, String detail) {
    return Problem.of(type, detail).with("WWW-Authenticate", "Bearer");
  }
}
