package dev.anabranch.serving;

import static dev.anabranch.serving.TestScores.batchScore;
import static dev.anabranch.serving.TestScores.score;
import static dev.anabranch.serving.TestScores.withProfile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.lead.BatchScore;
import dev.anabranch.lakehouse.lead.LeadScore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoresRouteTest {
  private static final String SCORES = "/v1/views/scores/";
  private static final String HOT = "/v1/views/hot-leads";
  private static final String COMPARISON = "/v1/comparison/scores";
  private static final String SCORING = "/v1/scoring";

  @TempDir private Path folder;
  private TestLake lake;

  @BeforeEach
  void begin() {
    lake = new TestLake(folder);
  }

  private static void await(TestApi api, String target, String pointer, String value) {
    Awaitility.await().until(() -> api.get(target).at(pointer).asText().equals(value));
  }

  private static List<String> hotLeads(JsonNode page) {
    List<String> rows = new ArrayList<>();
    page.path("rows")
        .forEach(row -> rows.add(row.path("epoch").asText() + " " + row.path("lead_id").asText()));
    return rows;
  }

  @Test
  void withoutScoringNothingIsScored() {
    try (TestApi api = new TestApi(lake, Map.of())) {
      assertThat(api.refused(404, SCORES + "lead-1").path("detail").asText())
          .contains("'lead-1'", "off");
      assertThat(api.get(HOT).path("rows")).isEmpty();
      JsonNode comparison = api.get(COMPARISON);
      assertThat(comparison.path("compared").asLong()).isZero();
      assertThat(comparison.path("incomparable")).allMatch(count -> count.asLong() == 0);
      assertThat(comparison.at("/absolute_drift/max").isNull()).isTrue();
      assertThat(comparison.path("rows")).isEmpty();
      assertThat(comparison.path("minutes")).isEmpty();
      JsonNode scoring = api.get(SCORING);
      assertThat(scoring.path("state").asText()).isEqualTo("off");
      assertThat(scoring.path("model").isNull()).isTrue();
      assertThat(scoring.path("leads").asLong()).isZero();
      assertThat(scoring.path("lag_events").isNull()).isTrue();
      assertThat(scoring.path("batch").isNull()).isTrue();
      assertThat(metrics(api))
          .contains("anabranch_scoring_running 0.0", "anabranch_scoring_scored 0.0")
          .contains("anabranch_scoring_lag_events NaN", "anabranch_scoring_psi NaN");
    }
  }

  @Test
  void aLeadHasItsNewestScoreOfBothLayers() {
    TestScores scores = new TestScores(lake);
    scores.epoch(0, List.of());
    scores.epoch(1, List.of(withProfile(score(1, "a/b", 3, 0.25, false))));
    try (TestApi api = new TestApi(lake, Map.of())) {
      JsonNode first = api.get(SCORES + "a%2Fb");
      assertThat(first.path("lead_id").asText()).isEqualTo("a/b");
      assertThat(first.at("/speed/probability").asDouble()).isEqualTo(0.25);
      assertThat(first.at("/speed/as_of").asText()).isEqualTo("2026-09-21T14:13:23Z");
      assertThat(first.at("/speed/events").asLong()).isEqualTo(3);
      assertThat(first.at("/speed/profile/country").asText()).isEqualTo("DE");
      assertThat(first.path("batch").isNull()).isTrue();
      assertThat(first.path("drift").isNull()).isTrue();
      assertThat(first.path("incomparable").asText()).isEqualTo("no_batch_score");

      scores.epoch(2, List.of(score(2, "a/b", 4, 0.5, true)));
      await(api, SCORES + "a%2Fb", "/speed/epoch", "2");
      scores.batch(List.of(batchScore("a/b", 4, 0.375, 1), batchScore("old", 2, 0.125, 1)));
      await(api, SCORES + "a%2Fb", "/batch/batch_run", "run-1");
      JsonNode both = api.get(SCORES + "a%2Fb");
      assertThat(both.at("/speed/probability").asDouble()).isEqualTo(0.5);
      assertThat(both.at("/speed/profile").isNull()).isTrue();
      assertThat(both.path("drift").asDouble()).isEqualTo(0.125);
      assertThat(both.path("incomparable").isNull()).isTrue();
      assertThat(api.get(SCORES + "old").path("incomparable").asText()).isEqualTo("no_speed_score");

      scores.batch(List.of(batchScore("a/b", 4, 0.375, 2)));
      await(api, SCORES + "a%2Fb", "/incomparable", "other_model");
      api.refused(404, SCORES + "old");
      api.refused(404, SCORES + "nobody");
      api.blamed("lead_id", SCORES + "x".repeat(65));
      api.blamed("limit", SCORES + "old?limit=1");
    }
  }

  @Test
  void driftIsOfLeadsThatCompare() {
    TestScores scores = new TestScores(lake);
    List<LeadScore> speed = new ArrayList<>();
    List<BatchScore> batch = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      // Drifts of 0 to 0.99, every other one downwards.
      double drift = (i % 2 == 0 ? 1 : -1) * i / 100.0;
      speed.add(score(1, "lead-%02d".formatted(i), 2, drift > 0 ? drift : 0, false));
      batch.add(batchScore("lead-%02d".formatted(i), 2, drift > 0 ? 0 : -drift, 1));
    }
    speed.add(score(1, "alone", 2, 0.5, false));
    speed.add(score(1, "model", 2, 0.5, false));
    batch.add(batchScore("model", 2, 0.5, 2));
    speed.add(score(1, "events", 3, 0.5, false));
    batch.add(batchScore("events", 2, 0.5, 1));
    speed.add(score(1, "nan", 2, Double.NaN, false));
    batch.add(batchScore("nan", 2, 0.5, 1));
    batch.add(batchScore("quiet", 2, 0.5, 1));
    batch.add(batchScore("quieter", 2, 0.5, 1));
    scores.epoch(1, speed);
    scores.batch(batch);
    try (TestApi api = new TestApi(lake, Map.of())) {
      JsonNode all = api.get(COMPARISON);
      assertThat(all.path("compared").asLong()).isEqualTo(100);
      assertThat(all.at("/incomparable/no_batch_score").asLong()).isEqualTo(1);
      assertThat(all.at("/incomparable/no_speed_score").asLong()).isEqualTo(2);
      assertThat(all.at("/incomparable/other_model").asLong()).isEqualTo(1);
      assertThat(all.at("/incomparable/other_events").asLong()).isEqualTo(1);
      assertThat(all.at("/incomparable/not_a_number").asLong()).isEqualTo(1);
      assertThat(all.at("/absolute_drift/mean").asDouble()).isCloseTo(0.495, within(1e-12));
      assertThat(all.at("/absolute_drift/p95").asDouble()).isEqualTo(0.94);
      assertThat(all.at("/absolute_drift/max").asDouble()).isEqualTo(0.99);
      assertThat(all.path("rows")).hasSize(100);
      JsonNode two = api.get(COMPARISON + "?limit=2").path("rows");
      assertThat(two.findValuesAsText("lead_id")).containsExactly("lead-99", "lead-98");
      assertThat(two.at("/0/drift").asDouble()).isEqualTo(-0.99);
      assertThat(two.at("/0/batch/probability").asDouble()).isEqualTo(0.99);
      assertThat(two.at("/1/drift").asDouble()).isEqualTo(0.98);
      assertThat(api.get(SCORES + "nan").at("/speed/probability").isNull()).isTrue();
      api.blamed("limit", COMPARISON + "?limit=0");
      api.blamed("cursor", COMPARISON + "?cursor=x");
    }
  }

  @Test
  void hotLeadsComeNewestFirstAndOnceEach() {
    TestScores scores = new TestScores(lake);
    scores.epoch(1, List.of(score(1, "b", 1, 0.8, true), score(1, "a", 1, 0.9, true)));
    scores.epoch(2, List.of(score(2, "c", 1, 0.3, false)));
    scores.epoch(3, List.of(score(3, "a", 9, 0.75, true)));
    List<String> expected = List.of("3 a", "1 a", "1 b");
    try (TestApi api = new TestApi(lake, Map.of())) {
      assertThat(hotLeads(api.get(HOT))).isEqualTo(expected);
      JsonNode page = api.get(HOT + "?limit=1");
      assertThat(hotLeads(page)).containsExactly("3 a");
      // What comes now comes before all that the cursor has left.
      scores.epoch(4, List.of(score(4, "d", 1, 0.7, true)));
      await(api, HOT + "?limit=1", "/rows/0/lead_id", "d");
      String cursor = page.path("next_cursor").asText();
      JsonNode second = api.get(HOT + "?limit=1&cursor=" + cursor);
      assertThat(hotLeads(second)).containsExactly("1 a");
      JsonNode third = api.get(HOT + "?limit=1&cursor=" + second.path("next_cursor").asText());
      assertThat(hotLeads(third)).containsExactly("1 b");
      assertThat(third.path("next_cursor").isNull()).isTrue();
      api.blamed("cursor", HOT + "?limit=2&cursor=" + cursor);
      api.blamed("cursor", HOT + "?cursor=x");
      api.blamed("limit", HOT + "?limit=10001");

      // The stream does epoch 4 again, as after a crash, and then merges its files.
      scores.epoch(4, List.of(score(4, "d", 1, 0.7, true)));
      scores.merge(4);
      scores.epoch(5, List.of(score(5, "e", 1, 0.99, true)));
      await(api, HOT + "?limit=1", "/rows/0/lead_id", "e");
      assertThat(hotLeads(api.get(HOT))).containsExactly("5 e", "4 d", "3 a", "1 a", "1 b");
      assertThat(api.get(SCORES + "a").at("/speed/epoch").asLong()).isEqualTo(3);
    }
    lake.cutLog(lake.layout().speedScores());
    try (TestApi again = new TestApi(lake, Map.of())) {
      assertThat(hotLeads(again.get(HOT))).containsExactly("5 e", "4 d", "3 a", "1 a", "1 b");
      assertThat(again.get(SCORES + "c").at("/speed/hot").asBoolean()).isFalse();
    }
  }

  @Test
  void theStreamSaysHowItDoes() {
    TestScores scores = new TestScores(lake);
    // Ahead of the clock: it is not silent however slow this machine is.
    Instant now = Instant.now().plusSeconds(300);
    Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    scores.status("waiting_for_model", now, Optional.empty());
    try (TestApi api = new TestApi(lake, Map.of())) {
      JsonNode waiting = api.get(SCORING);
      assertThat(waiting.path("state").asText()).isEqualTo("waiting_for_model");
      assertThat(waiting.path("model").isNull()).isTrue();
      assertThat(waiting.at("/refused_models/0/version").asLong()).isEqualTo(3);
      assertThat(waiting.at("/refused_models/0/reason").asText()).isEqualTo("It is damaged.");
      assertThat(waiting.at("/until_offsets/0").asLong()).isEqualTo(70);
      assertThat(waiting.at("/targets/0/waiting_leads").asLong()).isEqualTo(1);
      assertThat(waiting.at("/profiles/failure").asText()).isEqualTo("It is away.");
      assertThat(api.refused(404, SCORES + "a").path("detail").asText())
          .contains("waiting_for_model");
      assertThat(metrics(api)).contains("anabranch_scoring_running 0.0");

      scores.status("running", now, Optional.of(2L));
      scores.minute(TestScores.minute(minute.minus(Duration.ofMinutes(1)), 10));
      scores.minute(TestScores.minute(minute, 20));
      await(api, SCORING, "/state", "running");
      await(api, COMPARISON, "/minutes/0/scored", "20");
      assertThat(api.get(SCORING).at("/model/version").asLong()).isEqualTo(2);
      JsonNode minutes = api.get(COMPARISON).path("minutes");
      assertThat(minutes).hasSize(2);
      assertThat(minutes.at("/0/minute").asText()).isEqualTo(minute.toString());
      assertThat(minutes.at("/0/mean_probability").asDouble()).isEqualTo(0.125);
      assertThat(minutes.at("/0/psi").isNull()).isTrue();
      assertThat(metrics(api))
          .contains(
              "anabranch_scoring_running 1.0",
              "anabranch_scoring_scored 20.0",
              "anabranch_scoring_hot 2.0",
              "anabranch_scoring_mean_probability 0.125",
              "anabranch_scoring_latency_p50_millis 310.0",
              "anabranch_scoring_latency_p99_millis 820.0",
              "anabranch_scoring_psi NaN",
              "anabranch_scoring_unseen_categories 3.0");

      scores.status("running", Instant.now().minusSeconds(60), Optional.of(2L));
      await(api, SCORING, "/state", "stopped");
      assertThat(api.get(SCORING).at("/model/version").asLong()).isEqualTo(2);
      assertThat(metrics(api)).contains("anabranch_scoring_running 0.0");
    }
  }

  @Test
  void theBatchLayerSaysHowItDoes() {
    TestScores scores = new TestScores(lake);
    scores.batchStatus("scored", Optional.empty());
    try (TestApi api = new TestApi(lake, Map.of())) {
      await(api, SCORING, "/batch/state", "scored");
      JsonNode scored = api.get(SCORING).path("batch");
      assertThat(scored.path("reason").isNull()).isTrue();
      assertThat(scored.path("model_version").asLong()).isEqualTo(2);
      assertThat(scored.path("batch_run").asText()).isEqualTo("nightly");
      assertThat(scored.path("leads").asLong()).isEqualTo(40);
      assertThat(scored.path("scored_at").asText()).isEqualTo("2026-11-22T10:15:30.123Z");
      scores.batchStatus("failed", Optional.of("Model 3 cannot be read."));
      await(api, SCORING, "/batch/reason", "Model 3 cannot be read.");
      assertThat(api.get(SCORING).at("/batch/state").asText()).isEqualTo("failed");
    }
  }

  @Test
  void figuresOfLongAgoAreNoNews() {
    TestScores scores = new TestScores(lake);
    scores.minute(TestScores.minute(Instant.parse("2026-11-01T00:00:00Z"), 10));
    try (TestApi api = new TestApi(lake, Map.of())) {
      assertThat(api.get(COMPARISON).at("/minutes/0/scored").asLong()).isEqualTo(10);
      assertThat(metrics(api))
          .contains("anabranch_scoring_scored 0.0", "anabranch_scoring_mean_probability NaN");
    }
  }

  private static String metrics(TestApi api) {
    return new String(api.send("GET", "/metrics", "").http().body(), StandardCharsets.UTF_8);
  }
}
