package dchat.client.tui;

/** What a password is asked for; a form of several questions goes from one of these to the next. */
sealed interface Form {
  record SignIn(String name) implements Form {}

  record Register(String name) implements Form {}

  record RegisterAgain(String name, Secret first) implements Form {}

  record OldPassword() implements Form {}

  record NewPassword(Secret old) implements Form {}

  record NewPasswordAgain(Secret old, Secret first) implements Form {}

  record DeleteAccount() implements Form {}

  /** What the prompt says. */
  default String prompt() {
    return switch (this) {
      case SignIn(String name) -> "password of " + name;
      case Register(String name) -> "password for " + name;
      case RegisterAgain r -> "once more";
      case OldPassword o -> "password until now";
      case NewPassword n -> "new password";
      case NewPasswordAgain n -> "once more";
      case DeleteAccount d -> "password, to delete the account";
    };
  }
}
