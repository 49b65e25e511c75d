package dev.anabranch.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.measure.HotLead;
import dev.anabranch.cli.measure.HotLeadTopic;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.platform.PartStatus;
import dev.anabranch.cli.platform.PlatformFolder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole embedded platform with scoring, whose processes are killed while leads become hot. */
class ScoringEndToEndTest {
  private static final Logger LOG = LoggerFactory.getLogger(ScoringEndToEndTest.class);
  private static final long SEED = 20_261_128;
  private static final Duration LIMIT = Duration.ofMinutes(4);

  @TempDir private Path folder;

  @Test
  void hotLeadsReachEveryTargetOnceWhoeverIsKilled() throws Exception {
    LOG.info("Seed {}", SEED);
    System.setProperty("anabranch.home", Path.of("../..").toAbsolutePath().normalize().toString());
    try (EmbeddedPlatform platform = start()) {
      platform.awaitAll(LIMIT);
      Api api = new Api(platform.status().addresses().serving(), "");
      FutureTask<Void> killing = new FutureTask<>(() -> killInPlay(platform));
      ScoringVerdict verdict =
          new ScoringDemo(
                  platform,
                  api,
                  new ScoringDemo.Plan(Duration.ofSeconds(1), SEED),
                  Clock.systemUTC(),
                  line -> {
                    LOG.info("{}", line);
                    if (line.startsWith("The champion scores")) {
                      new Thread(killing, "killing").start();
                    }
                  })
              .run();
      killing.get();
      LOG.info("{}", verdict.text());
      assertThat(verdict.holds()).as(verdict.text()).isTrue();
      assertThat(verdict.drift().path("compared").asLong()).isGreaterThan(5_000);
      assertThat(verdict.model().at("/card/metrics/auc").asDouble()).isGreaterThan(0.6);
      // Not how many: what scoring missed while it was away it scores as of each lead's last event,
      // after which fewer buy.
      assertThat(verdict.hot().judged()).isGreaterThan(20);
      assertThat(verdict.hot().bought()).isPositive();
      everyTargetHasTheSameHotLeads(platform, api);
    }
  }

  private static void everyTargetHasTheSameHotLeads(EmbeddedPlatform platform, Api api)
      throws Exception {
    List<String> onApi = onApi(api);
    assertThat(onApi).hasSizeGreaterThan(100).doesNotHaveDuplicates();
    String url = platform.status().addresses().postgresql();
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(number(url, "SELECT sum(hand_overs) FROM hot_leads"))
                    .isEqualTo(onApi.size()));
    assertThat(number(url, "SELECT sum(leads) FROM hot_leads_epochs")).isEqualTo(onApi.size());
    assertThat(number(url, "SELECT count(*) FROM lead_profiles")).isGreaterThan(1_000);
    try (HotLeadTopic topic = topic(platform)) {
      await().atMost(LIMIT).until(() -> topic.leads().size() >= onApi.size());
      assertThat(topic.leads())
          .extracting(ScoringEndToEndTest::key)
          .containsExactlyInAnyOrderElementsOf(onApi);
    }
  }

  private static List<String> onApi(Api api) throws InterruptedException {
    List<String> all = new ArrayList<>();
    for (String cursor = ""; cursor != null; ) {
      JsonNode page = api.get("/v1/views/hot-leads?limit=1000" + cursor);
      for (JsonNode row : page.path("rows")) {
        all.add(row.path("lead_id").asText() + " " + row.path("as_of").asText());
      }
      JsonNode next = page.path("next_cursor");
      cursor = next.isTextual() ? "&cursor=" + Api.encoded(next.asText()) : null;
    }
    return all;
  }

  private static String key(HotLead lead) {
    return lead.leadId() + " " + lead.asOf();
  }

  private static long number(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", "");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Both at the first lead that becomes hot in the play, wherever they are in handing it over. */
  private static Void killInPlay(EmbeddedPlatform platform) {
    Instant from = Instant.now();
    try (HotLeadTopic topic = topic(platform)) {
      await().atMost(LIMIT).until(() -> topic.latencies(from).records() > 0);
    }
    kill(platform, "scoring");
    kill(platform, "postgresql");
    return null;
  }

  private static void kill(EmbeddedPlatform platform, String name) {
    PartStatus before = part(platform, name);
    LOG.info("Killing {}, process {}", name, before.pid());
    assertThat(ProcessHandle.of(before.pid()).orElseThrow().destroyForcibly()).isTrue();
    await().atMost(LIMIT).until(() -> part(platform, name).restarts() > before.restarts());
  }

  private static PartStatus part(EmbeddedPlatform platform, String name) {
    return platform.status().parts().stream()
        .filter(part -> part.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static HotLeadTopic topic(EmbeddedPlatform platform) {
    return HotLeadTopic.start(
        platform.status().addresses().bootstrapServers(),
        platform.settings().scoring().hotTopic(),
        Clock.systemUTC(),
        lead -> {});
  }

  private EmbeddedPlatform start() throws Exception {
    return EmbeddedPlatform.start(
        new EmbeddedPlatform.Plan(
            new PlatformFolder(folder.resolve("data")),
            Optional.empty(),
            ConfigFactory.parseMap(
                Map.of(
                    "serving.port",
                    0,
                    "batch.every",
                    "never",
                    "scoring.hot_from",
                    0.4,
                    "scoring.rescore_every",
                    "1s",
                    "scoring.profiles_every",
                    "2s",
                    "ledger_file",
                    folder.resolve("ledger.jsonl").toString())),
            Set.of(),
            true),
        new EmbeddedPlatform.Listener() {
          @Override
          public void changed(PartStatus part) {
            LOG.info("{} {} {}", part.name(), part.state().text(), part.detail());
          }

          @Override
          public void notice(String text) {
            LOG.info("{}", text);
          }
        });
  }
}
