package dev.anabranch.batch.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CardEntriesTest {
  @Test
  void figuresAreMetricsAndTheRestParameters() throws Exception {
    ObjectNode card =
        card(
            """
            {"algorithm": "trees", "seed": 42, "features": ["a", "b"], "empty": "",
             "data": {"batch_run": "r", "boundary": {"0": 7}},
             "compared_with": {"version": 1, "auc": 0.5},
             "candidates": {"trees": {"auc": 0.7}},
             "metrics": {"auc": 0.7, "rows": 9, "calibration": [{"from": 0}]}}
            """);
    assertThat(CardEntries.parameters(card))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "algorithm", "trees",
                "seed", "42",
                "features", "a,b",
                "data.batch_run", "r",
                "data.boundary", "{\"0\":7}",
                "compared_with.version", "1"));
    assertThat(CardEntries.metrics(card))
        .containsExactlyInAnyOrderEntriesOf(Map.of("auc", 0.7, "rows", 9.0));
  }

  @Test
  void whatMlflowWouldRefuseForItsLengthIsCut() throws Exception {
    ObjectNode card = card("{}").put("long", "x".repeat(CardEntries.LONGEST + 1));
    assertThat(CardEntries.parameters(card).get("long")).hasSize(CardEntries.LONGEST);
  }

  private static ObjectNode card(String text) throws Exception {
    return (ObjectNode) new ObjectMapper().readTree(text);
  }
}
