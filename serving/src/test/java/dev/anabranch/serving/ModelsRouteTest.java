package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.TrainingLedger;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsRouteTest {
  private static final String MODELS = "/v1/models";
  private static final String TRAININGS = "/v1/trainings";

  @TempDir private Path folder;

  @Test
  void modelsAreListedPromotedAndRolledBack() {
    TestLake lake = new TestLake(folder);
    try (TestApi api = new TestApi(lake, Map.of())) {
      JsonNode none = api.get(MODELS);
      assertThat(none.path("champion").isNull()).isTrue();
      assertThat(none.path("models")).isEmpty();
      assertThat(TestApi.refused(api.post(MODELS + "/rollback", ""), 409).path("detail").asText())
          .contains("no model was promoted");
      ModelRegistry registry = ModelRegistry.open(lake.storage(), lake.layout(), Clock.systemUTC());
      registry.register(card("a", 0.8), "test");
      registry.register(card("b", 0.9), "test");
      registry.register(card("c", 0.7), "test");
      assertThat(api.post(MODELS + "/1/promote", "").status()).isEqualTo(200);
      JsonNode second = api.post(MODELS + "/2/promote", "{\"reason\":\"better\"}").body();
      assertThat(second.path("champion").asBoolean()).isTrue();
      assertThat(second.at("/card/metrics/auc").asDouble()).isEqualTo(0.9);
      assertThat(TestApi.refused(api.post(MODELS + "/3/promote", ""), 409).path("detail").asText())
          .contains("0.7000", "model 2");
      TestApi.refused(api.post(MODELS + "/4/promote", ""), 404);
      JsonNode all = api.get(MODELS);
      assertThat(all.path("champion").asLong()).isEqualTo(2);
      assertThat(all.path("models")).hasSize(3);
      assertThat(all.at("/models/0/version").asLong()).isEqualTo(3);
      assertThat(all.at("/changes/4/reason").asText()).isEqualTo("better");
      assertThat(api.post(MODELS + "/rollback", "").body().path("version").asLong()).isEqualTo(1);
      assertThat(api.get(MODELS + "/1").path("champion").asBoolean()).isTrue();
      api.refused(404, MODELS + "/9");
      api.blamed("version", MODELS + "/x");
      api.blamed("version", MODELS + "/0");
      api.blamed("limit", MODELS + "?limit=1");
    }
  }

  @Test
  void aTrainingIsAskedForOnceAndSaysWhatCameOfIt() {
    TestLake lake = new TestLake(folder);
    try (TestApi api = new TestApi(lake, Map.of())) {
      assertThat(api.get(TRAININGS).path("trainings")).isEmpty();
      TestApi.Answer started = api.post(TRAININGS, "{\"run_id\":\"a\"}");
      assertThat(started.status()).isEqualTo(202);
      assertThat(started.header("Location")).isEqualTo(TRAININGS + "/a");
      assertThat(TestApi.refused(api.post(TRAININGS, ""), 409).path("run_id").asText())
          .isEqualTo("a");
      TrainingLedger ledger = TrainingLedger.open(lake.storage(), lake.layout(), Clock.systemUTC());
      ledger.succeed(ledger.ledger().find("a").orElseThrow(), 7, "Model 7 is the champion.");
      JsonNode training = api.get(TRAININGS + "/a");
      assertThat(training.path("version").asLong()).isEqualTo(7);
      assertThat(training.path("outcome").asText()).contains("champion");
      assertThat(api.get(TRAININGS).path("trainings").get(0)).isEqualTo(training);
      assertThat(api.post(TRAININGS, "{\"run_id\":\"b\"}").status()).isEqualTo(202);
      assertThat(api.post(TRAININGS + "/b/cancel", "").body().path("state").asText())
          .isEqualTo("cancelled");
      api.refused(404, TRAININGS + "/c");
    }
    try (TestApi without = new TestApi(lake, Map.of("left_out", "batch"))) {
      TestApi.refused(without.post(TRAININGS, ""), 503);
    }
  }

  private static ObjectNode card(String folder, double auc) {
    ObjectNode card = new ObjectMapper().createObjectNode();
    card.put("folder", folder).put("algorithm", "logistic_regression");
    card.putObject("metrics")
        .put("auc", auc)
        .put("pr_auc", 0.5)
        .put("lift_top_decile", 2.0)
        .put("log_loss", 0.2)
        .put("log_loss_baseline", 0.3);
    return card;
  }
}
