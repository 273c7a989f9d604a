package dchat.http;

import dchat.chat.Account;
import dchat.chat.PeopleCommand;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** Whether a password is somebody's, throttled, with the same answer and work whatever is wrong. */
final class PasswordCheck {
  private final HttpInputs inputs;
  private final Freshness freshness;
  private final Passwords passwords;
  private final LoginLimits limits;
  private final Proposals proposals;
  private final Executor blocking;

  PasswordCheck(
      HttpInputs inputs,
      Freshness freshness,
      Passwords passwords,
      LoginLimits limits,
      Proposals proposals,
      Executor blocking) {
    this.inputs = inputs;
    this.freshness = freshness;
    this.passwords = passwords;
    this.limits = limits;
    this.proposals = proposals;
    this.blocking = blocking;
  }

  /**
   * A right password and what it was compared with.
   *
   * @param account with the index of the password that is right
   */
  record Right(Account account, String phc) {}

  /** Fails with a {@link ProblemException} if it isn't the password of this account. */
  CompletionStage<Account> require(HttpRequest request, Account account, String password) {
    return require(request, account.name(), password)
        .thenApply(
            right -> {
              if (right.account().id() != account.id()) {
                throw Rejections.badCredentials().asException();
              }
              return right.account();
            });
  }

  /** Fails with a {@link ProblemException} if there is no account with this name and password. */
  CompletionStage<Right> require(HttpRequest request, String name, String password) {
    limits.beforePassword(request, name, inputs.people().named(name));
    // So that whoever registered or changed the password elsewhere a moment ago is known here.
    return freshness
        .awaitConfirmed()
        .thenApplyAsync(fresh -> stored(name), blocking)
        .thenCompose(
            stored ->
                passwords
                    .isRight(password, stored.map(Right::phc))
                    .thenApply(
                        right -> {
                          if (right) {
                            limits.onRightPassword(request, name);
                            return stored.orElseThrow();
                          }
                          stored.ifPresent(
                              s ->
                                  proposals.tell(
                                      new PeopleCommand.PasswordFailed(s.account().id())));
                          throw Rejections.badCredentials().asException();
                        }));
  }

  /** The account is read first: a password set since then has another index, and is refused. */
  private Optional<Right> stored(String name) {
    return inputs
        .people()
        .named(name)
        .flatMap(
            account -> inputs.queries().password(account.id()).map(phc -> new Right(account, phc)));
  }
}
