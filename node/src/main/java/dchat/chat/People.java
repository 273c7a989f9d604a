package dchat.chat;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who is registered and signed in, in memory: asked for every message. Read by any thread, changed
 * by the state machine only, after the change is stored.
 */
public final class People {
  private final NavigableMap<String, Account> byKey = new ConcurrentSkipListMap<>();
  private final Map<Long, Account> byId = new ConcurrentHashMap<>();
  private final Map<String, Account> byToken = new ConcurrentHashMap<>();

  /** The account of this name, however its letters are cased. */
  public Optional<Account> named(String name) {
    return Optional.ofNullable(byKey.get(Account.key(name)));
  }

  public Optional<Account> withId(long id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The account whose present session, or the one before it, has this token. */
  public Optional<Account> withToken(String tokenHash) {
    return Optional.ofNullable(byToken.get(tokenHash));
  }

  /** Names that begin so, however their letters are cased, in order. */
  public List<String> namesBeginningWith(String prefix, int max) {
    String key = Account.key(prefix);
    return byKey.subMap(key, true, key + Character.MAX_VALUE, false).values().stream()
        .limit(max)
        .map(Account::name)
        .toList();
  }

  /** What a batch changes, invisible to others until it is accepted. */
  final class Draft {
    private final Map<Long, Optional<Account>> changes = new HashMap<>();
    private final Map<String, Optional<Account>> named = new HashMap<>();

    Optional<Account> named(String name) {
      if (changes.isEmpty()) {
        return People.this.named(name);
      }
      String key = Account.key(name);
      Optional<Account> changed = named.get(key);
      return changed == null ? People.this.named(key) : changed;
    }

    Optional<Account> withId(long id) {
      Optional<Account> changed = changes.get(id);
      return changed == null ? People.this.withId(id) : changed;
    }

    void put(Account account) {
      changes.put(account.id(), Optional.of(account));
      named.put(account.key(), Optional.of(account));
    }

    void remove(Account account) {
      changes.put(account.id(), Optional.empty());
      named.put(account.key(), Optional.empty());
    }
  }

  Draft draft() {
    return new Draft();
  }

  /** Nobody who stays is missing for a moment meanwhile. */
  void accept(Draft draft) {
    draft.changes.forEach(
        (id, changed) -> {
          Optional<Account> former = Optional.ofNullable(byId.get(id));
          changed.ifPresent(this::remember);
          former.ifPresent(account -> forget(account, changed));
        });
  }

  /** Starts anew from what is stored. */
  void reset(Collection<Account> accounts) {
    byKey.clear();
    byId.clear();
    byToken.clear();
    accounts.forEach(this::remember);
  }

  private void remember(Account account) {
    byKey.put(account.key(), account);
    byId.put(account.id(), account);
    tokens(account).forEach(token -> byToken.put(token, account));
  }

  private void forget(Account former, Optional<Account> successor) {
    if (successor.isEmpty()) {
      byId.remove(former.id());
      // The name may be another account's by now.
      byKey.remove(former.key(), former);
    }
    Set<String> kept = successor.map(People::tokens).orElse(Set.of());
    tokens(former).stream().filter(token -> !kept.contains(token)).forEach(byToken::remove);
  }

  private static Set<String> tokens(Account account) {
    return Stream.concat(
            account.session().map(Session::tokenHash).stream(),
            account.ended().map(Session.Ended::tokenHash).stream())
        .collect(Collectors.toSet());
  }
}
