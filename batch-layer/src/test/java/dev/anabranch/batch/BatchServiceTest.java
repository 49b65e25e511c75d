package dev.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Verdict;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.RunState;
import dev.anabranch.lakehouse.spark.SparkSessions;
import dev.anabranch.lakehouse.spark.TestKafka;
import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.TestEvents;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Batch runs on a real log and real tables: split, killed, cancelled, and what they then hold. */
class BatchServiceTest {
  private static final Logger LOG = LoggerFactory.getLogger(BatchServiceTest.class);
  private static final long SEED = 20_261_125;

  @TempDir static Path kafkaFolder;
  private static TestKafka kafka;
  private static SparkSession spark;
  private static int topics;

  @TempDir Path folder;
  private final Random random = new Random(SEED);
  private final List<Event> pool = TestEvents.random(SEED, 400);
  private final List<Event> sent = new ArrayList<>();
  private final List<Event> truth = new ArrayList<>();
  private Platform platform;

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

  @BeforeEach
  void open() throws Exception {
    platform = Platform.create(spark, kafka, "events-" + topics++, folder);
  }

  @Test
  void runsOverAnySplitHoldEachEventOnce() throws Exception {
    for (int run = 0; run < 3; run++) {
      sendSome(100);
      assertExact(platform.run("run-" + run));
    }
    BatchRun nothingNew = platform.run("nothing-new");
    assertExact(nothingNew);
    assertThat(nothingNew.figures().orElseThrow().ingested()).isZero();
  }

  @Test
  void aRunOverAnEmptyTopicSucceeds() {
    assertExact(platform.run("empty"));
  }

  @Test
  void refusedRecordsAreCountedAndDoNotUseUpTheirId() throws Exception {
    Event event = pool.get(0);
    String refused = "{\"event_id\":\"%s\"}".formatted(event.eventId());
    platform.sendValues(0, List.of(refused.getBytes(StandardCharsets.UTF_8)));
    platform.send(0, List.of(event));
    BatchRun.Figures figures = platform.run("refused").figures().orElseThrow();
    assertThat(figures).isEqualTo(new BatchRun.Figures(2, 1, 0, 1, 2));
  }

  /** The ends of transactions take offsets, and what was taken back is in the log. */
  @Test
  void onlyRecordsAreCounted() throws Exception {
    byte[] poison = "poison".getBytes(StandardCharsets.UTF_8);
    platform.sendCommitted(0, List.of(json(0), json(1), poison));
    platform.sendAborted(0, List.of(json(2), poison));
    platform.send(1, List.of(pool.get(3)));
    platform.sendCommitted(1, List.of(json(0)));
    BatchRun first = platform.run("first");
    assertThat(first.error()).isEmpty();
    assertThat(first.figures()).contains(new BatchRun.Figures(5, 3, 1, 1, 5));
    platform.sendAborted(0, List.of(json(4)));
    BatchRun nothing = platform.run("nothing but offsets");
    assertThat(nothing.figures()).contains(new BatchRun.Figures(5, 3, 1, 1, 0));
    platform.sendCommitted(2, List.of(poison, json(4)));
    BatchRun last = platform.run("last");
    assertThat(last.figures()).contains(new BatchRun.Figures(7, 4, 1, 2, 2));
  }

  @Test
  void anyBytesAreCountedAndFailNoRun() throws Exception {
    long seed = System.nanoTime();
    LOG.info("Fuzz with seed {}", seed);
    Random fuzz = new Random(seed);
    for (int round = 0; round < 2; round++) {
      for (int partition = 0; partition < Platform.PARTITIONS; partition++) {
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
          values.add(fuzzed(fuzz, i));
        }
        platform.sendValues(partition, values);
      }
      BatchRun run = platform.run("fuzz-" + round);
      assertThat(run.error()).as("seed %d", seed).isEmpty();
      assertThat(run.figures()).as("seed %d", seed).contains(judged(450));
    }
  }

  /** Bytes of no kind, spoiled events, copies, and now and then a record without a value. */
  private byte[] fuzzed(Random fuzz, int i) {
    byte[] value = json(fuzz.nextInt(pool.size()));
    if (i % 3 == 0) {
      value = new byte[fuzz.nextInt(300)];
      fuzz.nextBytes(value);
    } else if (i % 3 == 1) {
      value[fuzz.nextInt(value.length)] = (byte) fuzz.nextInt(256);
    }
    return i % 50 == 49 ? null : value;
  }

  /** What the validator says of all that was sent. */
  private BatchRun.Figures judged(long ofLastRun) {
    EventValidator validator = new EventValidator();
    Set<String> ids = new HashSet<>();
    long accepted = 0;
    for (Platform.Sent record : platform.sent()) {
      if (validator.validate(record.value(), record.timestamp()) instanceof Verdict.Accepted ok) {
        accepted++;
        ids.add(ok.event().eventId());
      }
    }
    long records = platform.sent().size();
    return new BatchRun.Figures(
        records, ids.size(), accepted - ids.size(), records - accepted, ofLastRun);
  }

  @Test
  void recordsThatExpiredUnreadFailTheRunAtOnce() throws Exception {
    sendSome(60);
    assertExact(platform.run("before"));
    long read = platform.sent().stream().filter(record -> record.partition() == 0).count();
    platform.send(0, pool.subList(0, 5));
    platform.trim(read + 3);
    List<String> steps = new ArrayList<>();
    platform.claim("too-late");
    platform.service(steps::add).poll();
    BatchRun run = platform.find("too-late");
    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.error().orElseThrow())
        .contains("no longer has all records", "Cannot fetch offset " + read)
        .contains("new data folder", "retention.ms");
    assertThat(steps).as("it was not tried again").containsOnlyOnce("rolled back");
    assertThat(platform.ledger.published()).map(BatchRun::runId).contains("before");
  }

  @Test
  void recordsThatExpiredWhenReadAreNotMissed() throws Exception {
    sendSome(60);
    assertExact(platform.run("before"));
    platform.trim(platform.sent().stream().filter(record -> record.partition() == 0).count());
    sendSome(40);
    assertExact(platform.run("after"));
  }

  @Test
  void runsThatComeBehindOneThatWentFurtherCountWhatIsTheirs() throws Exception {
    sendSome(40);
    long first = platform.run("first").figures().orElseThrow().records();
    List<Long> records = new ArrayList<>();
    List<Long> events = new ArrayList<>();
    for (String id : List.of("a", "b")) {
      sendSome(40);
      platform.claim(id);
      platform.ledger.ledger().cancel(id);
      records.add((long) sent.size());
      events.add((long) truth.size());
    }
    sendSome(40);
    BatchRun furthest = platform.run("furthest");
    assertExact(furthest);
    for (int i = 0; i < 2; i++) {
      BatchRun behind = platform.run(List.of("a", "b").get(i));
      assertThat(behind.state()).as("%s", behind.error()).isEqualTo(RunState.SUCCEEDED);
      long copies = records.get(i) - events.get(i);
      assertThat(behind.figures())
          .as("seed %d", SEED)
          .contains(
              new BatchRun.Figures(
                  records.get(i), events.get(i), copies, 0, records.get(i) - first));
      assertThat(behind.versions()).isEqualTo(furthest.versions());
    }
    assertThat(platform.ledger.published()).map(BatchRun::runId).contains("furthest");
    // What comes next starts from the run that went furthest.
    sendSome(40);
    assertExact(platform.run("next"));
  }

  @Test
  void aRunThatIsTooBigForTheHeapFailsAndEndsTheProcess() throws Exception {
    sendSome(20);
    platform.claim("too-big");
    BatchService service =
        platform.service(
            step -> {
              throw new OutOfMemoryError("Java heap space");
            });
    assertThatThrownBy(service::poll).isInstanceOf(OutOfMemoryError.class);
    BatchRun run = platform.find("too-big");
    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.error().orElseThrow())
        .contains("out of memory", "batch.memory", "ANABRANCH_BATCH_MEMORY");
    // With more memory, say.
    assertExact(platform.run("too-big"));
  }

  @Test
  void aTaskThatRunsOutOfMemoryFailsItsJobOnly() {
    Dataset<Integer> tooBig =
        spark
            .range(1)
            .map(
                (MapFunction<Long, Integer>) one -> new long[Integer.MAX_VALUE - 8].length,
                Encoders.INT());
    assertThatThrownBy(tooBig::collectAsList)
        .matches(Failures::isOutOfMemory)
        .matches(failure -> Failures.reason(failure, "start").contains("batch.memory"));
  }

  @Test
  void aRunKilledBehindAnyStepComesToTheSameEnd() throws Exception {
    sendSome(60);
    List<String> steps = new ArrayList<>();
    platform.claim("first");
    platform.service(steps::add).poll();
    assertThat(steps).contains("rolled back", "records read", MasterEvents.NAME);
    for (int step = 0; step < steps.size(); step++) {
      String id = "killed-" + step;
      String deadly = steps.get(step);
      sendSome(40);
      BatchRun claimed = platform.claim(id);
      BatchService dies = platform.service(reached -> dieAt(deadly, reached));
      assertThatThrownBy(dies::poll).as(deadly).isInstanceOf(Killed.class);
      assertThat(platform.find(id).state()).isEqualTo(RunState.RUNNING);
      // What arrives in between is the next run's.
      platform.epoch();
      platform.service().poll();
      BatchRun resumed = platform.find(id);
      assertThat(resumed.boundary()).as(deadly).isEqualTo(claimed.boundary());
      assertThat(platform.ledger.ledger().runs()).extracting(BatchRun::runId).containsOnlyOnce(id);
      assertExact(resumed);
    }
  }

  @Test
  void whatACancelledRunWroteIsNotInTheNext() throws Exception {
    sendSome(60);
    platform.claim("cancelled");
    platform
        .service(
            step -> {
              if (step.equals(MasterEvents.NAME)) {
                platform.ledger.ledger().cancel("cancelled");
              }
            })
        .poll();
    assertThat(platform.find("cancelled").state()).isEqualTo(RunState.CANCELLED);
    assertThat(platform.ledger.published()).isEmpty();
    assertExact(platform.run("next"));
  }

  private static void dieAt(String deadly, String reached) {
    if (reached.equals(deadly)) {
      throw new Killed();
    }
  }

  /** No exception that the service handles: nothing of it runs any more, as after a kill -9. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** New events and, one in five, copies of earlier ones with another amount, time and lead. */
  private void sendSome(int count) throws Exception {
    int before = sent.size();
    for (int i = 0; i < count; i++) {
      boolean copy = !sent.isEmpty() && random.nextInt(5) == 0;
      Event event = pool.get(random.nextInt(pool.size()));
      if (copy) {
        event = withId(event, sent.get(random.nextInt(sent.size())).eventId());
      }
      sent.add(event);
      platform.send(random.nextInt(Platform.PARTITIONS), List.of(event));
    }
    keepFirstCopies(before);
  }

  /** The contract's rule: what got there first stays, then timestamp, partition, offset. */
  private void keepFirstCopies(int from) {
    Set<String> ids = new HashSet<>();
    truth.forEach(event -> ids.add(event.eventId()));
    List<Platform.Sent> places = platform.sent();
    IntStream.range(from, sent.size())
        .boxed()
        .sorted(
            Comparator.comparing((Integer i) -> places.get(i).timestamp())
                .thenComparing(i -> places.get(i).partition())
                .thenComparing(i -> places.get(i).offset()))
        .map(sent::get)
        .filter(event -> ids.add(event.eventId()))
        .forEach(truth::add);
  }

  private void assertExact(BatchRun run) {
    assertThat(run.state()).as("%s, seed %d", run.error(), SEED).isEqualTo(RunState.SUCCEEDED);
    BatchRun.Figures figures = run.figures().orElseThrow();
    assertThat(figures.records()).isEqualTo(sent.size());
    assertThat(figures.events()).as("seed %d", SEED).isEqualTo(truth.size());
    assertThat(figures.duplicates()).isEqualTo(sent.size() - truth.size());
    for (View view : Views.ALL) {
      assertThat(TestEvents.rows(view, platform.read(view, run)))
          .as("%s, seed %d", view.name(), SEED)
          .isEqualTo(TestEvents.rows(view, TestEvents.tiles(view, truth)));
    }
    assertThat(exactLeads(platform.read(Activity.VIEW, run)))
        .as("seed %d", SEED)
        .isEqualTo(exactLeads());
  }

  /** The exact distinct counts of {@code batch/activity}, by minute, type and channel. */
  private static Map<String, Long> exactLeads(Tiles rows) {
    Map<String, Long> leads = new TreeMap<>();
    for (int row = 0; row < rows.size(); row++) {
      String group =
          "%d %s %s"
              .formatted(rows.longKey(0).at(row), rows.textKey(1).at(row), rows.textKey(2).at(row));
      leads.put(group, rows.distinctMeasure(2).exact()[row]);
    }
    return leads;
  }

  private Map<String, Long> exactLeads() {
    Map<String, Set<String>> leads = new TreeMap<>();
    for (Event event : truth) {
      long minute = Math.floorDiv(event.eventTimeMicros(), 60_000_000L) * 60_000_000L;
      String group = "%d %s %s".formatted(minute, event.type().wireName(), event.channel());
      leads.computeIfAbsent(group, g -> new HashSet<>()).add(event.leadId());
    }
    Map<String, Long> counts = new TreeMap<>();
    leads.forEach((group, ids) -> counts.put(group, (long) ids.size()));
    return counts;
  }

  private byte[] json(int event) {
    return EventJson.write(pool.get(event));
  }

  private static Event withId(Event event, String id) {
    return new Event(
        id,
        event.leadId(),
        event.type(),
        event.channel(),
        event.page(),
        event.amountCents(),
        event.eventTimeMicros());
  }
}
