package dchat.client.tui;

import dchat.client.api.ActivePeople;
import dchat.client.api.Outcome;
import dchat.client.api.PastOutcome;
import dchat.client.api.Progress;
import dchat.client.api.SearchOutcome;
import dchat.client.api.SignInOutcome;
import dchat.client.api.StreamEvent;
import dchat.client.api.Survey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Everything that can happen to the client. Text in it has passed {@link Sanitizer}. */
public sealed interface Msg {
  /** A key was pressed. */
  record Pressed(Key key) implements Msg {}

  /** The terminal says that this was pasted, not typed. */
  record Pasted(String text) implements Msg {}

  record Resized(int columns, int rows) implements Msg {}

  /** Time has passed. */
  record Tick(Instant now) implements Msg {}

  record Streamed(StreamEvent event) implements Msg {}

  /** The sending of a command has ended. */
  record Answered(String id, Outcome outcome) implements Msg {}

  /** A command that is under way waits for something. */
  record Waiting(String id, Progress progress) implements Msg {}

  /** What the nodes say about the cluster. */
  record Polled(Survey survey) implements Msg {}

  /**
   * Lines from an earlier time that aren't known to be committed.
   *
   * @param problems what came in the way of finding or keeping them
   * @param onDisk whether what is typed from now on is kept, too
   */
  record Recalled(List<Pending> lines, List<String> problems, boolean onDisk) implements Msg {
    public Recalled {
      lines = List.copyOf(lines);
      problems = List.copyOf(problems);
    }
  }

  /** What waits can't be written to disk any more, or can again if there is no {@code reason}. */
  record Keeping(Optional<String> reason) implements Msg {}

  /** What a search found. */
  record Searched(String words, SearchOutcome outcome) implements Msg {}

  /** An attempt to sign in has ended. */
  record SignInEnded(String name, Secret password, SignInOutcome outcome) implements Msg {}

  /** A change to the reader's account has ended. */
  record AccountChanged(AccountChange change, Outcome outcome) implements Msg {}

  /** What may change about an account. */
  enum AccountChange {
    PASSWORD,
    DELETED
  }

  /**
   * Which registered names begin so.
   *
   * @param names empty if no node answered
   */
  record NamesFound(String prefix, Cmd.Why why, Optional<List<String>> names) implements Msg {}

  /**
   * What was said earlier in a conversation.
   *
   * @param before the cursor of the page that was asked for; empty for the newest
   */
  record PastCame(String talk, Optional<String> before, PastOutcome outcome) implements Msg {}

  /** The cluster was told that the reader has come so far. */
  record Marked(String talk, long index, boolean done) implements Msg {}

  /** Who is there. */
  record PeopleCame(ActivePeople people) implements Msg {}

  /** Something the surrounding program wants the reader to know. */
  record Told(String text, boolean bad) implements Msg {}

  /** The terminal has gone. */
  record Closed() implements Msg {}
}
