package dchat.history;

import static dchat.history.Event.Function.APPEND;
import static dchat.history.Event.Function.READ;
import static dchat.history.Event.Function.REGISTER;
import static dchat.history.Event.Type.FAIL;
import static dchat.history.Event.Type.INFO;
import static dchat.history.Event.Type.INVOKE;
import static dchat.history.Event.Type.OK;
import static org.assertj.core.api.Assertions.assertThat;

import dchat.history.Content.AtLeast;
import dchat.history.Content.Line;
import dchat.history.Content.Lines;
import dchat.history.Content.None;
import dchat.history.Content.Sent;
import dchat.history.Event.Function;
import dchat.history.Verdict.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A checker that accepts everything checks nothing: histories made wrong by hand are refused. */
class HistoryCheckerTest {
  private static final String ROOM = "general";

  private final List<Event> events = new ArrayList<>();

  // --- right ones

  @Test
  void accepts_lines_that_were_sent_read_and_sent_again() {
    sent(1, "a", 3);
    read(2, line("a", 3));
    sent(1, "b", 7);
    accepted(line("a", 3), line("b", 7));
  }

  @Test
  void accepts_either_order_of_lines_sent_at_the_same_time() {
    invoke(1, "a");
    invoke(2, "b");
    ok(1, "a", 5);
    ok(2, "b", 4);
    accepted(line("b", 4), line("a", 5));
  }

  @Test
  void accepts_a_line_of_unknown_outcome_that_took_effect_and_one_that_did_not() {
    invoke(1, "took effect");
    info(1, "took effect");
    invoke(2, "took none");
    info(2, "took none");
    sent(3, "a", 9);
    accepted(line("took effect", 4), line("a", 9));
  }

  @Test
  void accepts_a_line_of_unknown_outcome_that_takes_effect_long_after() {
    invoke(1, "late");
    info(1, "late");
    sent(2, "a", 3);
    read(2, line("a", 3));
    accepted(line("a", 3), line("late", 8));
  }

  @Test
  void accepts_a_read_that_does_not_see_what_is_sent_while_it_is_under_way() {
    sent(1, "a", 3);
    beginRead(2, new None());
    sent(1, "b", 4);
    endRead(2, line("a", 3));
    accepted(line("a", 3), line("b", 4));
  }

  @Test
  void accepts_an_older_state_where_only_an_index_was_asked_for() {
    sent(1, "a", 3);
    sent(1, "b", 4);
    beginRead(2, new AtLeast(3));
    endRead(2, line("a", 3));
    accepted(line("a", 3), line("b", 4));
  }

  @Test
  void accepts_a_failed_line_that_nobody_sees() {
    invoke(1, "a");
    add(FAIL, 1, APPEND, new Sent("a"));
    accepted();
  }

  @Test
  void accepts_a_register_that_is_empty_first_and_then_holds_the_last_line() {
    beginRead(2, new None());
    add(OK, 2, READ, new None());
    sent(1, REGISTER, "a", 3);
    readLast(2, line("a", 3));
    sent(1, REGISTER, "b", 5);
    readLast(2, line("b", 5));
    accepted(line("a", 3), line("b", 5));
  }

  /** Many clients of one true log, each of whose operations takes effect while it is under way. */
  @Test
  void accepts_whatever_a_single_log_answers() {
    for (long seed = 0; seed < 200; seed++) {
      List<Event> truth = new TrueLog(new Random(seed)).events(300);
      assertThat(HistoryChecker.check(truth).faults()).as("seed %d", seed).isEmpty();
    }
  }

  // --- wrong ones

  @Test
  void refuses_a_stale_read() {
    sent(1, "a", 3);
    sent(1, "b", 4);
    read(2, line("a", 3));
    refused(
        Kind.STALE_READ,
        "the read of general by process 2 on lines 5 to 6 lacks b at 4, but 4 was known since line"
            + " 4",
        line("a", 3),
        line("b", 4));
  }

  @Test
  void refuses_a_read_that_lacks_what_an_earlier_read_has_seen() {
    invoke(1, "a");
    read(2, line("a", 3));
    read(3);
    ok(1, "a", 3);
    refused(Kind.STALE_READ, "process 3 on lines 4 to 5 lacks a at 3", line("a", 3));
  }

  @Test
  void refuses_a_line_that_vanishes_after_it_was_seen() {
    invoke(1, "a");
    info(1, "a");
    read(2, line("a", 3));
    refused(Kind.STALE_READ, "lacks a at 3, but 3 was known since line 4");
  }

  @Test
  void refuses_a_lost_acknowledgement() {
    sent(1, "a", 3);
    sent(1, "b", 4);
    refused(
        Kind.LOST_LINE,
        "b of process 1 was acknowledged at 4 on line 4, but no read shows it",
        line("a", 3));
  }

  @Test
  void refuses_a_line_that_is_there_twice() {
    sent(1, "a", 3);
    refused(Kind.DOUBLED_LINE, "shows a at 5, line 4 a at 3", line("a", 3), line("a", 5));
  }

  @Test
  void refuses_a_line_that_is_there_twice_at_the_same_index() {
    sent(1, "a", 3);
    refused(Kind.DOUBLED_LINE, "shows a at 3 more than once", line("a", 3), line("a", 3));
  }

  @Test
  void refuses_a_reordered_room() {
    sent(1, "a", 3);
    sent(1, "b", 4);
    refused(Kind.REORDERED, "shows a at 3 behind b at 4", line("b", 4), line("a", 3));
  }

  @Test
  void refuses_an_acknowledgement_with_another_index() {
    sent(1, "a", 3);
    refused(
        Kind.WRONG_INDEX,
        "a of process 1 was acknowledged at 3 on line 2, but line 4 shows a at 2",
        line("a", 2));
  }

  @Test
  void refuses_a_failed_line_that_is_read() {
    invoke(1, "a");
    add(FAIL, 1, APPEND, new Sent("a"));
    refused(
        Kind.FAILED_LINE_READ, "shows a at 3, but a of process 1 failed on line 2", line("a", 3));
  }

  @Test
  void refuses_replicas_that_have_a_line_at_different_indexes() {
    invoke(1, "a");
    info(1, "a");
    read(2, line("a", 3));
    refused(Kind.DIVERGED, "shows a at 4, line 4 a at 3", line("a", 4));
  }

  @Test
  void refuses_replicas_that_have_different_lines_at_an_index() {
    invoke(1, "a");
    invoke(2, "b");
    read(3, line("a", 3));
    refused(Kind.DIVERGED, "tells b at 3, but line 4 a at 3", line("b", 3));
  }

  @Test
  void refuses_a_replica_that_has_passed_over_a_line() {
    sent(1, "a", 3);
    sent(1, "b", 4);
    beginRead(2, new AtLeast(0));
    endRead(2, line("b", 4));
    refused(
        Kind.HOLE,
        "process 2 on lines 5 to 6 shows b at 4 but not a at 3, which line 8 does",
        line("a", 3),
        line("b", 4));
  }

  @Test
  void refuses_an_order_that_time_contradicts() {
    sent(1, "a", 5);
    sent(2, "b", 4);
    refused(
        Kind.TIME_INVERTED,
        "b of process 2 was acknowledged at 4 on line 4 took effect at 4, but 5 was known",
        line("b", 4),
        line("a", 5));
  }

  @Test
  void refuses_it_also_of_what_was_never_acknowledged() {
    sent(1, "a", 5);
    invoke(2, "b");
    info(2, "b");
    refused(
        Kind.TIME_INVERTED, "b of process 2 ended unknown on line 4", line("b", 4), line("a", 5));
  }

  @Test
  void refuses_a_line_behind_what_a_read_had_seen_before_it_was_sent() {
    invoke(1, "a");
    readLast(2, line("a", 5));
    sent(3, "b", 4);
    ok(1, "a", 5);
    refused(Kind.TIME_INVERTED, "5 was known since line 3", line("b", 4), line("a", 5));
  }

  @Test
  void refuses_an_order_of_two_rooms_that_time_contradicts() {
    add(INVOKE, 1, "elsewhere", new Sent("a"));
    add(OK, 1, "elsewhere", line("a", 5));
    sent(2, "b", 4);
    beginRead(8, "elsewhere", new None());
    add(OK, 8, READ, "elsewhere", new Lines(List.of(line("a", 5))));
    refused(Kind.TIME_INVERTED, "took effect at 4, but 5 was known", line("b", 4));
  }

  @Test
  void refuses_a_line_read_before_it_was_sent() {
    read(2, line("a", 3));
    sent(1, "a", 3);
    assertThat(verdict(line("a", 3)).faults())
        .extracting(Verdict.Fault::kind)
        .contains(Kind.UNSENT_LINE_READ);
  }

  @Test
  void refuses_a_line_that_nobody_sent() {
    refused(Kind.UNSENT_LINE_READ, "shows a at 3, which nobody sent there", line("a", 3));
  }

  @Test
  void refuses_a_line_in_another_room() {
    add(INVOKE, 1, "elsewhere", new Sent("a"));
    add(INFO, 1, "elsewhere", new Sent("a"));
    beginRead(8, "elsewhere", new None());
    add(OK, 8, READ, "elsewhere", new Lines(List.of()));
    refused(Kind.UNSENT_LINE_READ, "shows a at 3, which nobody sent there", line("a", 3));
  }

  @Test
  void refuses_a_read_that_lacks_what_comes_up_to_the_index_it_asked_for() {
    sent(1, "a", 3);
    sent(1, "b", 4);
    beginRead(2, new AtLeast(4));
    endRead(2, line("a", 3));
    refused(Kind.READ_BEHIND, "lacks b at 4", line("a", 3), line("b", 4));
  }

  @Test
  void refuses_a_register_that_falls_back() {
    sent(1, REGISTER, "a", 3);
    sent(1, REGISTER, "b", 5);
    readLast(2, line("a", 3));
    refused(Kind.STALE_READ, "lacks b at 5", line("a", 3), line("b", 5));
  }

  @Test
  void refuses_a_register_that_is_empty_after_it_was_written() {
    sent(1, REGISTER, "a", 3);
    beginRead(2, new None());
    add(OK, 2, READ, new None());
    refused(Kind.STALE_READ, "lacks a at 3", line("a", 3));
  }

  @Test
  void refuses_a_register_whose_value_failed() {
    invoke(1, "a");
    add(FAIL, 1, APPEND, new Sent("a"));
    readLast(2, line("a", 3));
    assertThat(verdict().faults())
        .extracting(Verdict.Fault::kind)
        .contains(Kind.FAILED_LINE_READ, Kind.STALE_READ);
  }

  @Test
  void says_nothing_of_a_room_that_is_not_read_at_the_end() {
    sent(1, "a", 3);
    assertThat(HistoryChecker.check(events).faults())
        .extracting(Verdict.Fault::kind)
        .contains(Kind.NO_FINAL_READ);
  }

  @Test
  void refuses_what_is_no_history() {
    invoke(1, "a");
    malformed("process 1 does two things at once", () -> invoke(1, "b"));
    malformed("process 2 ends what it hasn't begun", () -> ok(2, "b", 3));
    malformed("a was sent before", () -> invoke(2, "a"));
    malformed("it doesn't end what was begun on line 1", () -> ok(1, "b", 3));
    malformed("its time is before", () -> events.add(at(-1)));
    info(1, "a");
    malformed("process 1 was retired", () -> invoke(1, "b"));
  }

  // --- to write them

  private void sent(int process, String value, long index) {
    sent(process, APPEND, value, index);
  }

  private void sent(int process, Function function, String value, long index) {
    add(INVOKE, process, function, new Sent(value));
    add(OK, process, function, line(value, index));
  }

  private void invoke(int process, String value) {
    add(INVOKE, process, APPEND, new Sent(value));
  }

  private void ok(int process, String value, long index) {
    add(OK, process, APPEND, line(value, index));
  }

  private void info(int process, String value) {
    add(INFO, process, APPEND, new Sent(value));
  }

  private void read(int process, Line... lines) {
    beginRead(process, new None());
    endRead(process, lines);
  }

  private void readLast(int process, Line line) {
    beginRead(process, new None());
    add(OK, process, READ, line);
  }

  private void beginRead(int process, Content asked) {
    beginRead(process, ROOM, asked);
  }

  private void beginRead(int process, String room, Content asked) {
    add(INVOKE, process, READ, room, asked);
  }

  private void endRead(int process, Line... lines) {
    add(OK, process, READ, new Lines(List.of(lines)));
  }

  private void add(Event.Type type, int process, Function function, Content content) {
    add(type, process, function, ROOM, content);
  }

  private void add(Event.Type type, int process, String room, Content content) {
    add(type, process, APPEND, room, content);
  }

  private void add(Event.Type type, int process, Function function, String room, Content content) {
    events.add(new Event(type, process, function, room, content, events.size()));
  }

  private Event at(long timeNanos) {
    return new Event(INVOKE, 5, READ, ROOM, new None(), timeNanos);
  }

  private static Line line(String value, long index) {
    return new Line(value, index);
  }

  /** Of the history with a last read of the room. */
  private Verdict verdict(Line... finallyRead) {
    read(9, finallyRead);
    return HistoryChecker.check(throughFile(events));
  }

  /** What is judged is what others can read. */
  private static List<Event> throughFile(List<Event> events) {
    List<Event> read =
        events.stream().map(event -> HistoryLines.read(HistoryLines.write(event))).toList();
    assertThat(read).isEqualTo(events);
    return read;
  }

  private void accepted(Line... finallyRead) {
    assertThat(verdict(finallyRead).faults()).isEmpty();
  }

  private void refused(Kind kind, String because, Line... finallyRead) {
    Verdict verdict = verdict(finallyRead);
    assertThat(verdict.faults()).extracting(Verdict.Fault::kind).containsOnly(kind);
    assertThat(verdict.toString()).contains(because);
  }

  private void malformed(String why, Runnable more) {
    int before = events.size();
    more.run();
    Verdict verdict = HistoryChecker.check(events);
    assertThat(verdict.faults())
        .singleElement()
        .extracting(Verdict.Fault::kind)
        .isEqualTo(Kind.MALFORMED);
    assertThat(verdict.toString()).contains("line " + (before + 1)).contains(why);
    events.subList(before, events.size()).clear();
  }
}
