package dev.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.anomaly.Baseline;
import dev.anabranch.lakehouse.anomaly.Baselines;
import dev.anabranch.lakehouse.anomaly.LeadLimit;
import dev.anabranch.lakehouse.anomaly.Pool;
import dev.anabranch.lakehouse.anomaly.Span;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.lake.BaselineReader;
import dev.anabranch.lakehouse.spark.SparkSessions;
import dev.anabranch.lakehouse.spark.TestKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Baselines of real batch runs on real tables. */
class BaselineServiceTest {
  private static final long MINUTE = 60_000_000L;
  private static final long START = 1_790_000_040_000_000L;

  @TempDir static Path kafkaFolder;
  private static TestKafka kafka;
  private static SparkSession spark;

  @TempDir Path folder;
  private final MovedClock clock = new MovedClock(Instant.parse("2026-10-05T12:00:00Z"));

  @BeforeAll
  static void start() throws Exception {
    kafka = TestKafka.start(kafkaFolder.resolve("kafka"));
    spark = SparkSessions.start(new Settings.Spark("local[2]"), "test", BatchSpark.SETTINGS);
  }

  @AfterAll
  static void stop() {
    spark.stop();
    kafka.close();
  }

  @Test
  void baselinesFollowTheRunsThatArePublished() throws Exception {
    Platform platform = Platform.create(spark, kafka, "usual", folder);
    BaselineReader reader = new BaselineReader(platform.storage, platform.lake);
    platform.send(0, minutes(0, 60));
    platform.run("short");
    service(platform).poll();
    assertThat(reader.current()).isEmpty();

    platform.send(0, minutes(60, 200));
    platform.run("long");
    BaselineService service = service(platform);
    service.poll();
    Baselines learnt = reader.current().orElseThrow();
    assertThat(learnt.batchRun()).isEqualTo("long");
    Baseline visits =
        learnt.all().stream()
            .filter(b -> b.pool() == Pool.TYPE_AND_CHANNEL && b.span() == Span.MINUTE)
            .filter(b -> b.channel().equals(Optional.of("organic")))
            .findAny()
            .orElseThrow();
    // The first minute and the last may be cut.
    assertThat(visits.minutes()).isEqualTo(198);
    assertThat(visits.median()).isEqualTo(6);
    assertThat(visits.mad()).isZero();
    Baseline purchases =
        learnt.all().stream()
            .filter(b -> b.pool() == Pool.TYPE_AND_CHANNEL && b.span() == Span.FIVE_MINUTES)
            .filter(b -> b.eventType().equals("purchase"))
            .findAny()
            .orElseThrow();
    // One in ten minutes: minutes without any count too.
    assertThat(purchases.median()).isBetween(0.0, 1.0);
    assertThat(purchases.minutes()).isBetween(180L, 198L);
    // Purchases are too few for a limit of their sums.
    assertThat(learnt.leadLimits())
        .containsExactly(new LeadLimit(LeadLimit.Measure.EVENTS_A_MINUTE, 1_220, 1, 3));

    platform.send(0, minutes(200, 210));
    platform.run("later");
    service.poll();
    clock.pass(Duration.ofMinutes(14));
    service.poll();
    service(platform).poll();
    assertThat(reader.current().orElseThrow().batchRun()).isEqualTo("long");
    clock.pass(Duration.ofMinutes(1));
    service.poll();
    assertThat(reader.current().orElseThrow().batchRun()).isEqualTo("later");
  }

  @Test
  void aLearningThatIsUnwantedEndsAndIsBegunAnew() throws Exception {
    Platform platform = Platform.create(spark, kafka, "unwanted", folder);
    platform.send(0, minutes(0, 200));
    platform.run("long");
    BaselineReader reader = new BaselineReader(platform.storage, platform.lake);
    for (String last :
        List.of("history surveyed", "history read", "groups learnt", "leads learnt")) {
      AtomicBoolean unwanted = new AtomicBoolean();
      List<String> reached = new ArrayList<>();
      BaselineService service =
          service(
              platform,
              unwanted::get,
              step -> {
                reached.add(step);
                unwanted.set(step.equals(last));
              });
      service.poll();
      assertThat(reached).endsWith(last);
      assertThat(reached.stream().filter(last::equals)).hasSize(1);
      assertThat(reader.current()).as("learnt up to: %s", last).isEmpty();
    }
    AtomicBoolean unwanted = new AtomicBoolean(true);
    BaselineService service = service(platform, unwanted::get, step -> {});
    service.poll();
    assertThat(reader.current()).isEmpty();
    unwanted.set(false);
    service.poll();
    assertThat(reader.current()).map(Baselines::batchRun).contains("long");
  }

  @Test
  void baselinesThatCannotBeReadHoldUpNothingElse() throws Exception {
    Platform platform = Platform.create(spark, kafka, "damaged", folder);
    platform.send(0, minutes(0, 200));
    platform.run("long");
    service(platform).poll();
    Map<Path, byte[]> whole = new HashMap<>();
    try (Stream<Path> files = Files.walk(folder.resolve("the lake/batch/baselines"))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".parquet")).toList()) {
        whole.put(file, Files.readAllBytes(file));
        Files.write(file, new byte[] {1});
      }
    }
    assertThat(whole).isNotEmpty();
    platform.send(0, minutes(200, 210));
    platform.run("later");
    clock.pass(Duration.ofMinutes(15));
    BaselineService service = service(platform);
    service.poll();
    for (Map.Entry<Path, byte[]> file : whole.entrySet()) {
      Files.write(file.getKey(), file.getValue());
    }
    BaselineReader reader = new BaselineReader(platform.storage, platform.lake);
    service.poll();
    assertThat(reader.current().orElseThrow().batchRun()).isEqualTo("long");
    clock.pass(Duration.ofSeconds(30));
    service.poll();
    assertThat(reader.current().orElseThrow().batchRun()).isEqualTo("later");
  }

  private BaselineService service(Platform platform) {
    return service(platform, () -> false, step -> {});
  }

  private BaselineService service(Platform platform, BooleanSupplier unwanted, Progress progress) {
    return new BaselineService(
        spark, platform.storage, platform.settings, clock, unwanted, progress);
  }

  /** Six visits a minute and a purchase in every tenth, each of a lead of its own. */
  private static List<Event> minutes(int from, int until) {
    List<Event> events = new ArrayList<>();
    for (int minute = from; minute < until; minute++) {
      for (int i = 0; i < 6; i++) {
        events.add(event(minute, i, EventType.WEB_VISIT, "organic"));
      }
      if (minute % 10 == 3) {
        events.add(event(minute, 7, EventType.PURCHASE, "email"));
      }
    }
    return events;
  }

  private static Event event(int minute, int number, EventType type, String channel) {
    String id = minute + "-" + number;
    long time = START + minute * MINUTE + number * 1_000_000L;
    long cents = type == EventType.PURCHASE ? 1_990 : 0;
    return new Event(id, "lead-" + id, type, channel, Optional.empty(), cents, time);
  }
}
