package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.lake.MaintenanceLedger;
import dev.anabranch.lakehouse.lake.MaintenanceRun;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaintenanceRouteTest {
  private static final String ROUNDS = "/v1/maintenance";

  @TempDir private Path folder;

  @Test
  void aRoundIsAskedForOnceAndSaysWhatItDid() {
    TestLake lake = new TestLake(folder);
    try (TestApi api = new TestApi(lake, Map.of())) {
      assertThat(api.get(ROUNDS).path("maintenance")).isEmpty();
      TestApi.Answer started = api.post(ROUNDS, "{\"run_id\":\"a\"}");
      assertThat(started.status()).isEqualTo(202);
      assertThat(started.header("Location")).isEqualTo(ROUNDS + "/a");
      assertThat(api.post(ROUNDS, "{\"run_id\":\"a\"}").status()).isEqualTo(200);
      assertThat(TestApi.refused(api.post(ROUNDS, ""), 409).path("run_id").asText()).isEqualTo("a");

      MaintenanceLedger ledger =
          MaintenanceLedger.open(lake.storage(), lake.layout(), Clock.systemUTC());
      ledger.succeed(ledger.ledger().find("a").orElseThrow(), new MaintenanceRun.Figures(7, 2, 5));
      JsonNode round = api.get(ROUNDS + "/a");
      assertThat(round.path("state").asText()).isEqualTo("succeeded");
      assertThat(round.path("expired_epoch_files").asLong()).isEqualTo(7);
      assertThat(api.get(ROUNDS).path("maintenance").get(0)).isEqualTo(round);

      TestApi.refused(api.post(ROUNDS + "/a/cancel", ""), 409);
      assertThat(api.post(ROUNDS, "{\"run_id\":\"b\"}").status()).isEqualTo(202);
      assertThat(api.post(ROUNDS + "/b/cancel", "").body().path("state").asText())
          .isEqualTo("cancelled");
      api.refused(404, ROUNDS + "/c");
      TestApi.refused(api.post(ROUNDS + "/c/cancel", ""), 404);
      api.blamed("run_id", ROUNDS + "/a%20b");
      JsonNode page = api.get(ROUNDS + "?limit=1");
      assertThat(page.at("/maintenance/0/run_id").asText()).isEqualTo("b");
      String next = page.path("next_cursor").asText();
      assertThat(
              api.get(ROUNDS + "?limit=1&cursor=" + TestApi.encoded(next))
                  .at("/maintenance/0/run_id")
                  .asText())
          .isEqualTo("a");
    }
    try (TestApi without = new TestApi(lake, Map.of("left_out", "batch"))) {
      TestApi.refused(without.post(ROUNDS, ""), 503);
    }
  }
}
