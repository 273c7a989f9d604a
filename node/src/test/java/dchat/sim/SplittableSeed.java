package dchat.sim;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Turns one seed into an independent source of random numbers for each purpose. */
record SplittableSeed(long seed) {

  RandomGenerator forPurpose(String purpose) {
    long mixed = seed * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < purpose.length(); i++) {
      mixed = (mixed ^ purpose.charAt(i)) * 0xBF58476D1CE4E5B9L;
      mixed ^= mixed >>> 31;
    }
    return new SplittableRandom(mixed);
  }
}
