package dchat.client.api;

import java.util.Optional;

/**
 * How signing in ended.
 *
 * @param token proves who one is from now on; there if and only if the outcome is committed
 */
public record SignIn(Outcome outcome, Optional<String> token) {}
