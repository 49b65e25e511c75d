package dev.anabranch.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import dev.anabranch.cli.Main;
import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.measure.Meters;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.platform.PartState;
import dev.anabranch.cli.platform.PartStatus;
import dev.anabranch.cli.platform.PlatformFolder;
import dev.anabranch.cli.produce.LiveTraffic;
import dev.anabranch.cli.send.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole embedded platform, each part a process of its own. Nothing here may depend on how fast
 * the machine is: every wait is for a condition, and every comparison is exact.
 */
class EndToEndTest {
  private static final Logger LOG = LoggerFactory.getLogger(EndToEndTest.class);
  private static final long SEED = 20_261_124;
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir private Path folder;
  private EmbeddedPlatform platform;
  private Api api;
  private Path ledger;

  @BeforeEach
  void start() throws Exception {
    LOG.info("Seed {}", SEED);
    // Maven runs a module's tests in its folder; the programs of all modules are built before.
    System.setProperty("anabranch.home", Path.of("../..").toAbsolutePath().normalize().toString());
    ledger = folder.resolve("ledger.jsonl");
    startAgain();
  }

  private void startAgain() throws Exception {
    platform =
        EmbeddedPlatform.start(
            new EmbeddedPlatform.Plan(
                new PlatformFolder(folder.resolve("data")),
                Optional.empty(),
                ConfigFactory.parseMap(
                    Map.of(
                        "serving.port",
                        0,
                        "batch.every",
                        "never",
                        "ledger_file",
                        ledger.toString())),
                Set.of()),
            new Quiet());
    platform.awaitAll(LIMIT);
    api = new Api(platform.status().addresses().serving(), "");
  }

  @AfterEach
  void stop() throws Exception {
    platform.close();
  }

  @Test
  void partsKilledUnderLoadLoseNothingAndDoubleNothing() throws Exception {
    Truth truth = Truth.read(ledger);
    Verdict verdict;
    try (Meters meters = new Meters(api, CLOCK)) {
      try (Ledger file = Ledger.open(ledger);
          LiveTraffic traffic =
              LiveTraffic.start(kafka(), 200, SEED, CLOCK, List.of(truth, meters, file))) {
        awaitAnswered(truth.sent().records() + 200);
        for (String part : List.of("serving", "speed", "kappa", "batch", "kafka")) {
          if (part.equals("batch")) {
            // In the middle of a run.
            api.post("/v1/batch-runs", "{\"run_id\":\"killed\"}");
          }
          kill(part);
          awaitAnswered(truth.sent().records());
          traffic.requireAlive();
        }
      }
      verdict = new Judge(platform, api, truth, meters).judge("last");
    }
    assertThat(verdict.lambda()).matches(lambda -> lambda.exactly(truth.totals()), verdict.text());
    assertThat(verdict.kappa().events())
        .isLessThanOrEqualTo(truth.totals().events())
        .isGreaterThanOrEqualTo(truth.totals().events() - verdict.kappaDropped());
    assertThat(api.get("/v1/batch-runs/killed").path("state").asText()).isEqualTo("succeeded");

    platform.close();
    startAgain();
    assertThat(Comparison.ask(api).lambda()).matches(lambda -> lambda.exactly(truth.totals()));
    assertThat(Comparison.ask(api).kappa()).isEqualTo(verdict.kappa());
  }

  /** Without copies and malformed records the sum is the number of records below the offsets. */
  @Test
  void aRunIsPublishedUnderLoadWithoutADipOrAJump() throws Exception {
    allPipelinesMakeTheSameViewsOfEventsInOrder();
    int inOrder = 3_000;
    int events = 40_000;
    FutureTask<Integer> sending =
        new FutureTask<>(() -> command("produce", "--events", events + "", "--rate", "2000"));
    Thread producer = new Thread(sending);
    producer.start();
    List<String> wrong = new ArrayList<>();
    FutureTask<Integer> watching = new FutureTask<>(() -> watch(producer, wrong));
    new Thread(watching).start();
    awaitAnswered(inOrder + 10_000);
    for (int run = 0; run < 2; run++) {
      assertThat(command("batch", "run", "--run-id", "run-" + run)).isZero();
    }
    assertThat(sending.get()).isZero();
    awaitAnswered(inOrder + events);
    assertThat(watching.get()).as("answers").isGreaterThan(50);
    assertThat(wrong).isEmpty();
    assertThat(lambda().path("as_of").path("batch_run").asText()).isEqualTo("run-1");
  }

  @Test
  void aReplayABatchRunAndANewGenerationHoldTheSameEvents() throws Exception {
    Path examples = Path.of("../../examples").toAbsolutePath();
    assertThat(
            command(
                "replay",
                examples.resolve("ecom-sample.csv").toString(),
                "--mapping",
                examples.resolve("ecom-mapping.conf").toString(),
                "--order",
                "time",
                "--ledger",
                ledger.toString()))
        .isZero();
    assertThat(
            command(
                "produce",
                "--events",
                "3000",
                "--duplicates",
                "0.05",
                "--malformed",
                "0.02",
                "--ledger",
                ledger.toString()))
        .isZero();
    // Asked for right behind the last record, the run holds it.
    assertThat(command("batch", "run")).isZero();
    Truth truth = Truth.read(ledger);
    Comparison after = Comparison.ask(api);
    assertThat(after.batch()).matches(batch -> batch.exactly(truth.totals()));
    assertThat(after.lambda()).matches(lambda -> lambda.exactly(truth.totals()));
    assertThat(command("kappa", "reprocess")).isZero();
    await().atMost(LIMIT).until(() -> Comparison.ask(api).streamsReach(truth.untilOffsets()));
    long dropped = api.get("/v1/pipelines/kappa").path("late_events_dropped").asLong();
    // What Kappa left out for lateness it counted, copies too, and nothing else is missing.
    assertThat(Comparison.ask(api).kappa().events())
        .isLessThanOrEqualTo(truth.totals().events())
        .isBetween(
            truth.totals().events() - dropped,
            truth.totals().events() - dropped + truth.sent().duplicates());
    assertThat(api.get("/v1/quarantine").path("counts").findValues("not_json")).hasSize(1);
    long before = records(lambda());
    assertThat(program("recipe", "--data", data(), "producer", "--rate", "50", "--for", "2s"))
        .isZero();
    await().atMost(LIMIT).until(() -> records(lambda()) > before);
  }

  /** The number of answers; one that does not come ends the test, since no part is ended here. */
  private int watch(Thread producer, List<String> wrong) throws InterruptedException {
    int answers = 0;
    while (producer.isAlive()) {
      JsonNode answer = lambda();
      long records = records(answer);
      long sum = 0;
      for (JsonNode row : answer.path("rows")) {
        sum += row.path("events").asLong();
      }
      if (sum != records) {
        wrong.add(
            "%d events below offsets of %d records, %s"
                .formatted(sum, records, answer.path("as_of")));
      }
      answers++;
    }
    return answers;
  }

  /** Tiles of the speed layer, Kappa and a batch run, side by side: five minutes of events. */
  private void allPipelinesMakeTheSameViewsOfEventsInOrder() throws Exception {
    assertThat(command("produce", "--events", "3000", "--step", "100ms", "--seed", SEED + ""))
        .isZero();
    awaitAnswered(3_000);
    List<String> speed = rows("speed");
    assertThat(speed).hasSizeGreaterThan(20);
    assertThat(rows("kappa")).isEqualTo(speed);
    assertThat(command("batch", "run", "--run-id", "in-order")).isZero();
    assertThat(rows("batch")).isEqualTo(speed);
    assertThat(rows("lambda")).isEqualTo(speed);
  }

  /** All rows of both views; distinct leads, which only some sides count exactly, left out. */
  private List<String> rows(String architecture) throws InterruptedException {
    List<String> rows = new ArrayList<>();
    for (String view : List.of("activity?by=event_type,channel&", "leads?order=revenue&")) {
      JsonNode answer =
          api.get("/v1/views/%slimit=10000&architecture=%s".formatted(view, architecture));
      for (JsonNode row : answer.required("rows")) {
        ((ObjectNode) row).remove("leads");
        rows.add(row.toString());
      }
      assertThat(answer.path("next_cursor").isNull()).isTrue();
    }
    return rows;
  }

  private void kill(String part) {
    PartStatus before = part(part);
    assertThat(ProcessHandle.of(before.pid()).orElseThrow().destroyForcibly()).isTrue();
    await()
        .atMost(LIMIT)
        .until(
            () ->
                part(part).restarts() > before.restarts()
                    && part(part).state() == PartState.RUNNING);
  }

  private PartStatus part(String name) {
    return platform.status().parts().stream()
        .filter(part -> part.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Until lambda and Kappa answer at least so many records of the topic. */
  private void awaitAnswered(long records) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(() -> records(lambda()) >= records && records(view("kappa")) >= records);
  }

  private JsonNode lambda() throws InterruptedException {
    return view("lambda");
  }

  private JsonNode view(String architecture) throws InterruptedException {
    return api.get("/v1/views/activity?window=P1D&limit=10000&architecture=" + architecture);
  }

  private static long records(JsonNode answer) {
    long sum = 0;
    for (JsonNode offset : answer.path("as_of").path("until_offsets")) {
      sum += offset.asLong();
    }
    return sum;
  }

  private PlatformAddress kafka() {
    return platform.status().addresses().kafka();
  }

  /** As a user runs it: in a process of its own, which the folder's lock counts on. */
  private int command(String... words) throws IOException, InterruptedException {
    return program(
        Stream.concat(Stream.of(words), Stream.of("--data", data())).toArray(String[]::new));
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private static int program(String... words) throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "-Danabranch.home=" + System.getProperty("anabranch.home"),
                Main.class.getName()));
    all.addAll(List.of(words));
    return new ProcessBuilder(all).inheritIO().start().waitFor();
  }

  private static final class Quiet implements EmbeddedPlatform.Listener {
    @Override
    public void changed(PartStatus part) {
      LOG.info("{} {} {}", part.name(), part.state().text(), part.detail());
    }

    @Override
    public void notice(String text) {
      LOG.info("{}", text);
    }
  }
}
