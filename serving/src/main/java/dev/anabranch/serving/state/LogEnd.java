package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.lake.Offsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Where the topic ends, as Kafka said last; unknown once Kafka has not answered for a while. */
final class LogEnd {
  private static final Duration STALE = Duration.ofSeconds(5);
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final int RECONNECT_MILLIS = 5_000;

  private final Settings.Kafka kafka;
  private final Clock clock;
  private final Admin admin;
  private volatile Optional<Offsets> known = Optional.empty();
  private volatile long knownAt;

  LogEnd(Settings.Kafka kafka, Clock clock) {
    this.kafka = kafka;
    this.clock = clock;
    this.admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MILLIS));
  }

  Optional<Offsets> offsets() {
    return clock.millis() - knownAt > STALE.toMillis() ? Optional.empty() : known;
  }

  /** Asks Kafka; waits for at most two seconds. */
  void refresh() {
    try {
      Map<TopicPartition, OffsetSpec> wanted =
          admin
              .describeTopics(List.of(kafka.topic()))
              .allTopicNames()
              .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
              .get(kafka.topic())
              .partitions()
              .stream()
              .collect(
                  Collectors.toMap(
                      info -> new TopicPartition(kafka.topic(), info.partition()),
                      info -> OffsetSpec.latest()));
      Map<TopicPartition, ListOffsetsResultInfo> ends =
          admin.listOffsets(wanted).all().get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      Map<Integer, Long> offsets = new HashMap<>();
      ends.forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
      known = Optional.of(Offsets.of(offsets));
      knownAt = clock.millis();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          "Kafka at " + kafka.bootstrapServers() + " does not answer", e);
    }
  }

  void close() {
    admin.close(Duration.ZERO);
  }
}
