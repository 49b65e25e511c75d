package dev.anabranch.cli.bench;

import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.cli.send.SentListener;

/** Lets a listener hear only of what is sent between two moments. */
final class Gate implements SentListener {

  private volatile SentListener behind;

  void open(SentListener listener) {
    behind = listener;
  }

  void close() {
    behind = null;
  }

  @Override
  public void appended(int partition, long offset, long kafkaMillis) {
    SentListener listener = behind;
    if (listener != null) {
      listener.appended(partition, offset, kafkaMillis);
    }
  }

  @Override
  public void sent(Outgoing record, int partition, long offset) {
    SentListener listener = behind;
    if (listener != null) {
      listener.sent(record, partition, offset);
    }
  }
}
