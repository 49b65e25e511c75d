package dev.anabranch.cli.measure;

import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.cli.send.SentListener;
import java.time.Clock;
import java.time.Duration;

/** The freshness of both architectures, measured for the same records. */
public final class Meters implements SentListener, AutoCloseable {

  private final FreshnessMeter lambda;
  private final FreshnessMeter kappa;

  /** Begins to measure. */
  public Meters(Api api, Clock clock) {
    lambda = FreshnessMeter.start(api, "lambda", clock);
    kappa = FreshnessMeter.start(api, "kappa", clock);
  }

  @Override
  public void appended(int partition, long offset, long kafkaMillis) {
    lambda.record(partition, offset, kafkaMillis);
    kappa.record(partition, offset, kafkaMillis);
  }

  @Override
  public void sent(Outgoing record, int partition, long offset) {
    // Where and when is all that counts here.
  }

  /** Waits until answers of both held every record that was told, at most so long. */
  public void awaitAll(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (lambda.waiting() + kappa.waiting() > 0 && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
  }

  /** Of answers from lambda. */
  public Freshness lambda() {
    return lambda.freshness();
  }

  /** Of answers from Kappa. */
  public Freshness kappa() {
    return kappa.freshness();
  }

  @Override
  public void close() {
    lambda.close();
    kappa.close();
  }
}
