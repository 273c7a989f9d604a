package dchat.client.tui;

import dchat.client.api.Outcome;
import dchat.client.api.Session;
import dchat.client.api.SignInOutcome;
import dchat.client.api.StreamEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * From a name to a session and back: registering, signing in and out, and what happens when the
 * cluster ends the session. What is typed meanwhile waits in the outbox.
 */
final class SigningIn {
  private static final String SIGN_IN_FIRST = "this takes an account: /login or /register";

  private final Supplier<String> newId;

  SigningIn(Supplier<String> newId) {
    this.newId = newId;
  }

  /** {@code /login}. */
  static Step login(Model model, String argument) {
    String name = argument.isEmpty() ? model.me().orElse("") : argument;
    if (!Keys.NAME.matcher(name).matches()) {
      return Step.of(error(model, "as whom? /login NAME; /users and how it begins finds names"));
    }
    return Step.of(ask(model, new Form.SignIn(name)));
  }

  /** {@code /register}. */
  static Step register(Model model, String argument) {
    if (model.identity() instanceof Identity.Member) {
      return Step.of(error(model, "you are signed in; /logout first"));
    }
    String name = argument.isEmpty() ? model.me().orElse("") : argument;
    if (!Keys.NAME.matcher(name).matches()) {
      return Step.of(error(model, "a name has 1 to 32 letters, digits, dots, dashes, underscores"));
    }
    return Step.of(
        ask(
            note(model, "choose a password for " + name + ", 8 characters or more; Esc cancels"),
            new Form.Register(name)));
  }

  /** {@code /logout}. */
  static Step logout(Model model) {
    return model
        .identity()
        .signedIn()
        .map(
            session ->
                new Step(
                    forget(model, Identity.Why.SIGNED_OUT),
                    List.of(
                        new Cmd.SignOut(session), new Cmd.Use(session.name(), Optional.empty()))))
        .orElseGet(() -> Step.of(error(model, "you aren't signed in")));
  }

  private static Model forget(Model model, Identity.Why why) {
    Model left = model.identity(new Identity.Locked(why)).chat(model.chat().withoutDirects());
    return note(
        Rooms.settle(model, left, Optional.empty()),
        "signed out; /login signs in again, /name NAME goes on as a guest, /quit leaves");
  }

  /** {@code /passwd}. */
  static Step changePassword(Model model) {
    return Step.of(
        model.identity() instanceof Identity.Member
            ? ask(model, new Form.OldPassword())
            : error(model, SIGN_IN_FIRST));
  }

  /** {@code /delete-account}. */
  static Step deleteAccount(Model model) {
    return Step.of(
        model.identity() instanceof Identity.Member
            ? ask(
                note(
                    model,
                    "deletes the account and your direct messages' access for good; what you"
                        + " said stays, marked. Esc cancels"),
                new Form.DeleteAccount())
            : error(model, SIGN_IN_FIRST));
  }

  private static Model ask(Model model, Form form) {
    return model.ui(model.ui().mode(new Mode.Asking(form, Secret.EMPTY)));
  }

  /** A password was given. */
  Step submit(Model asking, Form form, Secret secret) {
    Model model = asking.ui(asking.ui().mode(new Mode.Typing()));
    return switch (form) {
      case Form.SignIn(String name) -> signIn(model, name, secret, false, false);
      case Form.Register(String name) -> Step.of(ask(model, new Form.RegisterAgain(name, secret)));
      case Form.RegisterAgain(String name, Secret first) ->
          first.equals(secret)
              ? signIn(model, name, secret, false, true)
              : Step.of(ask(differ(model), new Form.Register(name)));
      case Form.OldPassword old -> Step.of(ask(model, new Form.NewPassword(secret)));
      case Form.NewPassword(Secret old) ->
          Step.of(ask(model, new Form.NewPasswordAgain(old, secret)));
      case Form.NewPasswordAgain(Secret old, Secret first) ->
          first.equals(secret)
              ? change(model, old, secret)
              : Step.of(ask(differ(model), new Form.NewPassword(old)));
      case Form.DeleteAccount delete ->
          withSession(model, session -> new Cmd.DeleteAccount(session, secret));
    };
  }

  private static Model differ(Model model) {
    return error(model, "these are two different passwords; once more");
  }

  private Step change(Model model, Secret old, Secret fresh) {
    return withSession(model, session -> new Cmd.ChangePassword(session, old, fresh, newId.get()));
  }

  private static Step withSession(Model model, Function<Session, Cmd> command) {
    return model
        .identity()
        .signedIn()
        .map(session -> Step.of(model, command.apply(session)))
        .orElseGet(() -> Step.of(error(model, SIGN_IN_FIRST)));
  }

  /** The session on another device ends by this one. */
  Step takeOver(Model model, String name, Secret password) {
    return signIn(model, name, password, true, false);
  }

  private Step signIn(
      Model model, String name, Secret password, boolean takeover, boolean register) {
    return Step.of(
        note(
            model,
            takeover
                ? "taking over from the other device ..."
                : (register ? "registering " : "signing in as ") + name + " ..."),
        new Cmd.SignIn(name, password, takeover, register, newId.get()));
  }

  static Step onEnded(Model model, Msg.SignInEnded ended) {
    return switch (ended.outcome()) {
      case SignInOutcome.SignedIn(Session session) -> signedIn(model, session);
      case SignInOutcome.Elsewhere e -> Step.of(elsewhere(model, ended));
      case SignInOutcome.Refused(String code, String detail) ->
          Step.of(refused(model, ended.name(), code, detail));
      case SignInOutcome.Failed(String detail) ->
          Step.of(error(model, "not signed in, try /login again: " + detail));
    };
  }

  private static Step signedIn(Model model, Session session) {
    String name = session.name();
    boolean same = model.me().filter(name::equals).isPresent();
    Model was = same ? model : model.chat(model.chat().withoutDirects());
    Model settled = Rooms.settle(model, was, Optional.empty());
    Model member =
        settled
            .me(name)
            .identity(new Identity.Member(session, model.now()))
            .outbox(model.outbox().hurry());
    List<Cmd> commands =
        List.of(
            new Cmd.Use(name, Optional.of(session)), new Cmd.Remember(name), new Cmd.Recall(name));
    return new Step(note(member, "you are signed in as " + name), commands);
  }

  private static Model elsewhere(Model model, Msg.SignInEnded ended) {
    return model.ui().mode() instanceof Mode.Typing
        ? model.ui(model.ui().mode(new Mode.ConfirmTakeover(ended.name(), ended.password())))
        : error(model, ended.name() + " is signed in on another device; /login to take over");
  }

  /** What can be mended at once is asked for once more, unless the reader went on writing. */
  private static Model refused(Model model, String name, String code, String detail) {
    Model told = error(model, detail);
    boolean free = model.ui().mode() instanceof Mode.Typing && model.ui().editor().isEmpty();
    return switch (code) {
      case "bad-credentials" -> free ? ask(told, new Form.SignIn(name)) : told;
      case "password-length", "common-password" -> free ? ask(told, new Form.Register(name)) : told;
      case "name-taken" -> note(told, "if it is yours: /login " + name);
      default -> told;
    };
  }

  static Step onAccountChanged(Model model, Msg.AccountChanged changed) {
    String what =
        switch (changed.change()) {
          case PASSWORD -> "the new password";
          case DELETED -> "the end of the account";
        };
    return switch (changed.outcome()) {
      case Outcome.Committed c ->
          switch (changed.change()) {
            case PASSWORD -> Step.of(note(model, "the new password holds from now on"));
            case DELETED -> deleted(model);
          };
      case Outcome.Rejected(String code, String detail) -> Step.of(error(model, detail));
      case Outcome.Unknown(String detail) ->
          Step.of(error(model, "nobody can say whether " + what + " came through: " + detail));
      case Outcome.NoLeader(String detail) ->
          Step.of(error(model, "nothing was changed, there is no leader: " + detail));
    };
  }

  private static Step deleted(Model model) {
    Model guest = model.identity(new Identity.Guest()).chat(model.chat().withoutDirects());
    Model settled = Rooms.settle(model, guest, Optional.empty());
    return Step.of(
        note(settled, "the account is deleted; you are a guest now"),
        new Cmd.Use(model.me().orElse(""), Optional.empty()));
  }

  /** What is known about a name that was asked for. */
  static Step onNames(Model model, Msg.NamesFound found) {
    if (found.why() == Cmd.Why.LIST) {
      return Step.of(list(model, found));
    }
    boolean required = model.identity().locked().equals(Optional.of(Identity.Why.REQUIRED));
    boolean stillMe =
        (required || model.identity() instanceof Identity.Guest)
            && model.me().filter(found.prefix()::equals).isPresent();
    Optional<Boolean> registered =
        found.names().map(all -> all.stream().anyMatch(found.prefix()::equalsIgnoreCase));
    if (!stillMe) {
      return Step.of(model);
    }
    if (registered.orElse(false)) {
      return Step.of(registered(model, found.prefix()));
    }
    return Step.of(
        found.why() == Cmd.Why.WELCOME
            ? note(
                model,
                required
                    ? found.prefix() + " isn't registered yet: /register makes it yours"
                    : "you are "
                        + found.prefix()
                        + ", a guest. /register makes the name yours, with direct messages")
            : model);
  }

  private static Model list(Model model, Msg.NamesFound found) {
    if (found.names().isEmpty()) {
      return error(model, "no node answers, so no names");
    }
    List<String> names = found.names().get();
    return note(
        model,
        names.isEmpty()
            ? "nobody is registered whose name begins with " + found.prefix()
            : "registered: " + String.join(", ", names));
  }

  private static Model registered(Model model, String name) {
    Model locked =
        note(
            model.identity(new Identity.Locked(Identity.Why.REGISTERED)),
            name
                + " is registered. If that is you, give the password; if not, Esc and /name"
                + " another");
    boolean free = model.ui().mode() instanceof Mode.Typing && model.ui().editor().isEmpty();
    return free ? ask(locked, new Form.SignIn(name)) : locked;
  }

  /** The stream ended because of the session, or the lack of one. */
  static Step onSessionOver(Model model, StreamEvent.SessionOver over) {
    boolean current = over.reader().equals(model.identity().signedIn());
    Identity.Why why = Identity.Why.of(over.code()).orElse(Identity.Why.ENDED);
    // That guests get nothing here is no news to somebody whose session has just ended.
    boolean known =
        model.identity().locked().filter(w -> w == why || why == Identity.Why.REQUIRED).isPresent();
    return current && !known ? lock(model, why) : Step.of(model);
  }

  /** From now on nothing is sent, until the reader signs in or is somebody else. */
  static Step lock(Model model, Identity.Why why) {
    int waiting = model.outbox().waiting();
    String kept = waiting == 0 ? "" : "; what isn't sent is kept";
    Model locked =
        model
            .identity(new Identity.Locked(why))
            .note(Line.Kind.WARNING, why.words() + kept + ". " + remedy(why));
    return model
        .identity()
        .signedIn()
        .map(s -> Step.of(locked, new Cmd.Use(s.name(), Optional.empty()), new Cmd.Bell()))
        .orElseGet(() -> Step.of(locked));
  }

  private static String remedy(Identity.Why why) {
    return switch (why) {
      case TAKEN_OVER, ENDED -> "/login signs in here again, /quit leaves";
      case REQUIRED -> "/login, or /register";
      case REGISTERED, SIGNED_OUT -> "/login if it is yours, or /name and another one";
    };
  }

  /** Whether {@code then} was before the session that counts now. */
  static boolean isOutdated(Model model, Instant then) {
    return model.identity() instanceof Identity.Member(Session session, Instant since)
        && then.isBefore(since);
  }

  private static Model note(Model model, String text) {
    return model.note(Line.Kind.NOTE, text);
  }

  private static Model error(Model model, String text) {
    return model.note(Line.Kind.ERROR, text);
  }
}
