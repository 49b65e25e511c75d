package dev.anabranch.batch.mlflow;

import dev.anabranch.lakehouse.error.PlatformException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.mlflow.tracking.MlflowClient;

/**
 * MLflow's client with an end to what is asked of it. Its own waits for ever, so it is closed after
 * the limit: this object is of no use after that. For one thread.
 */
final class BoundedClient implements AutoCloseable {
  private final URI url;
  private final Duration limit;
  private final MlflowClient client;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "mlflow-limit");
            thread.setDaemon(true);
            return thread;
          });

  /** Several questions or changes; fails with whatever the client throws. */
  interface Work<T> {
    T with(MlflowClient client);
  }

  /**
   * A client of that server.
   *
   * @param limit for each call of {@link #call}
   */
  BoundedClient(URI url, Duration limit) {
    this.url = url;
    this.limit = limit;
    this.client = new MlflowClient(url.toString());
  }

  /**
   * Asks.
   *
   * @param what it is, for the error
   * @throws PlatformException MLflow is away, refuses, or does not answer within the limit
   */
  <T> T call(String what, Work<T> work) {
    // Again and again: what it has not begun yet cannot be closed.
    Future<?> end =
        watch.scheduleWithFixedDelay(
            client::close, limit.toMillis(), limit.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return work.with(client);
    } catch (RuntimeException e) {
      throw PlatformException.external(
          "MLflow at %s: cannot %s: %s".formatted(url, what, reason(e)), e);
    } finally {
      end.cancel(false);
    }
  }

  private static String reason(RuntimeException e) {
    return Optional.ofNullable(e.getCause())
        .map(Throwable::getMessage)
        .orElse(String.valueOf(e.getMessage()));
  }

  @Override
  public void close() {
    watch.shutdownNow();
    client.close();
  }
}
