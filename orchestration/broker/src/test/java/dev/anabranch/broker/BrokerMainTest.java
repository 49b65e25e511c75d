package dev.anabranch.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker in its own process. */
class BrokerMainTest {

  @TempDir Path folder;

  @Test
  void keepsItsRecordsWhenKilledAndStartedAgainOnOtherPorts() throws Exception {
    BrokerSettings first = settings();
    try (BrokerProcess broker = BrokerProcess.start(folder, first)) {
      assertThat(send(first, "a").offset()).isZero();
      assertThat(send(first, "b").offset()).isEqualTo(1);
      broker.kill();
    }
    BrokerSettings second = settings();
    try (BrokerProcess broker = BrokerProcess.start(folder, second)) {
      assertThat(send(second, "c").offset()).isEqualTo(2);
      List<ConsumerRecord<String, String>> records = read(second, 3);
      assertThat(records).extracting(ConsumerRecord::value).containsExactly("a", "b", "c");
      assertThat(records)
          .extracting(ConsumerRecord::timestampType)
          .containsOnly(TimestampType.LOG_APPEND_TIME);
      assertThat(broker.endInput()).isZero();
    }
  }

  @Test
  void theTopicKeepsEverythingAndOtherTopicsAreNotMade() throws Exception {
    BrokerSettings settings = settings();
    try (BrokerProcess broker = BrokerProcess.start(folder, settings);
        Admin admin = Admin.create(Map.of("bootstrap.servers", settings.bootstrapServers()))) {
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "events");
      Config config = admin.describeConfigs(Set.of(topic)).all().get().get(topic);
      assertThat(config.get("retention.ms").value()).isEqualTo("-1");
      assertThat(config.get("retention.bytes").value()).isEqualTo("-1");
      assertThat(config.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
      ConfigResource server = new ConfigResource(ConfigResource.Type.BROKER, "1");
      Config ofServer = admin.describeConfigs(Set.of(server)).all().get().get(server);
      assertThat(ofServer.get("auto.create.topics.enable").value()).isEqualTo("false");
      assertThat(ofServer.get("listeners").value()).contains("127.0.0.1").doesNotContain("0.0.0.0");
      assertThat(
              admin
                  .describeTopics(Set.of("events"))
                  .allTopicNames()
                  .get()
                  .get("events")
                  .partitions())
          .hasSize(4);
      assertThat(broker.endInput()).isZero();
    }
  }

  private BrokerSettings settings() throws IOException {
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new BrokerSettings(
          folder.resolve("kafka"),
          one.getLocalPort(),
          two.getLocalPort(),
          "events",
          4,
          "events.warm-up");
    }
  }

  private static RecordMetadata send(BrokerSettings settings, String value) throws Exception {
    Map<String, Object> client = Map.of("bootstrap.servers", settings.bootstrapServers());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
      return producer.send(new ProducerRecord<>("events", 0, "lead", value)).get();
    }
  }

  private static List<ConsumerRecord<String, String>> read(BrokerSettings settings, int count) {
    Map<String, Object> client = Map.of("bootstrap.servers", settings.bootstrapServers());
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition("events", 0);
      consumer.assign(Set.of(partition));
      consumer.seekToBeginning(Set.of(partition));
      while (records.size() < count) {
        consumer.poll(Duration.ofSeconds(10)).forEach(records::add);
      }
    }
    return records;
  }
}
