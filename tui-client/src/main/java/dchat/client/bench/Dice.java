package dchat.client.bench;

/** Random numbers for choosing rooms and kinds of requests: cheap, and without allocation. */
final class Dice {
  private long state;

  Dice(long seed) {
    // xorshift stays at zero for ever.
    state = seed == 0 ? 1 : seed;
  }

  /** A number from 0 to {@code bound - 1}. */
  int below(int bound) {
    state ^= state << 13;
    state ^= state >>> 7;
    state ^= state << 17;
    return (int) ((state >>> 33) % bound);
  }
}
