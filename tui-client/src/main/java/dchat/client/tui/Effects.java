package dchat.client.tui;

import dchat.client.api.Accounts;
import dchat.client.api.ClusterClient;
import dchat.client.api.EventStream;
import dchat.client.api.Library;
import dchat.client.api.Outcome;
import dchat.client.api.PastOutcome;
import dchat.client.api.Session;
import dchat.client.api.SignInOutcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Carries out what the model asks of the world outside, each on a thread of its own, and posts what
 * came of it. Holds no state of the chat.
 */
final class Effects implements AutoCloseable {
  /** After this the model is asked again whether it still wants the command sent. */
  private static final Duration SEND_BUDGET = Duration.ofSeconds(30);

  /** Who waits for a password to be looked at wants to know soon that nobody can. */
  private static final Duration ACCOUNT_BUDGET = Duration.ofSeconds(15);

  /** A node that takes longer to say how it is counts as hanging. */
  private static final Duration POLL_PATIENCE = Duration.ofSeconds(2);

  private final ChatSession session;
  private final ClusterClient client;
  private final Consumer<Msg> post;
  private final EventStream stream;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicBoolean polling = new AtomicBoolean();
  private boolean keeps = true;

  Effects(ChatSession session, Consumer<Msg> post) {
    this.session = session;
    this.client = session.client();
    this.post = post;
    this.stream =
        client.events(
            OptionalLong.empty(), event -> post.accept(new Msg.Streamed(Incoming.clean(event))));
  }

  void run(Cmd command) {
    switch (command) {
      case Cmd.Send send -> threads.execute(() -> send(send));
      case Cmd.Poll p -> {
        if (polling.compareAndSet(false, true)) {
          threads.execute(this::poll);
        }
      }
      case Cmd.Search(String words) ->
          threads.execute(
              () ->
                  post.accept(
                      new Msg.Searched(words, Incoming.clean(client.library().search(words)))));
      case Cmd.SignIn signIn -> threads.execute(() -> signIn(signIn));
      case Cmd.Use use -> use(use);
      case Cmd.SignOut(Session over) -> threads.execute(() -> accounts().signOut(over));
      case Cmd.ChangePassword c ->
          threads.execute(
              () ->
                  changed(
                      Msg.AccountChange.PASSWORD,
                      accounts()
                          .changePassword(
                              c.session(), c.old().password(), c.fresh().password(), c.key())));
      case Cmd.DeleteAccount d ->
          threads.execute(
              () ->
                  changed(
                      Msg.AccountChange.DELETED,
                      accounts().delete(d.session(), d.password().password())));
      case Cmd.FindNames(String prefix, Cmd.Why why) ->
          threads.execute(
              () ->
                  post.accept(
                      new Msg.NamesFound(
                          prefix, why, client.library().names(prefix).map(Incoming::clean))));
      case Cmd.GetPast past -> threads.execute(() -> getPast(past));
      case Cmd.MarkRead(String talk, long index) -> threads.execute(() -> markRead(talk, index));
      case Cmd.KeepSettings(Settings settings) -> keep(settings);
      case Cmd.Reconnect(Optional<URI> node) ->
          node.ifPresentOrElse(stream::reconnect, stream::reconnect);
      case Cmd.Recall(String name) -> post.accept(recall(name));
      case Cmd.Remember(String name) -> threads.execute(() -> session.names().write(name));
      case Cmd.Extra extra -> threads.execute(() -> session.host().run(extra));
      case Cmd.Bell b -> {}
      case Cmd.Redraw r -> {}
      case Cmd.Quit q -> {}
    }
  }

  /** What was kept of that name's lines. */
  Msg.Recalled recall(String name) {
    Optional<OutboxFolder> outbox = session.outbox();
    if (outbox.isEmpty()) {
      return new Msg.Recalled(List.of(), List.of(), false);
    }
    try {
      OutboxFolder.Found found = outbox.get().recall(name);
      return new Msg.Recalled(found.lines(), found.problems(), true);
    } catch (IOException e) {
      return new Msg.Recalled(List.of(), List.of("lines can't be kept: " + words(e)), false);
    }
  }

  /**
   * Puts on disk what {@code after} has to survive with, before anything is shown or sent of it.
   *
   * @return what the model should know of how that went, if that has changed
   */
  Optional<Msg.Keeping> keep(Model before, Model after) {
    Optional<OutboxFolder> outbox = session.outbox();
    if (outbox.isEmpty() || before.outbox() == after.outbox()) {
      return Optional.empty();
    }
    boolean kept = keeps;
    try {
      outbox.get().keep(after.outbox().kept());
      keeps = true;
      return kept ? Optional.empty() : Optional.of(new Msg.Keeping(Optional.empty()));
    } catch (IOException e) {
      keeps = false;
      return kept ? Optional.of(new Msg.Keeping(Optional.of(words(e)))) : Optional.empty();
    }
  }

  /** What a file system says by the mere kind of its exceptions, in words. */
  private static String words(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case NoSuchFileException gone -> gone.getFile() + ": no such file or folder";
      default -> String.valueOf(e.getMessage());
    };
  }

  private void send(Cmd.Send send) {
    String id = send.command().id();
    post.accept(
        new Msg.Answered(
            id,
            Incoming.clean(
                client.send(
                    send.command(),
                    SEND_BUDGET,
                    progress -> post.accept(new Msg.Waiting(id, Incoming.clean(progress)))))));
  }

  private void getPast(Cmd.GetPast past) {
    String talk = past.talk();
    Library library = client.library();
    PastOutcome outcome =
        Talk.isDirect(talk)
            ? library.directs(Talk.partner(talk), past.before())
            : library.room(talk, past.before());
    post.accept(new Msg.PastCame(talk, past.before(), Incoming.clean(outcome)));
  }

  private Accounts accounts() {
    return client.accounts(ACCOUNT_BUDGET);
  }

  private void signIn(Cmd.SignIn wanted) {
    String password = wanted.password().password();
    if (wanted.register()) {
      Outcome registered = accounts().register(wanted.name(), password, wanted.key() + "-account");
      if (!(registered instanceof Outcome.Committed)) {
        signInEnded(wanted, notRegistered(registered));
        return;
      }
    }
    signInEnded(
        wanted, accounts().signIn(wanted.name(), password, wanted.takeover(), wanted.key()));
  }

  private static SignInOutcome notRegistered(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Rejected(String code, String detail) -> new SignInOutcome.Refused(code, detail);
      case Outcome.Unknown(String detail) -> new SignInOutcome.Failed(detail);
      case Outcome.NoLeader(String detail) -> new SignInOutcome.Failed(detail);
      case Outcome.Committed c -> throw new IllegalArgumentException("registered");
    };
  }

  private void signInEnded(Cmd.SignIn wanted, SignInOutcome outcome) {
    post.accept(new Msg.SignInEnded(wanted.name(), wanted.password(), Incoming.clean(outcome)));
  }

  /** At once, and in the order the model says: the session that counts is the model's. */
  private void use(Cmd.Use use) {
    Optional<Session> over = client.session();
    client.use(use.session());
    stream.startOver();
    if (session.sessions().isEmpty()) {
      return;
    }
    try {
      if (use.session().isPresent()) {
        session.sessions().get().write(use.session().get());
      } else if (over.isPresent()) {
        session.sessions().get().delete(over.get());
      }
    } catch (IOException e) {
      post.accept(new Msg.Told("the session can't be kept for the next start: " + words(e), true));
    }
  }

  private void changed(Msg.AccountChange change, Outcome outcome) {
    post.accept(new Msg.AccountChanged(change, Incoming.clean(outcome)));
  }

  private void markRead(String talk, long index) {
    boolean direct = Talk.isDirect(talk);
    Outcome outcome = client.markRead(direct, direct ? Talk.partner(talk) : talk, index);
    post.accept(new Msg.Marked(talk, index, outcome instanceof Outcome.Committed));
  }

  private void keep(Settings settings) {
    try {
      session.settings().write(settings);
    } catch (IOException e) {
      post.accept(new Msg.Told("the settings can't be kept: " + words(e), true));
    }
  }

  private void poll() {
    try {
      post.accept(new Msg.Polled(Incoming.clean(client.survey(POLL_PATIENCE))));
      client
          .library()
          .people()
          .ifPresent(people -> post.accept(new Msg.PeopleCame(Incoming.clean(people))));
    } finally {
      polling.set(false);
    }
  }

  @Override
  public void close() {
    stream.close();
    threads.shutdownNow();
    session.outbox().ifPresent(OutboxFolder::close);
  }
}
