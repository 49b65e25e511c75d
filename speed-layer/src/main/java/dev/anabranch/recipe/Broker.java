package dev.anabranch.recipe;

import dev.anabranch.lakehouse.error.PlatformException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import picocli.CommandLine.Option;

/** The options that name a Kafka topic; {@code ./anabranch recipe} names the running platform's. */
final class Broker {

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      defaultValue = "${sys:anabranch.kafka}",
      description = "The broker (default: that of the platform which runs).")
  private String servers = "";

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      defaultValue = "${sys:anabranch.topic:-events}",
      description = "The topic of events (default: that of the platform which runs).")
  private String topic = "";

  String servers() {
    if (servers == null || servers.isBlank()) {
      throw PlatformException.user(
          "No platform runs here whose Kafka could be read: start one with ./anabranch up, or name"
              + " a broker with --kafka HOST:PORT.");
    }
    return servers;
  }

  String topic() {
    return topic;
  }

  /** Makes those topics that are not there yet, with the broker's number of partitions. */
  void create(String... topics) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
      for (String name : topics) {
        NewTopic wanted = new NewTopic(name, Optional.empty(), Optional.empty());
        try {
          admin.createTopics(List.of(wanted)).all().get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw e;
          }
        }
      }
    }
  }
}
