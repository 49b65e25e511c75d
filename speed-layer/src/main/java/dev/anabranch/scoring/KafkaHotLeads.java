package dev.anabranch.scoring;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lead.LeadScore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Hot leads in a topic: an epoch's in one transaction, each with the epoch in a header, so that the
 * topic itself says what it has. It has one partition, which keeps epochs in their order. Consumers
 * with {@code isolation.level=read_committed} see each lead once.
 */
final class KafkaHotLeads implements HotLeadTarget {
  static final String EPOCH = "epoch";
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final long LOOK_BACK = 64;

  /** Its own last record says where to go on, so none may expire. */
  private static final Map<String, String> KEPT =
      Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1");

  private final String servers;
  private final TopicPartition partition;
  private final KafkaProducer<String, String> producer;

  /** Connects, makes the topic where there is none, and ends what an earlier process began. */
  KafkaHotLeads(Settings.Kafka kafka, String topic) {
    this.servers = kafka.bootstrapServers();
    this.partition = new TopicPartition(topic, 0);
    requireTopic(topic);
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                servers,
                "transactional.id",
                "anabranch-" + topic,
                "max.block.ms",
                (int) PATIENCE.toMillis(),
                "delivery.timeout.ms",
                (int) PATIENCE.toMillis(),
                "request.timeout.ms",
                (int) PATIENCE.toMillis() / 2,
                "transaction.timeout.ms",
                60_000),
            new StringSerializer(),
            new StringSerializer());
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw away("does not let transactions begin", e);
    }
  }

  private void requireTopic(String topic) {
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                servers,
                "default.api.timeout.ms",
                (int) PATIENCE.toMillis(),
                "request.timeout.ms",
                (int) PATIENCE.toMillis() / 2))) {
      create(admin, topic);
      int partitions =
          admin
              .describeTopics(List.of(topic))
              .topicNameValues()
              .get(topic)
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
              .partitions()
              .size();
      if (partitions != 1) {
        throw PlatformException.user(
            "Topic %s has %d partitions; hot leads need a topic with one, which keeps epochs in their order: name another one with scoring.hot_topic."
                .formatted(topic, partitions));
      }
    } catch (ExecutionException e) {
      throw away("does not describe topic " + topic, e);
    } catch (TimeoutException e) {
      throw away("does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away("was not waited for", e);
    }
  }

  private void create(Admin admin, String topic) throws InterruptedException, TimeoutException {
    NewTopic hot = new NewTopic(topic, Optional.of(1), Optional.empty()).configs(KEPT);
    try {
      admin.createTopics(List.of(hot)).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw away("does not make topic " + topic, e);
      }
    }
  }

  /** Of the last record: looks at the newest offsets, and further back where these hold none. */
  @Override
  public Optional<Long> newestEpoch() {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                servers,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "default.api.timeout.ms",
                (int) PATIENCE.toMillis()),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> whole = List.of(partition);
      consumer.assign(whole);
      long beginning = consumer.beginningOffsets(whole).get(partition);
      long end = consumer.endOffsets(whole).get(partition);
      Optional<Long> newest = Optional.empty();
      for (long back = LOOK_BACK; newest.isEmpty(); back *= 4) {
        long from = Math.max(beginning, end - back);
        newest = newestEpoch(consumer, from, end);
        if (from == beginning) {
          break;
        }
      }
      if (newest.isEmpty() && beginning > 0) {
        throw PlatformException.user(
            "Topic %s has lost all its records up to offset %d to its retention, so nobody knows which hot leads it got: name another one with scoring.hot_topic, which then gets all of them; its retention.ms must be -1."
                .formatted(partition.topic(), beginning));
      }
      return newest;
    } catch (KafkaException e) {
      throw away("does not say what topic %s holds".formatted(partition.topic()), e);
    }
  }

  private Optional<Long> newestEpoch(
      KafkaConsumer<String, String> consumer, long from, long until) {
    consumer.seek(partition, from);
    Optional<Long> newest = Optional.empty();
    Instant end = Instant.now().plus(PATIENCE);
    while (consumer.position(partition) < until) {
      if (Instant.now().isAfter(end)) {
        throw away("does not hand over the end of topic " + partition.topic(), null);
      }
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
        Header epoch = record.headers().lastHeader(EPOCH);
        if (epoch != null) {
          newest = Optional.of(Long.parseLong(new String(epoch.value(), StandardCharsets.UTF_8)));
        }
      }
    }
    return newest;
  }

  @Override
  public void deliver(long epoch, List<LeadScore> leads) {
    byte[] header = String.valueOf(epoch).getBytes(StandardCharsets.UTF_8);
    try {
      producer.beginTransaction();
      for (LeadScore lead : leads) {
        ProducerRecord<String, String> record =
            new ProducerRecord<>(partition.topic(), 0, lead.leadId(), HotLeadJson.of(lead));
        record.headers().add(EPOCH, header);
        // What goes wrong is what the commit says.
        var unusedSent = producer.send(record);
      }
      producer.commitTransaction();
    } catch (KafkaException e) {
      throw away("did not take the hot leads of epoch " + epoch, e);
    }
  }

  private PlatformException away(String what, Exception because) {
    return PlatformException.external(
        "Kafka at %s %s%s"
            .formatted(servers, what, because == null ? "" : ": " + because.getMessage()),
        because);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
