package dchat.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dchat.chat.RecentSpeakers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpServerTest {
  private static final ActorTestKit KIT = HttpFixture.kit();

  @TempDir Path folder;

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void a_port_that_is_taken_is_named_in_one_line() throws Exception {
    try (var node = new HttpFixture(KIT, folder.resolve("one"))) {
      int port = node.server.address().getPort();
      var inputs =
          new HttpInputs(
              "test",
              KIT.system().ignoreRef(),
              node.status::get,
              node.exclusion::get,
              node.diskTrouble::get,
              node.chat::view,
              node.queries,
              node.feed,
              node.chat.people(),
              node.presence,
              new RecentSpeakers(node.queries),
              node.search,
              node.meter,
              HttpFixture.accounts(),
              node::backup,
              InstantSource.system());
      assertThatThrownBy(
              () ->
                  HttpServer.start(
                          KIT.system(),
                          HttpFixture.settings("port = " + port),
                          inputs,
                          Optional.empty())
                      .toCompletableFuture()
                      .get(10, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(CannotListenException.class)
          .hasMessageStartingWith("can't listen for clients on 127.0.0.1:" + port + ": ")
          .hasMessageContaining("in use");
    }
  }

  @Test
  void the_defaults_are_valid_and_redirect() {
    HttpSettings settings = HttpFixture.settings();
    assertThat(settings.forward()).isFalse();
    assertThat(settings.redirectStatus()).isEqualTo(302);
    assertThat(settings.publicHost()).isEqualTo(Optional.empty());
    assertThat(settings.publicScheme()).isEqualTo("https");
    assertThat(settings.maxTextLength()).isEqualTo(4096);
    assertThat(settings.proposeTimeout()).isGreaterThan(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @CsvSource({
    "port = 70000, dchat.http.port",
    "redirect-status = 303, dchat.http.redirect-status",
    "not-leader = ask, dchat.http.not-leader",
    "public-scheme = ftp, dchat.http.public-scheme",
    "public-host = \"https://chat.example.org\", dchat.http.public-host",
    "max-text-length = 0, dchat.http.max-text-length",
    "events.heartbeat-interval = 11 s, dchat.http.events.heartbeat-interval",
    "events.ring-events = 0, dchat.http.events.ring-events"
  })
  void an_impossible_setting_is_refused_by_its_key(String override, String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpFixture.settings(override))
        .withMessageStartingWith(key + " must be ");
  }
}
