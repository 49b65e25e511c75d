package dev.anabranch.cli.demo;

import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.measure.Freshness;
import dev.anabranch.cli.measure.FreshnessMeter;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.cli.send.SentListener;
import java.time.Clock;

/** The freshness of both architectures, measured for the same records. */
final class Meters implements SentListener, AutoCloseable {

  private final FreshnessMeter lambda;
  private final FreshnessMeter kappa;

  Meters(Api api, Clock clock) {
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

  Freshness lambda() {
    return lambda.freshness();
  }

  Freshness kappa() {
    return kappa.freshness();
  }

  @Override
  public void close() {
    lambda.close();
    kappa.close();
  }
}
