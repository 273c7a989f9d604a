package dchat.http;

import dchat.chat.PersonalQueries;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;

/** The paths of accounts and sessions, and of what people do with them. */
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
    var limits = new LoginLimits(inputs, new Callers(settings));
    var check = new PasswordCheck(inputs, freshness, passwords, limits, proposals, blocking);
    var accounts =
        new AccountEndpoints(
            system, settings, inputs, access, proposals, passwords, check, limits, blocking);
    var sessions =
        new SessionEndpoints(
            system,
            settings,
            inputs.accounts(),
            access,
            proposals,
            passwords,
            check,
            new PersonalQueries(inputs.queries()),
            blocking);
    var members = new MemberRequests(system, settings, access, proposals);
    var rooms = new RoomEndpoints(settings, inputs, freshness, access, members, blocking);
    var dms = new DirectEndpoints(settings, inputs, freshness, access, members, blocking);
    var find = new FindEndpoints(inputs, freshness, access, blocking);
    return new Resources()
        .on("GET", "/openapi.yaml", OpenApi::answer)
        .on("POST", "/v1/accounts", accounts::register)
        .on("GET", "/v1/accounts", accounts::find)
        .on("DELETE", "/v1/accounts/me", accounts::delete)
        .on("PUT", "/v1/accounts/me/password", accounts::changePassword)
        .on("POST", "/v1/session", sessions::logIn)
        .on("DELETE", "/v1/session", sessions::logOut)
        .on("GET", "/v1/rooms", rooms::list)
        .on("PUT", "/v1/rooms/{room}", rooms::make)
        .on("DELETE", "/v1/rooms/{room}", rooms::delete)
        .on("PUT", "/v1/rooms/{room}/topic", rooms::setTopic)
        .on("GET", "/v1/rooms/{room}/messages", rooms::read)
        .on("PUT", "/v1/rooms/{room}/messages/{id}", rooms::say)
        .on("DELETE", "/v1/rooms/{room}/messages/{id}", rooms::takeBack)
        .on("PUT", "/v1/rooms/{room}/read-marker", rooms::markRead)
        .on("GET", "/v1/dms", dms::list)
        .on("GET", "/v1/dms/{user}/messages", dms::read)
        .on("PUT", "/v1/dms/{user}/messages/{id}", dms::send)
        .on("DELETE", "/v1/dms/{user}/messages/{id}", dms::takeBack)
        .on("PUT", "/v1/dms/{user}/read-marker", dms::markRead)
        .on("GET", "/v1/unread", dms::unread)
        .on("GET", "/v1/users/active", find::active)
        .on("GET", "/v1/search", find::search);
  }
}
