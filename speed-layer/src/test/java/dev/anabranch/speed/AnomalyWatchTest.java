package dev.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.anomaly.Anomaly;
import dev.anabranch.lakehouse.anomaly.Baseline;
import dev.anabranch.lakehouse.anomaly.Baselines;
import dev.anabranch.lakehouse.anomaly.LeadLimit;
import dev.anabranch.lakehouse.anomaly.Pool;
import dev.anabranch.lakehouse.anomaly.Range;
import dev.anabranch.lakehouse.anomaly.Span;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.lake.AnomalyTable;
import dev.anabranch.lakehouse.lake.BaselineTable;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.lakehouse.spark.TestKafka;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Minutes judged behind a real stream, on real tables. */
class AnomalyWatchTest {
  private static final long MINUTE = 60_000_000L;
  private static final Duration LONGEST_END = Duration.ofMinutes(5);
  private static final long START = 1_700_000_040_000_000L;

  @TempDir static Path kafkaFolder;
  private static TestKafka kafka;
  private static SparkSession spark;
  private static int topics;

  @TempDir Path folder;
  private Settings settings;
  private Storage storage;
  private LakeLayout lake;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestKafka.start(kafkaFolder.resolve("kafka"));
    spark = StreamSessions.start(settings(kafkaFolder, "none"), "test");
  }

  @AfterAll
  static void stop() {
    if (kafka != null) {
      spark.stop();
      kafka.close();
    }
  }

  private static Settings settings(Path folder, String topic) {
    Map<String, Object> flags =
        Map.of(
            "lake.uri",
            folder.resolve("lake").toUri().toString(),
            "kafka.bootstrap_servers",
            kafka.bootstrapServers(),
            "kafka.topic",
            topic,
            "speed.max_records_per_epoch",
            50);
    return Settings.load(Optional.empty(), Map.of(), ConfigFactory.parseMap(flags));
  }

  private void open() throws Exception {
    String topic = "watched-" + topics++;
    kafka.create(topic, 1);
    settings = settings(folder, topic);
    storage = Storage.of(settings.lake());
    lake = new LakeLayout(settings.lake().uri());
  }

  @Test
  void whatLeavesItsBaselineIsInTheTableOnceAcrossRestarts() throws Exception {
    open();
    learnt();
    List<Event> events = traffic();
    // Ends within the minutes without visits: they are open when the stream goes down.
    int first = events.size() * 13 / 30;
    send(events.subList(0, first));
    run();
    send(events.subList(first, events.size()));
    run();
    run();
    assertThat(marked())
        .containsExactly(
            "12 drop web_visit organic 0 of 10 to 40",
            "13 drop web_visit organic 0 of 10 to 40",
            "20 burst web_visit organic 100 of 10 to 40",
            "25 burst purchase email 61 of 0 to 20",
            "25 lead_rate bot 60 of 0 to 10",
            "25 lead_revenue bot 1200.00 of 0.00 to 1000.00");
  }

  @Test
  void withoutBaselinesNothingIsJudgedAndMinutesWhoseTilesAreGoneNeverAre() throws Exception {
    open();
    List<Event> events = traffic();
    send(events.subList(0, events.size() / 3));
    run();
    assertThat(marked()).isEmpty();
    // The minutes without visits are in the first epoch of the next run, in which judging begins.
    learnt();
    send(events.subList(events.size() / 3, events.size() / 2));
    run();
    expireTiles();
    // The minutes that were open lost their epochs, and so did minute 20, in which judging begins.
    send(events.subList(events.size() / 2, events.size()));
    run();
    assertThat(marked())
        .containsExactly(
            "25 burst purchase email 61 of 0 to 20",
            "25 lead_rate bot 60 of 0 to 10",
            "25 lead_revenue bot 1200.00 of 0.00 to 1000.00");
  }

  private void run() throws Exception {
    AnomalyWatch watch = new AnomalyWatch(settings, storage, Clock.systemUTC());
    SpeedStream stream = SpeedStream.open(spark, settings, storage, Clock.systemUTC(), watch);
    StreamingQuery query = stream.start(Trigger.AvailableNow());
    query.awaitTermination();
    stream.stop(query);
    watch.close(LONGEST_END);
  }

  private void expireTiles() {
    TableWriter tiles =
        TableWriter.open(storage, lake.speedTiles(), TileFiles.SCHEMA, Clock.systemUTC());
    long newest = tiles.transaction("speed").orElseThrow();
    List<String> old =
        tiles.files().stream()
            .filter(file -> TileFiles.read(storage, file, List.of()).header().epoch() < newest)
            .map(file -> file.path())
            .toList();
    assertThat(tiles.replace(old, List.of(), true)).isTrue();
  }

  private List<String> marked() {
    TableTail tail = new TableTail(storage, lake.speedAnomalies());
    tail.poll();
    return tail.files().stream()
        .flatMap(file -> AnomalyTable.read(storage, file).anomalies().stream())
        .map(AnomalyWatchTest::text)
        .sorted()
        .toList();
  }

  private static String text(Anomaly anomaly) {
    return "%d %s %s %s of %s to %s"
        .formatted(
            (anomaly.minute() - START) / MINUTE,
            anomaly.kind().wireName(),
            anomaly
                .leadId()
                .orElseGet(
                    () ->
                        anomaly.eventType().orElseThrow() + " " + anomaly.channel().orElseThrow()),
            plain(anomaly, anomaly.observed()),
            plain(anomaly, anomaly.lower()),
            plain(anomaly, anomaly.upper()));
  }

  private static String plain(Anomaly anomaly, java.math.BigDecimal number) {
    return anomaly.kind() == Anomaly.Kind.LEAD_REVENUE
        ? number.toPlainString()
        : String.valueOf(number.longValueExact());
  }

  private void learnt() {
    BaselineTable.open(storage, lake, Clock.systemUTC())
        .replace(
            new Baselines(
                "run",
                Instant.EPOCH,
                List.of(
                    baseline("web_visit", "organic", 20, 10, 40),
                    baseline("purchase", "email", 1, 0, 20)),
                List.of(
                    new LeadLimit(LeadLimit.Measure.EVENTS_A_MINUTE, 1_000, 3, 10),
                    new LeadLimit(LeadLimit.Measure.REVENUE_IN_TEN_MINUTES, 1_000, 500, 1_000))));
  }

  private static Baseline baseline(
      String type, String channel, double median, long lower, long upper) {
    return new Baseline(
        Pool.TYPE_AND_CHANNEL,
        Span.MINUTE,
        type,
        Optional.of(channel),
        OptionalInt.empty(),
        120,
        median,
        1,
        new Range(lower, upper));
  }

  /** Half an hour: visits stay away in two minutes, are many in one, and a lead buys in another. */
  private static List<Event> traffic() {
    List<Event> events = new ArrayList<>();
    for (int minute = 0; minute < 30; minute++) {
      int visits = minute == 12 || minute == 13 ? 0 : minute == 20 ? 100 : 20;
      for (int i = 0; i < visits; i++) {
        events.add(event(minute, i, "lead-" + minute + "-" + i, EventType.WEB_VISIT, "organic"));
      }
      int bought = minute == 25 ? 60 : 0;
      for (int i = 0; i < bought; i++) {
        events.add(event(minute, 200 + i, "bot", EventType.PURCHASE, "email"));
      }
      events.add(event(minute, 999, "lead-" + minute, EventType.PURCHASE, "email"));
    }
    return events;
  }

  private static Event event(int minute, int number, String lead, EventType type, String channel) {
    return new Event(
        minute + "-" + number,
        lead,
        type,
        channel,
        Optional.empty(),
        type == EventType.PURCHASE ? 2_000 : 0,
        START + minute * MINUTE + number * 10_000L);
  }

  private void send(List<Event> events) throws Exception {
    for (Event event : events) {
      kafka.send(settings.kafka().topic(), 0, EventJson.write(event)).get();
    }
  }
}
