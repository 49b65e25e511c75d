package dev.anabranch.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic of the events: made when it is not there, never changed afterwards. */
final class EventsTopic {

  private static final Logger log = LoggerFactory.getLogger(EventsTopic.class);

  static final Map<String, String> CONFIGURATION =
      Map.of(
          "message.timestamp.type", "LogAppendTime",
          "cleanup.policy", "delete",
          "retention.ms", "-1",
          "retention.bytes", "-1");

  private EventsTopic() {}

  /** Returns when the topic exists and each of its partitions has a leader that answers. */
  static void ensure(BrokerSettings settings) throws InterruptedException, ExecutionException {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers", settings.bootstrapServers(),
            "default.api.timeout.ms", 60_000,
            "request.timeout.ms", 10_000);
    try (Admin admin = Admin.create(client)) {
      create(admin, settings);
      int partitions =
          admin
              .describeTopics(Set.of(settings.topic()))
              .allTopicNames()
              .get()
              .get(settings.topic())
              .partitions()
              .size();
      if (partitions != settings.partitions()) {
        log.warn(
            "Topic {} has {} partitions and keeps them, though the settings ask for {}: the number"
                + " is fixed when the topic is made",
            settings.topic(),
            partitions,
            settings.partitions());
      }
    }
  }

  private static void create(Admin admin, BrokerSettings settings)
      throws InterruptedException, ExecutionException {
    NewTopic topic =
        new NewTopic(settings.topic(), Optional.of(settings.partitions()), Optional.empty())
            .configs(CONFIGURATION);
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }
}
