package dchat.http;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * What every answer tells browsers and caches: it is data and no page, and nobody's to keep. Made
 * once, because they go out with every line.
 */
final class SecurityHeaders {
  private static final HttpHeader NO_STORE = RawHeader.create("Cache-Control", "no-store");

  private final List<HttpHeader> all;

  SecurityHeaders(boolean encrypted) {
    List<HttpHeader> headers = new ArrayList<>();
    headers.add(NO_STORE);
    headers.add(RawHeader.create("X-Content-Type-Options", "nosniff"));
    headers.add(
        RawHeader.create("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"));
    if (encrypted) {
      headers.add(RawHeader.create("Strict-Transport-Security", "max-age=31536000"));
    }
    all = List.copyOf(headers);
  }

  List<HttpHeader> all() {
    return all;
  }
}
