package dchat.sim;

/** Ends a run at the first thing that must not have happened. */
record Judge(Simulation simulation) {

  /**
   * @param what goes wrong if it doesn't hold, as a format for {@code details}
   * @throws Violation if it doesn't hold; the run ends even where something catches that
   */
  void require(boolean holds, String what, Object... details) {
    if (!holds) {
      Violation violation = new Violation(what.formatted(details));
      simulation.fail(violation);
      throw violation;
    }
  }
}
