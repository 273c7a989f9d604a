package dchat.sim;

/** Runs seeds until one fails. Loaded together with a {@link Mutant}, and called by reflection. */
public final class MutantHunt {
  private MutantHunt() {}

  /**
   * @return the seed that failed, and what with; empty if none did
   */
  public static String hunt(long first, long end) {
    try (SimulatedSystem world = SimulatedSystem.start()) {
      for (long seed = first; seed < end; seed++) {
        try {
          ClusterRun.run(world, seed, Trace.off());
        } catch (AssertionError | RuntimeException caught) {
          return "seed " + seed + ": " + caught.getMessage();
        }
      }
      return "";
    }
  }
}
