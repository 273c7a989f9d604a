package dchat.http;

import dchat.raft.RaftActor.ClusterView;

/**
 * Hears what the HTTP interface does, and renders what was measured. Called from any thread; must
 * not block.
 */
public interface HttpMeter {

  /** Requests of one method to one route. Asked for once, at the start. */
  interface Route {

    /**
     * A request was answered; of an event stream, its beginning.
     *
     * @param status the HTTP status
     * @param nanos from the request's arrival
     */
    void answered(int status, long nanos);
  }

  /**
   * @param method one of a few known ones, or {@code OTHER}
   * @param route with placeholders instead of names, or {@code other}: never anything that somebody
   *     wrote
   */
  Route route(String method, String route);

  /**
   * The node at one moment, asked for only when somebody looks.
   *
   * @param ready whether {@code /ready} says so, the disk left out
   * @param eventStreams how many are open
   */
  record Moment(ClusterView view, boolean ready, int eventStreams) {}

  /** All that was measured, in Prometheus' text format. */
  String page(Moment moment);
}
