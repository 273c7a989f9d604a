package dchat.http;

import static org.assertj.core.api.Assertions.assertThat;

import dchat.http.HttpFixture.Reply;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

/** Somebody who uses the API with a session. */
record Person(HttpFixture node, String name, String token) {
  static final String PASSWORD = "correct horse battery";

  static Person registered(HttpFixture node, String name) {
    Reply made = ask(node, "POST", "/v1/accounts", credentials(name, PASSWORD));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return signedIn(node, name);
  }

  static Person signedIn(HttpFixture node, String name) {
    Reply begun = ask(node, "POST", "/v1/session", credentials(name, PASSWORD));
    assertThat(begun.status()).as(begun.body()).isEqualTo(201);
    return new Person(node, name, begun.json().path("token").asText());
  }

  static String credentials(String name, String password) {
    return "{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}";
  }

  static Reply ask(HttpFixture node, String method, String path, String body, String... headers) {
    HttpRequest.Builder request = node.request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return node.send(request.method(method, BodyPublishers.ofString(body)).build());
  }

  Reply ask(String method, String path, String body) {
    return ask(node, method, path, body, "Authorization", "Bearer " + token);
  }

  Reply get(String path) {
    return node.get(path, "Authorization", "Bearer " + token);
  }

  Reply put(String path, String body) {
    return ask("PUT", path, body);
  }

  Reply delete(String path) {
    return ask("DELETE", path, "");
  }

  Reply say(String id, String text) {
    return ask(
        "POST",
        "/chat",
        "{\"type\":\"chat\",\"user\":\"%s\",\"text\":\"%s\",\"room\":\"general\",\"id\":\"%s\"}"
            .formatted(name, text, id));
  }
}
