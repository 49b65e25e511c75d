package dev.anabranch.speed;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.Offsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** The topic of events, asked for its positions. */
public final class Topic {
  private Topic() {}

  /** Where each partition begins. */
  public static Offsets beginning(Settings.Kafka kafka) {
    Properties properties = new Properties();
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    try (Admin admin = Admin.create(properties)) {
      Map<TopicPartition, OffsetSpec> wanted =
          admin
              .describeTopics(java.util.List.of(kafka.topic()))
              .allTopicNames()
              .get(30, TimeUnit.SECONDS)
              .get(kafka.topic())
              .partitions()
              .stream()
              .collect(
                  Collectors.toMap(
                      info -> new TopicPartition(kafka.topic(), info.partition()),
                      info -> OffsetSpec.earliest()));
      TreeMap<Integer, Long> offsets = new TreeMap<>();
      admin
          .listOffsets(wanted)
          .all()
          .get(30, TimeUnit.SECONDS)
          .forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
      return new Offsets(offsets);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PlatformException.external("Interrupted while asking Kafka for " + kafka.topic(), e);
    } catch (ExecutionException | TimeoutException e) {
      throw PlatformException.external(
          "Kafka at %s does not tell where topic %s begins: %s. Does the broker run, does the topic exist?"
              .formatted(kafka.bootstrapServers(), kafka.topic(), e.getMessage()),
          e);
    }
  }
}
