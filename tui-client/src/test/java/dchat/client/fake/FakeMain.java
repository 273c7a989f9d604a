package dchat.client.fake;

/** Three fake nodes to look at a client with; ends with its input. */
public final class FakeMain {
  private FakeMain() {}

  public static void main(String[] args) throws Exception {
    try (FakeCluster cluster = new FakeCluster(3)) {
      cluster.say("ann", "hello");
      System.out.println(cluster.urls());
      for (int c = System.in.read(); c >= 0; c = System.in.read()) {
        switch (c) {
          case 'e' -> cluster.holdElection();
          case '0', '1', '2' -> cluster.lead(c - '0');
          case 's' -> cluster.say("bob", "the time is " + java.time.Instant.now());
          case 'x' -> cluster.node(0).stop();
          default -> {}
        }
      }
    }
  }
}
