package dev.anabranch.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.measure.Meters;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.platform.PartState;
import dev.anabranch.cli.platform.PartStatus;
import dev.anabranch.cli.platform.PlatformFolder;
import dev.anabranch.cli.platform.PlatformStatus.Addresses;
import dev.anabranch.cli.produce.LiveTraffic;
import dev.anabranch.cli.send.Ledger;
import dev.anabranch.lakehouse.s3.Minio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Speed, Kappa, batch and serving as processes of their own on a lake in a real MinIO; parts and
 * the MinIO itself are killed under load, and then lambda is the truth.
 */
class PlatformOnS3Test {
  private static final Logger LOG = LoggerFactory.getLogger(PlatformOnS3Test.class);
  private static final long SEED = 20_261_126;
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir private Path folder;
  private Minio minio;
  private EmbeddedPlatform platform;
  private Api api;
  private Path ledger;

  @BeforeEach
  void start() throws Exception {
    minio = Minio.start(folder.resolve("minio"));
    minio.bucket("lake");
    System.setProperty("anabranch.home", Path.of("../..").toAbsolutePath().normalize().toString());
    ledger = folder.resolve("ledger.jsonl");
    platform =
        EmbeddedPlatform.start(
            new EmbeddedPlatform.Plan(
                new PlatformFolder(folder.resolve("data")),
                Optional.empty(),
                ConfigFactory.parseMap(
                    Map.of(
                        "lake.uri",
                        "s3a://lake/of/the/test",
                        "lake.s3.endpoint",
                        minio.endpoint().toString(),
                        "lake.s3.access_key_file",
                        secret("access", minio.user()),
                        "lake.s3.secret_key_file",
                        secret("secret", minio.password()),
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

  private String secret(String name, String value) throws IOException {
    return Files.writeString(folder.resolve(name), value).toString();
  }

  @AfterEach
  void stop() throws Exception {
    if (platform != null) {
      platform.close();
    }
    if (minio != null) {
      minio.close();
    }
  }

  @Test
  void lambdaIsTheTruthAlsoWhenPartsAndTheStoreAreKilled() throws Exception {
    Truth truth = Truth.read(ledger);
    Verdict verdict;
    try (Meters meters = new Meters(api, CLOCK)) {
      try (Ledger file = Ledger.open(ledger);
          LiveTraffic traffic =
              LiveTraffic.start(kafka(), 200, SEED, CLOCK, List.of(truth, meters, file))) {
        awaitAnswered(truth.sent().records() + 200);
        api.post("/v1/batch-runs", "{\"run_id\":\"killed\"}");
        for (String part : List.of("batch", "speed", "kappa")) {
          kill(part);
          awaitAnswered(truth.sent().records());
        }
        minio.kill();
        // Serving notices, and answers from what it has.
        await().atMost(LIMIT).until(() -> api.get("/v1/views/activity").has("rows") && !isReady());
        minio.start();
        awaitAnswered(truth.sent().records() + 200);
        await().atMost(LIMIT).until(this::isReady);
        traffic.requireAlive();
      }
      verdict = new Judge(platform, api, truth, meters).judge("last");
    }
    assertThat(verdict.lambda()).matches(lambda -> lambda.exactly(truth.totals()), verdict.text());
    assertThat(verdict.kappa().events())
        .isLessThanOrEqualTo(truth.totals().events())
        .isGreaterThanOrEqualTo(truth.totals().events() - verdict.kappaDropped());
    assertThat(api.get("/v1/batch-runs/killed").path("state").asText()).isEqualTo("succeeded");
    assertEveryTableIsThere();
    platform.close();
    assertNoSecretIsWrittenDown();
  }

  private boolean isReady() {
    try {
      api.get("/readyz");
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (RuntimeException notReady) {
      return false;
    }
  }

  private void assertEveryTableIsThere() {
    try (S3Client client = minio.client()) {
      for (String table :
          List.of(
              "speed/tiles",
              "kappa/tiles-1",
              "kappa/generations",
              "master/events",
              "batch/activity",
              "batch/leads",
              "batch/runs",
              "quarantine/events")) {
        String first = "of/the/test/" + table + "/_delta_log/00000000000000000000.json";
        assertThat(client.listObjectsV2(list -> list.bucket("lake").prefix(first)).contents())
            .as(table)
            .hasSize(1);
      }
    }
    assertThat(folder.resolve("data/lake")).doesNotExist();
  }

  /**
   * Not in the settings that the parts were given, nor in their logs, nor in the platform's state.
   */
  private void assertNoSecretIsWrittenDown() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
      List<Path> telling =
          files.filter(Files::isRegularFile).filter(file -> holds(file, minio.password())).toList();
      assertThat(telling).isEmpty();
    }
  }

  private static boolean holds(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void kill(String name) {
    PartStatus before = part(name);
    assertThat(ProcessHandle.of(before.pid()).orElseThrow().destroyForcibly()).isTrue();
    await()
        .atMost(LIMIT)
        .until(
            () ->
                part(name).restarts() > before.restarts()
                    && part(name).state() == PartState.RUNNING);
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
        .until(() -> records("lambda") >= records && records("kappa") >= records);
  }

  private long records(String architecture) throws InterruptedException {
    JsonNode answer =
        api.get("/v1/views/activity?window=P1D&limit=10000&architecture=" + architecture);
    long sum = 0;
    for (JsonNode offset : answer.path("as_of").path("until_offsets")) {
      sum += offset.asLong();
    }
    return sum;
  }

  private PlatformAddress kafka() {
    Addresses at = platform.status().addresses();
    return new PlatformAddress(at.bootstrapServers(), at.topic());
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
