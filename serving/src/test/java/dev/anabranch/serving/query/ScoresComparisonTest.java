package dev.anabranch.serving.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.lead.BatchScore;
import dev.anabranch.lakehouse.lead.LeadScore;
import dev.anabranch.serving.TestScores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScoresComparisonTest {
  /** Drifts of few different sizes, so that many leads share the last place of a list. */
  @Test
  void theLargestDriftsAreListedWhateverTheLimit() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      int leads = random.nextInt(30);
      Map<String, LeadScore> speed = new LinkedHashMap<>();
      Map<String, BatchScore> batch = new LinkedHashMap<>();
      List<ScoreDrift> all = new ArrayList<>();
      for (int i = 0; i < leads; i++) {
        String lead = "lead-" + random.nextInt(1_000_000);
        LeadScore one = TestScores.score(1, lead, 1, random.nextInt(4) / 4.0, false);
        BatchScore other = TestScores.batchScore(lead, 1, random.nextInt(4) / 4.0, 1);
        speed.put(lead, one);
        batch.put(lead, other);
        all.add(new ScoreDrift(one, other));
      }
      all.sort(
          Comparator.comparingDouble((ScoreDrift drift) -> -Math.abs(drift.value()))
              .thenComparing(drift -> drift.speed().leadId()));
      int limit = 1 + random.nextInt(35);
      assertThat(ScoresComparison.of(speed, batch, limit).rows())
          .as("round %d", round)
          .isEqualTo(all.subList(0, Math.min(limit, all.size())));
    }
  }
}
