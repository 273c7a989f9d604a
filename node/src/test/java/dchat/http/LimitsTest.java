package dchat.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dchat.http.HttpFixture.Reply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What strangers may ask of a node, and what every answer says. */
class LimitsTest {
  private static final ActorTestKit KIT = HttpFixture.kit();
  private static final String COUNT_ALL = "limits.exempt = []";

  @TempDir Path folder;
  private Optional<HttpFixture> open = Optional.empty();

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @AfterEach
  void close() {
    open.ifPresent(HttpFixture::close);
  }

  private HttpFixture start(String... settings) throws Exception {
    HttpFixture node = new HttpFixture(KIT, folder, settings);
    open = Optional.of(node);
    return node;
  }

  @Test
  void one_address_may_ask_so_much_and_is_told_when_to_ask_again() throws Exception {
    HttpFixture node =
        start(COUNT_ALL, "limits.requests-at-once = 3", "limits.requests-per-second = 1");
    for (int i = 0; i < 3; i++) {
      assertThat(node.get("/health").status()).isEqualTo(200);
    }
    for (Reply reply :
        List.of(
            node.get("/health"),
            node.send(
                node.request("/chat")
                    .POST(HttpRequest.BodyPublishers.ofString("x".repeat(1000)))
                    .build()))) {
      assertThat(reply.status()).isEqualTo(429);
      assertThat(reply.json().path("code").asText()).isEqualTo("too-many-requests");
      assertThat(reply.header("Retry-After")).hasValue("1");
      assertThat(reply.header("X-DChat-Node")).hasValue("node0");
    }
    assertThat(node.proposed).isEmpty();
  }

  @Test
  void this_machine_is_not_counted() throws Exception {
    HttpFixture node = start("limits.requests-at-once = 1", "limits.requests-per-second = 1");
    for (int i = 0; i < 5; i++) {
      assertThat(node.get("/health").status()).isEqualTo(200);
    }
  }

  @Test
  void behind_a_known_proxy_each_client_is_counted_by_itself() throws Exception {
    HttpFixture node =
        start(
            COUNT_ALL,
            "limits.requests-at-once = 1",
            "limits.requests-per-second = 1",
            "trusted-proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]");
    assertThat(from(node, "192.0.2.1")).isEqualTo(200);
    assertThat(from(node, "192.0.2.2, 10.1.2.3")).isEqualTo(200);
    assertThat(from(node, "198.51.100.7, 192.0.2.1, 10.1.2.3")).as("a lie before").isEqualTo(429);
    assertThat(from(node, "192.0.2.2")).isEqualTo(429);
  }

  private static int from(HttpFixture node, String forwardedFor) {
    return node.send(node.request("/health").header("X-Forwarded-For", forwardedFor).GET().build())
        .status();
  }

  @Test
  void what_strangers_write_in_headers_says_nothing() throws Exception {
    HttpFixture node =
        start(COUNT_ALL, "limits.requests-at-once = 1", "limits.requests-per-second = 1");
    assertThat(from(node, "192.0.2.1")).isEqualTo(200);
    assertThat(from(node, "192.0.2.2")).isEqualTo(429);
  }

  @Test
  void every_answer_says_that_it_is_data_and_nobodys_to_keep() throws Exception {
    HttpFixture node = start();
    for (Reply reply :
        List.of(
            node.get("/messages"),
            node.get("/nothing/here"),
            node.send(
                node.request("/chat").POST(HttpRequest.BodyPublishers.ofString("{}")).build()))) {
      assertThat(reply.header("Cache-Control")).hasValue("no-store");
      assertThat(reply.header("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(reply.header("Content-Security-Policy"))
          .hasValue("default-src 'none'; frame-ancestors 'none'");
      assertThat(reply.header("Strict-Transport-Security")).as("not over http").isEmpty();
    }
  }

  @Test
  void a_bucket_fills_again_and_a_network_of_ipv6_is_one_address() throws Exception {
    AtomicLong now = new AtomicLong();
    HttpSettings settings =
        HttpFixture.settings("limits { requests-at-once = 2, requests-per-second = 10 }");
    var limits = new RequestLimits(settings.limits(), new Callers(settings), now::get);
    assertThat(limits.refusal(request("2001:db8::1"))).isEmpty();
    assertThat(limits.refusal(request("2001:db8::2"))).isEmpty();
    assertThat(limits.refusal(request("2001:db8::3"))).isPresent();
    assertThat(limits.refusal(request("2001:db8:0:1::1"))).isEmpty();
    now.addAndGet(Duration.ofMillis(99).toNanos());
    assertThat(limits.refusal(request("2001:db8::3"))).isPresent();
    now.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(limits.refusal(request("2001:db8::3"))).isEmpty();
    assertThat(limits.refusal(request("2001:db8::3"))).isPresent();
  }

  @Test
  void more_addresses_than_can_be_remembered_are_not_refused() throws Exception {
    AtomicLong now = new AtomicLong();
    HttpSettings settings =
        HttpFixture.settings("limits { requests-at-once = 1, requests-per-second = 1 }");
    var limits = new RequestLimits(settings.limits(), new Callers(settings), now::get);
    for (int i = 0; i < 50_000; i++) {
      assertThat(limits.tryTake(address(i))).isEmpty();
    }
    assertThat(limits.tryTake(address(50_000))).isEmpty();
    assertThat(limits.tryTake(address(50_000))).as("no room for it").isEmpty();
    assertThat(limits.tryTake(address(0))).as("remembered").isPresent();
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(limits.tryTake(address(50_000))).isEmpty();
    assertThat(limits.tryTake(address(50_000))).as("there is room again").isPresent();
  }

  private static InetAddress address(int i) throws Exception {
    return InetAddress.getByAddress(new byte[] {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i});
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "192.168.4.0/22, 192.168.7.255, true",
    "192.168.4.0/22, 192.168.8.0, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "::1, 127.0.0.1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false"
  })
  void networks_have_the_addresses_they_have(String network, String address, boolean inside)
      throws Exception {
    assertThat(Network.parse(network).contains(InetAddress.getByName(address))).isEqualTo(inside);
  }

  @ParameterizedTest
  @CsvSource({
    "trusted-proxies = [proxy.example], dchat.http.trusted-proxies: 'proxy.example'",
    "trusted-proxies = [\"10.0.0.0/33\"], dchat.http.trusted-proxies: '10.0.0.0/33'",
    "limits.exempt = [\"\"], dchat.http.limits.exempt: ''",
    "limits.requests-at-once = 0, dchat.http.limits.requests-at-once must be",
    "admin-token = short, dchat.http.admin-token must be one line of 16",
    "admin-token-file = /nowhere/token, dchat.http.admin-token-file: can't read /nowhere/token"
  })
  void an_impossible_setting_is_refused_by_its_key(String override, String start) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpFixture.settings(override))
        .withMessageStartingWith(start);
  }

  @Test
  void the_token_may_be_in_a_file_and_is_told_to_nobody() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "from-a-file-1234567\n");
    String inFile = "admin-token-file = \"" + file + "\"";
    HttpSettings settings = HttpFixture.settings(inFile);
    AdminToken token = settings.adminToken().orElseThrow();
    assertThat(token.matches("from-a-file-1234567")).isTrue();
    assertThat(token.matches("from-a-file-123456")).isFalse();
    assertThat(settings.toString()).doesNotContain("from-a-file");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpFixture.settings(inFile, "admin-token = correct-horse-battery"))
        .withMessageContaining("contradict");
  }

  private static org.apache.pekko.http.javadsl.model.HttpRequest request(String address)
      throws Exception {
    return org.apache.pekko.http.javadsl.model.HttpRequest.create("/health")
        .addHeader(RawHeader.create("X-Forwarded-For", "192.0.2.1"))
        .addAttribute(
            AttributeKeys.remoteAddress,
            RemoteAddress.create(new InetSocketAddress(InetAddress.getByName(address), 1)));
  }
}
