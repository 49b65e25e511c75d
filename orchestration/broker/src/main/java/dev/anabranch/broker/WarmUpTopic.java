package dev.anabranch.broker;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic of sample records, for streams that warm up. */
final class WarmUpTopic {

  private static final int RECORDS_PER_PARTITION = 400;

  private WarmUpTopic() {}

  /** Makes and fills the topic where it is not there. */
  static void ensure(BrokerSettings settings) throws InterruptedException, ExecutionException {
    if (create(settings)) {
      fill(settings);
    }
  }

  private static boolean create(BrokerSettings settings)
      throws InterruptedException, ExecutionException {
    NewTopic topic =
        new NewTopic(settings.warmUpTopic(), Optional.of(settings.partitions()), Optional.empty())
            .configs(EventsTopic.CONFIGURATION);
    try (Admin admin =
        Admin.create(Map.<String, Object>of("bootstrap.servers", settings.bootstrapServers()))) {
      admin.createTopics(List.of(topic)).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw e;
    }
  }

  private static void fill(BrokerSettings settings) {
    Map<String, Object> client = Map.of("bootstrap.servers", settings.bootstrapServers());
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < RECORDS_PER_PARTITION * settings.partitions(); i++) {
        byte[] value = record(i).getBytes(StandardCharsets.UTF_8);
        // Lost ones are not missed.
        var unusedReply =
            producer.send(
                new ProducerRecord<>(
                    settings.warmUpTopic(), i % settings.partitions(), null, value));
      }
    }
  }

  /** Visits, purchases, copies of the record before, and now and then no event at all. */
  private static String record(int i) {
    int event = i % 20 == 1 ? i - 1 : i;
    if (i % 50 == 49) {
      return "no event " + i;
    }
    String typed =
        i % 5 == 4
            ? "\"event_type\":\"purchase\",\"amount\":\"%d.50\"".formatted(i)
            : "\"event_type\":\"web_visit\"";
    return """
        {"event_id":"e-%d","lead_id":"lead-%d",%s,"channel":"c%d","page":"/","event_time":"2026-01-01T%02d:%02d:00Z"}\
        """
        .formatted(event, i % 97, typed, i % 6, i / 60 % 24, i % 60);
  }
}
