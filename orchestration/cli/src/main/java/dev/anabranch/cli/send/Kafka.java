package dev.anabranch.cli.send;

import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.failure.CommandFailure;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Clients of the platform's broker. */
final class Kafka {

  private Kafka() {}

  /**
   * A producer whose records are in the log once, in order and on every replica before they count
   * as sent; tuned for little delay where the events are paced, else for throughput.
   */
  static Producer<String, byte[]> producer(PlatformAddress address, boolean paced) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            address.bootstrapServers(),
            "client.id",
            "anabranch-sender",
            "acks",
            "all",
            "enable.idempotence",
            true,
            "linger.ms",
            paced ? 5 : 20,
            "batch.size",
            paced ? 65_536 : 262_144,
            "buffer.memory",
            67_108_864L,
            "max.block.ms",
            60_000L,
            "delivery.timeout.ms",
            60_000,
            "request.timeout.ms",
            20_000),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  /** Makes sure that the broker answers and has the topic. */
  static void requireTopic(PlatformAddress address) {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers",
            address.bootstrapServers(),
            "client.id",
            "anabranch-sender-admin",
            "request.timeout.ms",
            5_000,
            "default.api.timeout.ms",
            10_000);
    try (Admin admin = Admin.create(client)) {
      admin.describeTopics(Set.of(address.topic())).allTopicNames().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw CommandFailure.failed(
            "Kafka at %s has no topic %s; `anabranch up` makes it."
                .formatted(address.bootstrapServers(), address.topic()),
            e);
      }
      throw unreachable(address, e.getCause());
    } catch (KafkaException e) {
      throw unreachable(address, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(address, e);
    }
  }

  private static CommandFailure unreachable(PlatformAddress address, Throwable cause) {
    return CommandFailure.notRunning(
        "The platform's Kafka at %s does not answer (%s); see `anabranch status`."
            .formatted(address.bootstrapServers(), cause.getMessage()),
        cause);
  }
}
