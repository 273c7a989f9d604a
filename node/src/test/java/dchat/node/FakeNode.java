package dchat.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A node's HTTP interface that says what the test wants, one answer after the other. */
final class FakeNode implements AutoCloseable {

  /** The last one is given again and again. */
  record Answer(int status, Map<String, String> headers, String body) {
    static Answer json(int status, String body) {
      return new Answer(status, Map.of(), body);
    }

    static Answer problem(int status, String code, String detail) {
      return json(status, "{\"code\":\"%s\",\"detail\":\"%s\"}".formatted(code, detail));
    }
  }

  private final HttpServer server;
  private final Deque<Answer> answers = new ConcurrentLinkedDeque<>();
  final List<String> requests = new CopyOnWriteArrayList<>();

  FakeNode(Answer... answers) throws IOException {
    this.answers.addAll(List.of(answers));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
    Answer next = answers.size() > 1 ? answers.poll() : answers.peek();
    next.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
    byte[] bytes = next.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(next.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
