package dev.anabranch.cli.demo;

import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.failure.CommandFailure;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** The ends of the topic's partitions. */
final class KnownTopic {

  private KnownTopic() {}

  /** The end offset of every partition that is not empty. */
  static Map<Integer, Long> endOffsets(PlatformAddress kafka) throws InterruptedException {
    String topic = kafka.topic();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Map<TopicPartition, OffsetSpec> ask = new HashMap<>();
      for (TopicPartitionInfo partition :
          admin.describeTopics(Set.of(topic)).allTopicNames().get().get(topic).partitions()) {
        ask.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest());
      }
      Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(ask).all().get();
      return ends.entrySet().stream()
          .filter(end -> end.getValue().offset() > 0)
          .collect(
              Collectors.toMap(
                  end -> end.getKey().partition(),
                  end -> end.getValue().offset(),
                  Math::max,
                  TreeMap::new));
    } catch (ExecutionException e) {
      throw CommandFailure.failed(
          "Kafka at %s does not tell the ends of topic %s: %s"
              .formatted(kafka.bootstrapServers(), topic, e.getCause()),
          e);
    }
  }

  /**
   * Makes sure that the ledger knows every record of the topic; else nobody knows the truth.
   *
   * @throws CommandFailure the two differ
   */
  static void requireKnown(Truth truth, Map<Integer, Long> endOffsets, String topic, Path ledger) {
    long inTopic = endOffsets.values().stream().mapToLong(Long::longValue).sum();
    if (inTopic != truth.sent().records() || !endOffsets.equals(truth.untilOffsets())) {
      throw CommandFailure.failed(
          "Topic %s holds %d records and the ledger %s knows %d: a demo can tell the truth only about events that all stand in its ledger. Give an empty or new folder with --data."
              .formatted(topic, inTopic, ledger, truth.sent().records()));
    }
  }
}
