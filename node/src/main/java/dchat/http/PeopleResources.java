package dchat.http;

import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;

/** The paths of accounts and sessions. */
final class PeopleResources {
  private PeopleResources() {}

  static Resources all(
      ActorSystem<?> system,
      HttpSettings settings,
      HttpInputs inputs,
      Freshness freshness,
      Access access,
      Proposals proposals,
      Executor blocking) {
    var passwords = new Passwords(inputs.accounts());
    var limits = new LoginLimits(inputs);
    var check = new PasswordCheck(inputs, freshness, passwords, limits, proposals, blocking);
    var accounts =
        new AccountEndpoints(
            system, settings, inputs, access, proposals, passwords, check, limits, blocking);
    var sessions =
        new SessionEndpoints(
            system, settings, inputs.accounts(), access, proposals, passwords, check);
    return new Resources()
        .on("POST", "/v1/accounts", accounts::register)
        .on("GET", "/v1/accounts", accounts::find)
        .on("DELETE", "/v1/accounts/me", accounts::delete)
        .on("PUT", "/v1/accounts/me/password", accounts::changePassword)
        .on("POST", "/v1/session", sessions::logIn)
        .on("DELETE", "/v1/session", sessions::logOut);
  }
}
