package dchat.client.bench;

/** What is measured apart from each other. */
enum Kind {
  WRITE("write"),
  LOCAL_READ("local-read"),
  LINEARIZABLE_READ("linearizable-read"),
  DELIVERY("delivery");

  private final String tag;

  Kind(String tag) {
    this.tag = tag;
  }

  /** Its name in a histogram log. */
  String tag() {
    return tag;
  }
}
