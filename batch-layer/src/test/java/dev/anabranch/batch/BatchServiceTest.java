package dev.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.spark.SparkSessions;
import dev.anabranch.lakehouse.spark.TestKafka;
import dev.anabranch.lakehouse.view.TestEvents;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batch runs on a real log and real tables: split, killed, cancelled, and what they then hold. */
class BatchServiceTest {
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
      assertThat(platform.find(id).state()).isEqualTo(BatchRun.State.RUNNING);
      // What arrives in between is the next run's.
      platform.epoch();
      platform.service().poll();
      BatchRun resumed = platform.find(id);
      assertThat(resumed.boundary()).as(deadly).isEqualTo(claimed.boundary());
      assertThat(platform.ledger.runs()).extracting(BatchRun::runId).containsOnlyOnce(id);
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
                platform.ledger.cancel("cancelled");
              }
            })
        .poll();
    assertThat(platform.find("cancelled").state()).isEqualTo(BatchRun.State.CANCELLED);
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
    assertThat(run.state())
        .as("%s, seed %d", run.error(), SEED)
        .isEqualTo(BatchRun.State.SUCCEEDED);
    BatchRun.Figures figures = run.figures().orElseThrow();
    assertThat(figures.records()).isEqualTo(sent.size());
    assertThat(figures.events()).as("seed %d", SEED).isEqualTo(truth.size());
    assertThat(figures.duplicates()).isEqualTo(sent.size() - truth.size());
    for (View view : Views.ALL) {
      assertThat(TestEvents.rows(view, platform.read(view, run)))
          .as("%s, seed %d", view.name(), SEED)
          .isEqualTo(TestEvents.rows(view, TestEvents.tiles(view, truth)));
    }
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
