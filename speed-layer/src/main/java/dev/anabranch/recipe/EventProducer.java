package dev.anabranch.recipe;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The four kinds of events to Kafka, no Spark in it. */
@Command(
    name = "producer",
    mixinStandardHelpOptions = true,
    description = "Sends visits, forms, clicks and purchases to Kafka.")
final class EventProducer extends Recipe {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private Broker broker = new Broker();

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Events a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed makes the same visitors (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  void run(Duration time) throws Exception {
    if (rate < 1) {
      throw new IllegalArgumentException("--rate is %d; it must be 1 or more".formatted(rate));
    }
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            broker.servers(),
            "acks",
            "all", // An event counts as sent when it is on every replica in sync,
            "enable.idempotence",
            true); // and a retry of the client writes it once.
    AtomicReference<Exception> refused = new AtomicReference<>();
    long sent = 0;
    long start = System.nanoTime();
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      while (System.nanoTime() - start < time.toNanos() && refused.get() == null) {
        ObjectNode event = event("recipe-%d-%d".formatted(seed, sent), random);
        // The lead is the key: events of a lead keep their order, in one partition.
        ProducerRecord<String, String> sending =
            new ProducerRecord<>(
                broker.topic(), event.get("lead_id").asText(), JSON.writeValueAsString(event));
        // What became of it is told later, on the client's own thread.
        var unused =
            producer.send(sending, (place, failure) -> refused.compareAndSet(null, failure));
        sent++;
        LockSupport.parkNanos(start + sent * 1_000_000_000L / rate - System.nanoTime());
      }
    } // Closing waits for what is under way.
    if (refused.get() != null) {
      throw refused.get();
    }
    System.out.printf("%d events sent to %s%n", sent, broker.topic());
  }

  private static ObjectNode event(String id, RandomGenerator random) {
    int what = random.nextInt(100);
    String type =
        what < 70
            ? "web_visit"
            : what < 82 ? "form_submission" : what < 95 ? "email_click" : "purchase";
    ObjectNode event = JSON.createObjectNode();
    event.put("event_id", id); // What makes a second copy of it harmless.
    event.put("lead_id", "lead-" + random.nextInt(50));
    event.put("event_type", type);
    event.put("channel", random.nextBoolean() ? "search" : "newsletter");
    event.put("event_time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    if (type.equals("purchase")) {
      event.put("amount", "%d.%02d".formatted(random.nextInt(5, 300), random.nextInt(100)));
    }
    return event;
  }
}
