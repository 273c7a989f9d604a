package dchat.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.IllegalUriException;

/** The query parameters of a request, read strictly: a misspelt one must not pass unnoticed. */
final class Parameters {
  private final Map<String, List<String>> values;

  private Parameters(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * @throws ProblemException if there are others than {@code known}, or one is there twice
   */
  static Parameters of(HttpRequest request, Set<String> known) {
    Map<String, List<String>> values;
    try {
      values = request.getUri().query().toMultiMap();
    } catch (IllegalUriException e) {
      throw Problem.of(ProblemType.BAD_REQUEST, "The query can't be read.").asException();
    }
    values.forEach(
        (name, given) -> {
          if (!known.contains(name)) {
            throw invalid(
                name,
                known.isEmpty()
                    ? "This path takes no parameters."
                    : "Parameters are "
                        + String.join(", ", known.stream().sorted().toList())
                        + ".");
          }
          if (given.size() > 1) {
            throw invalid(name, name + " is there twice.");
          }
        });
    return new Parameters(values);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).map(List::getFirst);
  }

  /**
   * @throws ProblemException if it is there but not a whole number from 0 on
   */
  Optional<Long> number(String name) {
    return text(name)
        .map(
            value ->
                Numbers.nonNegative(value)
                    .orElseThrow(() -> invalid(name, name + " must be a whole number from 0 on.")));
  }

  static ProblemException invalid(String name, String detail) {
    return Problem.ofField(
            ProblemType.INVALID_PARAMETER,
            name.length() <= 64 ? name : name.substring(0, 64),
            detail)
        .asException();
  }
}
