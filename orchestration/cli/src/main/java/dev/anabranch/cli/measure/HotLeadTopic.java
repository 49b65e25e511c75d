package dev.anabranch.cli.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.cli.send.Worker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads the topic of hot leads from its beginning, as a consumer of sales' would: committed ones.
 */
public final class HotLeadTopic implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String servers;
  private final TopicPartition partition;
  private final Clock clock;
  private final Consumer<HotLead> listener;
  private final List<HotLead> leads = new ArrayList<>();
  private final Thread thread;
  private volatile boolean stopped;

  private HotLeadTopic(String servers, String topic, Clock clock, Consumer<HotLead> listener) {
    this.servers = servers;
    this.partition = new TopicPartition(topic, 0);
    this.clock = clock;
    this.listener = listener;
    this.thread = new Thread(this::read, "hot-leads");
    thread.setDaemon(true);
  }

  /**
   * Begins to read.
   *
   * @param clock the same as the broker's
   * @param listener hears of each lead, in a thread of this
   */
  public static HotLeadTopic start(
      String servers, String topic, Clock clock, Consumer<HotLead> listener) {
    HotLeadTopic reader = new HotLeadTopic(servers, topic, clock, listener);
    reader.thread.start();
    return reader;
  }

  private void read() {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                servers,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (!stopped) {
        for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
          HotLead lead = HotLead.read(JSON.readTree(record.value()), clock.millis());
          add(lead);
          listener.accept(lead);
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A record of topic " + partition.topic() + " is no JSON", e);
    } catch (KafkaException e) {
      if (!stopped) {
        throw e;
      }
    }
  }

  private synchronized void add(HotLead lead) {
    leads.add(lead);
  }

  /** Those that were read so far, in the topic's order. */
  public synchronized List<HotLead> leads() {
    return List.copyOf(leads);
  }

  /** How long those took whose events the broker got at an instant or later. */
  public Freshness latencies(Instant from) {
    Latencies latencies = new Latencies();
    leads().stream()
        .filter(lead -> !lead.kafkaTime().isBefore(from))
        .forEach(lead -> latencies.add(lead.latency().toMillis()));
    return new Freshness(latencies.total(), latencies.percentile(0.50), latencies.percentile(0.99));
  }

  /** Reads no more; what was read stays. */
  @Override
  public void close() {
    stopped = true;
    Worker.awaitEnd(thread, () -> {});
  }
}
